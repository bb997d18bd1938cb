import { expectationOf, floorOf, leastReadings, takeIn, type Readings } from './readings.ts';
import { DAY_MS } from './seasons.ts';
import {
  detectors,
  FLAT,
  MEDIAN_OF_THREE,
  type AnomalyReason,
  type DetectorSettings,
  type DetectorState,
} from './state.ts';
import { boldly, cautious, learnTail, readingAt, surpriseOf } from './tail.ts';
import { barOf, scoreOf, severityOf, type AnomalySeverity } from './verdict.ts';

export { decodeDetector, encodeDetector } from './codec.ts';
export { createDetector, type AnomalyReason, type DetectorSettings, type DetectorState } from './state.ts';
export type { AnomalySeverity } from './verdict.ts';

export interface DetectorPoint {
  readonly timeMs: number;
  /** Undefined: nothing was measured. It teaches nothing and raises no alarm. Values beyond ±1e30 count as ±1e30. */
  readonly value: number | undefined;
}

/** All numbers are finite. */
export interface DetectorVerdict {
  /** 0 to 1, the same scale for every series: 0.5 is expected about once a week, 0.9 once in 9 weeks, 0.99 once in 99. */
  readonly score: number;
  /**
   * What the point should have been, and the band around it: two of three points outside of it raise an alarm. Undefined while warming.
   */
  readonly expected: number | undefined;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly isAnomalous: boolean;
  /** How far above the bar of the false-alarm setting: `warning` from 10 times as rare on, `critical` from 1,000 times. */
  readonly severity: AnomalySeverity;
  readonly phase: 'warming' | 'watching';
  /** Absent while the score is 0. */
  readonly reason?: AnomalyReason;
}

/** Squares must stay finite. */
const MAX_VALUE = 1e30;
const MIN_WARM_UP_POINTS = 60;
const MAX_WARM_UP_POINTS = 288;

const shareDecades = detectors.map(({ share }) => Math.log10(share));

/** Points before alarms are raised: a day of them, at least 60 and at most 288. */
export function warmUpPoints({ stepMs }: Pick<DetectorSettings, 'stepMs'>): number {
  return Math.max(MIN_WARM_UP_POINTS, Math.min(MAX_WARM_UP_POINTS, Math.round(DAY_MS / stepMs)));
}

/** Judges one point by what came before it, then learns from it. Points come in the order of their time. */
export function stepDetector(state: DetectorState, point: DetectorPoint): DetectorVerdict {
  const { settings, points } = state;
  const isWarming = points < warmUpPoints(settings);
  const value = measured(point.value);
  if (points === 0 && value !== undefined) state.baseline.level = value;
  const expectation = expectationOf(state, point.timeMs);
  const floor = floorOf(state);
  const least = leastReadings(state, floor);
  const bar = barOf(settings);
  const band = isWarming ? undefined : halfBandOf(state, bar, least);
  const { surprise, sure, reason } =
    value === undefined
      ? nothing
      : judge(state, takeIn(state, point.timeMs, value, expectation, floor), least);
  const expected = isWarming ? undefined : expectation.expected;
  return {
    score: scoreOf(surprise, settings.stepMs),
    expected,
    lower: expected === undefined || band === undefined ? undefined : expected - band,
    upper: expected === undefined || band === undefined ? undefined : expected + band,
    isAnomalous: !isWarming && sure > 0 && sure >= bar,
    severity: severityOf(sure - bar),
    phase: isWarming ? 'warming' : 'watching',
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The level around which a series moves, seasons aside; follows it slowly and hardly an anomaly. */
export function usualLevel({ baseline }: DetectorState): number {
  return baseline.level;
}

interface Judgement {
  readonly surprise: number;
  /** The same with the doubt about the tails counted in: what raises an alarm. */
  readonly sure: number;
  readonly reason: AnomalyReason | undefined;
}

const nothing: Judgement = { surprise: 0, sure: 0, reason: undefined };

/**
 * The rarest reading decides: with the shares as weights this is Bonferroni's combination, which holds however the detectors depend on
 * each other. Each tail then learns its reading.
 */
function judge(
  { tails, plan, settings }: DetectorState,
  { magnitudes, stillness }: Readings,
  least: readonly number[],
): Judgement {
  let surprise = stillness + (shareDecades[FLAT] ?? 0);
  let sure = surprise;
  let best = surprise > 0 ? FLAT : -1;
  // Once a week is as far as the tails were found to hold; beyond, what they do not know of themselves counts.
  const known = barOf({ ...settings, falseAlarmsPerWeek: 1 });
  for (let at = 0; at < magnitudes.length; at++) {
    const tail = tails[at];
    if (tail === undefined) continue;
    const share = shareDecades[at] ?? 0;
    const reading = magnitudes[at] ?? 0;
    const leastOfIt = least[at] ?? 0;
    const found = surpriseOf(tail, reading, leastOfIt);
    const weighed = found === 0 ? 0 : found + share;
    if (found > 0) sure = Math.max(sure, cautious(found, tail, plan.tailPoints, known - share) + share);
    if (weighed > surprise) {
      surprise = weighed;
      best = at;
    }
    learnTail(tail, reading, leastOfIt, plan.tailPoints);
  }
  return best < 0 ? nothing : { surprise, sure, reason: detectors[best]?.reason };
}

function halfBandOf(state: DetectorState, bar: number, least: readonly number[]): number | undefined {
  const tail = state.tails[MEDIAN_OF_THREE];
  if (tail === undefined) return undefined;
  const share = shareDecades[MEDIAN_OF_THREE] ?? 0;
  const known = barOf({ ...state.settings, falseAlarmsPerWeek: 1 }) - share;
  const needed = boldly(bar - share, tail, state.plan.tailPoints, known);
  const half = readingAt(tail, needed, least[MEDIAN_OF_THREE] ?? 0);
  return half === undefined ? undefined : Math.min(half, 10 * MAX_VALUE);
}

function measured(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value)
    ? undefined
    : Math.max(-MAX_VALUE, Math.min(MAX_VALUE, value));
}
