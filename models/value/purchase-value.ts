import { betaDeviate, gammaDeviate } from '../../platform/statistics/deviates.ts';
import type { Random } from '../../platform/time/random.ts';
import { expectedPurchases, isAliveChance, type BgNbd } from './bg-nbd.ts';
import type { ValueInterval } from './contract-value.ts';
import { expectedMoney, type GammaGamma } from './gamma-gamma.ts';
import type { PurchaseHistory } from './purchase-history.ts';

export interface PurchaseModels {
  readonly counts: BgNbd;
  readonly money: GammaGamma;
}

const DRAWS = 200;
const STEP_WEEKS = 13;
/** A draw beyond this is cut: it lies far outside the interval. */
const MOST_PURCHASES = 5_000;

/**
 * Margin a buyer will still bring in `weeks`: expected purchases by quarter × expected money × margin, discounted. The interval is
 * of this buyer, 80%, from 200 draws of its posterior: alive or not, its rate, its chance to leave, its money, and then its purchases.
 */
export function purchaseValue(
  { counts, money }: PurchaseModels,
  history: PurchaseHistory,
  weeks: number,
  marginShare: number,
  discountAWeek: number,
  random: Random,
): ValueInterval & { readonly isAlive: number } {
  const isAlive = isAliveChance(counts, history);
  const each = expectedMoney(money, history) * marginShare;
  let value = 0;
  let before = 0;
  for (let week = STEP_WEEKS; week <= weeks; week += STEP_WEEKS) {
    const until = expectedPurchases(counts, history, week);
    value += (Math.max(0, until - before) * each) / (1 + discountAWeek) ** (week - STEP_WEEKS / 2);
    before = until;
  }
  const drawn = Float64Array.from({ length: DRAWS }, () =>
    random.next() < isAlive
      ? drawValue({ counts, money }, history, weeks, marginShare, discountAWeek, random)
      : 0,
  ).sort();
  const low = drawn[Math.floor(0.1 * DRAWS)] ?? 0;
  const high = drawn[Math.ceil(0.9 * DRAWS) - 1] ?? 0;
  return { value, low: Math.min(value, low), high: Math.max(value, high), isAlive };
}

/** One course the coming weeks may take for a buyer who is there. */
function drawValue(
  { counts, money }: PurchaseModels,
  { age, meanValue, repeats: x }: PurchaseHistory,
  weeks: number,
  marginShare: number,
  discountAWeek: number,
  random: Random,
): number {
  const rate = gammaDeviate(counts.r + x, random) / (counts.alpha + age);
  const leaves = betaDeviate(counts.a, counts.b + x, random);
  const nu = gammaDeviate(money.p * x + money.q, random) / (money.gamma + x * meanValue);
  let at = 0;
  let sum = 0;
  for (let n = 0; n < MOST_PURCHASES && rate > 0; n += 1) {
    at += random.exponential(rate);
    if (at > weeks) break;
    sum += (gammaDeviate(money.p, random) / nu) * marginShare * (1 + discountAWeek) ** -at;
    if (random.next() < leaves) break;
  }
  return sum;
}
