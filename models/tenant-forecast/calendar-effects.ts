import { fillGaps } from '../forecast/fill-gaps.ts';
import { stl } from '../forecast/stl.ts';
import { isActive, type Regressor } from './regressors.ts';

/** What regressors do to one series, as it could be known at an origin. */
export interface CalendarEffects {
  /** Added to logarithms or to values, by step of the history and of the steps to come. */
  readonly moved: Float64Array;
  readonly isLog: boolean;
  readonly used: readonly { readonly name: string; readonly effect: number; readonly occurrences: number }[];
}

/** An effect is drawn to nothing as if this many occurrences without any had been seen. */
const SHRINK = 1;
/** Occurrences it must have been tried on, each with what came before it, and how much smaller the error must have become. */
const MIN_TRIED = 2;
const GAIN = 0.9;
/** Logarithms; beyond e^2 = 7.4 times it is no effect but another series. */
const CAP = 2;

/**
 * A regression on the calendar before anything else is forecast. What a series differed on the days of a regressor from an ordinary day (trend plus
 * season of STL, fitted with those days taken out) is averaged over its occurrences, runs of neighbouring steps, drawn to nothing; positive series in
 * logarithms, so that an effect is a factor. It is used only where it helped: each occurrence is tried with what the ones before it had said, and
 * unless the errors of those tries together are at least a tenth smaller with the effect than without, the regressor is not used on this
 * series. So a promotion nobody has seen twice before moves nothing. Undefined where none is used.
 */
export function calendarEffects(
  history: Float64Array,
  steps: number,
  period: number,
  regressors: readonly Regressor[],
): CalendarEffects | undefined {
  const n = history.length;
  if (regressors.length === 0 || period < 2 || n < 4 * period) return undefined;
  const isLog = history.every((v) => v > 0);
  const y = isLog ? history.map(Math.log) : history;
  const seen = regressors.map((regressor) => runsOf(regressor, n));
  if (seen.every((runs) => runs.length <= MIN_TRIED)) return undefined;
  const plain = y.map((v, t) => (regressors.some(({ active }) => active[t] === 1) ? Number.NaN : v));
  const filled = fillGaps(plain, period);
  if (filled === undefined) return undefined;
  const { season, trend } = stl(filled, period, { seasonalSpan: 'periodic', robustPasses: 2 });
  const left = y.map((v, t) => v - (trend[t] ?? 0) - (season[t] ?? 0));
  const moved = new Float64Array(n + steps);
  const used: CalendarEffects['used'][number][] = [];
  regressors.forEach((regressor, r) => {
    const runs = seen[r] ?? [];
    const effect = effectOf(left, runs);
    if (effect === undefined) return;
    used.push({ name: regressor.name, effect, occurrences: runs.length });
    for (let t = 0; t < n + steps; t += 1)
      if (isActive(regressor, t, n)) {
        moved[t] = (moved[t] ?? 0) + effect;
        // Where two hold at once the second one explains what the first one left.
        if (t < n) left[t] = (left[t] ?? 0) - effect;
      }
  });
  if (used.length === 0) return undefined;
  const cap = isLog ? CAP : Number.POSITIVE_INFINITY;
  return { moved: moved.map((v) => Math.max(-cap, Math.min(cap, v))), isLog, used };
}

/** Values as they would be on ordinary days (`sign` -1), or as they are with the effects again (1), from step `from` on. */
export function withEffects(
  values: Float64Array,
  effects: CalendarEffects | undefined,
  sign: 1 | -1,
  from = 0,
): Float64Array {
  if (effects === undefined) return values;
  const { isLog, moved } = effects;
  return values.map((v, t) => {
    const by = sign * (moved[from + t] ?? 0);
    return isLog ? v * Math.exp(by) : v + by;
  });
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Stretches of neighbouring steps before `n`. */
function runsOf({ active }: Regressor, n: number): Run[] {
  const runs: Run[] = [];
  for (let t = 0; t < n; t += 1) {
    if (active[t] !== 1) continue;
    const from = t;
    while (t + 1 < n && active[t + 1] === 1) t += 1;
    runs.push({ from, to: t + 1 });
  }
  return runs;
}

/** The shrunk mean over the runs, if it made errors smaller when each was forecast by those before it. */
function effectOf(left: Float64Array, runs: readonly Run[]): number | undefined {
  let sum = 0;
  let count = 0;
  let tried = 0;
  let without = 0;
  let withIt = 0;
  for (const { from, to } of runs) {
    const said = sum / (count + SHRINK);
    let mean = 0;
    for (let t = from; t < to; t += 1) {
      const value = left[t] ?? 0;
      mean += value / (to - from);
      if (count === 0) continue;
      without += Math.abs(value);
      withIt += Math.abs(value - said);
    }
    if (count > 0) tried += 1;
    sum += mean;
    count += 1;
  }
  return tried >= MIN_TRIED && withIt < GAIN * without ? sum / (count + SHRINK) : undefined;
}
