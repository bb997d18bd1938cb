import type { ReportPeriod } from '../../platform/contracts/render-names.ts';
import type { ReportParams } from '../../platform/contracts/render-params.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';

/** The span a report is about, the one before it that it is compared with, and the span its chart shows. */
export interface Period {
  readonly kind: ReportPeriod;
  readonly fromMs: number;
  readonly toMs: number;
  readonly priorFromMs: number;
  readonly priorToMs: number;
  readonly chartFromMs: number;
  readonly chartGrain: 'day' | 'week' | 'month';
}

const DAY_MS = 86_400_000;
const MAX_DAYS = 366;

/** The last complete period before the moment asked about, in the tenant's zone. Throws RENDER_PARAMS_INVALID for an odd custom range. */
export function periodOf(
  params: Pick<ReportParams, 'period' | 'atMs' | 'fromMs' | 'toMs'>,
  nowMs: number,
  clock: WindowClock,
): Period {
  const kind = params.period;
  if (kind === 'custom') return customPeriod(params, clock);
  const toMs = startOf(kind, params.atMs ?? nowMs, clock);
  const fromMs = startOf(kind, toMs - 1, clock);
  return {
    kind,
    fromMs,
    toMs,
    priorFromMs: startOf(kind, fromMs - 1, clock),
    priorToMs: fromMs,
    ...chartOf(kind, fromMs, toMs, clock),
  };
}

function customPeriod({ fromMs, toMs }: Pick<ReportParams, 'fromMs' | 'toMs'>, clock: WindowClock): Period {
  if (fromMs === undefined || toMs === undefined || fromMs >= toMs)
    throw new WeirError('RENDER_PARAMS_INVALID', 'A custom period needs fromMs before toMs.');
  const from = clock.start('1d', fromMs);
  const to = clock.end('1d', clock.start('1d', toMs - 1));
  const days = Math.round((to - from) / DAY_MS);
  if (days > MAX_DAYS)
    throw new WeirError('RENDER_PARAMS_INVALID', `A report covers at most ${MAX_DAYS} days.`);
  return {
    kind: 'custom',
    fromMs: from,
    toMs: to,
    priorFromMs: Math.max(0, daysBefore(from, days, clock)),
    priorToMs: from,
    chartFromMs: from,
    chartGrain: days <= 62 ? 'day' : days <= 200 ? 'week' : 'month',
  };
}

/** Start of the day, ISO week (Monday), month, quarter or year that holds the moment. */
function startOf(kind: Exclude<ReportPeriod, 'custom'>, timeMs: number, clock: WindowClock): number {
  const day = clock.start('1d', timeMs);
  switch (kind) {
    case 'day':
      return day;
    case 'week':
      return daysBefore(day, (weekdayOf(day, clock.timeZone) + 6) % 7, clock);
    case 'month':
      return clock.start('1mo', timeMs);
    case 'quarter':
      return monthsBefore(clock.start('1mo', timeMs), monthOf(timeMs, clock.timeZone) % 3, clock);
    case 'year':
      return monthsBefore(clock.start('1mo', timeMs), monthOf(timeMs, clock.timeZone), clock);
  }
}

function chartOf(
  kind: Exclude<ReportPeriod, 'custom'>,
  fromMs: number,
  toMs: number,
  clock: WindowClock,
): Pick<Period, 'chartFromMs' | 'chartGrain'> {
  switch (kind) {
    case 'day':
      return { chartFromMs: daysBefore(toMs, 14, clock), chartGrain: 'day' };
    case 'week':
      return { chartFromMs: daysBefore(toMs, 28, clock), chartGrain: 'day' };
    case 'month':
      return { chartFromMs: fromMs, chartGrain: 'day' };
    case 'quarter':
      return { chartFromMs: fromMs, chartGrain: 'week' };
    case 'year':
      return { chartFromMs: fromMs, chartGrain: 'month' };
  }
}

/** Days are stepped one by one: one of them may have 23 or 25 hours. */
function daysBefore(dayStartMs: number, days: number, clock: WindowClock): number {
  let start = dayStartMs;
  for (let i = 0; i < days; i += 1) start = clock.start('1d', start - 1);
  return start;
}

function monthsBefore(monthStartMs: number, months: number, clock: WindowClock): number {
  let start = monthStartMs;
  for (let i = 0; i < months; i += 1) start = clock.start('1mo', start - 1);
  return start;
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function weekdayOf(timeMs: number, timeZone: string): number {
  return weekdays.indexOf(
    new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short' }).format(timeMs + 7_200_000),
  );
}

/** 0 for January. */
function monthOf(timeMs: number, timeZone: string): number {
  return Number(new Intl.DateTimeFormat('en-US', { timeZone, month: 'numeric' }).format(timeMs)) - 1;
}
