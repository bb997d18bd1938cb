import type { Trend } from '../../../platform/contracts/trend.ts';

const DAY_MS = 86_400_000;
/** One own content at most gets this many times what one of the tenant's usually gets: a large trend does not make a large channel. */
const OWN_VIEWS_FACTOR = 10;
const LINES = ['low', 'expected', 'high'] as const;

export interface ReachInput {
  readonly trend: Pick<Trend, 'trajectory' | 'viewsPerPoint' | 'evidence'>;
  readonly atMs: number;
  /** 0 to 1: what competitors take of a content's share. */
  readonly competition: number;
  /** Views that one of the tenant's contents usually gets; undefined when it has none. */
  readonly ownViews: number | undefined;
}

export interface Reach {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** Attention still to come in thirty days after a moment, percent of a day's summed over days, by one line of the fan. */
export function attentionAfter(line: readonly number[], atMs: number, fromMs: number): number {
  let sum = 0;
  for (const [i, attention] of line.entries()) {
    // Point i is the 24 hours that end i + 1 days after the evaluation.
    const begins = atMs + i * DAY_MS;
    sum += attention * Math.min(1, Math.max(0, (begins + DAY_MS - fromMs) / DAY_MS));
  }
  return sum;
}

/**
 * Views of `count` own contents together, published at a moment: the attention still to come, in views, times their equal part among the live contents,
 * less what competition takes. An estimate: a content may be far better or worse than an equal part.
 */
export function reachOf(input: ReachInput, publishMs: number, count: number): Reach {
  const { trend, atMs, competition, ownViews } = input;
  const part = (count / (trend.evidence.contents + count)) * (1 - competition);
  const bound = ownViews === undefined ? Number.POSITIVE_INFINITY : OWN_VIEWS_FACTOR * ownViews * count;
  const [low = 0, expected = 0, high = 0] = LINES.map((line) =>
    Math.min(bound, part * trend.viewsPerPoint * attentionAfter(trend.trajectory[line], atMs, publishMs)),
  );
  return { low, expected, high };
}
