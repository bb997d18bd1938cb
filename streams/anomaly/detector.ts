import { alarmBarOf, learnAlarmBar } from './alarm-bar.ts';
import { expectationOf, floorOf, leastReadings, takeIn, type Readings } from './readings.ts';
import { DAY_MS } from './seasons.ts';
import {
  detectors,
  MEDIAN_OF_THREE,
  type AnomalyReason,
  type DetectorSettings,
  type DetectorState,
} from './state.ts';
import {
  boldly,
  cautious,
  depthOf,
  EXCESSES_FOR_ONE_SINGLE,
  learnTail,
  readingAt,
  surpriseOf,
} from './tail.ts';
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
  /** Whether it would be without the readings that one value alone can raise: two of three values are out. */
  readonly isLasting: boolean;
  /** How far above the bar of the false-alarm setting: `warning` from 10 times as rare on, `critical` from 1,000 times. */
  readonly severity: AnomalySeverity;
  readonly phase: 'warming' | 'watching';
  /** What raised the alarm or, without one, what the score is about; absent while nothing stands out. */
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
  const bar = alarmBarOf(state.alarmBar, settings);
  const band = isWarming ? undefined : halfBandOf(state, bar, least);
  const { height, lasting, rarity, surprise, ...found } =
    value === undefined
      ? nothing
      : judge(state, takeIn(state, point.timeMs, value, expectation, floor), least);
  if (value !== undefined && !isWarming) learnAlarmBar(state.alarmBar, settings.stepMs, point.timeMs, rarity);
  const expected = isWarming ? undefined : expectation.expected;
  const isAnomalous = !isWarming && rarity >= bar;
  const reason = isAnomalous ? found.raisedBy : found.standsOut;
  return {
    score: scoreOf(surprise, settings.stepMs),
    expected,
    lower: expected === undefined || band === undefined ? undefined : expected - band,
    upper: expected === undefined || band === undefined ? undefined : expected + band,
    isAnomalous,
    isLasting: isAnomalous && lasting >= bar,
    severity: severityOf(height - bar),
    phase: isWarming ? 'warming' : 'watching',
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The level around which a series moves, seasons aside; follows it slowly and hardly an anomaly. */
export function usualLevel({ baseline }: DetectorState): number {
  return baseline.level;
}

interface Judgement {
  /** What the score is made of: 0 where nothing is in its tail. */
  readonly surprise: number;
  /** What raises alarms: of the readings that may, with the doubt about the tails counted in; also below the tails. */
  readonly rarity: number;
  /** The same of the readings that one value alone cannot raise. */
  readonly lasting: number;
  /** The same with every excess counted as one: how severe what stands out is. */
  readonly height: number;
  readonly standsOut: AnomalyReason | undefined;
  readonly raisedBy: AnomalyReason | undefined;
}

const nothing: Judgement = {
  surprise: 0,
  rarity: Number.NEGATIVE_INFINITY,
  lasting: Number.NEGATIVE_INFINITY,
  height: Number.NEGATIVE_INFINITY,
  standsOut: undefined,
  raisedBy: undefined,
};

/**
 * The rarest reading decides: with the shares as weights this is Bonferroni's combination, which holds however the detectors depend on
 * each other. Each tail then learns its reading.
 */
function judge(
  { tails, plan, settings }: DetectorState,
  { magnitudes, stillness }: Readings,
  least: readonly number[],
): Judgement {
  const { alarmReasons } = settings;
  let surprise = 0;
  let rarity = Number.NEGATIVE_INFINITY;
  let lasting = Number.NEGATIVE_INFINITY;
  let height = Number.NEGATIVE_INFINITY;
  let standsOut: AnomalyReason | undefined;
  let raisedBy: AnomalyReason | undefined;
  // Once a week is as far as the tails were found to hold; beyond, what they do not know of themselves counts.
  const known = barOf({ ...settings, falseAlarmsPerWeek: 1 });
  for (const [at, { isScored, isSingle, reason }] of detectors.entries()) {
    const share = shareDecades[at] ?? 0;
    const tail = tails[at];
    const reading = magnitudes[at] ?? 0;
    const leastOfIt = least[at] ?? 0;
    const found = tail === undefined ? stillness : surpriseOf(tail, reading, leastOfIt);
    if (isScored && found > 0 && found + share > surprise) {
      surprise = found + share;
      standsOut = reason;
    }
    const mayAlarm = alarmReasons === undefined || alarmReasons.includes(reason);
    // Less than the grain of the series is no news, however seldom it is: on a series that hardly moves nothing else would be left.
    if (mayAlarm && (tail === undefined ? found > 0 : reading > leastOfIt)) {
      const told = tail === undefined || found > 0 ? found : depthOf(tail, reading, leastOfIt);
      const sure =
        share +
        (tail === undefined
          ? told
          : cautious(
              told,
              tail,
              plan.tailPoints,
              known - share,
              isSingle ? EXCESSES_FOR_ONE_SINGLE : undefined,
            ));
      if (sure > rarity) {
        rarity = sure;
        raisedBy = reason;
      }
      if (!isSingle) lasting = Math.max(lasting, sure);
      const high =
        share + (tail === undefined ? told : cautious(told, tail, plan.tailPoints, known - share, 1));
      height = Math.max(height, high);
    }
    if (tail !== undefined) learnTail(tail, reading, leastOfIt, plan.tailPoints);
  }
  return { surprise, rarity, lasting, height, standsOut, raisedBy };
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
