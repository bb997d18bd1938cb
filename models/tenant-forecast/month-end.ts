import type { ForecastHorizon, ForecastMonthEnd } from '../../platform/contracts/forecast.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { MonthEnd } from './deviations.ts';
import { historyLength, type Panel } from './panel.ts';

export interface MonthSoFar extends Omit<MonthEnd, 'ahead'> {
  readonly daysLeft: number;
}

/** The local month the first step to come lies in, as places in the history. */
export interface RunningMonth {
  /** 2026-03 */
  readonly month: string;
  /** First day of the month; of the month before, where all of that is known. */
  readonly from: number;
  readonly before: number | undefined;
  readonly daysLeft: number;
}

/** The running month; undefined by the hour, when nothing of it is left, and when it is not known from its first day: its sum so far would say nothing. */
export function runningMonth(panel: Panel): RunningMonth | undefined {
  if (panel.grain !== 'daily') return undefined;
  const n = historyLength(panel);
  const { date, month, monthday } = panel.calendar;
  const running = month[n];
  let daysLeft = 0;
  while (n + daysLeft < month.length && month[n + daysLeft] === running) daysLeft += 1;
  const startOf = (end: number): number => {
    let t = end;
    while (t > 0 && month[t - 1] === month[end]) t -= 1;
    return t;
  };
  const from = startOf(n);
  if (daysLeft === 0 || monthday[from] !== 1) return undefined;
  const before = from > 0 ? startOf(from - 1) : undefined;
  const number = Math.floor((date[n] ?? 0) / 100);
  return {
    month: `${Math.floor(number / 100)}-${String(number % 100).padStart(2, '0')}`,
    from,
    before: before !== undefined && monthday[before] === 1 ? before : undefined,
    daysLeft,
  };
}

/** The running month of profit against the tenant's target; undefined without a target, by the hour, or when nothing of the month is left. */
export function monthEndOf(tenant: Tenant, panel: Panel): MonthSoFar | undefined {
  const target = tenant.profitTargetPerMonth;
  const profit = panel.series.find(({ kpi, rollup }) => kpi === 'profit' && rollup === 'total');
  const running = runningMonth(panel);
  // On the first of a month nothing has come yet.
  if (target === undefined || target <= 0 || profit === undefined || running === undefined) return undefined;
  const { daysLeft, from, month } = running;
  return {
    month,
    startMs: panel.starts[from] ?? 0,
    target,
    soFar: known(profit.values.subarray(from)),
    daysLeft,
    kpi: profit.kpi,
    title: profit.title,
    unit: profit.unit,
  };
}

interface Made {
  readonly points: ArrayLike<number>;
  readonly horizons: readonly Pick<ForecastHorizon, 'steps' | 'total' | 'bounds'>[];
}

/** Forecast of the next `days` days as one sum, with the .80 bounds of the next longer horizon in proportion. */
export function aheadOf({ horizons, points }: Made, days: number): MonthEnd['ahead'] {
  let point = 0;
  for (let h = 0; h < days; h += 1) point += points[h] ?? 0;
  const horizon = horizons.find(({ steps }) => steps >= days) ?? horizons.at(-1);
  const bound = horizon?.bounds.find(({ level }) => level === 0.8);
  if (horizon === undefined || bound === undefined) return { point, lower: point, upper: point };
  const share = Math.sqrt(days / horizon.steps);
  return {
    point,
    lower: point - share * (horizon.total - bound.lower),
    upper: point + share * (bound.upper - horizon.total),
  };
}

/** What the running month of a series comes to: what has come and what is forecast, or of a level where it will stand. Null where the forecast ends sooner. */
export function monthTotal(
  running: RunningMonth | undefined,
  series: { readonly values: Float64Array; readonly isStock: boolean },
  made: Made & {
    readonly bands: readonly { level: number; lower: ArrayLike<number>; upper: ArrayLike<number> }[];
  },
): ForecastMonthEnd | null {
  if (running === undefined || made.points.length < running.daysLeft) return null;
  const { before, daysLeft, from, month } = running;
  const { isStock, values } = series;
  if (isStock) {
    const last = daysLeft - 1;
    const total = made.points[last] ?? 0;
    const band = made.bands.find(({ level }) => level === 0.8);
    const stood = from > 0 ? values[from - 1] : undefined;
    return {
      month,
      daysLeft,
      soFar: known(values.subarray(-1)),
      total,
      lower: band?.lower[last] ?? total,
      upper: band?.upper[last] ?? total,
      before: stood !== undefined && Number.isFinite(stood) ? stood : null,
    };
  }
  const soFar = known(values.subarray(from));
  const ahead = aheadOf(made, daysLeft);
  return {
    month,
    daysLeft,
    soFar,
    total: soFar + ahead.point,
    lower: soFar + ahead.lower,
    upper: soFar + ahead.upper,
    before: before === undefined ? null : known(values.subarray(before, from)),
  };
}

function known(values: Float64Array): number {
  let sum = 0;
  for (const v of values) if (Number.isFinite(v)) sum += v;
  return sum;
}
