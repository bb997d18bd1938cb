import type { Explanation } from '../../platform/contracts/anomaly.ts';
import type { Dimension, Measure } from '../../platform/contracts/kpi.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Episode } from '../anomaly/episode.ts';
import { lengthMs, readClosedWindows } from './closed-windows.ts';
import { cellContributions, readCells } from './explain-cells.ts';
import { inputsOf, unsaidOf } from './explain-inputs.ts';
import { isCutBy } from './explain-window.ts';
import type { ClosedWindow } from './judge.ts';
import { kpisIn, type KpiPlan, type WatchedKpi } from './kpi-plan.ts';
import { anomalyRow } from './rows.ts';
import { usualWindows, type Usual } from './usual-windows.ts';
import type { Alarm } from './alarm.ts';
import {
  seriesKey,
  type GrainState,
  type SeriesState,
  type TenantWatch,
  type WatchedKey,
} from './watch-state.ts';

export interface ExplainDeps {
  readonly store: Store;
  readonly plan: KpiPlan;
}

/** Episodes of a window that are looked into: those nothing covers first, the rarest first. Others keep what the judge said of them. */
const MOST_EXPLAINED = 6;

interface Opened {
  readonly kpi: WatchedKpi;
  readonly key: WatchedKey;
  readonly series: SeriesState;
  readonly alarm: Alarm;
  readonly episode: Episode;
}

/**
 * Says more of the episodes that began with a window: for parts which values of the other dimensions moved them, for totals and parts which contents, and for
 * formulas of several measures how each of these moved. What dimensions are not kept together is counted from the stored events of the window and
 * of the usual ones, so it is done for new episodes alone, a few a window. Comes before the outbox is saved: what was told never changes by it.
 */
export async function explainOpened(
  tenant: TenantWatch,
  closed: ClosedWindow,
  { plan, store }: ExplainDeps,
): Promise<void> {
  const opened = openedIn(tenant.grains[closed.window], closed, plan)
    .toSorted(
      (a, b) =>
        Number(a.alarm.parentId !== '') - Number(b.alarm.parentId !== '') ||
        b.episode.peakScore - a.episode.peakScore,
    )
    .slice(0, MOST_EXPLAINED);
  for (const each of opened) {
    const explanation = await explain(tenant.tenant, closed, each, store);
    const alarm: Alarm = { ...each.alarm, explanation, revision: each.alarm.revision + 1 };
    each.series.alarm = alarm;
    const { episode, key, kpi } = each;
    const view = { kpi, window: closed.window, key, episode, alarm, isOpen: true };
    tenant.outbox.anomalies.push(anomalyRow(tenant.tenant, view, lengthMs[closed.window]));
    tenant.outbox.signals.splice(
      0,
      tenant.outbox.signals.length,
      ...tenant.outbox.signals.map((signal) => withExplanation(signal, alarm)),
    );
  }
}

function withExplanation(signal: Signal, { explanation, id }: Alarm): Signal {
  return signal.id === id ? { ...signal, evidence: { ...signal.evidence, explanation } } : signal;
}

function openedIn(grain: GrainState, closed: ClosedWindow, plan: KpiPlan): Opened[] {
  return kpisIn(plan, closed.window).flatMap((kpi) =>
    grain.keys.flatMap((key) => {
      const series = grain.series.get(seriesKey(kpi.definition.key, key));
      const alarm = series?.alarm;
      const episode = series?.episode.open;
      return series !== undefined && episode !== undefined && alarm?.startedMs === closed.startMs
        ? [{ kpi, key, series, alarm, episode }]
        : [];
    }),
  );
}

async function explain(
  tenant: string,
  closed: ClosedWindow,
  { alarm, episode, key, kpi }: Opened,
  store: Store,
): Promise<Explanation> {
  const known = alarm.explanation;
  const expected = episode.expected ?? episode.observed;
  const base: Explanation = known ?? {
    windowStartMs: closed.startMs,
    expected,
    observed: episode.observed,
    dimensions: [],
  };
  const usual = await readUsual(store, tenant, closed, key, kpi.definition.measures);
  const inputs = inputsOf(kpi, closed.states.get(seriesKey('', key)), usual);
  const dimensions = [...base.dimensions];
  let isCutShort = false;
  if (kpi.shape.kind !== 'none' && usual.states.length > 0)
    for (const dimension of dimensionsToCount(kpi, key, base)) {
      const cells = await readCells(store, {
        tenant,
        closed,
        key,
        dimension,
        measures: kpi.definition.measures,
        usualStarts: usual.starts,
      });
      if (cells === undefined) {
        isCutShort = true;
        continue;
      }
      const contributions = cellContributions(
        kpi,
        closed,
        key,
        { expected, observed: episode.observed },
        cells,
        usual,
      );
      if (contributions.length > 0) dimensions.push({ dimension, contributions });
    }
  const unsaid =
    dimensions.length === 0 && isCutShort ? 'long' : unsaidOf(kpi, dimensions.length, usual.states.length);
  return {
    ...base,
    dimensions,
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(unsaid === undefined ? {} : { unsaid }),
  };
}

/** Dimensions the KPI makes sense by that are neither the part's own nor explained already. */
function dimensionsToCount(
  { definition, ...kpi }: WatchedKpi,
  key: WatchedKey,
  known: Explanation,
): Dimension[] {
  return (['channel', 'country', 'stream', 'content'] as const).filter(
    (dimension) =>
      dimension !== key.rollup &&
      !known.dimensions.some((each) => each.dimension === dimension) &&
      (dimension === 'content'
        ? definition.dimensions.includes(dimension)
        : key.rollup !== 'total' && isCutBy({ definition, ...kpi }, dimension)),
  );
}

async function readUsual(
  store: Store,
  tenant: string,
  closed: ClosedWindow,
  key: WatchedKey,
  measures: readonly Measure[],
): Promise<Usual> {
  const starts = usualWindows(closed);
  const fromMs = starts[0];
  if (fromMs === undefined) return { starts: [], states: [] };
  const windows = await readClosedWindows(store, {
    tenant,
    window: closed.window,
    fromMs,
    toMs: closed.startMs,
    keys: [key],
    measures,
  });
  const wanted = new Set(starts);
  const found = windows.flatMap(({ startMs, states }) => {
    const state = states.get(seriesKey('', key));
    return state !== undefined && wanted.has(startMs) ? [{ startMs, state }] : [];
  });
  return { starts: found.map(({ startMs }) => startMs), states: found.map(({ state }) => state) };
}
