import type { SeriesForecastDetail } from '../../platform/contracts/forecast.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { MonthEnd } from './deviations.ts';
import { historyLength, type Panel } from './panel.ts';

export interface MonthSoFar extends Omit<MonthEnd, 'ahead'> {
  readonly daysLeft: number;
}

/** The running month of profit against the tenant's target; undefined without a target, by the hour, or when nothing of the month is left. */
export function monthEndOf(tenant: Tenant, panel: Panel): MonthSoFar | undefined {
  const target = tenant.profitTargetPerMonth;
  const profit = panel.series.find(({ kpi, rollup }) => kpi === 'profit' && rollup === 'total');
  if (target === undefined || target <= 0 || panel.grain !== 'daily' || profit === undefined)
    return undefined;
  const n = historyLength(panel);
  const { month, monthday } = panel.calendar;
  const running = month[n];
  let daysLeft = 0;
  while (n + daysLeft < month.length && month[n + daysLeft] === running) daysLeft += 1;
  let soFar = 0;
  let t = n - 1;
  for (; t >= 0 && month[t] === running; t -= 1)
    soFar += Number.isFinite(profit.values[t]) ? (profit.values[t] ?? 0) : 0;
  // The month must be seen from its first day, or its sum so far says nothing.
  if (daysLeft === 0 || monthday[t + 1] !== 1) return undefined;
  const startMs = panel.starts[t + 1] ?? 0;
  // Twelve hours in, every zone of the world has the same local month.
  const middle = new Date(startMs + 12 * 3_600_000 + 86_400_000);
  return {
    month: `${middle.getUTCFullYear()}-${String(running).padStart(2, '0')}`,
    startMs,
    target,
    soFar,
    daysLeft,
    kpi: profit.kpi,
    title: profit.title,
    unit: profit.unit,
  };
}

/** Forecast of the next `days` days as one sum, with the .80 bounds of the next longer horizon in proportion. */
export function aheadOf(forecast: SeriesForecastDetail, days: number): MonthEnd['ahead'] {
  const point = forecast.points.slice(0, days).reduce((sum, v) => sum + v, 0);
  const horizon = forecast.horizons.find(({ steps }) => steps >= days) ?? forecast.horizons.at(-1);
  const bound = horizon?.bounds.find(({ level }) => level === 0.8);
  if (horizon === undefined || bound === undefined) return { point, lower: point, upper: point };
  const share = Math.sqrt(days / horizon.steps);
  return {
    point,
    lower: point - share * (horizon.total - bound.lower),
    upper: point + share * (bound.upper - horizon.total),
  };
}
