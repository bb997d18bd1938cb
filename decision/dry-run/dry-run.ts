import type { Job } from '../../platform/contracts/api.ts';
import type { DryRunRequest } from '../../platform/contracts/dry-run.ts';
import type { Policy } from '../../platform/contracts/policy.ts';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { hashOf } from '../lifecycle/hash.ts';
import type { PolicyInput } from '../policy/step.ts';
import { checkPolicy } from '../policy/validate.ts';
import type { History } from '../ports.ts';
import { keyIn, settingsOf, type Records } from '../records.ts';
import { beginReplay, inputsOfDecisions, inputsOfEvents, inputsOfSignals, stepReplay } from './replay.ts';

export interface DryRunDeps {
  readonly records: Records;
  readonly history: History;
  readonly currencyOf: (tenant: string) => string;
  readonly clock: Clock;
  readonly log: Log;
}

const maxRangeMs = 400 * 86_400_000;
const maxInputs = 100_000;
const chunk = 1_000;
const maxRunning = 2;

/** Runs a policy over stored history as a job; nothing it would do is done. */
export function createDryRuns(deps: DryRunDeps): {
  begin(tenant: string, actor: string, wish: DryRunRequest): Promise<Job>;
} {
  const { records, clock, log } = deps;
  let running = 0;
  return {
    begin: async (tenant, actor, wish) => {
      if (wish.toMs <= wish.fromMs || wish.toMs - wish.fromMs > maxRangeMs)
        throw new WeirError(
          'DECISION_POLICY_INVALID',
          'The range must end after it begins and be at most 400 days long.',
        );
      // What may not run by itself may still be tried.
      checkPolicy({ ...wish.policy, mode: 'approve' }, settingsOf(records, tenant));
      if (running >= maxRunning)
        throw new WeirError('DECISION_LIMIT_REACHED', `At most ${maxRunning} dry runs at once.`);
      const nowMs = clock.nowMs();
      const job: Job = {
        id: `dry_${hashOf([tenant, wish, nowMs]).slice(0, 20)}`,
        tenant,
        kind: 'policy-dry-run',
        title: `Test run of ${wish.policy.title}`,
        stage: 'reading what is stored',
        percent: 0,
        state: 'running',
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        params: { policyId: wish.id, fromMs: wish.fromMs, toMs: wish.toMs },
      };
      await records.jobs.create(keyIn(tenant, job.id), job);
      running += 1;
      void run(deps, job, actor, wish)
        .catch(async (error: unknown) => {
          log.warn({ err: error, job: job.id }, 'a dry run failed');
          await patch(deps, job, { state: 'failed', stage: 'failed', error: messageOf(error) });
        })
        .catch((error: unknown) =>
          log.warn({ err: error, job: job.id }, 'a failed dry run could not be noted'),
        )
        .finally(() => (running -= 1));
      return job;
    },
  };
}

async function run(deps: DryRunDeps, job: Job, actor: string, wish: DryRunRequest): Promise<void> {
  const { records, clock } = deps;
  const { tenant } = job;
  const { fromMs, toMs } = wish;
  const { version: _, ...body } = wish.policy;
  const policy: Policy = {
    ...body,
    id: wish.id,
    tenant,
    enabled: true,
    version: Math.max(1, wish.policy.version ?? 1),
    createdAtMs: fromMs,
    changedAtMs: fromMs,
    changedBy: actor,
  };
  const { inputs, notes } = await read(deps, policy, fromMs, toMs);
  const facts = { policy, settings: settingsOf(records, tenant), currency: deps.currencyOf(tenant) };
  let replay = beginReplay({ jobId: job.id, tenant, policyId: wish.id, fromMs, toMs, notes });
  replay = stepReplay(replay, [{ type: 'tick', atMs: fromMs }], facts);
  for (let at = 0; at < inputs.length; at += chunk) {
    replay = stepReplay(replay, inputs.slice(at, at + chunk), facts);
    await patch(deps, job, { stage: 'running the policy', percent: Math.round((95 * at) / inputs.length) });
    await clock.sleep(0);
  }
  // Runs and held signals up to the end, an hour at a time so that no scheduled run is taken for missed.
  for (let atMs = Math.max(replay.state.nowMs, fromMs); atMs < toMs; atMs += 3_600_000)
    replay = stepReplay(replay, [{ type: 'tick', atMs: Math.min(atMs + 3_600_000, toMs - 1) }], facts);
  await records.dryRuns.put(keyIn(tenant, job.id), replay.result);
  await patch(deps, job, { state: 'done', stage: 'done', percent: 100 });
}

async function read(
  { history, records }: DryRunDeps,
  policy: Policy,
  fromMs: number,
  toMs: number,
): Promise<{ inputs: PolicyInput[]; notes: string[] }> {
  const { when, tenant } = policy;
  const cut = (count: number): string[] =>
    count < maxInputs ? [] : [`Only the first ${maxInputs} were looked at; choose a shorter range.`];
  switch (when.type) {
    case 'schedule':
      return { inputs: [], notes: [] };
    case 'signal': {
      const signals = await history.signalsBetween(tenant, fromMs, toMs, maxInputs);
      return {
        inputs: inputsOfSignals(signals, toMs),
        notes: [
          'Signals are stored as they were last told: evidence and severity are those of their end.',
          ...cut(signals.length),
        ],
      };
    }
    case 'event': {
      const events = await history.eventsBetween(tenant, when.eventType, fromMs, toMs, maxInputs);
      return { inputs: inputsOfEvents(events), notes: cut(events.length) };
    }
    case 'decision': {
      const own = records.decisions.values().filter((decision) => decision.tenant === tenant);
      return {
        inputs: inputsOfDecisions(own, fromMs, toMs),
        notes: [
          'Only decisions that are still at hand were looked at: all open ones and the newest thousand that ended.',
        ],
      };
    }
  }
}

async function patch({ records, clock }: DryRunDeps, job: Job, change: Partial<Job>): Promise<void> {
  await records.jobs.update(
    keyIn(job.tenant, job.id),
    (current) => current && { ...current, ...change, updatedAtMs: clock.nowMs() },
  );
}

/** Dry runs that a process left behind when it ended: they are over, and say so. */
export async function endLostDryRuns({
  records,
  clock,
}: Pick<DryRunDeps, 'records' | 'clock'>): Promise<void> {
  for (const job of records.jobs.values()) {
    if (job.kind !== 'policy-dry-run' || job.state !== 'running') continue;
    await records.jobs.update(
      keyIn(job.tenant, job.id),
      (current) =>
        current && {
          ...current,
          state: 'failed',
          stage: 'failed',
          error: 'Weir was stopped meanwhile; begin it again.',
          updatedAtMs: clock.nowMs(),
        },
    );
  }
}
