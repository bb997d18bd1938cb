import { alarmWindows } from '../../platform/contracts/alarm-window.ts';
import { defaultWatchSettings, watchedWindows } from '../../platform/contracts/anomaly.ts';
import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Directory } from '../directory.ts';
import { writtenMarks, type WrittenMark } from '../kpi-progress.ts';
import type { EventLog } from '../ports.ts';
import type { SignalPublisher } from '../../platform/signals/publisher.ts';
import { workUnderLease, type HeldLease } from '../../platform/lease/held-lease.ts';
import { restAfter } from '../stage/rest.ts';
import type { StageConfig, StageDeps } from '../stage/run-stage.ts';
import type { RunnableStage } from '../stage/start-stages.ts';
import { createWatchMetrics } from './metrics.ts';
import { anomalyColumns, bandColumns } from './rows.ts';
import {
  createTenantWatch,
  decodeTenantWatch,
  emptyOutbox,
  encodeTenantWatch,
  type TenantWatch,
} from './watch-state.ts';
import type { WatchRecords } from './watch-records.ts';
import { watchTenant, type WatchConfig } from './watch-tenant.ts';

export interface WatchDeps {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly directory: Pick<Directory, 'tenantOf' | 'kpisOf' | 'measuresOf' | 'mrrPolicyOf'>;
  /** Opened whenever the lease was taken, for as long as the signal does not abort. */
  readonly openRecords: (signal: AbortSignal) => Promise<WatchRecords>;
  readonly signals: SignalPublisher;
  readonly events: Pick<EventLog, 'lastSeqOf'>;
}

/**
 * Watches every KPI series of every tenant, with no configuration. A second stage of its own kind: it reads what the first stage has
 * written into `kpi`, under the lease `stage.watch`.
 *
 * Order of effects for each tenant, and what a crash leaves at each point:
 *   1. judge closed windows in memory    crash after: nothing was told; they are read and judged again, with revisions that came since
 *   2. snapshot (state and outbox)       crash during: the object is the old one or the new one
 *   3. rows and signals of the outbox    crash during or after: the next owner writes the same rows and messages again
 * So a judgement that anybody has heard of is in the snapshot, and is never made a second time from other numbers.
 */
export function createWatch(deps: WatchDeps, config: WatchConfig): RunnableStage {
  return {
    name: 'watch',
    tables: ['expectations', 'anomalies', 'signals'],
    run: (stageDeps, stageConfig, signal) =>
      workUnderLease(stageDeps, stageConfig, 'stage.watch', signal, (lease, aborted) =>
        work(deps, config, stageDeps, stageConfig, lease, aborted),
      ),
  };
}

const objectOf = (tenant: string): string => `watch-${tenant}`;

