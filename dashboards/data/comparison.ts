import type { ResolvedRange } from './range.ts';
import type { Comparison, RangeChoice } from './view-state.ts';
import type { Zone } from './zone-time.ts';

const DAY = 86_400_000;

/** Where the windows of a range lie in what it is compared with. */
export interface ComparedRange {
  /** For each window of the range, the start of its counterpart. */
  readonly starts: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The counterpart of any instant of the range that is a window's edge. */
  readonly shift: (edgeMs: number) => number;
  /** Words after "on": "up 4.2% on last Friday". */
  readonly label: string;
}

/**
 * The range something is compared with. `week` shifts by whole weeks, so that a Friday meets a Friday; months are compared with
 * months. Undefined for `none`.
 */
export function compareRange(
  range: ResolvedRange,
  choice: RangeChoice,
  comparison: Comparison,
  zone: Zone,
): ComparedRange | undefined {
  if (comparison === 'none') return undefined;
  const shift = shiftOf(range, comparison, zone);
  return {
    starts: range.starts.map(shift),
    fromMs: shift(range.fromMs),
    toMs: shift(range.toMs),
    shift,
    label: labelOf(range, choice, comparison, zone),
  };
}

function shiftOf(range: ResolvedRange, comparison: Comparison, zone: Zone): (edgeMs: number) => number {
  const { grain, starts } = range;
  if (grain === '1mo') {
    const months = comparison === 'period' ? starts.length : 12;
    return (edgeMs) => zone.addMonths(edgeMs, -months);
  }
  if (comparison === 'period' && lengthMs(range) < DAY - 3_600_000)
    return (edgeMs) => edgeMs - lengthMs(range);
  const days = shiftDays(range, comparison);
  // Where the clocks changed in between, an hour's counterpart is the hour of the same local time.
  return (edgeMs) => zone.startOf(grain, zone.addDays(edgeMs, -days));
}

function lengthMs(range: ResolvedRange): number {
  return range.toMs - range.fromMs;
}

function shiftDays(range: ResolvedRange, comparison: Comparison): number {
  const days = Math.max(1, Math.round(lengthMs(range) / DAY));
  if (comparison === 'year') return 364;
  return comparison === 'period' ? days : 7 * Math.ceil(days / 7);
}

function labelOf(range: ResolvedRange, choice: RangeChoice, comparison: Comparison, zone: Zone): string {
  if (range.grain === '1mo')
    return comparison === 'period' ? 'the months before' : 'the same months a year ago';
  const days = shiftDays(range, comparison);
  const isOneDay =
    choice.kind === 'preset'
      ? choice.preset === 'today' || choice.preset === 'yesterday'
      : days <= 7 && lengthMs(range) <= 1.1 * DAY;
  if (comparison === 'year') return isOneDay ? 'the same weekday a year ago' : 'the same weeks a year ago';
  if (comparison === 'period') return periodLabel(range, choice, isOneDay);
  if (isOneDay) return `last ${weekday(range.fromMs - 7 * DAY, zone, choice)}`;
  if (choice.kind === 'preset' && choice.preset === '1h') return 'the same hour a week ago';
  if (choice.kind === 'preset' && choice.preset === '24h') return 'the same 24 hours a week ago';
  return days === 7 ? 'the week before' : `the same weekdays ${days / 7} weeks ago`;
}

function periodLabel(range: ResolvedRange, choice: RangeChoice, isOneDay: boolean): string {
  if (choice.kind === 'preset' && choice.preset === 'today') return 'yesterday';
  if (isOneDay) return 'the day before';
  if (choice.kind === 'preset' && choice.preset === '1h') return 'the hour before';
  if (choice.kind === 'preset' && choice.preset === '24h') return 'the 24 hours before';
  return `the ${Math.round(lengthMs(range) / DAY)} days before`;
}

/** Yesterday's counterpart is no "last" Friday any more when today is Friday, so it is dated. */
function weekday(timeMs: number, zone: Zone, choice: RangeChoice): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone.name,
    weekday: 'long',
    ...(choice.kind === 'preset' && choice.preset === 'today' ? {} : { day: 'numeric', month: 'short' }),
  });
  // Noon: where days of 23 hours lie in between, the instant a week before a midnight is not the same day.
  return format.format(timeMs + DAY / 2);
}
