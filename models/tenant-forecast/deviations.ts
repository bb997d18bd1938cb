import type { ForecastGrain, ForecastRegistry, PastForecast } from '../../platform/contracts/forecast.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';
import type { Signal } from '../../platform/contracts/signal.ts';

/** A step that has come, beside what was said of it. */
export interface Realised {
  readonly series: {
    readonly id: string;
    readonly kpi: string;
    readonly rollup: string;
    readonly dim: string;
    readonly title: string;
    readonly unit: KpiUnit;
  };
  readonly observed: number;
  readonly said: PastForecast;
  readonly stepMs: number;
}

export interface DeviationContext {
  readonly tenant: string;
  readonly currency: string;
  readonly grain: ForecastGrain;
}

type Firing = ForecastRegistry['firing'];

/** Steps in a row outside the .95 interval, on the same side or not, before it is told. */
const PERSISTENT: Readonly<Record<ForecastGrain, number>> = { daily: 2, hourly: 3 };

/**
 * Follows the steps of one series in their order: outside the .95 interval for long enough fires, the first step inside resolves. Pure; ids and
 * revisions follow from the steps alone, so that a repeat after a crash tells the same again.
 */
export function stepDeviations(
  context: DeviationContext,
  firing: Firing,
  steps: readonly Realised[],
): readonly [Firing, readonly Signal[]] {
  const next: Record<string, Firing[string]> = { ...firing };
  const signals: Signal[] = [];
  for (const step of steps) {
    const { observed, said, series } = step;
    const isOutside = observed < said.lower95 || observed > said.upper95;
    const held = next[series.id];
    if (!isOutside) {
      if (held !== undefined && held.revision > 0)
        signals.push(deviationSignal(context, { ...held, revision: held.revision + 1 }, step, said.targetMs));
      delete next[series.id];
      continue;
    }
    const outside = (held?.outside ?? 0) + 1;
    const startedAtMs = held?.startedAtMs ?? said.targetMs;
    const id = held?.id ?? `${context.grain}.${series.id.slice(0, 120)}@${said.targetMs}`;
    const isTold = outside >= PERSISTENT[context.grain];
    const revision = isTold ? (held?.revision ?? 0) + 1 : 0;
    next[series.id] = { id, startedAtMs, outside, revision };
    if (isTold) signals.push(deviationSignal(context, { id, startedAtMs, outside, revision }, step, null));
  }
  return [next, signals];
}

function deviationSignal(
  { currency, grain, tenant }: DeviationContext,
  held: Firing[string],
  { observed, said, series, stepMs }: Realised,
  endedAtMs: number | null,
): Signal {
  const amount = (value: number): string => amountText(value, series.unit, currency);
  const side = observed < said.lower95 ? 'below' : 'above';
  const word = grain === 'daily' ? 'day' : 'hour';
  const where = series.rollup === 'total' ? {} : { [series.rollup]: series.dim.slice(0, 256) };
  const title =
    endedAtMs === null
      ? `${series.title} ${side} its forecast for ${held.outside} ${word}s: ${amount(observed)} instead of about ${amount(said.point)}`
      : `${series.title} is within its forecast again: ${amount(observed)}, expected about ${amount(said.point)}`;
  return {
    id: held.id,
    tenant,
    kind: 'forecast',
    kpi: series.kpi,
    title: title.slice(0, 300),
    dims: where,
    window: grain === 'daily' ? '1d' : '1h',
    severity: held.outside >= 2 * PERSISTENT[grain] ? 'critical' : 'warning',
    state: endedAtMs === null ? 'firing' : 'resolved',
    revision: held.revision,
    startedAtMs: held.startedAtMs,
    endedAtMs,
    isGood: side === 'above',
    evidence: {
      observed,
      expected: said.point,
      lower: said.lower95,
      upper: said.upper95,
      level: 0.95,
      horizon: `1 ${word} ahead`,
      stepStartMs: said.targetMs,
      stepEndMs: said.targetMs + stepMs,
      stepsOutside: held.outside,
    },
    link: forecastLink(grain, series),
  };
}

