import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { seedTiers } from '../../platform/contracts/pricing.ts';
import { createRandom } from '../../platform/time/random.ts';
import { readAvocado } from './avocado.ts';
import { fitDemand, forecastVolume, wapeOf } from './demand.ts';
import {
  differencedElasticity,
  marketElasticities,
  pooledElasticity,
  seasonalElasticity,
} from './elasticity.ts';
import type { PriceObservation } from './observation.ts';
import { bestPrice, outcomeAt, type PriceQuestion } from './optimum.ts';
import { chooseArm, stepArms, type PriceArm } from './price-test.ts';
import { recommendTier, subscriptionPrice } from './subscription.ts';
import { willingnessToPay } from './willingness.ts';

const file = fileURLToPath(new URL('../../../shared/data/pricing/avocado_2015_2017.csv', import.meta.url));
const isThere = existsSync(file);
if (!isThere) console.warn('skipped: the avocado file is not at ../shared/data/pricing');

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2021, 0, 3);

/** Markets whose elasticity is known: normal around −1.2 with standard deviation `spread`, prices independent of demand. */
function simulate(
  spread: number,
  noise: number,
  seed: string,
): { rows: PriceObservation[]; truth: Map<string, number> } {
  const random = createRandom(seed);
  const truth = new Map<string, number>();
  const rows: PriceObservation[] = [];
  for (let m = 0; m < 20; m++) {
    const market = `m${m}`;
    const elasticity = -1.2 + spread * random.normal();
    truth.set(market, elasticity);
    const level = 8 + random.normal();
    for (let week = 0; week < 130; week++) {
      const price = Math.exp(0.2 * random.normal());
      const season = 0.2 * Math.sin((2 * Math.PI * week) / 52.18);
      const volume = Math.exp(level + elasticity * Math.log(price) + season + noise * random.normal());
      rows.push({ segment: 's', market, weekMs: START_MS + week * WEEK_MS, price, volume });
    }
  }
  return { rows, truth };
}

describe('elasticity', () => {
  it('is found where it is known, by every control', () => {
    const { rows } = simulate(0, 0.1, 'same');
    for (const found of [
      pooledElasticity(rows, 'year'),
      pooledElasticity(rows, 'month'),
      pooledElasticity(rows, 'week'),
      differencedElasticity(rows),
      ...seasonalElasticity(rows),
    ])
      expect(Math.abs(found.value + 1.2)).toBeLessThan(4 * found.error + 1e-3);
  });

  it.each([1, 2, 3, 9])('its interval holds with %i markets, dependent weeks or not', (count) => {
    const names = Array.from({ length: count }, (_, m) => `m${m}`);
    for (const dependence of [0, 0.6]) {
      const held = new Map<string, number>();
      const RUNS = 60;
      for (let run = 0; run < RUNS; run++) {
        const random = createRandom(`${count} ${dependence} ${run}`);
        const rows = names.flatMap((market) => {
          let shock = 0;
          let price = 0;
          return Array.from({ length: 60 }, (_, t) => {
            shock = dependence * shock + 0.2 * random.normal();
            price = dependence * price + 0.1 * random.normal();
            return {
              segment: 'p',
              market,
              weekMs: Date.UTC(2025, 0, 6) + t * 604_800_000,
              price: 10 * Math.exp(price),
              volume: Math.exp(5 - 1.2 * price + shock),
            };
          });
        });
        for (const [name, { high, low }] of [
          ['year', pooledElasticity(rows, 'year')],
          ['month', pooledElasticity(rows, 'month')],
          ['differences', differencedElasticity(rows)],
        ] as const)
          if (low <= -1.2 && high >= -1.2) held.set(name, (held.get(name) ?? 0) + 1 / RUNS);
      }
      for (const name of ['year', 'month', 'differences']) expect(held.get(name)).toBeGreaterThan(0.85);
    }
  });

  it('is exact without noise', () => {
    const { rows } = simulate(0, 0, 'exact');
    expect(pooledElasticity(rows, 'week').value).toBeCloseTo(-1.2, 6);
  });

  it('drawing markets together beats reading each alone, and finds the spread', () => {
    const { rows, truth } = simulate(0.15, 0.5, 'markets');
    const found = marketElasticities(rows);
    const error = (of: (each: (typeof found.markets)[number]) => number): number =>
      found.markets.reduce((sum, each) => sum + (of(each) - (truth.get(each.market) ?? 0)) ** 2, 0);
    expect(error((each) => each.value)).toBeLessThan(error((each) => each.alone));
    const inside = found.markets.filter(
      (each) => each.low <= (truth.get(each.market) ?? 0) && (truth.get(each.market) ?? 0) <= each.high,
    );
    expect(inside.length).toBeGreaterThanOrEqual(17);
    expect(marketElasticities(simulate(0.6, 0.1, 'wide').rows).spread).toBeGreaterThan(0.35);
  });

  it('prices or volumes of 0, NaN and Infinity are left out; too few weeks are refused', () => {
    const { rows } = simulate(0, 0.1, 'same');
    const [first] = rows;
    if (first === undefined) throw new RangeError('no row');
    const bad = [
      { ...first, price: 0 },
      { ...first, volume: Number.NaN },
      { ...first, price: Infinity },
    ];
    expect(pooledElasticity([...rows, ...bad], 'year')).toEqual(pooledElasticity(rows, 'year'));
    expect(() => pooledElasticity(rows.slice(0, 10), 'year')).toThrow(/26 weeks of prices/);
  });
});

