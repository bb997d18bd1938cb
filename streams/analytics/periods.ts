import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { createLocalTime } from './local-time.ts';

export type PeriodGrain = 'day' | 'week' | 'month';

/** Days, weeks (from Monday) or months in a row, in the zone of the clock. */
export interface Periods {
  readonly starts: readonly number[];
  /** Index of the period an instant lies in; -1 before the first. The last one takes what lies after it. */
  indexOf(timeMs: number): number;
  /** End of a period by its index. */
  endOf(index: number): number;
}

const HALF_DAY_MS = 43_200_000;

/** The periods that touch [fromMs, toMs), at most `limit` of them. */
export function periodsBetween(
  grain: PeriodGrain,
  clock: WindowClock,
  fromMs: number,
  toMs: number,
  limit: number,
): Periods {
  const calendar = periodClock(grain, clock);
  const starts: number[] = [];
  let at = calendar.startOf(fromMs);
  while (at < toMs && starts.length < limit) {
    starts.push(at);
    at = calendar.after(at);
  }
  const endMs = at;
  return {
    starts,
    indexOf: (timeMs) => {
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((starts[middle] ?? 0) <= timeMs) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    },
    endOf: (index) => starts[index + 1] ?? endMs,
  };
}

/** Start of the period that holds an instant, and of the one after a start. */
function periodClock(
  grain: PeriodGrain,
  clock: WindowClock,
): { startOf(timeMs: number): number; after(startMs: number): number } {
  if (grain === 'month')
    return { startOf: (ms) => clock.start('1mo', ms), after: (ms) => clock.end('1mo', ms) };
  if (grain === 'day') return { startOf: (ms) => clock.start('1d', ms), after: (ms) => clock.end('1d', ms) };
  const local = createLocalTime(clock.timeZone);
  return {
    startOf: (ms) => {
      let day = clock.start('1d', ms);
      // At noon, since a day that begins at a change of the clocks may begin at one.
      const { weekday } = local(day + HALF_DAY_MS);
      for (let back = weekday; back > 0; back -= 1) day = clock.start('1d', day - 1);
      return day;
    },
    after: (ms) => {
      let day = ms;
      for (let days = 0; days < 7; days += 1) day = clock.end('1d', day);
      return day;
    },
  };
}
