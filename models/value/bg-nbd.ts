import { WeirError } from '../../platform/errors/weir-error.ts';
import { logGamma } from '../../platform/statistics/log-gamma.ts';
import { nelderMead } from '../forecast/nelder-mead.ts';
import type { PurchaseHistory } from './purchase-history.ts';

/**
 * BG/NBD (Fader, Hardie & Lee 2005, "Counting your customers the easy way"): purchases are Poisson with a rate from Gamma(r, alpha) by
 * week; after each purchase a buyer leaves for good with a chance from Beta(a, b).
 */
export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

type Counts = Pick<PurchaseHistory, 'repeats' | 'recency' | 'age'>;

const LEAST_BUYERS = 50;
/** Of a size that keeps the search inside what doubles hold. */
const LOG_BOUND = 12;

/** Log-likelihood of one history, equation 6 of the paper. */
export function bgNbdLogLikelihood({ a, alpha, b, r }: BgNbd, { age, recency, repeats: x }: Counts): number {
  const common = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
  const alive = logBeta(a, b + x) - logBeta(a, b) - (r + x) * Math.log(alpha + age);
  if (x === 0) return common + alive;
  const gone = logBeta(a + 1, b + x - 1) - logBeta(a, b) - (r + x) * Math.log(alpha + recency);
  return common + logSum(alive, gone);
}

/** Maximum likelihood over the logarithms of the four. Throws CHURN_INPUT_INVALID below 50 buyers or without a repeat purchase. */
export function fitBgNbd(histories: readonly Counts[]): BgNbd {
  if (histories.length < LEAST_BUYERS || !histories.some(({ repeats }) => repeats > 0))
    throw new WeirError(
      'CHURN_INPUT_INVALID',
      `purchases to come need ${LEAST_BUYERS} buyers, some of whom bought again; there are ${histories.length}`,
    );
  if (
    histories.some(
      ({ age, recency, repeats }) =>
        !(
          Number.isInteger(repeats) &&
          repeats >= 0 &&
          recency >= 0 &&
          age >= recency &&
          Number.isFinite(age)
        ),
    )
  )
    throw new WeirError(
      'CHURN_INPUT_INVALID',
      'a buyer needs a whole number of repeat purchases and 0 ≤ recency ≤ age',
    );
  const grouped = group(histories);
  const loss = (x: Float64Array): number => {
    if (x.some((each) => Math.abs(each) > LOG_BOUND)) return Number.POSITIVE_INFINITY;
    const model = fromLogs(x);
    let sum = 0;
    for (const { counts, times } of grouped) sum -= times * bgNbdLogLikelihood(model, counts);
    return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
  };
  const meanAge = histories.reduce((sum, { age }) => sum + age, 0) / histories.length;
  // Two starts: the surface has flat ridges, and the better of two ends is the one to trust.
  const starts = [
    [0, Math.log(Math.max(1e-3, meanAge / 10)), 0, 0.5],
    [-1.2, Math.log(Math.max(1e-3, meanAge / 5)), -0.3, 1],
  ];
  const found = starts
    .map((start) => {
      const options = { steps: new Float64Array(4).fill(0.4), maxEvaluations: 900, tolerance: 1e-11 };
      const first = nelderMead(loss, Float64Array.from(start), options);
      return nelderMead(loss, first.x, { ...options, steps: new Float64Array(4).fill(0.1) });
    })
    .reduce((best, each) => (each.value < best.value ? each : best));
  return fromLogs(found.x);
}

/** Chance that a buyer has not left, equation 7 in the form of Fader, Hardie & Lee 2008. */
export function isAliveChance({ a, alpha, b, r }: BgNbd, { age, recency, repeats: x }: Counts): number {
  if (x === 0) return 1;
  const odds = Math.log(a / (b + x - 1)) + (r + x) * (Math.log(alpha + age) - Math.log(alpha + recency));
  return 1 / (1 + Math.exp(odds));
}

/** Purchases expected in the next `ahead` weeks, equation 10 of the paper. */
export function expectedPurchases(model: BgNbd, history: Counts, ahead: number): number {
  const { a, alpha, b, r } = model;
  const { age, repeats: x } = history;
  const z = ahead / (alpha + age + ahead);
  const ratio =
    ((alpha + age) / (alpha + age + ahead)) ** (r + x) * hypergeometric(r + x, b + x, a + b + x - 1, z);
  const ifAlive = ((a + b + x - 1) / (a - 1)) * (1 - ratio);
  return Math.max(0, ifAlive * isAliveChance(model, history));
}

/** Gauss's 2F1 by its series; converges for 0 ≤ z < 1. */
function hypergeometric(a: number, b: number, c: number, z: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 0; k < 10_000; k += 1) {
    term *= ((a + k) * (b + k) * z) / ((c + k) * (k + 1));
    sum += term;
    if (Math.abs(term) < 1e-14 * Math.abs(sum)) break;
  }
  return sum;
}

function group(histories: readonly Counts[]): { counts: Counts; times: number }[] {
  const groups = new Map<string, { counts: Counts; times: number }>();
  for (const counts of histories) {
    const key = `${counts.repeats} ${counts.recency.toFixed(2)} ${counts.age.toFixed(2)}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { counts, times: 1 });
    else known.times += 1;
  }
  return [...groups.values()];
}

function fromLogs(x: Float64Array): BgNbd {
  const [r = 0, alpha = 0, a = 0, b = 0] = [...x].map(Math.exp);
  return { r, alpha, a, b };
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

function logSum(a: number, b: number): number {
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}