describe('demand', () => {
  it('forecasts what it does not know with intervals that hold', () => {
    const { rows } = simulate(0.2, 0.15, 'demand');
    const cut = START_MS + 118 * WEEK_MS;
    const model = fitDemand(rows.filter((each) => each.weekMs < cut));
    const test = rows.filter((each) => each.weekMs >= cut);
    let covered = 0;
    for (const each of test) {
      const forecast = forecastVolume(model, each.market, each.weekMs, each.price);
      if (forecast !== undefined && forecast.low <= each.volume && each.volume <= forecast.high) covered++;
    }
    expect(covered / test.length).toBeGreaterThan(0.9);
    expect(
      wapeOf(test, (each) => forecastVolume(model, each.market, each.weekMs, each.price)?.volume),
    ).toBeLessThan(18);
    expect(forecastVolume(model, 'unknown', cut, 1)).toBeUndefined();
    expect(forecastVolume(model, 'm1', cut, 0)).toBeUndefined();
  });
});

describe('the best price', () => {
  const question: PriceQuestion = {
    currentPrice: 10,
    volume: 1_000,
    volumeDeviation: 0.1,
    elasticity: { value: -2, error: 0 },
    unitCost: 6,
    bounds: [5, 20],
    seen: [5, 20],
    objective: 'margin',
  };

  it('is cost·e/(1 + e) where the elasticity is known', () => {
    const { best, atBound } = bestPrice(question);
    expect(best.price).toBeCloseTo(12, 5);
    expect(atBound).toBe(false);
    expect(best.margin.expected).toBeCloseTo(1_000 * (12 / 10) ** -2 * 6, 4);
    expect(best.margin.low).toBeLessThan(best.margin.expected);
  });

  it.each([
    [
      'inelastic: the highest price, said so',
      { elasticity: { value: -0.9, error: 0 }, objective: 'revenue' as const },
      20,
    ],
    ['elastic: the lowest', { elasticity: { value: -1.5, error: 0 }, objective: 'revenue' as const }, 5],
    [
      'kept to what was seen',
      { elasticity: { value: -0.9, error: 0 }, objective: 'revenue' as const, seen: [9, 13] as const },
      13,
    ],
  ])('%s', (_, change, price) => {
    const answer = bestPrice({ ...question, ...change });
    expect(answer.best.price).toBeCloseTo(price, 6);
    expect(answer.atBound).toBe(true);
    expect(answer.notes.join()).toMatch(/a limit sets this price/);
  });

  it('no price of a fine grid is better, whatever the uncertainty', () => {
    const random = createRandom(6);
    for (let i = 0; i < 30; i++) {
      const asked: PriceQuestion = {
        ...question,
        elasticity: { value: -0.5 - 3 * random.next(), error: 0.6 * random.next() },
        unitCost: 9 * random.next(),
        objective: random.next() < 0.5 ? 'margin' : 'revenue',
      };
      const { best } = bestPrice(asked);
      for (let price = 5; price <= 20; price += 0.05)
        expect(outcomeAt(asked, price)[asked.objective].expected).toBeLessThanOrEqual(
          best[asked.objective].expected * (1 + 1e-9) + 1e-9,
        );
    }
  });

  it('is rolled out in steps of a tenth at most, each to a few first', () => {
    const { rollout } = bestPrice(question);
    expect(rollout.map((each) => each.share)).toEqual([0.1, 0.5, 1, 0.1, 0.5, 1]);
    expect(rollout.at(-1)?.price).toBeCloseTo(12, 5);
    expect(rollout.every((each) => each.stopBelow > 0 && each.stopBelow <= 1)).toBe(true);
  });

  it('wrong input is refused by name', () => {
    expect(() => bestPrice({ ...question, volume: 0, bounds: [20, 5] })).toThrow(
      /volume 0.*lowest price allowed, 20/,
    );
    expect(() => bestPrice({ ...question, bounds: [30, 40] })).toThrow(/no price is both allowed/);
    expect(bestPrice({ ...question, elasticity: { value: -0.3, error: 0.5 } }).notes.join()).toMatch(
      /reaches 0/,
    );
  });
});

