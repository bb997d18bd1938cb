import { loess } from './loess.ts';

export interface StlOptions {
  /** Points of the smoother of each seasonal subseries, odd; `periodic` keeps the season the same for ever. */
  readonly seasonalSpan: number | 'periodic';
  readonly trendSpan?: number;
  /** Passes that take weight from outliers; 0 for none. */
  readonly robustPasses?: number;
}

export interface Decomposition {
  readonly trend: Float64Array;
  readonly season: Float64Array;
  readonly remainder: Float64Array;
}

/** Seasonal and trend decomposition by loess (Cleveland, Cleveland, McRae and Terpenning 1990). Needs two periods. */
export function stl(y: Float64Array, period: number, options: StlOptions): Decomposition {
  const n = y.length;
  const periodic = options.seasonalSpan === 'periodic';
  const seasonalSpan = options.seasonalSpan === 'periodic' ? 10 * n + 1 : options.seasonalSpan;
  const trendSpan = options.trendSpan ?? nextOdd((1.5 * period) / (1 - 1.5 / seasonalSpan));
  const lowPassSpan = nextOdd(period);
  const passes = options.robustPasses ?? 0;
  const trend = new Float64Array(n);
  const season = new Float64Array(n);
  let robustness: Float64Array | undefined;
  for (let pass = 0; pass <= passes; pass += 1) {
    for (let inner = 0; inner < (passes > 0 ? 1 : 2); inner += 1) {
      const detrended = y.map((v, t) => v - (trend[t] ?? 0));
      const cycle = smoothSubseries(detrended, period, seasonalSpan, periodic ? 0 : 1, robustness);
      const low = loess(
        movingAverage(movingAverage(movingAverage(cycle, period), period), 3),
        lowPassSpan,
        1,
      );
      for (let t = 0; t < n; t += 1) season[t] = (cycle[t + period] ?? 0) - (low[t] ?? 0);
      trend.set(
        loess(
          y.map((v, t) => v - (season[t] ?? 0)),
          trendSpan,
          1,
          { robustness },
        ),
      );
    }
    if (pass < passes) robustness = bisquare(y.map((v, t) => v - (season[t] ?? 0) - (trend[t] ?? 0)));
  }
  if (periodic) makePeriodic(season, period);
  return { trend, season, remainder: y.map((v, t) => v - (season[t] ?? 0) - (trend[t] ?? 0)) };
}

export interface MultipleDecomposition {
  readonly trend: Float64Array;
  /** One for each period, in the order given. */
  readonly seasons: readonly Float64Array[];
  readonly remainder: Float64Array;
}

/**
 * Several seasons, shortest first, each found by STL on what the others leave, twice round (MSTL: Bandara, Hyndman and Bergmeir 2021). Periods
 * seen less than twice are left out with a season of zeros.
 */
export function mstl(
  y: Float64Array,
  periods: readonly number[],
  options: StlOptions,
): MultipleDecomposition {
  const seasons = periods.map(() => new Float64Array(y.length));
  const used = periods.filter((period) => period > 1 && y.length >= 2 * period + 1);
  const adjusted = y.slice();
  let trend: Float64Array = y.slice();
  for (let round = 0; round < (used.length > 1 ? 2 : 1); round += 1) {
    periods.forEach((period, i) => {
      const season = seasons[i];
      if (season === undefined || !used.includes(period)) return;
      for (let t = 0; t < y.length; t += 1) adjusted[t] = (adjusted[t] ?? 0) + (season[t] ?? 0);
      const parts = stl(adjusted, period, options);
      season.set(parts.season);
      trend = parts.trend;
      for (let t = 0; t < y.length; t += 1) adjusted[t] = (adjusted[t] ?? 0) - (season[t] ?? 0);
    });
  }
  if (used.length === 0) trend = loess(y, nextOdd(Math.max(7, y.length / 4)), 1);
  return { trend, seasons, remainder: adjusted.map((v, t) => v - (trend[t] ?? 0)) };
}

/** Each position of the period smoothed along the periods, extended by one period at both ends. */
function smoothSubseries(
  y: Float64Array,
  period: number,
  span: number,
  degree: 0 | 1,
  robustness: Float64Array | undefined,
): Float64Array {
  const out = new Float64Array(y.length + 2 * period);
  for (let k = 0; k < period; k += 1) {
    const count = Math.floor((y.length - 1 - k) / period) + 1;
    const values = new Float64Array(count).map((_, i) => y[k + i * period] ?? 0);
    const weights =
      robustness === undefined ? undefined : values.map((_, i) => robustness[k + i * period] ?? 1);
    const smooth = loess(values, span, degree, { from: -1, to: count, robustness: weights });
    smooth.forEach((v, i) => (out[k + i * period] = v));
  }
  return out;
}

function movingAverage(x: Float64Array, width: number): Float64Array {
  const out = new Float64Array(x.length - width + 1);
  let sum = 0;
  for (let t = 0; t < x.length; t += 1) {
    sum += x[t] ?? 0;
    if (t >= width) sum -= x[t - width] ?? 0;
    if (t >= width - 1) out[t - width + 1] = sum / width;
  }
  return out;
}

function bisquare(remainder: Float64Array): Float64Array {
  const sizes = remainder.map(Math.abs).sort();
  const limit = (6 * ((sizes[sizes.length >> 1] ?? 0) + (sizes[(sizes.length - 1) >> 1] ?? 0))) / 2;
  if (!(limit > 0)) return remainder.map(() => 1);
  return remainder.map((r) => {
    const u = Math.abs(r) / limit;
    return u <= 0.001 ? 1 : u >= 0.999 ? 0 : (1 - u * u) ** 2;
  });
}

function makePeriodic(season: Float64Array, period: number): void {
  for (let k = 0; k < period; k += 1) {
    let sum = 0;
    let count = 0;
    for (let t = k; t < season.length; t += period) {
      sum += season[t] ?? 0;
      count += 1;
    }
    for (let t = k; t < season.length; t += period) season[t] = sum / count;
  }
}

function nextOdd(x: number): number {
  const up = Math.max(3, Math.ceil(x));
  return up % 2 === 1 ? up : up + 1;
}
