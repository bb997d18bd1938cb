import type { PlainEvent } from '../ingest/import/plain-event.ts';
import { createSimulator } from '../ingest/simulate/simulator.ts';
import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { Measure, MeasureState } from '../platform/contracts/kpi.ts';
import { distinctMeasures } from '../streams/directory.ts';
import { shareBudget } from '../streams/watch/budget.ts';
import { isCutBy } from '../streams/watch/explain-window.ts';
import { judgeWindow, type ClosedWindow } from '../streams/watch/judge.ts';
import { planKpis, type KpiPlan } from '../streams/watch/kpi-plan.ts';
import { anomalyColumns } from '../streams/watch/rows.ts';
import {
  createTenantWatch,
  emptyOutbox,
  seriesKey,
  totalKey,
  type WatchedKey,
} from '../streams/watch/watch-state.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 168 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 2);
const RATE_PER_SECOND = 100;
const SETTINGS = [1, 2, 5, 10, 20];
/** Until a week has been seen twice, its profile is still being learned. */
const LEARNING_WEEKS = 2;
/** Episodes this near to an outage, or in a viral moment, are no false ones. */
const NEAR_MS = HOUR_MS;
/** A viral moment has lost 95 of 100 parts of its height by then. */
const VIRAL_DECAYS = 3;

export interface FalseAlarms {
  readonly setting: number;
  /** Alarms of their own (not listed under another) a week without a known cause, after the learning weeks. */
  readonly perWeek: number;
  readonly whileLearning: number;
  /** Of all alarms, those at an outage or a viral moment: something was there. */
  readonly withCause: number;
}

/**
 * "About N false alarms a week", counted: every KPI series by the hour (total, channels, countries) of simulated networks of several seeds,
 * judged as the engine judges them, with all of N for the hours. Outages and viral moments are part of the network and known: what is told
 * near one counts apart.
 */
export function measureFalseAlarms(
  weeks: number,
  seeds: number,
  tell: (line: string) => void,
): readonly FalseAlarms[] {
  const plan = planKpis(kpiCatalogue.filter(isCounted), 100);
  const found = SETTINGS.map((setting) => ({ setting, quiet: 0, learning: 0, withCause: 0 }));
  let quietWeeks = 0;
  let learningWeeks = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const simulator = createSimulator({
      seed: `quiet ${seed}`,
      ratePerSecond: RATE_PER_SECOND,
      startMs: START_MS,
    });
    const untilMs = START_MS + weeks * WEEK_MS;
    const { windows, keys } = hourlyWindows(simulator.history(START_MS, untilMs));
    const causes = [
      ...simulator.groundTruth.outages(START_MS, untilMs),
      ...simulator.groundTruth
        .viralMoments(START_MS, untilMs)
        .map(({ startMs, decayMs }) => ({ startMs, endMs: startMs + VIRAL_DECAYS * decayMs })),
    ];
    const hasCause = (fromMs: number, toMs: number): boolean =>
      causes.some(({ startMs, endMs }) => fromMs < endMs + NEAR_MS && toMs > startMs - NEAR_MS);
    const isLearning = (startMs: number): boolean => startMs < START_MS + LEARNING_WEEKS * WEEK_MS;
    // Hours near a cause could not have a false alarm counted.
    for (const { startMs, endMs } of windows) {
      if (hasCause(startMs, endMs)) continue;
      if (isLearning(startMs)) learningWeeks += HOUR_MS / WEEK_MS;
      else quietWeeks += HOUR_MS / WEEK_MS;
    }
    for (const row of found)
      for (const { startMs, endMs } of judgeAll(plan, windows, keys, row.setting)) {
        if (hasCause(startMs, endMs)) row.withCause++;
        else if (isLearning(startMs)) row.learning++;
        else row.quiet++;
      }
    tell(`  seed ${seed}: ${windows.length} hours, ${keys.length} values`);
  }
  return found.map(({ setting, quiet, learning, withCause }) => ({
    setting,
    perWeek: quiet / quietWeeks,
    whileLearning: learning / learningWeeks,
    withCause: withCause / seeds / weeks,
  }));
}

/** KPIs of sums and counts of plain fields: what can be made from plain events without the first stage. */
function isCounted({ measures }: { readonly measures: readonly Measure[] }): boolean {
  return measures.every(({ agg }) => agg === 'sum' || agg === 'count');
}