describe('price tests', () => {
  it('regret against the known optimum: a fraction of an even split, and of the exploration alone once learned', () => {
    const truth = [
      { price: 8, chance: 0.1 },
      { price: 10, chance: 0.095 },
      { price: 12, chance: 0.09 },
      { price: 15, chance: 0.05 },
    ];
    const best = Math.max(...truth.map((each) => each.price * each.chance));
    const offers = 6_000;
    const runs = 12;
    let regret = 0;
    for (let run = 0; run < runs; run++) {
      const random = createRandom(`price test ${run}`);
      let arms: PriceArm[] = truth.map(({ price }) => ({ price, offered: 0, bought: 0 }));
      for (let i = 0; i < offers; i++) {
        const chosen = chooseArm(arms, 0, random);
        const { price, chance } = truth[chosen] ?? { price: 0, chance: 0 };
        regret += (best - price * chance) / runs;
        arms = stepArms(arms, chosen, random.next() < chance);
      }
    }
    const even =
      (offers * truth.reduce((sum, each) => sum + best - each.price * each.chance, 0)) / truth.length;
    expect(regret).toBeGreaterThan(0.1 * even * 0.9);
    expect(regret).toBeLessThan(0.45 * even);
  });
});

describe('willingness to pay', () => {
  it('finds the median and the best price of a known log-logistic', () => {
    const random = createRandom(8);
    const offers = Array.from({ length: 6_000 }, () => {
      const price = random.pick([5, 8, 12, 18, 27]);
      return { price, taken: random.next() < 1 / (1 + (price / 12) ** 3) };
    });
    const found = willingnessToPay(offers);
    expect(Math.abs((found.median ?? 0) - 12)).toBeLessThan(0.6);
    // p/(1 + (p/12)³) peaks at 12·(1/2)^(1/3) = 9.524.
    expect(Math.abs((found.bestPrice ?? 0) - 9.524)).toBeLessThan(0.6);
    expect(found.shareAt(12)).toBeCloseTo(0.5, 1);
  });

  it('says nothing where a higher price sold more, and refuses too few offers', () => {
    const odd = Array.from({ length: 100 }, (_, i) => ({
      price: i % 2 === 0 ? 5 : 10,
      taken: i % 2 === 1 && i % 4 === 1,
    }));
    expect(willingnessToPay(odd).median).toBeNull();
    expect(() => willingnessToPay(odd.slice(0, 10))).toThrow(/50 offers/);
  });
});

describe('subscriptions', () => {
  it('the formula of the seeds', () => {
    expect(subscriptionPrice(99, 1.5, 1.2, 0.1)).toBeCloseTo(160.38, 9);
    expect(() => subscriptionPrice(99, 1, 1, 0.9)).toThrow(/discount/);
    expect(() => subscriptionPrice(Number.NaN, 1, 1, 0)).toThrow(/0 or more/);
  });

  it.each([
    [{ apiCalls: 1_000, storageGib: 1, seats: 1 }, 'Starter', 29, undefined],
    [{ apiCalls: 9_000, storageGib: 1, seats: 1 }, 'Starter', 29, 'Professional'],
    [{ apiCalls: 50_000, storageGib: 1, seats: 1 }, 'Professional', 99, undefined],
    [{ apiCalls: 0, storageGib: 0, seats: 90 }, 'Enterprise', 499, undefined],
  ])('%o: %s at %d', (usage, name, price, upsellTo) => {
    const advice = recommendTier(usage);
    expect(advice.tier.name).toBe(name);
    expect(advice.price).toBeCloseTo(price, 9);
    expect(advice.upsellTo).toBe(upsellTo);
    expect(seedTiers.map((each) => each.base)).toEqual([29, 99, 499]);
  });
});

describe.skipIf(!isThere)('avocado markets', () => {
  const all = isThere ? readAvocado(file) : [];
  const of = (segment: string): PriceObservation[] => all.filter((each) => each.segment === segment);

  it('has 44 markets each and a conventional elasticity of −.944 ± .03 with market and year levels', () => {
    expect(new Set(of('conventional').map((each) => each.market)).size).toBe(44);
    const found = pooledElasticity(of('conventional'), 'year');
    expect(Math.abs(found.value + 0.944)).toBeLessThan(0.03);
    expect(pooledElasticity(of('organic'), 'year').value).toBeLessThan(-1);
  });

  it.each([
    ['conventional', 9.4],
    ['organic', 25.5],
  ])('%s: the last 12 weeks held out, price given, WAPE at most %d%%', (segment, goal) => {
    const rows = of(segment);
    const cut = rows.reduce((last, each) => Math.max(last, each.weekMs), 0) - 12 * WEEK_MS;
    const model = fitDemand(rows.filter((each) => each.weekMs <= cut));
    const test = rows.filter((each) => each.weekMs > cut);
    expect(test.length).toBeGreaterThan(500);
    expect(
      wapeOf(test, (each) => forecastVolume(model, each.market, each.weekMs, each.price)?.volume),
    ).toBeLessThanOrEqual(goal);
  });
});
