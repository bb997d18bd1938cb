import { naiveScale } from './metrics.ts';

/** A history in units in which series of different size and kind look alike. */
export interface ScaledHistory {
  readonly values: Float64Array;
  readonly scale: number;
  readonly isLog: boolean;
}

/** Logarithms where all values are positive, over the mean change in a period. */
export function scaleHistory(history: Float64Array, period: number): ScaledHistory {
  const isLog = history.every((x) => x > 0);
  const values = isLog ? history.map(Math.log) : history;
  const scale = naiveScale(values, period);
  return { values: values.map((x) => x / scale), scale, isLog };
}

/** Scaled values back in the units of the series. */
export function unscale(values: Float64Array, { scale, isLog }: ScaledHistory): Float64Array {
  return values.map((x) => (isLog ? Math.exp(Math.min(700, x * scale)) : x * scale));
}
