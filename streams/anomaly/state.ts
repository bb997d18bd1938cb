import { createAlarmBar, type AlarmBar } from './alarm-bar.ts';
import { createBaseline, type Baseline } from './baseline.ts';
import { createGrain, type Grain } from './grain.ts';
import { createHourScale, type HourScale } from './hour-scale.ts';
import { createNextValue, type NextValue } from './next-value.ts';
import { createPattern, type Pattern } from './pattern.ts';
import { createRing, type Ring } from './ring.ts';
import { planSeasons, type SeasonPlan } from './seasons.ts';
import { createStillness, type Stillness } from './stillness.ts';
import { createTail, type Tail } from './tail.ts';

/** What a person sets: how often a point comes and how many false alarms they accept. Everything else follows from these. */
export interface DetectorSettings {
  /** Distance of two points; the width of a KPI's window. */
  readonly stepMs: number;
  /** About so many alarms a week on a series with nothing wrong. */
  readonly falseAlarmsPerWeek: number;
  /** Lengths of the seasons; left out, a day and a week, each where it fits. */
  readonly seasonsMs?: readonly number[];
  /** What raises alarms; left out, everything that stands out. The scores are of everything. */
  readonly alarmReasons?: readonly AnomalyReason[];
}

/** State of one series: 8.5 KB in memory, 6.0 KB stored (`npm run bench -- streams`). Its owner mutates it through `stepDetector` and reads nothing from it; `codec.ts` stores it. */
export interface DetectorState {
  readonly settings: DetectorSettings;
  readonly plan: SeasonPlan;
  points: number;
  lastTimeMs: number;
  /** Points since the last gap. */
  unbroken: number;
  readonly baseline: Baseline;
  readonly scale: HourScale;
  readonly next: NextValue;
  readonly pattern: Pattern;
  readonly grain: Grain;
  /** Residuals from the baseline. */
  readonly residuals: Ring;
  /** The same in units of their hour. */
  readonly normalised: Ring;
  /** Errors of the short-term forecast. */
  readonly errors: Ring;
  readonly stillness: Stillness;
  /** One for each of `detectors` that judges a magnitude. */
  readonly tails: readonly Tail[];
  readonly alarmBar: AlarmBar;
}

/**
 * What stands out. `value`: too high or too low. `drift`: too high or too low for long, each point for itself unremarkable.
 * `spread`: unsteadier than usual. `pattern`: an unknown succession of values. `flat`: unchanged for longer than usual.
 */
export type AnomalyReason = 'value' | 'drift' | 'spread' | 'pattern' | 'flat';

/** Lengths of the means, in points. */
export const SHORT = 4;
export const MIDDLE = 32;
export const LONG = 288;
export const SPREAD_SPAN = 12;

interface DetectorPart {
  readonly reason: AnomalyReason;
  readonly share: number;
  /** Whether it has a say in the score; every one has in alarms. */
  readonly isScored: boolean;
  /** Whether one value alone can raise it. */
  readonly isSingle: boolean;
}

const scored = (reason: AnomalyReason, share: number, isSingle = false): DetectorPart => ({
  reason,
  share,
  isScored: true,
  isSingle,
});

/**
 * The detectors and their shares of the false alarms. Means over long spans have few independent values a week, so that the same bar
 * costs fewer alarms: they get more. Stillness gets less: nights stretch its runs beyond the geometric law. It brings its own
 * probability; the others judge magnitudes by their tails.
 *
 * The newest value alone raises alarms and has no say in scores: it finds single spikes that a mean of four waters down, and costs the others
 * little at a third of a share.
 */
export const detectors: readonly DetectorPart[] = [
  scored('value', 1, true),
  scored('value', 1, true),
  scored('value', 1),
  scored('drift', 2, true),
  scored('drift', 2, true),
  scored('spread', 1, true),
  scored('pattern', 1, true),
  { reason: 'value', share: 1 / 3, isScored: false, isSingle: true },
  scored('flat', 1 / 3),
];
/** Position of the median of three residuals in `detectors`. */
export const MEDIAN_OF_THREE = 2;
/** Position of the last one. */
export const FLAT = 8;

export function createDetector(settings: DetectorSettings): DetectorState {
  const plan = planSeasons(settings.stepMs, settings.seasonsMs);
  return {
    settings,
    plan,
    points: 0,
    lastTimeMs: Number.NEGATIVE_INFINITY,
    unbroken: 0,
    baseline: createBaseline(plan),
    scale: createHourScale(plan),
    next: createNextValue(),
    pattern: createPattern(),
    grain: createGrain(),
    residuals: createRing(LONG),
    normalised: createRing(SHORT),
    errors: createRing(SPREAD_SPAN),
    stillness: createStillness(),
    tails: Array.from({ length: FLAT }, createTail),
    alarmBar: createAlarmBar(settings.stepMs),
  };
}
