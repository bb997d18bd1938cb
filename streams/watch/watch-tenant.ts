import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import { watchedWindows, type WatchedWindow, type WatchSettings } from '../../platform/contracts/anomaly.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiDefinition, Measure } from '../../platform/contracts/kpi.ts';
import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Store } from '../../platform/store/store.ts';
import type { WrittenMark } from '../kpi-progress.ts';
import { mayAlarm, shareBudget, type SeriesBudget, type SeriesCount } from './budget.ts';
import { busiestKeys, firstWindow, lengthMs, readClosedWindows } from './closed-windows.ts';
import { explainOpened } from './explain-opened.ts';
import { isCutBy } from './explain-window.ts';
import { judgeWindow } from './judge.ts';
import { planKpis, type KpiPlan } from './kpi-plan.ts';
import { watchSlow } from './slow-watch.ts';
import { totalKey, type GrainState, type TenantWatch, type WatchedKey } from './watch-state.ts';

export interface WatchTenantDeps {
  readonly store: Store;
  readonly tenant: Tenant;
  readonly definitions: readonly KpiDefinition[];
  readonly measures: readonly Measure[];
  readonly settings: WatchSettings;
  /** The newest mrr_policy the tenant has set; undefined when none. */
  readonly policy: MrrPolicy | undefined;
  /** Lets others work: hundreds of series are judged at a stretch. */
  readonly yieldTurn: () => Promise<void>;
}

export interface WatchConfig {
  readonly partitions: number;
  /** A window is judged once, so long after the watermark of the written rows has passed its end. */
  readonly watchSettleMs: number;
  readonly watchDimensionValues: number;
  readonly watchSignalMaxAgeMs: number;
  /** Minutes that are older than this are not judged. */
  readonly watchMinutesBackMs: number;
}

/** How far back hours are learned from when a tenant is first seen, and when it was not watched for long. */
const LOOK_BACK_MS = 35 * 86_400_000;
/** Windows read at once. */
const WINDOWS_PER_READ = 60;
/** A feed whose newest time was so near to the present is live: its silence means something. */
const LIVE_WITHIN_MS = 10 * 60_000;
/** Silence of a live feed after which its windows are judged as empty ones. */
const SILENT_AFTER_MS = 5 * 60_000;
/** A feed that has been silent for so long is not live any more. */
const GIVE_UP_AFTER_MS = 86_400_000;

/**
 * Judges up to one read of each grain that is closed and written. Answers how many windows were judged; what is to be written is in the
 * state's outbox.
 */
export async function watchTenant(
  state: TenantWatch,
  mark: WrittenMark,
  deps: WatchTenantDeps,
  config: WatchConfig,
  nowMs: number,
): Promise<Record<AlarmWindow, number>> {
  const judged: Record<AlarmWindow, number> = { '1m': 0, '1h': 0, '1d': 0, '1mo': 0 };
  const closedMs = closedUpTo(state, mark, nowMs) - config.watchSettleMs;
  if (!Number.isFinite(closedMs)) return judged;
  const minorPerMajor = 10 ** (currencyExponent(deps.tenant.currency) ?? 2);
  const plan = planKpis(deps.definitions, minorPerMajor);
  for (const window of watchedWindows)
    judged[window] = await watchGrain(state, window, closedMs, plan, deps, config, nowMs);
  const budgets = shareBudget(deps.settings, seriesCounts(state, plan));
  const slowDeps = { ...deps, plan, budgetOf: (kpi: string): number => budgetOf(budgets, kpi, totalKey) };
  return { ...judged, ...(await watchSlow(state, closedMs, slowDeps, nowMs)) };
}

/**
 * Event time by which windows are closed. A live feed that stays away would leave its windows open for ever and nobody would be told: when
 * nothing waits to be counted, the clock closes them some minutes later.
 */
function closedUpTo(state: TenantWatch, mark: WrittenMark, nowMs: number): number {
  if (mark.watermarkMs >= nowMs - LIVE_WITHIN_MS) state.liveAtMs = nowMs;
  const isSilent = mark.isDrained && mark.watermarkMs < nowMs - SILENT_AFTER_MS;
  if (!isSilent || state.liveAtMs < nowMs - GIVE_UP_AFTER_MS) return mark.watermarkMs;
  return Math.max(mark.watermarkMs, nowMs - SILENT_AFTER_MS);
}

