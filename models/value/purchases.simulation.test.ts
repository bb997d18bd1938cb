import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaDeviate, gammaDeviate } from '../../platform/statistics/deviates.ts';
import { createRandom } from '../../platform/time/random.ts';
import { bgNbdLogLikelihood, expectedPurchases, fitBgNbd, isAliveChance, type BgNbd } from './bg-nbd.ts';
import { contractValue } from './contract-value.ts';
import { expectedMoney, fitGammaGamma } from './gamma-gamma.ts';
import type { PurchaseHistory } from './purchase-history.ts';
import { purchaseValue } from './purchase-value.ts';

/** Parameters of the CDNOW customers, as the papers print them. */
const cdnow: BgNbd = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const cdnowMoney = { p: 6.25, q: 3.74, gamma: 15.44 };

describe('purchases to come (BG/NBD)', () => {
  it('of the first CDNOW customer in 39 weeks, as Fader, Hardie and Lee print it: 1.226', () => {
    // x = 2, t_x = 30.43, T = 38.86 (Implementing the BG/NBD model in Excel, 2005).
    expect(expectedPurchases(cdnow, { repeats: 2, recency: 30.43, age: 38.86 }, 39)).toBeCloseTo(1.226, 3);
  });

  it('come back from simulated buyers', () => {
    const random = createRandom('bg');
    const histories = Array.from({ length: 4_000 }, () => simulate(cdnow, 20 + 19 * random.next(), random));
    const found = fitBgNbd(histories);
    const loss = (model: BgNbd): number =>
      histories.reduce((sum, each) => sum - bgNbdLogLikelihood(model, each), 0);
    expect(loss(found)).toBeLessThanOrEqual(loss(cdnow));
    expect(found.r).toBeGreaterThan(0.19);
    expect(found.r).toBeLessThan(0.3);
    expect(found.alpha / cdnow.alpha).toBeGreaterThan(0.75);
    expect(found.alpha / cdnow.alpha).toBeLessThan(1.3);
    expect(found.a / (found.a + found.b)).toBeCloseTo(cdnow.a / (cdnow.a + cdnow.b), 1);
  });

  it('more weeks bring more, a buyer of once is alive, longer silence means less alive', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (repeats, recency, silence) => {
          const now = { repeats, recency, age: recency + silence };
          const later = { ...now, age: now.age + 5 };
          expect(isAliveChance(cdnow, later)).toBeLessThanOrEqual(isAliveChance(cdnow, now) + 1e-12);
          expect(expectedPurchases(cdnow, now, 20)).toBeGreaterThanOrEqual(expectedPurchases(cdnow, now, 10));
          expect(Number.isFinite(expectedPurchases(cdnow, now, 156))).toBe(true);
        },
      ),
    );
    expect(isAliveChance(cdnow, { repeats: 0, recency: 0, age: 30 })).toBe(1);
  });

  it('refuses what is no history, and too little', () => {
    expect(() => fitBgNbd([])).toThrow('50 buyers');
    const good = Array.from({ length: 60 }, () => ({ repeats: 1, recency: 1, age: 5 }));
    expect(() => fitBgNbd([...good, { repeats: 1, recency: 9, age: 5 }])).toThrow('recency');
    expect(() => fitBgNbd([...good, { repeats: Number.NaN, recency: 1, age: 5 }])).toThrow('whole number');
    expect(() => fitBgNbd(good.map((each) => ({ ...each, repeats: 0 })))).toThrow('bought again');
  });
});