async function work(
  deps: WatchDeps,
  config: WatchConfig,
  stage: StageDeps,
  stageConfig: StageConfig,
  lease: HeldLease,
  signal: AbortSignal,
): Promise<void> {
  const { store } = deps;
  const { clock, log, snapshots } = stage;
  const metrics = createWatchMetrics(deps.metrics);
  const ended = new AbortController();
  const records = await deps.openRecords(AbortSignal.any([signal, ended.signal]));
  const states = new Map<string, TenantWatch>();
  const bytes = new Map<string, number>();
  const forgetting: { readonly tenant: string; readonly resolve: () => void }[] = [];
  let position = 0;
  let pending = 0;
  let flushedAtMs: number | undefined;
  let failure: string | undefined;

  const stateOf = async (tenant: string): Promise<TenantWatch> => {
    const known = states.get(tenant);
    if (known !== undefined) return known;
    const stored = await snapshots.get(objectOf(tenant)).catch((error: unknown) => {
      if (isWeirError(error) && error.code === 'BUS_VALUE_INVALID') return new Uint8Array(0);
      throw error;
    });
    const decoded = stored === undefined ? undefined : decodeTenantWatch(stored);
    if (stored !== undefined && decoded === undefined)
      log.error({ tenant }, 'what was learned of a tenant is damaged or of another version: learned anew');
    const state = decoded ?? createTenantWatch(tenant);
    states.set(tenant, state);
    return state;
  };

  const save = async (state: TenantWatch): Promise<void> => {
    await lease.confirm();
    const image = encodeTenantWatch(state);
    await snapshots.put(objectOf(state.tenant), image);
    bytes.set(state.tenant, image.length);
  };

  const flush = async (state: TenantWatch): Promise<void> => {
    const { anomalies, bands, signals } = state.outbox;
    if (!isOwed(state.outbox)) return;
    await lease.confirm();
    await store.insertRows('expectations', bandColumns, bands.join(''));
    await store.insertRows('anomalies', anomalyColumns, anomalies.join(''));
    await deps.signals.publish(signals);
    for (const { kind } of signals) metrics.signals.inc({ kind });
    state.outbox = emptyOutbox();
    flushedAtMs = clock.nowMs();
  };

  /** Judges what is closed; answers whether there was anything. */
  const step = async (tenant: string, mark: WrittenMark): Promise<boolean> => {
    const record = deps.directory.tenantOf(tenant);
    if (record === undefined) return false;
    const state = await stateOf(tenant);
    await flush(state);
    const judged = await watchTenant(
      state,
      mark,
      {
        store,
        tenant: record,
        definitions: deps.directory.kpisOf(tenant),
        measures: deps.directory.measuresOf(tenant),
        policy: deps.directory.mrrPolicyOf(tenant),
        settings: records.settingsOf(tenant) ?? defaultWatchSettings,
        yieldTurn: () => clock.sleep(0, signal),
      },
      config,
      clock.nowMs(),
    );
    for (const window of alarmWindows) metrics.windows.inc({ window }, judged[window]);
    if (alarmWindows.every((window) => judged[window] === 0)) return false;
    await save(state);
    await flush(state);
    return true;
  };

  const forget = async (): Promise<void> => {
    for (const { tenant, resolve } of forgetting.splice(0)) {
      states.delete(tenant);
      bytes.delete(tenant);
      await snapshots.delete(objectOf(tenant));
      await deps.signals.forget(tenant);
      resolve();
    }
  };

  const round = async (): Promise<boolean> => {
    await lease.confirm();
    await forget();
    const progress = await records.progress();
    const lastSeqOf = new Map<number, number>();
    for (let partition = 0; partition < config.partitions; partition++)
      lastSeqOf.set(partition, await deps.events.lastSeqOf(partition));
    position = progress.length === 0 ? 0 : Math.max(0, ...progress.map(({ logSeq }) => logSeq));
    pending = Math.max(0, ...progress.map((p) => (lastSeqOf.get(p.partition) ?? 0) - p.logSeq));
    let isBehind = false;
    let fault: string | undefined;
    for (const [tenant, mark] of writtenMarks(progress, lastSeqOf)) {
      try {
        if (await step(tenant, mark)) isBehind = true;
      } catch (error) {
        if (signal.aborted || (isWeirError(error) && error.code === 'STREAMS_LEASE_LOST')) throw error;
        // What was judged and not saved is judged again: from the snapshot, as if nothing had been.
        states.delete(tenant);
        fault = messageOf(error);
        metrics.failures.inc();
        if (failure === undefined) log.warn({ tenant, error: fault }, 'a tenant is not watched, repeating');
      }
    }
    failure = fault;
    let series = 0;
    let leftOut = 0;
    for (const { grains } of states.values())
      for (const window of watchedWindows) {
        series += grains[window].series.size;
        leftOut += grains[window].leftOut;
      }
    metrics.series.set(series);
    metrics.leftOut.set(leftOut);
    metrics.snapshotBytes.set([...bytes.values()].reduce((sum, one) => sum + one, 0));
    return isBehind && fault === undefined;
  };

  const release = stage.onOwned({
    name: 'watch',
    get position() {
      return position;
    },
    get pending() {
      return pending;
    },
    get flushedAtMs() {
      return flushedAtMs;
    },
    get owesWrites() {
      return [...states.values()].some(({ outbox }) => isOwed(outbox));
    },
    get failure() {
      return failure;
    },
    // It reads windows by event time, which no loss of the log renumbers.
    repair: undefined,
    forget: (tenant) =>
      new Promise((resolve) => {
        forgetting.push({ tenant, resolve });
      }),
  });
  try {
    while (!signal.aborted) {
      const startedMs = clock.monotonicMs();
      const isBehind = await round();
      const workedMs = clock.monotonicMs() - startedMs;
      const restMs = restAfter(workedMs, stageConfig.stageWorkShare);
      await clock
        .sleep(Math.max(isBehind ? 0 : stageConfig.stagePollIntervalMs, restMs), signal)
        .catch(() => undefined);
    }
  } finally {
    ended.abort();
    release();
  }
}

function isOwed({ anomalies, bands, signals }: TenantWatch['outbox']): boolean {
  return anomalies.length + bands.length + signals.length > 0;
}
