import { openKvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { openKv } from '../../platform/bus/kv.ts';
import { Job } from '../../platform/contracts/api.ts';
import { Decision } from '../../platform/contracts/decision.ts';
import { DryRunResult } from '../../platform/contracts/dry-run.ts';
import {
  ChangeTarget,
  OutboxItem,
  Schedule,
  Ticket,
  WebhookEndpoint,
} from '../../platform/contracts/outbox.ts';
import { Experiment } from '../../platform/contracts/experiment.ts';
import { DecisionSettings, Policy } from '../../platform/contracts/policy.ts';
import { TierSet } from '../../platform/contracts/pricing.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { openSealedMirror } from '../../platform/secrets/sealed-mirror.ts';
import type { Sealer } from '../../platform/secrets/sealer.ts';
import { PolicyProgress, Positions, ScheduleProgress } from '../progress.ts';
import type { Records } from '../records.ts';

const mebibyte = 1024 * 1024;
const weekMs = 7 * 86_400_000;
/** A decision changes at most 64 times: the teller finds every change, however late it comes. */
const decisionHistory = 64;
const policyHistory = 64;

/** Opens every bucket of the engine; each refuses writes when full. */
export async function openRecords(bus: Bus, sealer: Sealer): Promise<Records> {
  const settings = { schema: DecisionSettings, history: 16, maxBytes: 2 * mebibyte };
  const [
    policies,
    policyProgress,
    settingsMirror,
    decisions,
    outbox,
    webhooks,
    schedules,
    scheduleProgress,
    jobs,
    tiers,
    experiments,
  ] = await Promise.all([
    openKvMirror(bus, buckets.policies, { schema: Policy, history: policyHistory, maxBytes: 16 * mebibyte }),
    openKvMirror(bus, buckets.policyState, { schema: PolicyProgress, maxBytes: 64 * mebibyte }),
    openKvMirror(bus, buckets.decisionSettings, settings),
    openKvMirror(bus, buckets.decisions, {
      schema: Decision,
      history: decisionHistory,
      maxBytes: 128 * mebibyte,
    }),
    openKvMirror(bus, buckets.outbox, { schema: OutboxItem, maxBytes: 64 * mebibyte }),
    openSealedMirror(bus, buckets.webhooks, { schema: WebhookEndpoint, maxBytes: 2 * mebibyte }, sealer),
    openKvMirror(bus, buckets.schedules, { schema: Schedule, history: 16, maxBytes: 4 * mebibyte }),
    openKvMirror(bus, buckets.scheduleState, { schema: ScheduleProgress, maxBytes: 4 * mebibyte }),
    openKvMirror(bus, buckets.jobs, { schema: Job }),
    openKvMirror(bus, buckets.tiers, { schema: TierSet }),
    openKvMirror(bus, buckets.experiments, { schema: Experiment }),
  ]);
  const [policyVersions, positions, settingsNow, changes, tickets, dryRuns] = await Promise.all([
    openKv(bus, buckets.policyVersions, { schema: Policy, maxBytes: 32 * mebibyte }),
    openKv(bus, buckets.decisionPositions, { schema: Positions, maxBytes: 2 * mebibyte }),
    openKv(bus, buckets.decisionSettings, settings),
    openKv(bus, buckets.changes, { schema: ChangeTarget, maxBytes: 32 * mebibyte }),
    openKv(bus, buckets.tickets, { schema: Ticket, maxBytes: 16 * mebibyte }),
    openKv(bus, buckets.dryRuns, { schema: DryRunResult, maxBytes: 32 * mebibyte, ttlMs: weekMs }),
  ]);
  const mirrors = [
    policies,
    policyProgress,
    settingsMirror,
    decisions,
    outbox,
    webhooks,
    schedules,
    scheduleProgress,
    jobs,
    tiers,
    experiments,
  ];
  return {
    policies,
    policyVersions,
    policyProgress,
    positions,
    settings: settingsMirror,
    settingsNow,
    decisions,
    outbox,
    changes,
    tickets,
    webhooks,
    schedules,
    scheduleProgress,
    jobs,
    tiers,
    experiments,
    dryRuns,
    stop: async () => {
      for (const mirror of mirrors) await mirror.stop();
    },
  };
}
