import { RISK_DAYS } from '../../platform/contracts/risks.ts';

const WEEK = 7;
/** Below so many days no fall of a week against the week before says what is usual. */
const FEWEST_DAYS = 21;

export function sumOf(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let i = Math.max(0, from); i < Math.min(values.length, to); i += 1) sum += values[i] ?? 0;
  return sum;
}

/** Sum of the last 28 values. */
export function lastSum(values: readonly number[]): number {
  return sumOf(values, values.length - RISK_DAYS, values.length);
}

/** The worst fall of any seven days against the seven before, 0…1; null below three weeks or when nothing was earned. */
export function worstFall(days: readonly number[]): number | null {
  if (days.length < FEWEST_DAYS) return null;
  let worst: number | null = null;
  for (let end = 2 * WEEK; end <= days.length; end += 1) {
    const before = sumOf(days, end - 2 * WEEK, end - WEEK);
    if (before <= 0) continue;
    const fall = 1 - sumOf(days, end - WEEK, end) / before;
    worst = Math.max(worst ?? 0, Math.min(1, fall));
  }
  return worst;
}

/** A measure that is beyond its bound at the end, and since when without a break. */
export interface Since {
  readonly sinceMs: number | null;
  /** It was so at the first day that could be told. */
  readonly isOpen: boolean;
}

/**
 * Goes back from the last day while `isBeyond` of the days up to and including it holds. `first` is the lowest number of days it can be
 * told from.
 */
export function sinceOf(starts: readonly number[], first: number, isBeyond: (end: number) => boolean): Since {
  let end = starts.length;
  while (end - 1 >= first && isBeyond(end - 1)) end -= 1;
  const startMs = starts[end - 1];
  return startMs === undefined
    ? { sinceMs: null, isOpen: false }
    : { sinceMs: startMs, isOpen: end <= first };
}