describe('money of a purchase (Gamma-Gamma)', () => {
  it.each([
    // Customers 1 and 2 of CDNOW (Fader and Hardie, note 025): repeat purchases, their mean, what is expected.
    [2, 22.35, 24.66],
    [1, 11.77, 18.92],
    // Without a repeat purchase it is everybody's mean, p·γ/(q − 1).
    [0, 0, (6.25 * 15.44) / 2.74],
  ])('after %i repeats of %f', (repeats, meanValue, expected) => {
    expect(expectedMoney(cdnowMoney, { repeats, meanValue })).toBeCloseTo(expected, 2);
  });

  it('comes back from simulated buyers', () => {
    const random = createRandom('gg');
    const found = fitGammaGamma(
      Array.from({ length: 6_000 }, () => {
        const nu = gammaDeviate(cdnowMoney.q, random) / cdnowMoney.gamma;
        const repeats = 1 + random.poisson(2);
        return { repeats, meanValue: gammaDeviate(cdnowMoney.p * repeats, random) / nu / repeats };
      }),
    );
    expect(found.q / cdnowMoney.q).toBeGreaterThan(0.85);
    expect(found.q / cdnowMoney.q).toBeLessThan(1.15);
    expect(expectedMoney(found, { repeats: 0, meanValue: 0 })).toBeCloseTo(35.22, -0.6);
    expect(() => fitGammaGamma([{ repeats: 1, meanValue: Number.POSITIVE_INFINITY }])).toThrow('30 buyers');
  });
});

describe('worth of a buyer', () => {
  const models = { counts: cdnow, money: cdnowMoney };

  it('its interval holds what simulated buyers then spend, eight times in ten', () => {
    const random = createRandom('worth');
    let held = 0;
    let expected = 0;
    let spent = 0;
    const buyers = 400;
    for (let i = 0; i < buyers; i += 1) {
      const whole = simulateMoney(random, 30, 60);
      const worth = purchaseValue(models, whole.history, 52, 1, 0, random.fork(String(i)));
      if (whole.later >= worth.low - 1e-9 && whole.later <= worth.high + 1e-9) held += 1;
      expected += worth.value;
      spent += whole.later;
    }
    expect(held / buyers).toBeGreaterThan(0.76);
    expect(expected / spent).toBeGreaterThan(0.7);
    expect(expected / spent).toBeLessThan(1.4);
  });
});

it('worth under contract: geometric staying has a closed form', () => {
  const staying = Array.from({ length: 36 }, (_, m) => 0.9 ** (m + 1));
  const { high, low, value } = contractValue(staying, 10, 0);
  expect(value).toBeCloseTo((10 * 0.9 * (1 - 0.9 ** 36)) / 0.1, 6);
  // A tenth is gone after the first month; a tenth is still there in month 21 (.9^21 = .109).
  expect([low, high]).toEqual([0, 210]);
});

/** One buyer of the model, seen for `age` weeks after its first purchase. */
function simulate(model: BgNbd, age: number, random: ReturnType<typeof createRandom>): PurchaseHistory {
  const rate = gammaDeviate(model.r, random) / model.alpha;
  const leaves = betaDeviate(model.a, model.b, random);
  let at = 0;
  let repeats = 0;
  let recency = 0;
  for (;;) {
    at += random.exponential(rate);
    if (at > age) break;
    repeats += 1;
    recency = at;
    if (random.next() < leaves) break;
  }
  return { repeats, recency, age, meanValue: 0 };
}

/** One buyer of both models: its history, and what it spends in the 52 weeks after. */
function simulateMoney(
  random: ReturnType<typeof createRandom>,
  least: number,
  most: number,
): { history: PurchaseHistory; later: number } {
  const age = least + (most - least) * random.next();
  const rate = gammaDeviate(cdnow.r, random) / cdnow.alpha;
  const leaves = betaDeviate(cdnow.a, cdnow.b, random);
  const nu = gammaDeviate(cdnowMoney.q, random) / cdnowMoney.gamma;
  const spend = (): number => gammaDeviate(cdnowMoney.p, random) / nu;
  let [at, repeats, recency, sum, later] = [0, 0, 0, 0, 0];
  for (;;) {
    at += random.exponential(rate);
    if (at > age + 52) break;
    if (at > age) later += spend();
    else {
      repeats += 1;
      recency = at;
      sum += spend();
    }
    if (random.next() < leaves) break;
  }
  return { history: { repeats, recency, age, meanValue: repeats > 0 ? sum / repeats : 0 }, later };
}