/** Hours of a network as the table `kpi` would have them. */
function hourlyWindows(history: Iterable<readonly PlainEvent[]>): {
  readonly windows: readonly ClosedWindow[];
  readonly keys: readonly WatchedKey[];
} {
  const byType = measuresByType(distinctMeasures(kpiCatalogue.filter(isCounted)));
  const hours = new Map<number, Map<string, MeasureState & { readonly sums: Record<string, number> }>>();
  const keys = new Map<string, WatchedKey>([[seriesKey('', totalKey), totalKey]]);
  for (const events of history)
    for (const { type, time, data } of events) {
      const startMs = Math.floor(Date.parse(time) / HOUR_MS) * HOUR_MS;
      const hour = hours.get(startMs) ?? new Map<string, MeasureState & { sums: Record<string, number> }>();
      hours.set(startMs, hour);
      for (const key of cutsOf(data)) {
        const name = seriesKey('', key);
        keys.set(name, key);
        const state = hour.get(name) ?? { sums: {}, mins: {}, maxs: {}, uniques: {}, quantiles: {} };
        hour.set(name, state);
        for (const measure of byType.get(type) ?? []) {
          const value = valueOf(measure, data);
          if (value !== 0) state.sums[measure.key] = (state.sums[measure.key] ?? 0) + value;
        }
      }
    }
  const windows = [...hours]
    .toSorted(([a], [b]) => a - b)
    .map(([startMs, states]): ClosedWindow => ({ window: '1h', startMs, endMs: startMs + HOUR_MS, states }));
  return { windows, keys: [...keys.values()] };
}

function measuresByType(measures: readonly Measure[]): ReadonlyMap<string, readonly Measure[]> {
  return new Map(
    eventCatalogue.map(({ type }) => [
      type,
      measures.filter(({ types }) => types.some((each) => each === type)),
    ]),
  );
}

function cutsOf(data: PlainEvent['data']): WatchedKey[] {
  const { channel_id: channel, country } = data;
  return [
    totalKey,
    ...(typeof channel === 'string' ? [{ rollup: 'channel' as const, dim: channel }] : []),
    ...(typeof country === 'string' ? [{ rollup: 'country' as const, dim: country }] : []),
  ];
}

function valueOf(measure: Measure, data: PlainEvent['data']): number {
  const { where } = measure;
  if (where !== undefined && !where.in.some((each) => each === data[where.field])) return 0;
  if (measure.agg === 'count') return 1;
  if (measure.agg !== 'sum') return 0;
  const name =
    measure.field === 'amount' ? 'amount_minor' : measure.field.slice(measure.field.indexOf(':') + 1);
  const value = data[name] ?? measure.default;
  return typeof value === 'number' ? value : 0;
}

/** Episodes of their own, as the watch tells them. */
function judgeAll(
  plan: KpiPlan,
  windows: readonly ClosedWindow[],
  keys: readonly WatchedKey[],
  falseAlarmsPerWeek: number,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  const budgets = shareBudget(
    { falseAlarmsPerWeek, perKpi: {} },
    plan.kpis.map((kpi) => ({
      kpi: kpi.definition.key,
      totals: 1,
      parts: keys.filter(({ rollup }) => rollup !== 'total' && isCutBy(kpi, rollup)).length,
    })),
  );
  const state = createTenantWatch('main');
  state.grains['1h'].keys = keys;
  const episodes = new Map<string, { startMs: number; endMs: number }>();
  for (const closed of windows) {
    judgeWindow(state, closed, {
      plan,
      words: { currency: 'USD' },
      budgetOf: (kpi, key) => {
        const budget = budgets.get(kpi);
        return (key.rollup === 'total' ? budget?.total : budget?.part) ?? 0;
      },
      nowMs: 0,
      signalMaxAgeMs: 0,
    });
    for (const line of state.outbox.anomalies) {
      const cells = line.trimEnd().split('\t');
      const cell = (name: (typeof anomalyColumns)[number]): string =>
        cells[anomalyColumns.indexOf(name)] ?? '';
      if (cell('parent_id') === '')
        episodes.set(cell('id'), { startMs: Number(cell('started_at')), endMs: Number(cell('ended_at')) });
    }
    state.outbox = emptyOutbox();
  }
  return [...episodes.values()];
}

/** The section of docs/benchmarks.md. */
export function falseAlarmsReport(rows: readonly FalseAlarms[], weeks: number, seeds: number): string {
  const cell = (value: number): string => value.toFixed(2);
  const table = rows.map(
    ({ setting, perWeek, whileLearning, withCause }) =>
      `| ${setting} | ${cell(perWeek)} | ${cell(perWeek / setting)} | ${cell(whileLearning)} | ${cell(withCause)} |`,
  );
  return `Every KPI series by the hour (sums, counts and their ratios; total, channels, countries) of ${seeds} simulated networks over ${weeks} weeks, nothing wrong
in them but their known outages and viral moments. Alarms of their own a week of the hours without a known cause, all series together.

| setting, about so many a week | from week ${LEARNING_WEEKS + 1} on | of the setting | in the first ${LEARNING_WEEKS} weeks | with a known cause |
|---|---|---|---|---|
${table.join('\n')}
`;
}
