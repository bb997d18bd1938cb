import type { ForecastMethod } from '../../platform/contracts/forecast.ts';
import { REFERENCE } from './members.ts';
import type { Band } from './origins.ts';
import { triedError, type Combined, type Origin } from './weigh.ts';

/** What is shown of a series: by band the combination, or the reference where that was no worse. */
export interface Outcome {
  readonly methods: readonly ForecastMethod[];
  readonly now: Combined;
  /** What would have been shown at past origins. */
  readonly past: readonly Combined[];
  /** Mean absolute error over every step tried; undefined when none was. */
  readonly error: number | undefined;
}

/**
 * Chooses by band: the combination where its mean absolute error at past origins is below that of seasonal-naive, otherwise seasonal-naive. A band that
 * could not be tried follows the one before it; with nothing tried at all it is seasonal-naive. At each past origin the choice is made anew by what was known
 * there, so that `past` is what would have been shown, and its error that of all that was decided on the way. `actual` has NaN where nothing is known.
 */
export function chooseBySeries(
  now: Combined,
  past: readonly Combined[],
  origins: readonly Origin[],
  series: number,
  actual: Float64Array,
  bands: readonly Band[],
): Outcome {
  const reference = origins.map(({ cut, forecasts }) => ({
    cut,
    point: forecasts[REFERENCE]?.[series] ?? new Float64Array(now.point.length).fill(Number.NaN),
  }));
  const methodsAt = (at: number): ForecastMethod[] => {
    const methods: ForecastMethod[] = [];
    for (const [b, { from, to }] of bands.entries()) {
      const mine = triedError(past, actual, from, to, at);
      const its = triedError(reference, actual, from, to, at);
      if (mine.count > 0 && its.count > 0)
        methods.push(mine.absolute / mine.count < its.absolute / its.count ? 'ensemble' : 'seasonal-naive');
      else methods.push(methods[b - 1] ?? 'seasonal-naive');
    }
    return methods;
  };
  const shown = (combined: Combined, methods: readonly ForecastMethod[]): Combined => {
    const own = reference.find((each) => each.cut === combined.cut)?.point;
    if (own === undefined) return combined;
    const point = combined.point.slice();
    const spread = combined.spread.slice();
    const weights = combined.weights.map((each, b) => {
      const band = bands[b];
      if (methods[b] !== 'seasonal-naive' || band === undefined) return each;
      point.set(own.subarray(band.from, band.to), band.from);
      spread.fill(0, band.from, band.to);
      return each.map((_, k) => (k === REFERENCE ? 1 : 0));
    });
    return { cut: combined.cut, point, spread, weights };
  };
  const methods = methodsAt(now.cut);
  const chosenPast = past.map((each) => shown(each, methodsAt(each.cut)));
  const tried = triedError(chosenPast, actual, 0, now.point.length);
  return {
    methods,
    now: shown(now, methods),
    past: chosenPast,
    error: tried.count === 0 ? undefined : tried.absolute / tried.count,
  };
}
