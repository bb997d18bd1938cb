import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type {
  Experiment,
  ExperimentDesign,
  ExperimentRequest,
  ExperimentResult,
  ExperimentView,
} from '../../platform/contracts/experiment.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { positionOf, variantAt } from '../../platform/experiments/assignment.ts';

/** Experiments of tenants: their design and whether they run. What is known of them comes from decision. */
export interface Experiments {
  /** Newest first. */
  list(tenant: string): readonly Experiment[];
  /** Throws EXPERIMENT_NOT_FOUND. */
  get(tenant: string, key: string): Experiment;
  /** Throws EXPERIMENT_INVALID, EXPERIMENT_CONFLICT when the key is taken, GATEWAY_LIMIT_REACHED. */
  create(tenant: string, request: ExperimentRequest, salt: string, nowMs: number): Promise<Experiment>;
  /** Another design for a draft. Throws EXPERIMENT_CONFLICT once it has run: what it promised would not hold. */
  redesign(tenant: string, request: ExperimentRequest): Promise<Experiment>;
  start(tenant: string, key: string, nowMs: number): Promise<Experiment>;
  stop(tenant: string, key: string, reason: string, nowMs: number): Promise<Experiment>;
  /** Deletes a draft. */
  delete(tenant: string, key: string): Promise<void>;
}

const MAX_EXPERIMENTS = 200;

export function createExperiments(store: KvMirror<Experiment>): Experiments {
  const list = (tenant: string): readonly Experiment[] =>
    store
      .values()
      .filter((each) => each.tenant === tenant)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.key < b.key ? -1 : 1));
  const get = (tenant: string, key: string): Experiment => {
    const found = store.get(`${tenant}.${key}`);
    if (found === undefined) throw missing(key);
    return found;
  };
  const change = async (
    tenant: string,
    key: string,
    from: Experiment['state'],
    to: (current: Experiment) => Experiment,
  ): Promise<Experiment> => {
    let changed: Experiment | undefined;
    await store.update(`${tenant}.${key}`, (current) => {
      changed = undefined;
      if (current === undefined) throw missing(key);
      if (current.state !== from)
        throw new WeirError(
          'EXPERIMENT_CONFLICT',
          `"${key}" is ${wordOf[current.state]}, not ${wordOf[from]}.`,
        );
      changed = to(current);
      return changed;
    });
    return changed ?? get(tenant, key);
  };

  return {
    list,
    get,
    create: async (tenant, request, salt, nowMs) => {
      checkDesign(request);
      if (list(tenant).length >= MAX_EXPERIMENTS)
        throw new WeirError('GATEWAY_LIMIT_REACHED', `A tenant has at most ${MAX_EXPERIMENTS} experiments.`);
      const made: Experiment = { ...request, tenant, state: 'draft', salt, epochs: [], createdAtMs: nowMs };
      if (!(await store.create(`${tenant}.${request.key}`, made)))
        throw new WeirError('EXPERIMENT_CONFLICT', `There is an experiment "${request.key}" already.`);
      return made;
    },
    redesign: async (tenant, request) => {
      checkDesign(request);
      return await change(tenant, request.key, 'draft', (current) => ({ ...current, ...request }));
    },
    start: async (tenant, key, nowMs) =>
      await change(tenant, key, 'draft', (current) => ({
        ...current,
        state: 'running',
        startedAtMs: nowMs,
        epochs: [{ fromMs: nowMs, shares: current.variants.map(({ share }) => share) }],
      })),
    stop: async (tenant, key, reason, nowMs) =>
      await change(tenant, key, 'running', (current) => ({
        ...current,
        state: 'stopped',
        stoppedAtMs: nowMs,
        stopReason: reason,
      })),
    delete: async (tenant, key) => {
      if (get(tenant, key).state !== 'draft')
        throw new WeirError('EXPERIMENT_CONFLICT', `"${key}" has run; its result is kept.`);
      await store.delete(`${tenant}.${key}`);
    },
  };
}

/** With what is known of it; a result of another start is none. */
export function viewOf(
  experiment: Experiment,
  result: ExperimentResult | undefined,
  currency: string,
): ExperimentView {
  const own = result !== undefined && result.startedAtMs === experiment.startedAtMs ? result : undefined;
  return {
    experiment,
    reading: own?.reading ?? null,
    ...(own?.fault === undefined ? {} : { fault: own.fault }),
    shares: experiment.epochs.at(-1)?.shares ?? experiment.variants.map(({ share }) => share),
    currency,
  };
}

/**
 * Key of the variant a user gets; null when not in it or when it does not run. Shares are those in force at `atMs`: a caller that gives the
 * moment at which the user first came gets the same answer for ever, also while shares follow the results.
 */
export function assign(experiment: Experiment, user: string, atMs: number): string | null {
  if (experiment.state !== 'running') return null;
  const epoch = experiment.epochs.findLast(({ fromMs }) => fromMs <= atMs) ?? experiment.epochs[0];
  if (epoch === undefined) return null;
  const index = variantAt(positionOf(experiment.salt, user), epoch.shares, experiment.traffic);
  return index === undefined ? null : (experiment.variants[index]?.key ?? null);
}

/** What the schema cannot say. Throws EXPERIMENT_INVALID. */
function checkDesign(design: ExperimentDesign): void {
  const fail = (message: string): never => {
    throw new WeirError('EXPERIMENT_INVALID', message);
  };
  const keys = design.variants.map(({ key }) => key);
  if (new Set(keys).size < keys.length) fail('Two variants have the same key.');
  const sum = design.variants.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) fail(`The shares of the variants sum to ${sum}, not to 1.`);
  if (design.variants.some(({ share }) => share === 0)) fail('A variant with a share of 0 gets no users.');
  const metrics = [design.primary, ...design.secondary, ...design.guardrails.map(({ metric }) => metric)];
  for (const metric of metrics) {
    const same = metrics.filter(({ key }) => key === metric.key);
    if (same.some((other) => JSON.stringify(other) !== JSON.stringify(metric)))
      fail(`Two different metrics have the key "${metric.key}".`);
  }
  const roles = [...design.secondary, ...design.guardrails.map(({ metric }) => metric)].map(({ key }) => key);
  if (roles.includes(design.primary.key)) fail(`"${design.primary.key}" is the primary metric already.`);
  if (new Set(roles).size < roles.length) fail('A metric is named twice.');
}

function missing(key: string): WeirError {
  return new WeirError('EXPERIMENT_NOT_FOUND', `There is no experiment "${key}".`);
}

const wordOf = { draft: 'a draft', running: 'running', stopped: 'stopped' } as const;
