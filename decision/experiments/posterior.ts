import { logGamma } from '../../platform/statistics/log-gamma.ts';
import { normalCdf, normalDensity } from '../../platform/statistics/normal.ts';
import { regularisedBeta } from '../../platform/statistics/regularised.ts';

/** What is believed of one variant's mean after the data. */
export interface Posterior {
  readonly mean: number;
  readonly sd: number;
  density(x: number): number;
  cdf(x: number): number;
}

/** Of a conversion rate: Beta(1 + conversions, 1 + the rest), from a uniform prior. Rates of 0 and of 1 included. */
export function conversionPosterior(users: number, conversions: number): Posterior {
  const a = 1 + conversions;
  const b = 1 + users - conversions;
  const logScale = logGamma(a + b) - logGamma(a) - logGamma(b);
  const mean = a / (a + b);
  return {
    mean,
    sd: Math.sqrt((mean * (1 - mean)) / (a + b + 1)),
    density: (x) =>
      x <= 0 || x >= 1 ? 0 : Math.exp(logScale + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x)),
    cdf: (x) => regularisedBeta(x, a, b),
  };
}

/** Of a mean amount per user, by the central limit theorem with a flat prior: Normal(mean, sd of the mean). */
export function meanPosterior(mean: number, standardError: number): Posterior {
  return {
    mean,
    sd: standardError,
    density: (x) => normalDensity((x - mean) / standardError) / standardError,
    cdf: (x) => normalCdf((x - mean) / standardError),
  };
}
