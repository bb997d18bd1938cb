import type { KvMirror } from '../platform/access/kv-mirror.ts';
import type { AccessDirectory } from '../platform/access/access.ts';
import { openAuditIntake } from '../platform/audit/intake.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { currencyExponent } from '../platform/contracts/currency.ts';
import { KpiDefinition } from '../platform/contracts/kpi.ts';
import { removalsIn } from '../platform/contracts/removal.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { messageOf } from '../platform/errors/weir-error.ts';
import { createHttpSender } from '../platform/http-out/sender.ts';
import { kpisOf } from '../platform/kpi/kpis-of.ts';
import { workWhileHeld } from '../platform/lease/held-lease.ts';
import { createLeaseStore } from '../platform/lease/lease-store.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Sealer } from '../platform/secrets/sealer.ts';
import { loadSealer } from '../platform/secrets/secret-keys.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { Random } from '../platform/time/random.ts';
import { secureRandom } from '../platform/time/secure-random.ts';
import { loadAuditKey } from './adapters/audit-key.ts';
import { openAuditLog } from './adapters/audit-log.ts';
import { createHistory } from './adapters/clickhouse.ts';
import { openRecords } from './adapters/kv.ts';
import { openProposalFacts } from './adapters/proposal-facts.ts';
import { openRoutineFacts } from './adapters/routine-facts.ts';
import { serveAnswers } from './answers/answer.ts';
import { auditAnswers } from './answers/audit-answers.ts';
import { controlAnswers } from './answers/control-answers.ts';
import { decisionAnswers } from './answers/decision-answers.ts';
import { policyAnswers } from './answers/policy-answers.ts';
import { writeChains } from './audit/writer.ts';
import { defaultSchedules } from './automation/default-schedules.ts';
import { queueDueRuns } from './automation/scheduler.ts';
import type { DecisionConfig } from './config.ts';
import { createDryRuns, endLostDryRuns } from './dry-run/dry-run.ts';
import { createEvaluator } from './engine/evaluator.ts';
import { createProposer } from './engine/proposer.ts';
import { createReconciler } from './engine/reconcile.ts';
import { createForgetter } from './engine/removal.ts';
import { followDecisions, openDecisionsStream } from './engine/teller.ts';
import { createAlertExecutor } from './executors/alert.ts';
import { createChangeExecutor } from './executors/change.ts';
import { executorTable, type Executor } from './executors/executor.ts';
import { createJobExecutor } from './executors/job.ts';
import { createExperimentExecutor } from './executors/experiment.ts';
import { createPriceExecutor } from './executors/price.ts';
import { createRenderExecutor } from './executors/render.ts';
import { createRoutineExecutor } from './executors/routine.ts';
import { createTicketExecutor } from './executors/ticket.ts';
import { createWebhookExecutor } from './executors/webhook.ts';
import { startExperiments } from './experiments/service.ts';
import { noFaults, type Faults } from './faults.ts';
import { createDecisionMetrics } from './metrics.ts';
import { createRunner } from './outbox/runner.ts';
import { createProposalDesk } from './proposals/desk.ts';
import { examplePolicies } from './policy/example-policies.ts';
import { keyIn } from './records.ts';

export interface DecisionDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: Pick<AccessDirectory, 'tenant' | 'tenants' | 'keys'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** WEIR_HOME, where the key of the audit trail lies. */
  readonly home: string;
  /** What stored secrets are sealed with; by the key file of the home when absent. */
  readonly sealer?: Sealer;
  /** Name in the lease; the same over restarts. */
  readonly owner: string;
  readonly faults?: Faults;
}

const roundEveryMs = 1_000;
const failedPauseMs = 50;
const leaseAgainMs = 100;
const maxPauseMs = 5_000;
const stopGraceMs = 3_000;
/** Changes that come together are worked on together. */
const gatherMs = 10;
const tickEveryMs = 1_000;
const scheduleEveryMs = 5_000;

/**
 * Starts the decision engine: answers questions at once, and works on decisions for as long as it holds the lease. Resolves once its
 * records are in memory.
 */
