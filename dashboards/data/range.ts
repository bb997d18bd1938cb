import { grains, type Grain, type Preset, type RangeChoice } from './view-state.ts';
import type { Zone } from './zone-time.ts';

/** Whole windows of one size, half-open, in event time. */
export interface ResolvedRange {
  readonly fromMs: number;
  /** End of the last window; in the future while that one is running. */
  readonly toMs: number;
  readonly grain: Grain;
  readonly starts: readonly number[];
}

/** A chart with more points than pixels shows nothing more; one with a single point shows no course. */
const MAX_WINDOWS = 1_500;
const MIN_WINDOWS = 2;

const presetGrain: Readonly<Record<Preset, Grain>> = {
  '1h': '1m',
  today: '1h',
  yesterday: '1h',
  '24h': '1h',
  '7d': '1h',
  '30d': '1d',
  '90d': '1d',
  '12mo': '1mo',
};

const DAY = 86_400_000;
/** Shortest length of a window, for counting before building. */
const shortestMs: Readonly<Record<Grain, number>> = {
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 23 * 3_600_000,
  '1mo': 28 * DAY,
};

/** The range a choice means now. A grain that gives too many or too few windows gives way to the one that fits. */
export function resolveRange(
  choice: RangeChoice,
  asked: Grain | 'auto',
  nowMs: number,
  zone: Zone,
): ResolvedRange {
  const span = spanOf(choice, nowMs, zone);
  const fitting = fittingGrains(span);
  const preferred = choice.kind === 'preset' ? presetGrain[choice.preset] : grainFor(span);
  const grain =
    asked !== 'auto' && fitting.includes(asked)
      ? asked
      : fitting.includes(preferred)
        ? preferred
        : (fitting[0] ?? '1h');
  const fromMs = zone.startOf(grain, span.fromMs);
  const starts: number[] = [];
  let at = fromMs;
  while (at < span.toMs && starts.length < MAX_WINDOWS) {
    starts.push(at);
    at = zone.next(grain, at);
  }
  return { fromMs, toMs: at, grain, starts };
}

/** Grains that make sense for a choice, finest first. */
export function grainsFor(choice: RangeChoice, nowMs: number, zone: Zone): readonly Grain[] {
  return fittingGrains(spanOf(choice, nowMs, zone));
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function fittingGrains({ fromMs, toMs }: Span): readonly Grain[] {
  const fitting = grains.filter((grain) => {
    const windows = (toMs - fromMs) / shortestMs[grain];
    return windows >= MIN_WINDOWS && windows <= MAX_WINDOWS;
  });
  return fitting.length > 0 ? fitting : ['1m'];
}

function grainFor({ fromMs, toMs }: Span): Grain {
  const days = (toMs - fromMs) / DAY;
  if (days <= 14) return '1h';
  return days <= 200 ? '1d' : '1mo';
}

function spanOf(choice: RangeChoice, nowMs: number, zone: Zone): Span {
  const today = zone.startOf('1d', nowMs);
  const tomorrow = zone.next('1d', today);
  if (choice.kind === 'dates') {
    const fromMs = zone.fromDateText(choice.from) ?? today;
    const lastMs = zone.fromDateText(choice.to) ?? today;
    return { fromMs, toMs: Math.max(zone.next('1d', lastMs), fromMs + 1) };
  }
  const nextHour = zone.next('1h', zone.startOf('1h', nowMs));
  const nextMinute = zone.next('1m', zone.startOf('1m', nowMs));
  switch (choice.preset) {
    case '1h':
      return { fromMs: nextMinute - 3_600_000, toMs: nextMinute };
    case 'today':
      return { fromMs: today, toMs: tomorrow };
    case 'yesterday':
      return { fromMs: zone.startOf('1d', today - 1), toMs: today };
    case '24h':
      return { fromMs: nextHour - DAY, toMs: nextHour };
    case '7d':
      return { fromMs: zone.addDays(today, -6), toMs: tomorrow };
    case '30d':
      return { fromMs: zone.addDays(today, -29), toMs: tomorrow };
    case '90d':
      return { fromMs: zone.addDays(today, -89), toMs: tomorrow };
    case '12mo':
      return {
        fromMs: zone.addMonths(nowMs, -11),
        toMs: zone.next('1mo', zone.startOf('1mo', nowMs)),
      };
  }
}

/**
 * Up to where windows are complete. Event time is complete up to the watermark; where nothing is waiting to be processed it is
 * complete up to now, since a quiet stream leaves its watermark at the last event.
 */
export function completeUpTo(
  nowMs: number,
  watermarkMs: number | null | undefined,
  isBehind: boolean,
): number {
  const watermark = watermarkMs ?? Number.NEGATIVE_INFINITY;
  return Math.min(nowMs, isBehind ? watermark : Math.max(watermark, nowMs - settleMs));
}

/** Time events of an ended window need to arrive and be counted in a healthy system. */
const settleMs = 10_000;

/** Number of leading windows that are complete. Later ones are running or have not begun. */
export function completeCount(range: ResolvedRange, completeMs: number): number {
  const { starts, toMs } = range;
  let count = 0;
  while (count < starts.length && (starts[count + 1] ?? toMs) <= completeMs) count += 1;
  return count;
}

/** Index of the window that is running: begun, not complete. Undefined when the range has none. */
export function runningIndex(range: ResolvedRange, completeMs: number, nowMs: number): number | undefined {
  const index = completeCount(range, completeMs);
  const start = range.starts[index];
  return start !== undefined && start <= nowMs ? index : undefined;
}

/** End of the last complete window, or the start of the range when there is none. */
export function completeEdge(range: ResolvedRange, completeMs: number): number {
  return range.starts[completeCount(range, completeMs)] ?? range.toMs;
}
