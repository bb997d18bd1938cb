import { WeirError } from '../../platform/errors/weir-error.ts';
import { logGamma } from '../../platform/statistics/log-gamma.ts';
import { nelderMead } from '../forecast/nelder-mead.ts';
import type { PurchaseHistory } from './purchase-history.ts';

/**
 * Gamma-Gamma model of money by purchase (Fader & Hardie 2013, "The Gamma-Gamma model of monetary value"): each purchase is Gamma(p, ν), the
 * buyer's ν is Gamma(q, gamma).
 */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

type Money = Pick<PurchaseHistory, 'repeats' | 'meanValue'>;

const LEAST_BUYERS = 30;
const LOG_BOUND = 20;

/** Maximum likelihood over buyers with a repeat purchase (equation 1a). Throws CHURN_INPUT_INVALID below 30 of them. */
export function fitGammaGamma(histories: readonly Money[]): GammaGamma {
  const known = histories.filter(
    ({ meanValue, repeats }) => repeats > 0 && meanValue > 0 && Number.isFinite(meanValue),
  );
  if (known.length < LEAST_BUYERS)
    throw new WeirError(
      'CHURN_INPUT_INVALID',
      `the money of purchases needs ${LEAST_BUYERS} buyers who bought again for more than nothing; there are ${known.length}`,
    );
  const middle = known.reduce((sum, { meanValue }) => sum + meanValue, 0) / known.length;
  const loss = (x: Float64Array): number => {
    if (x.some((each) => Math.abs(each) > LOG_BOUND)) return Number.POSITIVE_INFINITY;
    const model = fromLogs(x);
    let sum = 0;
    for (const each of known) sum -= logLikelihood(model, each);
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
  };
  const options = { steps: new Float64Array(3).fill(0.4), maxEvaluations: 900, tolerance: 1e-11 };
  const first = nelderMead(loss, Float64Array.from([1, 1, Math.log(Math.max(1e-6, middle))]), options);
  return fromLogs(nelderMead(loss, first.x, { ...options, steps: new Float64Array(3).fill(0.1) }).x);
}

/** Mean money of purchases to come of a buyer (equation 5): its own mean drawn towards everybody's. Finite for q above 1. */
export function expectedMoney({ gamma, p, q }: GammaGamma, { meanValue, repeats: x }: Money): number {
  return (p * (gamma + x * meanValue)) / Math.max(1e-9, p * x + q - 1);
}

function logLikelihood({ gamma, p, q }: GammaGamma, { meanValue: z, repeats: x }: Money): number {
  return (
    logGamma(p * x + q) -
    logGamma(p * x) -
    logGamma(q) +
    q * Math.log(gamma) +
    (p * x - 1) * Math.log(z) +
    p * x * Math.log(x) -
    (p * x + q) * Math.log(gamma + x * z)
  );
}

function fromLogs(x: Float64Array): GammaGamma {
  const [p = 0, q = 0, gamma = 0] = [...x].map(Math.exp);
  // Below 1 the mean of the money does not exist.
  return { p, q: Math.max(1.05, q), gamma };
}