async function watchGrain(
  state: TenantWatch,
  window: WatchedWindow,
  closedMs: number,
  plan: KpiPlan,
  deps: WatchTenantDeps,
  config: WatchConfig,
  nowMs: number,
): Promise<number> {
  const { store, measures, settings, tenant } = deps;
  const grain = state.grains[window];
  const length = lengthMs[window];
  const upToMs = Math.floor(closedMs / length) * length;
  // Minutes of an import of old history are too many to be worth it: they are looked at by the hour.
  const earliestMs = Math.max(0, window === '1m' ? nowMs - config.watchMinutesBackMs : upToMs - LOOK_BACK_MS);
  if (grain.nextMs === undefined || grain.nextMs < earliestMs)
    grain.nextMs = await firstWindow(store, tenant.id, window, earliestMs);
  const fromMs = grain.nextMs;
  if (fromMs === undefined || fromMs >= upToMs) return 0;
  const toMs = Math.min(upToMs, fromMs + WINDOWS_PER_READ * length);
  // Which values are watched is looked at once an hour of event time.
  if (grain.keys.length <= 1 || Math.floor(fromMs / lengthMs['1h']) !== Math.floor(toMs / lengthMs['1h'])) {
    const counts = measures.filter(({ agg }) => agg === 'count').map(({ key }) => key);
    const chosen = await busiestKeys(store, tenant.id, toMs, counts, config.watchDimensionValues);
    grain.keys = chosen.keys;
    grain.leftOut = chosen.leftOut;
    forgetOthers(grain);
  }
  const windows = await readClosedWindows(store, {
    tenant: tenant.id,
    window,
    fromMs,
    toMs,
    keys: grain.keys,
    measures,
  });
  const budgets = shareBudget(settings, seriesCounts(state, plan));
  const judgeDeps = {
    plan,
    words: { currency: tenant.currency },
    budgetOf: (kpi: string, key: WatchedKey): number => budgetOf(budgets, kpi, key),
    nowMs,
    signalMaxAgeMs: config.watchSignalMaxAgeMs,
  };
  for (const closed of windows) {
    const told = state.outbox.anomalies.length;
    judgeWindow(state, closed, judgeDeps);
    // History that is learned from is only listed: what it was like is not looked into.
    if (state.outbox.anomalies.length > told && closed.endMs >= nowMs - config.watchSignalMaxAgeMs)
      await explainOpened(state, closed, { store, plan });
    await deps.yieldTurn();
  }
  return windows.length;
}

/** Series a tenant has: each KPI's total and the chosen values of its dimensions, in each window it is watched in. */
function seriesCounts(state: TenantWatch, plan: KpiPlan): SeriesCount[] {
  return plan.kpis.map((kpi) => ({
    kpi: kpi.definition.key,
    shape: kpi.shape.kind,
    totals: kpi.watch.anomalies.length,
    parts: watchedWindows.reduce(
      (sum, window) =>
        sum +
        (kpi.watch.anomalies.includes(window)
          ? state.grains[window].keys.filter(
              (key) =>
                key.rollup !== 'total' && isCutBy(kpi, key.rollup) && mayAlarm(kpi.shape.kind, key, window),
            ).length
          : 0),
      0,
    ),
  }));
}

function budgetOf(budgets: ReadonlyMap<string, SeriesBudget>, kpi: string, key: WatchedKey): number {
  const budget = budgets.get(kpi);
  return (key.rollup === 'total' ? budget?.total : budget?.part) ?? 0;
}

/** Drops the series of values that are no longer watched, except those with something open, which must still end. */
function forgetOthers(grain: GrainState): void {
  const watched = new Set(grain.keys.map(({ rollup, dim }) => `${rollup}/${dim}`));
  const kept: WatchedKey[] = [];
  for (const [name, series] of grain.series) {
    const cut = name.slice(name.indexOf('/') + 1);
    if (watched.has(cut)) continue;
    if (series.alarm === undefined) grain.series.delete(name);
    else {
      watched.add(cut);
      const slash = cut.indexOf('/');
      const rollup = cut.slice(0, slash);
      if (rollup === 'channel' || rollup === 'country' || rollup === 'stream')
        kept.push({ rollup, dim: cut.slice(slash + 1) });
    }
  }
  if (kept.length > 0) grain.keys = [...grain.keys, ...kept];
}
