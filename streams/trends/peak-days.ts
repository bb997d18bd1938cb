import { DAY_MS } from './activity.ts';
import { logNormalShares, shareBelow } from './durations.ts';

/** Trends before their peak. */
export type RisingStage = 'emerging' | 'rising';

/** A peak is looked for so long. */
export const PEAK_WITHIN_DAYS = 7;
/** Share of the truths that an interval is meant to hold. */
const HELD = 0.8;
const PRIOR_TRUTHS = 10;
/** Weight of a truth against the one after it: about twenty count. Chosen on the first half of `youtube-trending-us`. */
const KEPT = 0.95;
const HALF_DAY_HOURS = 12;

/** How many days after it was in a stage a trend peaked, 0 to 7, by stage; the recent ones weigh more. */
export type PeakDays = Readonly<Record<RisingStage, number[]>>;

export function createPeakDays(): PeakDays {
  const none = (): number[] => Array.from({ length: PEAK_WITHIN_DAYS + 1 }, () => 0);
  return { emerging: none(), rising: none() };
}

/** Log-normal by medians and spreads of the first half of `youtube-trending-us` (docs/adr/0030), by whole days. */
const priors: Readonly<Record<RisingStage, readonly number[]>> = {
  emerging: daysOf(45, 0.8),
  rising: daysOf(62, 0.8),
};

function daysOf(medianHours: number, sigma: number): readonly number[] {
  const shares = logNormalShares(medianHours, sigma);
  const below = Array.from({ length: PEAK_WITHIN_DAYS + 1 }, (_, day) =>
    shareBelow(shares, 0, 24 * day + HALF_DAY_HOURS),
  );
  const whole = below[PEAK_WITHIN_DAYS] ?? 1;
  return below.map((share, day) => (share - (below[day - 1] ?? 0)) / whole);
}

/** Takes in when a trend peaked, from when it was in the stage. Attention is a sum of 24 hours: its peak is known to a day. */
export function learnPeakDay(peaks: PeakDays, stage: RisingStage, afterMs: number): void {
  const counts = peaks[stage];
  const day = Math.min(PEAK_WITHIN_DAYS, Math.max(0, Math.round(afterMs / DAY_MS)));
  for (const [i, count] of counts.entries()) counts[i] = count * KEPT + (i === day ? 1 : 0);
}

/**
 * From, middle and to of the time until the peak, in milliseconds: the shortest run of whole days that held four in five of the recent truths (conformal,
 * with weights that fade: Barber, Candès, Ramdas & Tibshirani 2023), each day half a day to either side. Whole days, because truths are no finer: a bound
 * between two days would hold the further one as well.
 */
export function peakIntervalOf(peaks: PeakDays, stage: RisingStage): readonly [number, number, number] {
  const masses = priors[stage].map((share, day) => (peaks[stage][day] ?? 0) + PRIOR_TRUTHS * share);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  const [first, last] = shortestRun(masses, HELD * total);
  const edge = (day: number, side: -1 | 1): number => Math.max(0, day * DAY_MS + side * (DAY_MS / 2 - 1));
  const middle = medianOf(masses, total / 2);
  return [edge(first, -1), Math.min(edge(last, 1), Math.max(edge(first, -1), middle)), edge(last, 1)];
}

/** The shortest run of days with at least `needed`; of equally long ones the one with most, then the earliest. */
function shortestRun(masses: readonly number[], needed: number): readonly [number, number] {
  for (let length = 1; length < masses.length; length++) {
    let best: readonly [number, number] | undefined;
    let most = needed;
    for (let first = 0; first + length <= masses.length; first++) {
      const mass = masses.slice(first, first + length).reduce((sum, each) => sum + each, 0);
      if (mass < most || (best !== undefined && mass === most)) continue;
      most = mass;
      best = [first, first + length - 1];
    }
    if (best !== undefined) return best;
  }
  return [0, masses.length - 1];
}

/** Where half of the truths lie before, even within a day. */
function medianOf(masses: readonly number[], half: number): number {
  let left = half;
  for (const [day, mass] of masses.entries()) {
    if (mass > 0 && left <= mass) return Math.max(0, (day - 0.5 + left / mass) * DAY_MS);
    left -= mass;
  }
  return PEAK_WITHIN_DAYS * DAY_MS;
}
