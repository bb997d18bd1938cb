import { createBaseline, type Baseline } from './baseline.ts';
import { createGrain, type Grain } from './grain.ts';
import { createHourScale, type HourScale } from './hour-scale.ts';
import { createNextValue, type NextValue } from './next-value.ts';
import { createPattern, type Pattern } from './pattern.ts';
import { createRing, type Ring } from './ring.ts';
import { planSeasons, type SeasonPlan } from './seasons.ts';
import { createTail, type Tail } from './tail.ts';

/** What a person sets: how often a point comes and how many false alarms they accept. Everything else follows from these. */
export interface DetectorSettings {
  /** Distance of two points; the width of a KPI's window. */
  readonly stepMs: number;
  /** About so many alarms a week on a series with nothing wrong. */
  readonly falseAlarmsPerWeek: number;
  /** Lengths of the seasons; left out, a day and a week, each where it fits. */
  readonly seasonsMs?: readonly number[];
}

/** State of one series, about 6 KB. Its owner mutates it through `stepDetector` and reads nothing from it; `codec.ts` stores it. */
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
  /** Differences from value to value. */
  readonly steps: Ring;
  usualStep: number;
  /** One for each of `detectors`. */
  readonly tails: readonly Tail[];
}

/**
 * What stands out. `value`: too high or too low. `drift`: too high or too low for long, each point for itself unremarkable.
 * `spread`: unsteadier than usual. `pattern`: an unknown succession of values. `flat`: stiller than usual.
 */
export type AnomalyReason = 'value' | 'drift' | 'spread' | 'pattern' | 'flat';

/** Lengths of the means, in points. */
export const SHORT = 4;
export const MIDDLE = 32;
export const LONG = 288;
export const SPREAD_SPAN = 12;
export const FLAT_SPAN = 48;

/**
 * The detectors and their shares of the false alarms. Means over long spans have few independent values a week, so that the same bar
 * costs fewer alarms: they get more. Stillness is the weakest evidence and gets less.
 */
export const detectors: readonly { readonly reason: AnomalyReason; readonly share: number }[] = [
  { reason: 'value', share: 1 },
  { reason: 'value', share: 1 },
  { reason: 'value', share: 1 },
  { reason: 'drift', share: 2 },
  { reason: 'drift', share: 2 },
  { reason: 'spread', share: 1 },
  { reason: 'pattern', share: 1 },
  { reason: 'flat', share: 1 / 3 },
];
/** Position of the median of three residuals in `detectors`. */
export const MEDIAN_OF_THREE = 2;

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
    steps: createRing(FLAT_SPAN),
    usualStep: 0,
    tails: detectors.map(createTail),
  };
}
