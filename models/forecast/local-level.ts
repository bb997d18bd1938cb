import type { Random } from '../../platform/time/random.ts';

/** Posterior of a local-level model: y_t = level_t + noise, level_{t+1} = level_t + step, with q = step variance / noise variance. */
export interface LocalLevel {
  /** Grid of q and the posterior probability of each. */
  readonly ratios: Float64Array;
  readonly probabilities: Float64Array;
  /** For each q: mean of the last level, its variance and the noise variance, both for q given. */
  readonly levels: Float64Array;
  readonly levelVariances: Float64Array;
  readonly noiseVariances: Float64Array;
  readonly degrees: number;
}

const GRID = 81;

/**
 * Exact posterior by the Kalman filter on a grid of q from 1e-5 to 1e3 (even in its logarithm, which is the prior), the first level diffuse and
 * the noise variance integrated out under its scale-free prior (Durbin and Koopman 2012, ch. 2; West and Harrison 1997, 4.5). Missing
 * values (NaN) are predicted over. Undefined below three values or where nothing changes.
 */
export function fitLocalLevel(history: Float64Array): LocalLevel | undefined {
  const ratios = new Float64Array(GRID).map((_, i) => 10 ** (-5 + (8 * i) / (GRID - 1)));
  const levels = new Float64Array(GRID);
  const levelVariances = new Float64Array(GRID);
  const noiseVariances = new Float64Array(GRID);
  const logs = new Float64Array(GRID);
  let degrees = 0;
  for (let i = 0; i < GRID; i += 1) {
    const fit = filter(history, ratios[i] ?? 1);
    if (fit.count < 2 || !(fit.squares > 0)) return undefined;
    degrees = fit.count;
    noiseVariances[i] = fit.squares / fit.count;
    levels[i] = fit.level;
    levelVariances[i] = fit.variance * (noiseVariances[i] ?? 0);
    logs[i] = -0.5 * fit.logs - 0.5 * fit.count * Math.log(fit.squares);
  }
  const top = logs.reduce((most, x) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const weights = logs.map((x) => Math.exp(x - top));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return {
    ratios,
    probabilities: weights.map((w) => w / total),
    levels,
    levelVariances,
    noiseVariances,
    degrees,
  };
}

/** Draws of future paths from the posterior predictive distribution: variances, last level, then steps and noise. */
export function drawPaths(fit: LocalLevel, horizon: number, draws: number, random: Random): Float64Array[] {
  return Array.from({ length: draws }, () => {
    let u = random.next();
    let i = 0;
    while (i < GRID - 1 && u >= (fit.probabilities[i] ?? 0)) {
      u -= fit.probabilities[i] ?? 0;
      i += 1;
    }
    // The noise variance is its estimate times degrees over a chi-squared draw; everything else scales with it.
    const factor = fit.degrees / (2 * drawGamma(fit.degrees / 2, random));
    const noise = Math.sqrt((fit.noiseVariances[i] ?? 0) * factor);
    const step = noise * Math.sqrt(fit.ratios[i] ?? 0);
    let level = (fit.levels[i] ?? 0) + Math.sqrt((fit.levelVariances[i] ?? 0) * factor) * random.normal();
    return new Float64Array(horizon).map(() => {
      level += step * random.normal();
      return level + noise * random.normal();
    });
  });
}

/** Posterior mean of the level: the point forecast of every horizon. */
export function meanLevel(fit: LocalLevel): number {
  return fit.levels.reduce((sum, level, i) => sum + level * (fit.probabilities[i] ?? 0), 0);
}

function filter(
  history: Float64Array,
  ratio: number,
): { level: number; variance: number; squares: number; logs: number; count: number } {
  let level = 0;
  let variance = Number.POSITIVE_INFINITY;
  let squares = 0;
  let logs = 0;
  let count = 0;
  for (const y of history) {
    if (Number.isFinite(y)) {
      if (variance === Number.POSITIVE_INFINITY) {
        level = y;
        variance = 1;
      } else {
        const spread = variance + 1;
        const gap = y - level;
        squares += (gap * gap) / spread;
        logs += Math.log(spread);
        count += 1;
        level += (variance / spread) * gap;
        variance /= spread;
      }
    }
    variance += ratio;
  }
  return { level, variance: variance - ratio, squares, logs, count };
}

/** Gamma with the given shape (1 or more) and scale 1: Marsaglia and Tsang 2000. */
function drawGamma(shape: number, random: Random): number {
  const d = Math.max(1, shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
