import type { TrendAssumptions, TrendWindow } from '../../../platform/contracts/trend-lifecycle.ts';
import type { Trend } from '../../../platform/contracts/trend.ts';
import { attentionAfter, reachOf, type Reach } from './reach.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As `stages.ts`: a trend emerges for at most this long from its onset. */
const EMERGING_FOR_MS = 3 * DAY_MS;
const SATURATED = 0.9;
const MAX_CONTENTS = 10;

export interface Business {
  readonly rpm: number;
  readonly cost: number;
  readonly ownViews: number | undefined;
}

/** The first moment by which nine tenths of the attention of the next thirty days will have come; null when none is to come. */
export function saturationMs({ trajectory }: Pick<Trend, 'trajectory'>, atMs: number): number | null {
  const total = attentionAfter(trajectory.expected, atMs, atMs);
  if (!(total > 0)) return null;
  let come = 0;
  for (const [i, attention] of trajectory.expected.entries()) {
    if (attention > 0 && come + attention >= SATURATED * total)
      return Math.round(atMs + (i + (SATURATED * total - come) / attention) * DAY_MS);
    come += attention;
  }
  return atMs + trajectory.expected.length * DAY_MS;
}

/** When the stages that are worth being in lie ahead, and what a content published in each may bring. */
export function windowsOf(
  trend: Trend,
  atMs: number,
  assumptions: TrendAssumptions,
  business: Business,
): readonly TrendWindow[] {
  return spansOf(trend, atMs).map(([stage, fromMs, toMs]): TrendWindow => {
    const earliest = Math.max(fromMs, atMs + assumptions.leadTimeHours * HOUR_MS);
    const publishMs = earliest < toMs ? Math.round(earliest) : null;
    const input = {
      trend,
      atMs,
      competition: Math.max(assumptions.competition[stage], stage === trend.stage ? trend.competition : 0),
      ownViews: business.ownViews,
    };
    const isKnown = trend.viewsPerPoint > 0 && publishMs !== null;
    const reach = isKnown ? reachOf(input, publishMs, 1) : undefined;
    const contents = isKnown ? worthwhile((count) => reachOf(input, publishMs, count), business) : 0;
    return {
      stage,
      fromMs: Math.round(fromMs),
      toMs: Math.round(toMs),
      publishMs,
      views: reach === undefined ? null : rounded(reach),
      roi: reach === undefined || business.cost < LEAST_COST ? null : roiOf(reach, business),
      contents,
      investment: Math.round(100 * contents * business.cost) / 100,
    };
  });
}

/** Below a cent a content costs nothing, and what it returns of nothing is no number. */
const LEAST_COST = 0.01;

type Span = readonly [TrendWindow['stage'], number, number];

/** Stages not yet over, from now on: emerging and rising end where the next begins, the peak where the trend is saturated. */
function spansOf(trend: Trend, atMs: number): readonly Span[] {
  const { timing, stage } = trend;
  if (stage === 'declining' || stage === 'dead') return [];
  const peakMs = timing.peak.isPast ? atMs : Math.max(atMs, timing.peak.expectedMs);
  const risingMs = Math.min(peakMs, Math.max(atMs, timing.onsetMs + EMERGING_FOR_MS));
  const peakEndMs = Math.max(peakMs + DAY_MS, saturationMs(trend, atMs) ?? 0);
  const spans: Span[] = [];
  if (stage === 'emerging' && risingMs > atMs) spans.push(['emerging', atMs, risingMs]);
  const risingFromMs = stage === 'emerging' ? risingMs : atMs;
  if (stage !== 'peak' && peakMs > risingFromMs) spans.push(['rising', risingFromMs, peakMs]);
  spans.push(['peak', peakMs, peakEndMs]);
  return spans;
}

function roiOf(reach: Reach, { rpm, cost }: Business): Reach {
  const of = (views: number): number => ((views / 1_000) * rpm - cost) / cost;
  return rounded({ low: of(reach.low), expected: of(reach.expected), high: of(reach.high) });
}

/** How many contents, one after the other, still bring more than they cost. */
function worthwhile(reach: (count: number) => Reach, { rpm, cost }: Business): number {
  let before = 0;
  for (let count = 1; count <= MAX_CONTENTS; count++) {
    const revenue = (reach(count).expected / 1_000) * rpm;
    if (revenue - before <= cost) return count - 1;
    before = revenue;
  }
  return MAX_CONTENTS;
}

function rounded({ low, expected, high }: Reach): Reach {
  const two = (value: number): number => Math.round(100 * value) / 100;
  return { low: two(low), expected: two(expected), high: two(high) };
}
