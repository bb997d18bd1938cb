import { dayProfile, daySum, HOURS, sumHours, type Activity } from './activity.ts';
import { negativeBinomialTail } from './tail.ts';

/** Days of history looked at, before the window. */
const HISTORY_DAYS = 34;
/** Weight, in mentions, of "this weekday is like any other". */
const WEEKDAY_PRIOR = 5;
/** Weight, in mentions, of "this term has the hours of the day that all have". */
const HOUR_PRIOR = 5;
/** What is assumed of a term before it was seen: half a mention in fifty. */
const PRIOR_MENTIONS = 0.5;
const PRIOR_ALL = 50;
/** Fewer mentions than this are no burst: of all the terms never seen before, some are always seen twice. */
const MIN_BURST = 4;
/** Scales of the test: onset within hours, and the day. */
const ONSET_HOURS = 4;
const DAY_HOURS = 24;
const SCALES = 2;

export interface BurstTest {
  /** Mentions of the last 24 hours, and how many were to be expected. */
  readonly mentions: number;
  readonly expected: number;
  /** The better of the scales, with Bonferroni's correction for having two. */
  readonly pValue: number;
}

/**
 * Whether a term is mentioned more than its own habit explains. Expected is its share of all mentions in the five weeks before, with its own weekday and its
 * own hours of the day (both shrunk to none while little is known), times all mentions of the window: when the whole feed grows, pauses or comes in
 * lumps, nothing bursts, and what comes at seven o'clock every day is no burst at nine. Counts vary more than Poisson's when they did before (negative
 * binomial, by moments of the days, for hours also of the week's windows of four hours), and as long as little is known of the term or of its hours.
 */
export function testBurst(terms: Activity, slot: number, totals: Activity, nowHour: number): BurstTest {
  const today = Math.floor((nowHour - 1) / 24);
  let termSum = 0;
  let allSum = 0;
  let termSame = 0;
  let allSame = 0;
  const days: Expected[] = [];
  // From the day before yesterday back: yesterday may overlap the window.
  for (let back = 2; back <= HISTORY_DAYS; back++) {
    const all = daySum(totals, 0, 'mentions', today - back);
    if (all === 0) continue;
    const term = daySum(terms, slot, 'mentions', today - back);
    days.push({ term, mean: all });
    termSum += term;
    allSum += all;
    if (back % 7 === 0) {
      termSame += term;
      allSame += all;
    }
  }
  const share = (termSum + PRIOR_MENTIONS) / (allSum + PRIOR_ALL);
  const weekday = (termSame + WEEKDAY_PRIOR) / (share * allSame + WEEKDAY_PRIOR);
  // The share is only estimated: with a gamma distribution around it, counts are negative binomial of this size, and sources of excess variance add up.
  const doubt = 1 / (termSum + PRIOR_MENTIONS);
  const habit = hourHabit(terms, slot, totals, today);
  const windows: Expected[] = [];
  for (let to = nowHour - DAY_HOURS - ONSET_HOURS; to - ONSET_HOURS >= nowHour - HOURS; to -= ONSET_HOURS)
    windows.push({
      term: sumHours(terms, slot, 'mentions', to - ONSET_HOURS, to),
      mean: share * habit(to).factor * sumHours(totals, 0, 'mentions', to - ONSET_HOURS, to),
    });
  const ofDays = excessOf(days.map(({ term, mean }) => ({ term, mean: share * mean })));
  const ofWindows = excessOf(windows);
  const tail = (hours: number, excess: number, factor = 1): number => {
    const observed = sumHours(terms, slot, 'mentions', nowHour - hours, nowHour);
    const expected = factor * share * weekday * sumHours(totals, 0, 'mentions', nowHour - hours, nowHour);
    return observed < MIN_BURST ? 1 : negativeBinomialTail(observed, expected, 1 / (excess + doubt));
  };
  const onset = habit(nowHour);
  // What comes in lumps may come twice in a day that does not end at midnight: a day of windows that vary each for itself.
  const ofDay = Math.max(ofDays, (ofWindows * ONSET_HOURS) / DAY_HOURS);
  const best = Math.min(
    tail(DAY_HOURS, ofDay),
    tail(ONSET_HOURS, Math.max(ofDays, ofWindows) + onset.doubt, onset.factor),
  );
  return {
    mentions: sumHours(terms, slot, 'mentions', nowHour - DAY_HOURS, nowHour),
    expected: share * weekday * sumHours(totals, 0, 'mentions', nowHour - DAY_HOURS, nowHour),
    pValue: Math.min(1, best * SCALES),
  };
}

interface Expected {
  readonly term: number;
  readonly mean: number;
}

/**
 * How much more or less a term is mentioned in the four hours before an hour than its share of all says, by the hours of its days so far, and the relative
 * variance of that: the mean of a gamma distribution that begins at one with the weight of a few mentions.
 */
function hourHabit(
  terms: Activity,
  slot: number,
  totals: Activity,
  today: number,
): (toHour: number) => { readonly factor: number; readonly doubt: number } {
  const own = dayProfile(terms, slot, today);
  const all = dayProfile(totals, 0, today);
  const share = (sum(own) + PRIOR_MENTIONS) / (sum(all) + PRIOR_ALL);
  return (toHour) => {
    let mentions = HOUR_PRIOR;
    let expected = HOUR_PRIOR;
    for (let hour = toHour - ONSET_HOURS; hour < toHour; hour++) {
      const of = ((hour % 24) + 24) % 24;
      mentions += own[of] ?? 0;
      expected += share * (all[of] ?? 0);
    }
    return { factor: mentions / expected, doubt: 1 / mentions };
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Relative variance beyond Poisson's, by moments of counts around their expectation; 0 when they vary no more, 10 at most. */
function excessOf(counts: readonly Expected[]): number {
  if (counts.length < 7) return 0;
  let excess = 0;
  let squares = 0;
  for (const { term, mean } of counts) {
    excess += (term - mean) ** 2 - mean;
    squares += mean ** 2;
  }
  return excess <= 0 || squares === 0 ? 0 : Math.min(10, excess / squares);
}
