import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Kv } from '../../platform/bus/kv.ts';
import type { Job } from '../../platform/contracts/api.ts';
import type { Decision } from '../../platform/contracts/decision.ts';
import type { DryRunResult } from '../../platform/contracts/dry-run.ts';
import type { Experiment } from '../../platform/contracts/experiment.ts';
import type { TierSet } from '../../platform/contracts/pricing.ts';
import type {
  ChangeTarget,
  OutboxItem,
  Schedule,
  Ticket,
  WebhookEndpoint,
} from '../../platform/contracts/outbox.ts';
import type { DecisionSettings, Policy } from '../../platform/contracts/policy.ts';
import type { PolicyProgress, ScheduleProgress } from '../progress.ts';
import type { Records } from '../records.ts';

/** A bucket in memory, as a mirror and as somebody who reads past it sees it. */
function createBucket<T>(): {
  readonly mirror: KvMirror<T>;
  readonly direct: Pick<Kv<T>, 'get' | 'put' | 'keys' | 'entries' | 'delete'>;
} {
  const held = new Map<string, T>();
  const mirror: KvMirror<T> = {
    get: (key) => held.get(key),
    values: () => [...held.values()],
    keys: () => [...held.keys()],
    create: async (key, value) => {
      if (held.has(key)) return false;
      held.set(key, value);
      return true;
    },
    update: async (key, decide) => {
      const next = decide(held.get(key));
      if (next !== undefined) held.set(key, next);
      return held.get(key);
    },
    delete: async (key) => void held.delete(key),
    onChange: () => ({ stop: () => {} }),
    get size() {
      return held.size;
    },
    stop: async () => {},
  };
  const isWanted = (key: string, filter = '>'): boolean => key.startsWith(filter.replace(/[>*]$/, ''));
  const direct: Pick<Kv<T>, 'get' | 'put' | 'keys' | 'entries' | 'delete'> = {
    put: async (key, value) => {
      held.set(key, value);
      return await Promise.resolve(1);
    },
    keys: async (filter) => await Promise.resolve([...held.keys()].filter((key) => isWanted(key, filter))),
    entries: async (filter) =>
      await Promise.resolve(
        [...held]
          .filter(([key]) => isWanted(key, filter))
          .map(([key, value]) => ({ key, value, revision: 1, storedAtMs: 0 })),
      ),
    delete: async (key) => {
      held.delete(key);
      return await Promise.resolve({ ok: true, revision: 1 });
    },
    get: async (key) => {
      const value = held.get(key);
      return value === undefined ? undefined : { key, value, revision: 1, storedAtMs: 0 };
    },
  };
  return { mirror, direct };
}

/** The records that mirrors hold, in memory. */
export function createMemoryRecords(): Records {
  const settings = createBucket<DecisionSettings>();
  const records: Partial<Records> = {
    policies: createBucket<Policy>().mirror,
    decisions: createBucket<Decision>().mirror,
    outbox: createBucket<OutboxItem>().mirror,
    settings: settings.mirror,
    jobs: createBucket<Job>().mirror,
    schedules: createBucket<Schedule>().mirror,
    webhooks: { ...createBucket<WebhookEndpoint>().mirror, faultOf: () => undefined },
    policyProgress: createBucket<PolicyProgress>().mirror,
    tiers: createBucket<TierSet>().mirror,
    experiments: createBucket<Experiment>().mirror,
    scheduleProgress: createBucket<ScheduleProgress>().mirror,
    // Only what the reconciler and the removal ask for is there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    settingsNow: settings.direct as Kv<DecisionSettings>,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    policyVersions: createBucket<Policy>().direct as Kv<Policy>,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    dryRuns: createBucket<DryRunResult>().direct as Kv<DryRunResult>,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    tickets: createBucket<Ticket>().direct as Kv<Ticket>,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    changes: createBucket<ChangeTarget>().direct as Kv<ChangeTarget>,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return records as Records;
}
