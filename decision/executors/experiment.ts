import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Experiment, ExperimentMetric } from '../../platform/contracts/experiment.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { refused, type Execution, type Executor } from './executor.ts';

const keyPattern = /^[a-z][a-z0-9_-]{0,63}$/;
const eventType = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Starts an experiment of one variant against what there is now, half and half; undoing stops it. The salt follows from the action's id, so
 * the same action twice is the same experiment. One that has the key already, from somebody else, is left alone.
 */
export function createExperimentExecutor(experiments: KvMirror<Experiment>, nowMs: () => number): Executor {
  return {
    kind: 'experiment',
    execute: async (execution) => {
      const { item, params, undoOf } = execution;
      const key = `${item.tenant}.${String(params['key'])}`;
      if (undoOf !== undefined) {
        const after = await experiments.update(key, (current) =>
          current?.state === 'running' && current.salt === saltOf(item.tenant, undoOf)
            ? {
                ...current,
                state: 'stopped',
                stoppedAtMs: nowMs(),
                stopReason: item.cause.title.slice(0, 500),
              }
            : undefined,
        );
        return { ok: true, note: after?.state === 'stopped' ? 'stopped' : 'there was nothing to stop' };
      }
      const experiment = experimentOf(execution);
      if (typeof experiment === 'string') return refused(experiment);
      if (await experiments.create(key, experiment)) return { ok: true, note: 'started' };
      return experiments.get(key)?.salt === experiment.salt
        ? { ok: true, note: 'started already' }
        : refused(`there is an experiment ${experiment.key} already`);
    },
  };
}

const saltOf = (tenant: string, id: string): string => hashOf([tenant, id]).slice(0, 32);

/** The design that the parameters say; a text says what is wrong with them. */
function experimentOf({ item, params }: Execution): Experiment | string {
  const key = String(params['key']);
  if (!keyPattern.test(key)) return 'the key of an experiment is lower case, digits, - and _';
  const events = String(params['events'])
    .split(',')
    .map((each) => each.trim());
  if (events.length > 16 || !events.every((each) => eventType.test(each)))
    return 'events names 1 to 16 event types, separated by commas';
  const kind = params['metric'];
  if (kind !== 'conversion' && kind !== 'revenue') return 'the metric is conversion or revenue';
  const number = (name: string, otherwise: number, least: number, most: number): number => {
    const value = params[name];
    return typeof value === 'number' && Number.isFinite(value)
      ? Math.min(most, Math.max(least, value))
      : otherwise;
  };
  const primary: ExperimentMetric = {
    key: 'primary',
    title: kind === 'revenue' ? 'Revenue per user' : 'Conversion',
    kind,
    eventTypes: events,
    higherIsBetter: true,
  };
  const startedAtMs = item.createdAtMs;
  const days = Math.round(number('days', 14, 1, 365));
  return {
    key,
    tenant: item.tenant,
    title: String(params['title']).slice(0, 200),
    hypothesis: String(params['hypothesis'] ?? '').slice(0, 2_000),
    variants: [
      { key: 'control', title: 'As it is now', share: 0.5 },
      { key: 'variant', title: String(params['variant']).slice(0, 200), share: 0.5 },
    ],
    traffic: number('traffic', 1, 0.01, 1),
    primary,
    secondary: [],
    guardrails: [],
    allocation: 'fixed',
    exploration: 0.1,
    alpha: 0.05,
    power: 0.8,
    minimumEffect: number('effect', 0.05, 0.001, 10),
    windowHours: Math.round(number('window_hours', 48, 1, 24 * 90)),
    stopsOnHarm: true,
    maxDays: days,
    state: 'running',
    salt: saltOf(item.tenant, item.id),
    epochs: [{ fromMs: startedAtMs, shares: [0.5, 0.5] }],
    createdAtMs: startedAtMs,
    startedAtMs,
  };
}
