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
import { learnTail, readingAt, surpriseOf } from './tail.ts';
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
  const { surprise, reason } =
    value === undefined
      ? nothing
      : judge(state, takeIn(state, point.timeMs, value, expectation, floor), least);
  const expected = isWarming ? undefined : expectation.expected;
  return {
    score: scoreOf(surprise, settings.stepMs),
    expected,
    lower: expected === undefined || band === undefined ? undefined : expected - band,
    upper: expected === undefined || band === undefined ? undefined : expected + band,
    isAnomalous: !isWarming && surprise > 0 && surprise >= bar,
    severity: severityOf(surprise - bar),
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
  readonly reason: AnomalyReason | undefined;
}

const nothing: Judgement = { surprise: 0, reason: undefined };

/**
 * The rarest reading decides: with the shares as weights this is Bonferroni's combination, which holds however the detectors depend on
 * each other. Each tail then learns its reading.
 */
function judge(
  { tails, plan }: DetectorState,
  { magnitudes, stillness }: Readings,
  least: readonly number[],
): Judgement {
  let surprise = stillness + (shareDecades[FLAT] ?? 0);
  let best = surprise > 0 ? FLAT : -1;
  for (let at = 0; at < magnitudes.length; at++) {
    const tail = tails[at];
    if (tail === undefined) continue;
    const reading = magnitudes[at] ?? 0;
    const leastOfIt = least[at] ?? 0;
    const found = surpriseOf(tail, reading, leastOfIt);
    const weighed = found === 0 ? 0 : found + (shareDecades[at] ?? 0);
    if (weighed > surprise) {
      surprise = weighed;
      best = at;
    }
    learnTail(tail, reading, leastOfIt, plan.tailPoints);
  }
  return best < 0 ? nothing : { surprise, reason: detectors[best]?.reason };
}

function halfBandOf(state: DetectorState, bar: number, least: readonly number[]): number | undefined {
  const tail = state.tails[MEDIAN_OF_THREE];
  if (tail === undefined) return undefined;
  const half = readingAt(tail, bar - (shareDecades[MEDIAN_OF_THREE] ?? 0), least[MEDIAN_OF_THREE] ?? 0);
  return half === undefined ? undefined : Math.min(half, 10 * MAX_VALUE);
}

function measured(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value)
    ? undefined
    : Math.max(-MAX_VALUE, Math.min(MAX_VALUE, value));
}