export function forecastLink(
  grain: ForecastGrain,
  { dim, kpi, rollup }: { readonly kpi: string; readonly rollup: string; readonly dim: string },
): string {
  const query = new URLSearchParams({
    fgrain: grain,
    kpi,
    ...(rollup === 'total' ? {} : { rollup, dim: dim.slice(0, 100) }),
  });
  return `/forecasts?${query.toString()}`.slice(0, 500);
}

export interface MonthEnd {
  /** Local month, such as 2026-11, and where it ends. */
  readonly month: string;
  readonly startMs: number;
  readonly target: number;
  readonly soFar: number;
  /** Forecast of the days left, with its .80 bounds. */
  readonly ahead: { readonly point: number; readonly lower: number; readonly upper: number };
  readonly kpi: string;
  readonly title: string;
  readonly unit: KpiUnit;
}

/**
 * Fires when even the upper .80 bound of the month's projection stays under the target, resolves when the projection itself reaches it; between
 * the two it stays as it is.
 */
export function stepMonthEnd(
  context: DeviationContext,
  firing: Firing,
  monthEnd: MonthEnd,
  atMs: number,
): readonly [Firing, readonly Signal[]] {
  const key = 'month-end';
  const id = `month.${monthEnd.kpi}.${monthEnd.month}`;
  const { [key]: before, ...rest } = firing;
  const held = before?.id === id ? before : undefined;
  if (before !== undefined && held === undefined) {
    // Another month has begun: what was told of the last one ends, then this one is looked at by itself.
    const [next, signals] = stepMonthEnd(context, rest, monthEnd, atMs);
    return [next, [monthIsOver(context, before, monthEnd, atMs), ...signals]];
  }
  const projected = monthEnd.soFar + monthEnd.ahead.point;
  const isUnder = monthEnd.soFar + monthEnd.ahead.upper < monthEnd.target;
  const isReached = projected >= monthEnd.target;
  if (held === undefined && !isUnder) return [rest, []];
  if (held !== undefined && !isReached) return [firing, []];
  const revision = (held?.revision ?? 0) + 1;
  const amount = (value: number): string => amountText(value, monthEnd.unit, context.currency);
  const signal: Signal = {
    id,
    tenant: context.tenant,
    kind: 'forecast',
    kpi: monthEnd.kpi,
    title:
      held === undefined
        ? `${monthEnd.title} of the month will miss its target: about ${amount(projected)} of ${amount(monthEnd.target)}`
        : `${monthEnd.title} of the month is on its way to the target again: about ${amount(projected)}`,
    dims: {},
    window: '1mo',
    severity: 'warning',
    state: held === undefined ? 'firing' : 'resolved',
    revision,
    startedAtMs: monthEnd.startMs,
    endedAtMs: held === undefined ? null : atMs,
    isGood: false,
    evidence: {
      observed: monthEnd.soFar,
      expected: projected,
      lower: monthEnd.soFar + monthEnd.ahead.lower,
      upper: monthEnd.soFar + monthEnd.ahead.upper,
      level: 0.8,
      target: monthEnd.target,
      horizon: 'end of the month',
    },
    link: forecastLink('daily', { kpi: monthEnd.kpi, rollup: 'total', dim: '' }),
  };
  if (held !== undefined) return [rest, [signal]];
  return [{ ...rest, [key]: { id, startedAtMs: monthEnd.startMs, revision, outside: 0 } }, [signal]];
}

function monthIsOver(
  { tenant }: DeviationContext,
  held: Firing[string],
  { kpi, title }: MonthEnd,
  atMs: number,
): Signal {
  return {
    id: held.id,
    tenant,
    kind: 'forecast',
    kpi,
    title: `${title}: the month that was going to miss its target is over`,
    dims: {},
    window: '1mo',
    severity: 'warning',
    state: 'resolved',
    revision: held.revision + 1,
    startedAtMs: held.startedAtMs,
    endedAtMs: atMs,
    isGood: false,
    evidence: { horizon: 'end of the month' },
    link: forecastLink('daily', { kpi, rollup: 'total', dim: '' }),
  };
}

/** Three significant digits, for a line of text. */
function amountText(value: number, unit: KpiUnit, currency: string): string {
  const text = Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 2 });
  return unit === 'currency' ? `${text} ${currency}` : text;
}
