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

/** What was learned of peaks, by stage. */
export type PeakDays = Readonly<Record<RisingStage, LearnedPeaks>>;

interface LearnedPeaks {
  /** How many days after it was in the stage a trend peaked, 0 to 7; the recent ones weigh more. */
  readonly days: number[];
  /** Share of these that the next interval has to hold, for four in five of what is told to come true. */
  needed: number;
}

/** First and last day of an interval. */
export type DayRun = readonly [first: number, last: number];

/** How far one truth moves the share: the step of adaptive conformal inference, the largest that its authors use. */
const STEP = 0.05;
const NEEDED_WITHIN = [0.6, 0.9] as const;

export function createPeakDays(): PeakDays {
  const none = (): LearnedPeaks => ({
    days: Array.from({ length: PEAK_WITHIN_DAYS + 1 }, () => 0),
    needed: HELD,
  });
  return { emerging: none(), rising: none() };
}

export function copyPeakDays({ emerging, rising }: PeakDays): PeakDays {
  return {
    emerging: { ...emerging, days: [...emerging.days] },
    rising: { ...rising, days: [...rising.days] },
  };
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
export function learnPeakDay(
  peaks: PeakDays,
  stage: RisingStage,
  afterMs: number,
  told: DayRun | undefined,
): void {
  const learned = peaks[stage];
  const day = Math.min(PEAK_WITHIN_DAYS, Math.max(0, Math.round(afterMs / DAY_MS)));
  for (const [i, count] of learned.days.entries()) learned.days[i] = count * KEPT + (i === day ? 1 : 0);
  if (told === undefined) return;
  const isHeld = day >= told[0] && day <= told[1];
  const [least, most] = NEEDED_WITHIN;
  learned.needed = Math.min(most, Math.max(least, learned.needed + STEP * (HELD - (isHeld ? 1 : 0))));
}

/** The run of days that is told for a trend in the stage now. */
export function peakRunOf(peaks: PeakDays, stage: RisingStage): DayRun {
  const masses = massesOf(peaks, stage);
  return shortestRun(masses, peaks[stage].needed * sumOf(masses));
}

function massesOf(peaks: PeakDays, stage: RisingStage): readonly number[] {
  return priors[stage].map((share, day) => (peaks[stage].days[day] ?? 0) + PRIOR_TRUTHS * share);
}

function sumOf(masses: readonly number[]): number {
  return masses.reduce((sum, mass) => sum + mass, 0);
}

/**
 * From, middle and to of the time until the peak, in milliseconds: the shortest run of whole days that held four in five of the recent truths (conformal,
 * with weights that fade: Barber, Candès, Ramdas & Tibshirani 2023), each day half a day to either side. Whole days hold more than is asked of them, and
 * trends change; so what was asked goes down a little with every interval that came true and up with one that did not (Gibbs & Candès 2021). Whole days, because truths are no finer: a bound
 * between two days would hold the further one as well.
 */
export function peakIntervalOf(peaks: PeakDays, stage: RisingStage): readonly [number, number, number] {
  const masses = massesOf(peaks, stage);
  const [first, last] = peakRunOf(peaks, stage);
  const edge = (day: number, side: -1 | 1): number => Math.max(0, day * DAY_MS + side * (DAY_MS / 2 - 1));
  const middle = medianOf(masses, sumOf(masses) / 2);
  return [edge(first, -1), Math.min(edge(last, 1), Math.max(edge(first, -1), middle)), edge(last, 1)];
}

/** The shortest run of days with at least `needed`; of equally long ones the one with most, then the earliest. */
function shortestRun(masses: readonly number[], needed: number): DayRun {
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
