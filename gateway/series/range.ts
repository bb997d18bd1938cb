import type { WindowSize } from '../../platform/contracts/kpi.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { WindowClock } from '../../platform/kpi/window-time.ts';

/** Half-open, in event time. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

const HOUR = 3_600_000;
/** Without `from`: about as many windows as a chart shows; days and months are few, so all of them. */
const defaultSpanMs: Readonly<Record<WindowSize, number>> = {
  '10s': HOUR,
  '1m': 24 * HOUR,
  '1h': 31 * 24 * HOUR,
  '1d': Number.POSITIVE_INFINITY,
  '1mo': Number.POSITIVE_INFINITY,
};
/** ClickHouse DateTime64 ends here. */
const latestMs = Date.UTC(2299, 11, 31);
const rfc3339 = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/** A point in time as clients write it: milliseconds since 1970, or RFC 3339; a date alone is its midnight UTC. */
export function parseInstant(name: string, text: string): number {
  const ms = /^-?\d{1,15}$/.test(text)
    ? Number(text)
    : rfc3339.test(text) && isDay(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isFinite(ms)) return Math.min(Math.max(ms, 0), latestMs);
  throw new WeirError(
    'GATEWAY_REQUEST_INVALID',
    `Query parameter "${name}" must be milliseconds since 1970 or RFC 3339, such as 2026-11-20T09:00:00Z.`,
    { details: { in: 'query', field: name } },
  );
}

/** Whether the date is one of the calendar: the platform reads 30 February as 2 March. */
function isDay(text: string): boolean {
  const date = text.slice(0, 10);
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().slice(0, 10) === date;
}

/** The range of `from` and `to`, each optional. Throws GATEWAY_REQUEST_INVALID when it is empty. */
export function readRange(
  from: string | undefined,
  to: string | undefined,
  nowMs: number,
  spanMs: number,
): TimeRange {
  const toMs = to === undefined ? latestMs : parseInstant('to', to);
  const anchorMs = to === undefined ? nowMs : toMs;
  const fromMs = from === undefined ? Math.max(0, anchorMs - spanMs) : parseInstant('from', from);
  if (fromMs < toMs) return { fromMs, toMs };
  throw new WeirError('GATEWAY_REQUEST_INVALID', '"from" must be before "to".', {
    details: { in: 'query', field: 'from' },
  });
}

/** The range of a series, widened to whole windows: those that hold `from` and the last instant before `to` are part of it. */
export function readSeriesRange(
  from: string | undefined,
  to: string | undefined,
  size: WindowSize,
  nowMs: number,
  clock: WindowClock,
): TimeRange {
  const { fromMs, toMs } = readRange(from, to, nowMs, defaultSpanMs[size]);
  return { fromMs: clock.start(size, fromMs), toMs: clock.end(size, clock.start(size, toMs - 1)) };
}
