import { expectationAt, learnBaseline, type Expectation } from './baseline.ts';
import { grainOf, learnGrain } from './grain.ts';
import { learnHourScale, normalisedByHour } from './hour-scale.ts';
import { learnNextValue, nextValueOf } from './next-value.ts';
import { stepPattern } from './pattern.ts';
import { meanOf, meanOfLast, medianOfLastThree, newestOf, pushRing } from './ring.ts';
import { LONG, MIDDLE, SHORT, SPREAD_SPAN, type DetectorState } from './state.ts';
import { stepStillness } from './stillness.ts';

/** After so many missing points the values before them are no neighbours any more. */
const GAP_STEPS = 10;

export interface Readings {
  readonly magnitudes: readonly number[];
  /** −log10 of the probability that the value stays the same for so long. */
  readonly stillness: number;
}

/** The value goes into every part of the state; out come the magnitudes that the tails judge, in the order of `detectors`. */
export function takeIn(
  state: DetectorState,
  timeMs: number,
  value: number,
  expectation: Expectation,
  floor: number,
): Readings {
  const { baseline, scale, next, plan, residuals, normalised, errors } = state;
  const { expected, seasonal } = expectation;
  const residual = value - expected;
  const step = state.points === 0 ? 0 : Math.abs(value - next.last);
  const error = state.points === 0 ? 0 : Math.abs(value - nextValueOf(next, seasonal));
  state.unbroken = timeMs - state.lastTimeMs > GAP_STEPS * plan.stepMs ? 1 : state.unbroken + 1;
  state.lastTimeMs = timeMs;
  state.points++;
  pushRing(residuals, residual);
  pushRing(normalised, normalisedByHour(scale, plan, timeMs, residual, floor));
  pushRing(errors, error);
  learnGrain(state.grain, step, floor);
  const stillness = state.unbroken > 1 ? stepStillness(state.stillness, step <= floor) : 0;
  const novelty = stepPattern(state.pattern, value, floor);
  learnBaseline(baseline, plan, value, expectation);
  learnNextValue(next, value, seasonal);
  learnHourScale(scale, plan, timeMs, residual);
  const short = Math.min(SHORT, state.unbroken);
  const magnitudes = [
    Math.abs(meanOfLast(residuals, short)),
    Math.abs(meanOfLast(normalised, short)),
    Math.abs(medianOfLastThree(residuals, state.unbroken)),
    Math.abs(meanOfLast(residuals, MIDDLE)),
    Math.abs(meanOf(residuals)),
    Math.max(0, meanOf(errors)),
    novelty,
    Math.abs(newestOf(normalised)),
  ];
  return { magnitudes, stillness };
}

export function expectationOf(state: DetectorState, timeMs: number): Expectation {
  return expectationAt(state.baseline, state.plan, timeMs);
}

/** Differences below this are rounding, not news. */
export function floorOf({ pattern, baseline }: DetectorState): number {
  return 1e-6 * pattern.spread + 1e-9 * Math.abs(baseline.level) + 1e-30;
}

/** Smallest meaningful mean excess of each reading: half a grain, spread over the span of a mean, in the unit of the reading. */
export function leastReadings({ grain, scale, pattern }: DetectorState, floor: number): readonly number[] {
  const half = grainOf(grain) / 2;
  return [
    Math.max(floor, half / SHORT),
    Math.max(1e-6, scale.overall > 0 ? half / SHORT / scale.overall : 0),
    Math.max(floor, half),
    Math.max(floor, half / MIDDLE),
    Math.max(floor, half / LONG),
    Math.max(floor, half / SPREAD_SPAN),
    Math.max(1e-6, pattern.spread > 0 ? half / pattern.spread : 0),
    Math.max(1e-6, scale.overall > 0 ? half / scale.overall : 0),
  ];
}
