import type { Random } from '../../platform/time/random.ts';
import { drawPaths, fitLocalLevel } from '../forecast/local-level.ts';
import { adjusted, onLogs } from '../forecast/members.ts';

/** Draws of future paths; the .16 and .84 quantiles of so many are told to within a tenth of their distance. */
const DRAWS = 120;
/** Values the filter looks at. */
const RECENT = 400;

/**
 * Half the .68 width of a series by step, as the Bayesian structural model states it: paths drawn from the posterior of the local level on the seasonally
 * adjusted series (in logarithms where all is positive), the season put back. NaN where the model does not apply.
 */
export function structuralWidth(
  history: Float64Array,
  period: number,
  steps: number,
  random: Random,
): Float64Array {
  // Whole seasons, so that paths one after the other begin at the same place of the season.
  const reach = period * Math.ceil(steps / period);
  const drawn = onLogs(
    adjusted([period], { seasonalSpan: 'periodic' }, (y) => {
      const fit = fitLocalLevel(y);
      if (fit === undefined) return undefined;
      const out = new Float64Array(DRAWS * reach);
      drawPaths(fit, reach, DRAWS, random).forEach((path, d) => out.set(path, d * reach));
      return out;
    }),
  )(history.slice(-RECENT), DRAWS * reach);
  return Float64Array.from({ length: steps }, (_, h) => {
    if (drawn === undefined) return Number.NaN;
    const sorted = Float64Array.from({ length: DRAWS }, (__, d) => drawn[d * reach + h] ?? 0).sort();
    return ((sorted[Math.floor(0.84 * DRAWS)] ?? 0) - (sorted[Math.floor(0.16 * DRAWS)] ?? 0)) / 2;
  });
}
