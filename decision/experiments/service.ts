import type { AccessDirectory } from '../../platform/access/access.ts';
import { openKvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { messageOf } from '../../platform/errors/weir-error.ts';
import { workUnderLease } from '../../platform/lease/held-lease.ts';
import { peopleEvents } from '../../platform/persons/people-sql.ts';
import { createLeaseStore } from '../../platform/lease/lease-store.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { CountRow, countSql } from './count-sql.ts';
import { countsFrom } from './counts.ts';
import { primaryPosteriors, readExperiment } from './read.ts';
import { stepExperiment } from './step.ts';

export interface ExperimentDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: Pick<AccessDirectory, 'tenant'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ExperimentConfig {
  readonly owner: string;
  readonly leaseTtlMs: number;
  readonly storeRetryMs: number;
  /** How often running experiments are read. */
  readonly everyMs: number;
}

const LEASE_KEY = 'experiments';
const IDLE_MS = 500;

/**
 * Reads every running experiment again and again, by one process at a time: counts from stored events, what is known, advice, shares.
 * Crash order: the result with its kept p-values is written first, then what changes in the experiment. Both are absolute and
 * compare-and-set, so a crash between them repeats a reading and nothing else; a p-value is never lost once somebody could have seen it.
 */
export async function startExperiments(
  deps: ExperimentDeps,
  config: ExperimentConfig,
): Promise<{ stop(): Promise<void> }> {
  const { bus, clock } = deps;
  const log = deps.log.child({ module: 'experiments' });
  const [experiments, results, leases] = await Promise.all([
    openKvMirror(bus, buckets.experiments, { schema: Experiment }),
    openKvMirror(bus, buckets.experimentResults, { schema: ExperimentResult }),
    createLeaseStore(bus),
  ]);
  const running = deps.metrics.gauge('weir_running_experiments', 'Experiments that run');
  const faults = deps.metrics.counter('weir_experiment_faults_total', 'Experiments that could not be read');

  const readOne = async (experiment: Experiment): Promise<void> => {
    const key = `${experiment.tenant}.${experiment.key}`;
    const startedAtMs = experiment.startedAtMs ?? 0;
    const before = results.get(key);
    const kept = before?.startedAtMs === startedAtMs ? before.kept : {};
    const nowMs = clock.nowMs();
    const currency = deps.access.tenant(experiment.tenant)?.currency ?? 'USD';
    const people = await peopleEvents(deps.store, experiment.tenant);
    const { sql, params } = countSql(experiment, nowMs, 10 ** (currencyExponent(currency) ?? 2), people);
    const counts = countsFrom(experiment, await deps.store.query(sql, params, CountRow));
    const [next, reading] = readExperiment(experiment, counts, kept, nowMs);
    await results.update(key, () => ({ startedAtMs, reading, kept: next }));
    const posteriors = primaryPosteriors(experiment, counts);
    if (stepExperiment(experiment, reading, posteriors, nowMs) === undefined) return;
    await experiments.update(key, (current) =>
      current === undefined ? undefined : stepExperiment(current, reading, posteriors, nowMs),
    );
  };

  const noteFault = async (experiment: Experiment, error: unknown): Promise<void> => {
    faults.inc();
    log.warn(
      { err: error, tenant: experiment.tenant, experiment: experiment.key },
      'an experiment could not be read',
    );
    await results
      .update(`${experiment.tenant}.${experiment.key}`, (current) =>
        current === undefined ? undefined : { ...current, fault: messageOf(error).slice(0, 300) },
      )
      .catch(() => undefined);
  };

  const stopping = new AbortController();
  const { signal } = stopping;
  const working = workUnderLease({ leases, clock, log }, config, LEASE_KEY, signal, async (lease, ending) => {
    let nextMs = clock.monotonicMs();
    while (!ending.aborted) {
      await lease.confirm();
      if (clock.monotonicMs() < nextMs) {
        await clock.sleep(IDLE_MS, ending).catch(() => undefined);
        continue;
      }
      nextMs = clock.monotonicMs() + config.everyMs;
      const due = experiments.values().filter((each) => isDue(each, clock.nowMs()));
      running.set(due.filter(({ state }) => state === 'running').length);
      for (const experiment of due) {
        if (ending.aborted) return;
        await lease.confirm();
        await readOne(experiment).catch((error: unknown) => noteFault(experiment, error));
      }
    }
  });

  return {
    stop: async () => {
      stopping.abort();
      await working;
      await experiments.stop();
      await results.stop();
    },
  };
}

/** Running, or stopped so lately that some user's window is still open: what users still do in it counts. */
function isDue({ state, stoppedAtMs, windowHours }: Experiment, nowMs: number): boolean {
  if (state === 'running') return true;
  return stoppedAtMs !== undefined && nowMs < stoppedAtMs + windowHours * 3_600_000;
}
