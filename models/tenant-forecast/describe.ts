import type {
  ForecastHorizon,
  ForecastMethod,
  SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';
import { calibrate, type Interval, type Judged } from '../forecast/conformal.ts';
import { poolScores } from '../forecast/score-pool.ts';
import { naiveScale } from '../forecast/metrics.ts';
import { reconcilePositive } from '../forecast/reconcile.ts';
import { driversOf } from './drivers.ts';
import { milestonesOf } from './milestones.ts';
import { monthTotal, runningMonth } from './month-end.ts';
import { expectedError, totalFactor, totalScores, triedSums, type TotalScores } from './horizon-totals.ts';
import { isIntermittent } from './members.ts';
import { bandsOf } from './origins.ts';
import { historyLength, stepsAhead, type Panel, type PanelSeries } from './panel.ts';
import { plainForecast, type PlainForecast } from './plain-series.ts';
import { scenariosOf } from './scenarios.ts';
import { seldomInterval } from './seldom-interval.ts';
import { backtestOf, membersOf } from './series-backtest.ts';
import { errorKnownAt, type Origin } from './weigh.ts';
import type { Working } from './working.ts';

type Described = Omit<SeriesForecastDetail, 'madeAtMs' | 'modelVersion'>;

/** Multiples of a standard deviation for the rule of thumb of plain series, by level. */
const THUMB: Readonly<Record<number, number>> = { 0.68: 1, 0.8: 1.29, 0.95: 2 };

/** The panel's forecasts made to add up, with intervals, horizons, scenarios and drivers. Every number is finite. */
export function describePanel(
  panel: Panel,
  modelled: readonly number[],
  working: readonly Working[],
): Described[] {
  const steps = stepsAhead(panel);
  const byIndex = new Map(working.map((each) => [each.index, each]));
  const plain = panel.series.map((series, i) =>
    byIndex.has(i)
      ? undefined
      : (plainForecast(series.values, panel.period) ?? unmodelled(modelled.includes(i))),
  );
  const points = panel.series.map(
    (_, i) =>
      byIndex.get(i)?.outcome.now.point.map((v) => (Number.isFinite(v) ? v : 0)) ??
      new Float64Array(steps).fill(plain[i]?.value ?? 0),
  );
  const nonNegative = panel.series.map(({ values }) => values.every((v) => !(v < 0)));
  points.forEach((point, i) => {
    if (nonNegative[i] === true) point.forEach((v, h) => (point[h] = Math.max(0, v)));
  });
  const added = addUp(panel, points, byIndex, plain, nonNegative);

  const judged: Judged[] = working.flatMap(({ actual, history, index, origins, outcome, position }) =>
    outcome.past.flatMap((past): Judged[] => {
      const backtestError = errorKnownAt(past.cut, outcome.past, actual);
      if (backtestError === undefined) return [];
      return [
        {
          history: history.subarray(0, history.length - past.cut),
          combined: {
            point: past.point,
            spread: past.spread,
            weights: past.weights[0] ?? new Float64Array(0),
            backtestError,
            stated: statedAt(origins, past.cut, position),
          },
          actual: actual.subarray(
            actual.length - past.cut,
            actual.length - past.cut + Math.min(steps, past.cut),
          ),
          group: groupOf(panel, index, history),
        },
      ];
    }),
  );
  const calibration = judged.length === 0 ? undefined : calibrate(judged, panel.period, poolScores);
  const scores = totalScores(
    working.map(({ actual, history, index, outcome }) => ({
      group: groupOf(panel, index, history),
      actual,
      history,
      past: outcome.past,
    })),
    panel.horizons,
  );

  return panel.series.map((series, i) => {
    const mine = byIndex.get(i);
    const before = points[i] ?? new Float64Array(steps);
    const point = added[i] ?? before;
    const bands = panel.levels.map((level) => {
      const interval: Interval =
        mine === undefined || calibration === undefined
          ? thumb(before, plain[i]?.deviation ?? (mine?.outcome.error ?? naiveOf(mine)) * 1.25, level)
          : isIntermittent(mine.history, panel.period)
            ? seldomInterval(mine.history, panel.period, before, level)
            : calibration.interval(
                mine.history,
                {
                  point: before,
                  spread: mine.outcome.now.spread,
                  weights: mine.outcome.now.weights[0] ?? new Float64Array(0),
                  backtestError: mine.outcome.error,
                  stated: statedAt(mine.origins, 0, mine.position),
                },
                level,
                groupOf(panel, mine.index, mine.history),
              );
      return { level, ...shifted(interval, before, point, nonNegative[i] === true) };
    });
    return describeSeries({
      panel,
      series,
      mine,
      plain: plain[i],
      point,
      before,
      bands,
      scores,
      nonNegative: nonNegative[i] === true,
    });
  });
}

/** Whose scores a series' intervals go by: of its KPI, and those of series that are mostly zero apart, which err in another way. */
function groupOf(panel: Panel, index: number, history: Float64Array): string {
  const kpi = panel.series[index]?.kpi ?? '';
  return isIntermittent(history, panel.period) ? `${kpi}, seldom` : kpi;
}

function statedAt(origins: readonly Origin[], cut: number, position: number): Float64Array[] {
  const origin = origins.find((each) => each.cut === cut);
  return (origin?.stated ?? []).map((each) => each[position] ?? new Float64Array(0));
}

function unmodelled(wasMeant: boolean): PlainForecast {
  return {
    method: 'short',
    value: 0,
    deviation: 0,
    statement: wasMeant ? 'No member could work on this series; zero stands in.' : 'Nothing can be said.',
  };
}

function naiveOf(mine: Working | undefined): number {
  return mine === undefined ? 0 : naiveScale(mine.history, 1);
}

/** Step by step the closest forecasts that add up. A series that never errs, such as one gone quiet, hardly moves. */
function addUp(
  panel: Panel,
  points: readonly Float64Array[],
  byIndex: ReadonlyMap<number, Working>,
  plain: readonly (PlainForecast | undefined)[],
  nonNegative: readonly boolean[],
): Float64Array[] {
  const out = points.map((point) => point.slice());
  if (panel.sums.length === 0) return out;
  const variances = Float64Array.from(panel.series, (_, i) => {
    const mine = byIndex.get(i);
    const error = mine === undefined ? (plain[i]?.deviation ?? 0) : (mine.outcome.error ?? naiveOf(mine));
    return error * error;
  });
  for (let h = 0; h < stepsAhead(panel); h += 1) {
    const step = Float64Array.from(points, (point) => point[h] ?? 0);
    reconcilePositive(step, variances, panel.sums, (i) => nonNegative[i] === true).forEach((value, i) => {
      const target = out[i];
      if (target !== undefined && Number.isFinite(value)) target[h] = value;
    });
  }
  return out;
}

function thumb(point: Float64Array, deviation: number, level: number): Interval {
  const half = deviation * (THUMB[level] ?? 2 * level);
  return { lower: point.map((v) => v - half), upper: point.map((v) => v + half) };
}

/** Bounds moved with their point, in order around it, and not below zero where nothing ever was. */
function shifted(
  { lower, upper }: Interval,
  before: Float64Array,
  point: Float64Array,
  isNonNegative: boolean,
): { lower: number[]; upper: number[] } {
  const low: number[] = [];
  const high: number[] = [];
  point.forEach((value, h) => {
    const by = value - (before[h] ?? value);
    const floor = isNonNegative ? 0 : Number.NEGATIVE_INFINITY;
    // A bound at nothing stays there: that nothing comes is no less likely because the point was moved to add up.
    const isAtFloor = isNonNegative && !((lower[h] ?? value) > 0);
    const l = (lower[h] ?? value) + (isAtFloor ? Math.min(0, by) : by);
    const u = (upper[h] ?? value) + by;
    low.push(Math.min(value, Math.max(floor, Number.isFinite(l) ? l : value)));
    high.push(Math.max(value, Number.isFinite(u) ? u : value));
  });
  return { lower: low, upper: high };
}

interface Parts {
  readonly panel: Panel;
  readonly series: PanelSeries;
  readonly mine: Working | undefined;
  readonly plain: PlainForecast | undefined;
  readonly point: Float64Array;
  readonly before: Float64Array;
  readonly bands: SeriesForecastDetail['bands'];
  readonly scores: TotalScores;
  readonly nonNegative: boolean;
}

function describeSeries(parts: Parts): Described {
  const { bands, mine, panel, plain, point, series } = parts;
  const n = historyLength(panel);
  const word = panel.grain === 'daily' ? 'day' : 'hour';
  const known = series.values.reduce((count, v) => count + (Number.isFinite(v) ? 1 : 0), 0);
  const reach = panel.horizons.filter((horizon, k) => k === 0 || horizon <= known);
  const steps = reach.at(-1) ?? 1;
  const horizons = reach.map((horizon) => describeHorizon(parts, horizon, word));
  const notes: string[] = [];
  if (mine !== undefined) {
    const { filled, replaced, shift } = mine.repair;
    if (filled > 0)
      notes.push(
        `${count(filled, word)} of which nothing is known (a data outage) filled from their neighbours to learn from, and left out of every figure.`,
      );
    if (replaced > 0)
      notes.push(
        `${count(replaced, 'outlier')} replaced by trend and season before learning; the figures keep them.`,
      );
    if (shift !== undefined)
      notes.push(
        `The level moved ${n - shift.at} ${word}s ago${Number.isFinite(shift.ratio) ? ` to ${shift.ratio.toFixed(2)} times what it was` : ''}; what came before was moved with it before learning.`,
      );
  }
  if (panel.quietSteps > 0 && series.rollup === 'total')
    notes.push(
      `Nothing arrived in ${count(panel.quietSteps, word)} of the history: they count as zero. Where data are missing, record a data outage in the calendar.`,
    );
  const used = mine?.effects?.used ?? [];
  if (used.length > 0)
    notes.push(
      `Reckons with ${used.map(({ name }) => name).join(', ')}: on this series that made past forecasts better.`,
    );
  const missing = panel.horizons.filter((horizon) => !reach.includes(horizon));
  if (missing.length > 0)
    notes.push(
      `No forecast over ${missing.join(' and ')} ${word}s yet: that needs as many ${word}s of history, there are ${known}.`,
    );
  const main = horizons.find((each) => each.steps === 7 || each.steps === 24) ?? horizons.at(-1);
  const method: ForecastMethod = main?.method ?? plain?.method ?? 'short';
  return {
    id: series.id,
    grain: panel.grain,
    kpi: series.kpi,
    rollup: series.rollup,
    dim: series.dim,
    title: series.title,
    unit: series.unit,
    isStock: series.isStock,
    originMs: panel.starts[n] ?? 0,
    historySteps: known,
    method,
    statement: plain?.statement ?? statementOf(main, word),
    notes,
    stepStarts: [...panel.starts.subarray(n, n + steps)],
    endMs: panel.starts[n + steps] ?? 0,
    points: [...point.subarray(0, steps)],
    bands: bands.map(({ level, lower, upper }) => ({
      level,
      lower: lower.slice(0, steps),
      upper: upper.slice(0, steps),
    })),
    horizons,
    ...outlookOf(parts, horizons, steps, word),
  };
}

/** Round values and the end of the month; only of totals that models work on, since those are what bounds were tried for. */
function outlookOf(
  { bands, mine, panel, point, series }: Parts,
  horizons: readonly ForecastHorizon[],
  steps: number,
  stepWord: string,
): Pick<Described, 'milestones' | 'monthEnd'> {
  if (mine === undefined || series.rollup !== 'total' || panel.grain !== 'daily')
    return { milestones: [], monthEnd: null };
  const n = historyLength(panel);
  const points = point.subarray(0, steps);
  const wide = bands.find(({ level }) => level === 0.8);
  // Where seasonal-naive did as well, the last season is repeated: it goes nowhere, and bounds around it say nothing of when.
  const isEnsemble = horizons.at(-1)?.method === 'ensemble';
  return {
    milestones:
      wide === undefined || !isEnsemble
        ? []
        : milestonesOf({
            history: mine.history,
            points,
            lower: wide.lower,
            upper: wide.upper,
            startsMs: panel.starts.subarray(n, n + steps),
            period: panel.period,
            isStock: series.isStock,
            stepWord,
          }),
    monthEnd: monthTotal(runningMonth(panel), series, { points, horizons, bands }),
  };
}

function describeHorizon(parts: Parts, horizon: number, word: string): ForecastHorizon {
  const { bands, before, mine, nonNegative, panel, plain, point, scores, series } = parts;
  const { isStock } = series;
  const total = isStock
    ? (point[horizon - 1] ?? 0)
    : point.subarray(0, horizon).reduce((sum, v) => sum + v, 0);
  const past = beforeOf(series, horizon);
  const error = mine?.outcome.error;
  const group = mine === undefined ? series.kpi : groupOf(panel, mine.index, mine.history);
  const expected =
    mine === undefined ? 0 : (expectedError({ ...mine, past: mine.outcome.past }, 0) ?? error ?? 0);
  const bounds = panel.levels.map((level) => {
    // One step is its own interval; a sum has one of its own, since errors of neighbours go together.
    const band = bands.find((each) => each.level === level);
    const half =
      error === undefined
        ? Math.sqrt(horizon) * (plain?.deviation ?? naiveOf(mine)) * (THUMB[level] ?? 2)
        : totalFactor(scores, group, horizon, level) * horizon * expected;
    // A level at the end of the horizon has the interval of its last step.
    const isStep = horizon === 1 || isStock;
    const lower = isStep ? (band?.lower[horizon - 1] ?? total) : total - half;
    const upper = isStep ? (band?.upper[horizon - 1] ?? total) : total + half;
    return { level, lower: nonNegative ? Math.max(0, Math.min(total, lower)) : lower, upper };
  });
  const narrow = bounds.find(({ level }) => level === 0.68) ?? bounds[0];
  const method = mine === undefined ? (plain?.method ?? 'short') : methodOf(mine, panel, horizon);
  return {
    steps: horizon,
    method,
    total,
    bounds,
    before: past,
    backtest: backtestOf(mine, panel, horizon),
    members: membersOf(mine, panel, horizon),
    scenarios: scenariosOf({
      total,
      lower: narrow?.lower ?? total,
      upper: narrow?.upper ?? total,
      before: past,
      tried: mine === undefined ? 0 : triedSums(scores, group, horizon),
      stepWord: word,
      isStock,
      steps: horizon,
    }),
    drivers:
      mine === undefined || isStock
        ? []
        : driversOf({
            raw: series.values,
            filled: mine.history,
            repair: mine.repair,
            effects: mine.effects,
            point,
            unreconciled: before,
            steps: horizon,
            period: panel.period,
          }),
  };
}

/** Sum of as many steps before; of a level its last value. Null where there are not that many. */
function beforeOf({ isStock, values }: PanelSeries, horizon: number): number | null {
  const last = values.slice(isStock ? -1 : -horizon);
  if (last.length < (isStock ? 1 : horizon)) return null;
  return last.reduce((sum, v) => sum + (Number.isFinite(v) ? v : 0), 0);
}

/** What is shown over a horizon: that of most of its steps. */
function methodOf({ outcome }: Working, panel: Panel, horizon: number): ForecastMethod {
  const bands = bandsOf(panel.horizons);
  let ensemble = 0;
  bands.forEach(({ from, to }, b) => {
    if (to <= horizon && outcome.methods[b] === 'ensemble') ensemble += to - from;
  });
  return 2 * ensemble >= horizon ? 'ensemble' : 'seasonal-naive';
}

function statementOf(main: ForecastHorizon | undefined, word: string): string {
  if (main === undefined) return 'Nothing can be said.';
  const { backtest, method, steps } = main;
  const over = `over ${count(steps, word)}`;
  if (backtest.origins === 0)
    return `Seasonal-naive ${over}: the history is too short to try anything on it.`;
  const ratio = backtest.relativeToSeasonalNaive;
  const accuracy =
    backtest.accuracy === null
      ? ''
      : backtest.accuracy === 0
        ? `errors by ${word} as large as the values themselves `
        : `${(100 * backtest.accuracy).toFixed(1)}% accurate by ${word} `;
  const tried = `${accuracy}at ${count(backtest.origins, 'past origin')}${backtest.stepsTested < steps ? `, ${backtest.stepsTested} of ${steps} ${word}s tried` : ''}`;
  if (method === 'seasonal-naive')
    return `Seasonal-naive ${over}, because no model did better on this series: ${tried}.`;
  const gain =
    ratio === null
      ? ''
      : ratio < 1
        ? `, ${(100 * (1 - ratio)).toFixed(0)}% less error than seasonal-naive`
        : ', so far no less error than seasonal-naive, which it beats of late';
  return `Ensemble ${over}: ${tried}${gain}.`;
}

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}
