import { daySum, sumHours, type Activity } from './activity.ts';
import { negativeBinomialTail } from './tail.ts';

/** Days of history looked at, before the window. */
const HISTORY_DAYS = 34;
/** Weight, in mentions, of "this weekday is like any other". */
const WEEKDAY_PRIOR = 5;
/** What is assumed of a term before it was seen: half a mention in fifty. */
const PRIOR_MENTIONS = 0.5;
const PRIOR_ALL = 50;
/** Fewer mentions than this are no burst: of all the terms never seen before, some are always seen twice. */
const MIN_BURST = 4;
/** Scales of the test in hours: onset within hours, and the day. */
const SCALES = [4, 24] as const;

export interface BurstTest {
  /** Mentions of the last 24 hours, and how many were to be expected. */
  readonly mentions: number;
  readonly expected: number;
  /** The better of the scales, with Bonferroni's correction for having two. */
  readonly pValue: number;
}

/**
 * Whether a term is mentioned more than its own habit explains. Expected is its share of all mentions in the five weeks before, with
 * its own weekday (shrunk to none while little is known), times all mentions of the window: when the whole feed grows, pauses or comes in
 * lumps, nothing bursts. Counts vary more than Poisson's when they did before (negative
 * binomial, by moments of the days), and as long as little is known of the term.
 */
export function testBurst(terms: Activity, slot: number, totals: Activity, nowHour: number): BurstTest {
  const today = Math.floor((nowHour - 1) / 24);
  let termSum = 0;
  let allSum = 0;
  let termSame = 0;
  let allSame = 0;
  const shares: { readonly term: number; readonly all: number }[] = [];
  // From the day before yesterday back: yesterday may overlap the window.
  for (let back = 2; back <= HISTORY_DAYS; back++) {
    const all = daySum(totals, 0, 'mentions', today - back);
    if (all === 0) continue;
    const term = daySum(terms, slot, 'mentions', today - back);
    shares.push({ term, all });
    termSum += term;
    allSum += all;
    if (back % 7 === 0) {
      termSame += term;
      allSame += all;
    }
  }
  const share = (termSum + PRIOR_MENTIONS) / (allSum + PRIOR_ALL);
  const weekday = (termSame + WEEKDAY_PRIOR) / (share * allSame + WEEKDAY_PRIOR);
  // The share is only estimated: with a gamma distribution around it, counts are negative binomial of this size, and two sources of
  // excess variance add up.
  const size = 1 / (1 / dispersion(shares, share) + 1 / (termSum + PRIOR_MENTIONS));
  let best = 1;
  for (const hours of SCALES) {
    const observed = sumHours(terms, slot, 'mentions', nowHour - hours, nowHour);
    const expected = share * weekday * sumHours(totals, 0, 'mentions', nowHour - hours, nowHour);
    if (observed >= MIN_BURST) best = Math.min(best, negativeBinomialTail(observed, expected, size));
  }
  return {
    mentions: sumHours(terms, slot, 'mentions', nowHour - 24, nowHour),
    expected: share * weekday * sumHours(totals, 0, 'mentions', nowHour - 24, nowHour),
    pValue: Math.min(1, best * SCALES.length),
  };
}

/** Size of the negative binomial by moments of the days' counts around their expectation; infinite when they vary no more than Poisson's. */
function dispersion(days: readonly { readonly term: number; readonly all: number }[], share: number): number {
  if (days.length < 7) return Number.POSITIVE_INFINITY;
  let excess = 0;
  let squares = 0;
  for (const { term, all } of days) {
    const mean = share * all;
    excess += (term - mean) ** 2 - mean;
    squares += mean ** 2;
  }
  return excess <= 0 ? Number.POSITIVE_INFINITY : Math.max(0.1, squares / excess);
}
