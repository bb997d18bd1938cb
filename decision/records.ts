import type { KvMirror } from '../platform/access/kv-mirror.ts';
import type { Kv } from '../platform/bus/kv.ts';
import type { Job } from '../platform/contracts/api.ts';
import type { Decision } from '../platform/contracts/decision.ts';
import type { DryRunResult } from '../platform/contracts/dry-run.ts';
import type {
  ChangeTarget,
  OutboxItem,
  Schedule,
  Ticket,
  WebhookEndpoint,
} from '../platform/contracts/outbox.ts';
import type { Experiment } from '../platform/contracts/experiment.ts';
import type { TierSet } from '../platform/contracts/pricing.ts';
import { defaultDecisionSettings, type DecisionSettings, type Policy } from '../platform/contracts/policy.ts';
import type { SealedMirror } from '../platform/secrets/sealed-mirror.ts';
import type { PolicyProgress, Positions, ScheduleProgress } from './progress.ts';

/** Everything the decision engine keeps in NATS KV. */
export interface Records {
  readonly policies: KvMirror<Policy>;
  readonly policyVersions: Kv<Policy>;
  readonly policyProgress: KvMirror<PolicyProgress>;
  readonly positions: Kv<Positions>;
  readonly settings: KvMirror<DecisionSettings>;
  /** Read past the mirror: what holds at this very moment. */
  readonly settingsNow: Kv<DecisionSettings>;
  readonly decisions: KvMirror<Decision>;
  readonly outbox: KvMirror<OutboxItem>;
  readonly changes: Kv<ChangeTarget>;
  readonly tickets: Kv<Ticket>;
  /** Sealed: nobody who reads the bucket can sign. */
  readonly webhooks: SealedMirror<WebhookEndpoint>;
  readonly schedules: KvMirror<Schedule>;
  readonly scheduleProgress: KvMirror<ScheduleProgress>;
  readonly jobs: KvMirror<Job>;
  /** Subscription tiers of the pricing screen; a price change of `tier/…` is written there. */
  readonly tiers: KvMirror<TierSet>;
  readonly experiments: KvMirror<Experiment>;
  readonly dryRuns: Kv<DryRunResult>;
  stop(): Promise<void>;
}

/** Key of the kill switch for every tenant. */
export const allTenants = '_all';

export const keyIn = (tenant: string, id: string): string => `${tenant}.${id}`;

export function settingsOf(records: Pick<Records, 'settings'>, tenant: string): DecisionSettings {
  return records.settings.get(tenant) ?? defaultDecisionSettings;
}

/** Why nothing may be executed for this tenant now; undefined where it may. Asks NATS, not memory. */
export async function stopReason(
  records: Pick<Records, 'settingsNow'>,
  tenant: string,
): Promise<string | undefined> {
  for (const key of [allTenants, tenant]) {
    const found = (await records.settingsNow.get(key))?.value;
    if (found?.isStopped === true)
      return found.stoppedReason === '' ? 'the kill switch is on' : found.stoppedReason;
  }
  return undefined;
}