export async function start(deps: DecisionDeps, config: DecisionConfig): Promise<{ stop(): Promise<void> }> {
  const { bus, access, clock, faults = noFaults } = deps;
  const log = deps.log.child({ module: 'decision' });
  const metrics = createDecisionMetrics(deps.metrics);
  const records = await openRecords(bus, deps.sealer ?? loadSealer(deps.home));
  const intake = await openAuditIntake(bus);
  const auditLog = await openAuditLog(bus, config.auditMaxMegabytes);
  const key = loadAuditKey(deps.home);
  await openDecisionsStream(bus);
  const leases = await createLeaseStore(bus);
  const currencyOf = (tenant: string): string => access.tenant(tenant)?.currency ?? 'USD';
  const kpis = await openKv(bus, buckets.kpis, { schema: KpiDefinition });
  const history = createHistory(deps.store, currencyOf, async (tenant) =>
    kpisOf((await kpis.entries(`${tenant}.*`)).map(({ value }) => value)),
  );
  const sender = createHttpSender(clock, {
    ports: config.httpOutPorts.split(',').map(Number),
    allowLoopback: config.httpOutAllowLoopback,
  });
  const alert = await createAlertExecutor(bus);
  const minorPerMajor = (tenant: string): number => 10 ** (currencyExponent(currencyOf(tenant)) ?? 2);
  const proposalFacts = await openProposalFacts(bus, clock);
  const proposals = createProposalDesk({ records, facts: proposalFacts, currencyOf, clock });
  const executors: readonly Executor[] = [
    alert,
    createRenderExecutor(bus),
    createWebhookExecutor({ webhooks: records.webhooks, sender, clock }),
    createChangeExecutor('budget', records.changes),
    createChangeExecutor('schedule', records.changes),
    createPriceExecutor(records.changes, records.tiers),
    createChangeExecutor('rollout', records.changes),
    createExperimentExecutor(records.experiments, () => clock.nowMs()),
    createTicketExecutor(records.tickets),
    createJobExecutor(records.jobs),
    createRoutineExecutor({
      bus,
      store: deps.store,
      access,
      records,
      clock,
      alert,
      proposing: {
        records,
        facts: await openRoutineFacts({
          bus,
          store: deps.store,
          facts: proposalFacts,
          records,
          minorPerMajor,
          clock,
        }),
        desk: proposals,
        minorPerMajor,
        clock,
      },
    }),
  ];
  const common = { bus, records, history, clock, log, metrics, faults };
  const proposer = createProposer({ ...common, currencyOf });
  const evaluator = createEvaluator({ ...common, proposer });
  const reconciler = createReconciler({ ...common, proposals });
  const runner = createRunner(
    { ...common, executors: executorTable(executors), random: deps.random.fork('outbox') },
    { owner: deps.owner, actionsAtOnce: config.actionsAtOnce, actionLeaseMs: config.actionLeaseMs },
  );
  const dryRuns = createDryRuns({ records, history, currencyOf, clock, log });
  deps.metrics.gaugeOf('weir_decision_held_decisions', 'Decisions in memory', () => records.decisions.size);
  deps.metrics.gaugeOf(
    'weir_decision_held_items',
    'Items of the outbox in memory',
    () => records.outbox.size,
  );
  deps.metrics.gaugeOf('weir_decision_running_actions', 'Actions being executed', () => runner.running);

  const serving = serveAnswers(bus, {
    ...policyAnswers({ records, clock, dryRuns }),
    ...decisionAnswers({ records, proposals, clock }),
    ...controlAnswers({ records, sender, secure: secureRandom, clock }),
    ...auditAnswers({ log: auditLog, key, clock }),
  });

  // Whoever asks from here on is heard.
  await bus.nc.flush();

  /**
   * Repeats a round until the signal aborts: every so often, and soon after something it works on has changed. A failed one is counted and
   * repeated after a pause that doubles.
   */
  const loop = async (
    part: string,
    everyMs: number,
    signal: AbortSignal,
    round: () => Promise<void>,
    watched: readonly Pick<KvMirror<unknown>, 'onChange'>[] = [],
  ): Promise<void> => {
    let failures = 0;
    let waking = new AbortController();
    const listeners = watched.map((mirror) => mirror.onChange(() => waking.abort()));
    while (!signal.aborted) {
      waking = new AbortController();
      try {
        await round();
        failures = 0;
      } catch (error) {
        metrics.failures.inc({ part });
        log.warn({ part, error: messageOf(error) }, 'a round failed and is repeated');
        failures += 1;
      }
      if (failures > 0)
        await clock.sleep(Math.min(maxPauseMs, failedPauseMs * 2 ** failures), signal).catch(() => undefined);
      else if (waking.signal.aborted) await clock.sleep(gatherMs, signal).catch(() => undefined);
      else await clock.sleep(everyMs, AbortSignal.any([signal, waking.signal])).catch(() => undefined);
    }
    for (const listener of listeners) listener.stop();
  };

  /** What a tenant begins with; what was changed or deleted is there already, as such, and stays as it is. */
  const giveBeginnings = async (): Promise<void> => {
    const removed = new Set(removalsIn(records.jobs.values()).map(({ tenant }) => tenant));
    for (const tenant of access.tenants()) {
      for (const policy of tenant.simulated && !removed.has(tenant.id)
        ? examplePolicies(tenant.id, clock.nowMs())
        : []) {
        const key = keyIn(tenant.id, policy.id);
        if (records.policies.get(key) === undefined) await records.policies.create(key, policy);
      }
      for (const schedule of defaultSchedules(tenant.id, tenant.timeZone, clock.nowMs())) {
        const key = keyIn(tenant.id, schedule.id);
        if (records.schedules.get(key) === undefined) await records.schedules.create(key, schedule);
      }
    }
  };

  const forget = createForgetter(records, deps.store);

  const work = async (signal: AbortSignal): Promise<void> => {
    await endLostDryRuns({ records, clock });
    // One that ends by a fault ends the others, and all begin again from what is stored.
    const ending = new AbortController();
    const all = AbortSignal.any([signal, ending.signal]);
    const parts = [
      writeChains({ log: auditLog, history, key, clock, metrics, faults }, all),
      followDecisions({ ...common, intake }, all),
      evaluator.follow(all),
      loop('policies', tickEveryMs, all, () => evaluator.tick()),
      loop('decisions', roundEveryMs, all, () => reconciler.round(), [records.decisions, records.outbox]),
      loop('outbox', roundEveryMs, all, async () => runner.round(), [records.outbox]),
      loop('schedules', scheduleEveryMs, all, async () => {
        await giveBeginnings();
        await forget();
        await queueDueRuns({ records, clock, metrics, faults }, config.missedAfterMs);
      }),
    ].map(async (part) => {
      try {
        await part;
      } catch (error) {
        ending.abort();
        throw error;
      }
    });
    const ended = await Promise.allSettled(parts);
    // What is on its way may end; what takes longer is taken again by whoever comes next.
    await Promise.race([runner.idle(), clock.sleep(stopGraceMs)]);
    const failed = ended.find((each) => each.status === 'rejected');
    if (failed !== undefined && !signal.aborted) throw failed.reason;
  };

  const stopping = new AbortController();
  const working = workWhileHeld(
    { leases, clock, log },
    {
      owner: deps.owner,
      leaseTtlMs: config.leaseTtlMs,
      storeRetryMs: leaseAgainMs,
      longestRetryMs: leaseAgainMs,
    },
    'decision',
    stopping.signal,
    work,
  );
  const experiments = await startExperiments(
    { bus, store: deps.store, access, clock, log: deps.log, metrics: deps.metrics },
    {
      owner: deps.owner,
      leaseTtlMs: config.leaseTtlMs,
      storeRetryMs: failedPauseMs,
      everyMs: 1_000 * config.experimentsEverySeconds,
    },
  );

  return {
    stop: async () => {
      serving.stop();
      stopping.abort();
      await experiments.stop();
      await working;
      await records.stop();
    },
  };
}
