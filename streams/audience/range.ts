import type { WindowClock } from '../../platform/kpi/window-time.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 28;
export const MAX_DAYS = 92;

export interface DayRange {
  /** Start of a day in the tenant's zone. */
  readonly fromMs: number;
  /** Exclusive; the start of a day where `isWhole` was asked for. */
  readonly toMs: number;
  /** Days in the range, the running one included. */
  readonly days: number;
}

/**
 * The range of a question in whole days of the tenant's zone. An end beyond the watermark is drawn back to it; with `isWhole` to the last day
 * that is complete, so that the same question asked twice in a day means the same events. Throws AUDIENCE_QUESTION_INVALID.
 */
export function dayRange(
  asked: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
  watermarkMs: number,
  clock: WindowClock,
  isWhole: boolean,
): DayRange {
  const endMs = Math.min(asked.toMs ?? Number.POSITIVE_INFINITY, watermarkMs + 1);
  const toMs = isWhole ? clock.start('1d', endMs) : endMs;
  const lastDayMs = clock.start('1d', toMs - 1);
  // Noon of the day that many days earlier: days of 23 and 25 hours cannot carry it into another one.
  const fromMs =
    asked.fromMs === undefined
      ? clock.start('1d', lastDayMs + DAY_MS / 2 - (DEFAULT_DAYS - 1) * DAY_MS)
      : clock.start('1d', asked.fromMs);
  if (fromMs >= toMs)
    throw new WeirError(
      'AUDIENCE_QUESTION_INVALID',
      isWhole
        ? 'The range holds no day that is complete yet; take an earlier one.'
        : 'The range holds nothing: "from" must be before "to" and before the newest events.',
    );
  const days = Math.round((lastDayMs - fromMs) / DAY_MS) + 1;
  if (days > MAX_DAYS)
    throw new WeirError(
      'AUDIENCE_QUESTION_INVALID',
      `The range has ${days} days; ask for at most ${MAX_DAYS}.`,
    );
  return { fromMs, toMs, days };
}
