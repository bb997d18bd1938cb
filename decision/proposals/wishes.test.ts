import { describe, expect, it } from 'vitest';
import type { PriceTestView } from '../../platform/contracts/pricing.ts';
import { seedTiers } from '../../platform/contracts/pricing.ts';
import { basisHash, wishOfAllocation } from './from-allocation.ts';
import { adviceHash, wishOfExperiment } from './from-experiment.ts';
import { wishOfPrice, wishOfPriceTest, wishOfTiers } from './from-pricing.ts';
import { allocationAnswer, basis, experiment, experimentResult, priceAnswer } from './testing/answers.ts';
import { isWish, type NoWish, type Wish } from './wish.ts';

const dayMs = 86_400_000;
const restsOn = 'a'.repeat(64);

function wished(found: Wish | NoWish): Wish {
  if (!isWish(found)) throw new Error(found.nothing);
  return found;
}

describe('a division of resources', () => {
  const source = { type: 'allocation', kind: 'marketing', question: {} } as const;
  const facts = {
    source,
    title: 'Marketing',
    link: '/allocation',
    periodDays: 30,
    money: ['promotion'],
    restsOn,
  };

  it('moves what moves, cuts first, with what is at stake and expected', () => {
    const wish = wished(wishOfAllocation({ ...facts, answer: allocationAnswer() }));
    expect(wish.actions).toEqual([
      { kind: 'budget', params: { target: 'promotion/b', from: 600, to: 350 } },
      { kind: 'budget', params: { target: 'promotion/a', from: 400, to: 650 } },
    ]);
    expect(wish.money).toBe(250);
    // 600 ± 1.96 · √(400² + 300²) = 600 ± 979.98.
    expect(wish.expected).toMatchObject({ kpi: 'total_revenue', delta: 600, horizonMs: 30 * dayMs });
    expect(wish.expected?.low).toBeCloseTo(-379.98, 1);
    expect(wish.expected?.high).toBeCloseTo(1_579.98, 1);
  });

  it('says so when there is nothing to move, or too much for one decision', () => {
    const rows = allocationAnswer().rows.map((row) => ({ ...row, proposed: row.current }));
    expect(wishOfAllocation({ ...facts, answer: allocationAnswer({ rows }) })).toHaveProperty('nothing');
    const [first] = allocationAnswer().rows;
    if (first === undefined) throw new Error('no row');
    const many = Array.from({ length: 65 }, (_, i) => ({ ...first, channel: `c${i}` }));
    expect(wishOfAllocation({ ...facts, answer: allocationAnswer({ rows: many }) })).toHaveProperty(
      'nothing',
    );
  });

  it('rests on what the basis says, not on when it was read', () => {
    expect(basisHash(basis({ computedAtMs: 5 }))).toBe(basisHash(basis({ computedAtMs: 6 })));
    expect(basisHash(basis({ weeks: 27 }))).not.toBe(basisHash(basis()));
  });
});

describe('a price', () => {
  it('is four weeks at the best price against the present one', () => {
    const wish = wished(wishOfPrice({ type: 'price', question: { product: 'mug' } }, priceAnswer(), restsOn));
    expect(wish.actions).toEqual([{ kind: 'price', params: { target: 'product/mug', from: 10, to: 12 } }]);
    expect(wish.expected).toMatchObject({ delta: 400, low: 80, high: 720 });
    expect(wish.money).toBe(400);
  });

  it('is none where the present one is the best', () => {
    const answer = priceAnswer({ best: priceAnswer().current });
    expect(wishOfPrice({ type: 'price', question: { product: 'mug' } }, answer, restsOn)).toHaveProperty(
      'nothing',
    );
  });

  const arm = (price: number, bought: number, bestChance: number) => ({
    price,
    offered: 1_000,
    bought,
    rate: bought / 1_000,
    low: bought / 1_000 - 0.01,
    high: bought / 1_000 + 0.01,
    bestChance,
    earnedAnOffer: (price * bought) / 1_000,
  });
  const test: PriceTestView = {
    id: 'test_0123456789abcdef',
    product: 'mug',
    name: 'Mug',
    createdAtMs: 0,
    state: 'stopped',
    unitCost: 0,
    exploration: 0.1,
    offersAnArm: 500,
    arms: [arm(10, 100, 0.03), arm(12, 95, 0.97)],
    offers: 2_000,
    willingness: null,
    advice: '12 earns most',
  };
  const source = { type: 'price-test', id: test.id } as const;

  it('of an ended test follows the share that buys', () => {
    const wish = wished(wishOfPriceTest(source, test, { price: 10, volume: 100 }));
    expect(wish.actions).toEqual([{ kind: 'price', params: { target: 'product/mug', from: 10, to: 12 } }]);
    // 4 weeks · 100 sold · (12 · .095/.1 − 10) = 560; the rate ± .01 gives 4 · 100 · (12 · .085/.1 − 10) = 80 and 1,040.
    expect(wish.expected).toMatchObject({ delta: 560, low: 80, high: 1_040 });
  });

  it('promises nothing where no arm had the present price, and waits while the test runs', () => {
    expect(wished(wishOfPriceTest(source, test, { price: 11, volume: 100 })).expected).toBeNull();
    expect(wishOfPriceTest(source, { ...test, state: 'running' }, undefined)).toHaveProperty('nothing');
  });
});

describe('tiers', () => {
  it('change the prices of those there are, and no others', () => {
    const tiers = seedTiers.map((tier) => (tier.name === 'Starter' ? { ...tier, base: 39 } : tier));
    const wish = wished(wishOfTiers({ type: 'tiers', tiers }, seedTiers));
    expect(wish.actions).toEqual([{ kind: 'price', params: { target: 'tier/Starter', from: 29, to: 39 } }]);
    expect(wishOfTiers({ type: 'tiers', tiers: [...seedTiers] }, seedTiers)).toHaveProperty('nothing');
    expect(wishOfTiers({ type: 'tiers', tiers: tiers.slice(1) }, seedTiers)).toHaveProperty('nothing');
  });
});

describe('an experiment', () => {
  const source = { type: 'experiment', key: 'checkout' } as const;

  it('rolls out what it recommends, for the users of four weeks', () => {
    const wish = wished(wishOfExperiment(source, experiment(), experimentResult(), 14 * dayMs));
    expect(wish.actions).toEqual([
      { kind: 'rollout', params: { target: 'experiment/checkout', from: 'control', to: 'short' } },
    ]);
    // 14,000 users of half the traffic in 14 days: 56,000 in 28; 10% of 2.00 each.
    expect(wish.expected).toMatchObject({ delta: 11_200, low: 2_240, high: 20_160, horizonMs: 28 * dayMs });
  });

  it('has nothing to propose before it recommends something', () => {
    expect(wishOfExperiment(source, experiment(), experimentResult('wait'), dayMs)).toHaveProperty('nothing');
    expect(wishOfExperiment(source, experiment(), undefined, dayMs)).toHaveProperty('nothing');
    expect(
      wishOfExperiment(source, experiment({ startedAtMs: 5 }), experimentResult(), dayMs),
    ).toHaveProperty('nothing');
  });

  it('rests on the advice, not on every reading', () => {
    const later = experimentResult('choose', 15 * dayMs);
    expect(adviceHash(experiment(), later)).toBe(adviceHash(experiment(), experimentResult()));
    expect(adviceHash(experiment(), experimentResult('wait'))).not.toBe(adviceHash(experiment(), later));
  });
});
