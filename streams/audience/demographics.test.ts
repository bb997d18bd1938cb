import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FEWEST_PEOPLE } from '../../platform/contracts/privacy.ts';
import { createRandom } from '../../platform/time/random.ts';
import { affinityOf, liftInterval } from './affinity.ts';
import { marksPerPerson, privateCells, revenueSteps, viewSteps } from './demographics-sql.ts';
import { exactDemographics, privateDemographics } from './demographics.ts';

const counts = (groups: Readonly<Record<string, number>>) =>
  new Map(
    Object.entries(groups).map(([value, viewers]) => [
      value,
      { viewers, views: 3 * viewers, watchMs: 60_000 * viewers, revenueMinor: 10 * viewers },
    ]),
  );

describe('exact groups', () => {
  test('small ones are told together, with the smallest of the others where they are too few still', () => {
    const told = (groups: Readonly<Record<string, number>>) =>
      exactDemographics('region', counts(groups)).groups.map(({ groups: of, value, viewers }) => [
        value,
        of,
        viewers,
      ]);
    expect(told({ a: 50, b: 30, c: 6, d: 5 })).toEqual([
      ['a', 1, 50],
      ['b', 1, 30],
      ['', 2, 11],
    ]);
    expect(told({ a: 50, b: 30, c: 9 })).toEqual([
      ['a', 1, 50],
      ['', 2, 39],
    ]);
    expect(told({ a: 50, b: 30 })).toEqual([
      ['a', 1, 50],
      ['b', 1, 30],
    ]);
  });

  test('nothing is told of fewer than ten people in all', () => {
    expect(exactDemographics('gender', counts({ a: 4, b: 5 }))).toMatchObject({
      groups: [],
      suppressed: 2,
      viewers: 9,
    });
  });

  test('whatever the groups, no line is of fewer than ten people, and lines add up to everybody or leave ten out', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 12 }), (sizes) => {
        const given = Object.fromEntries(sizes.map((size, i) => [`g${i}`, size]));
        const { groups, viewers } = exactDemographics('language', counts(given));
        for (const group of groups) expect(group.viewers).toBeGreaterThanOrEqual(FEWEST_PEOPLE);
        const told = groups.reduce((sum, group) => sum + group.viewers, 0);
        expect(told === viewers || groups.length === 0).toBe(true);
      }),
    );
  });
});

describe('private groups', () => {
  test('amounts are the steps people reached', () => {
    const steps = new Map(
      Object.entries({
        'tv|p': 100,
        'tv|v1': 90,
        'tv|v2': 60,
        'tv|v4': 30,
        'tv|v8': 10,
        'tv|r1': 20,
        'tv|r500': 8,
        'tv|r2000': 2,
        'phone|p': -7,
      }).map(([cell, viewers]) => [cell, { viewers }]),
    );
    const body = privateDemographics('device_type', steps, 10);
    expect(body.groups.find(({ value }) => value === 'tv')).toMatchObject({
      viewers: 100,
      share: 1,
      // 90 × 1 + 60 × 1 + 30 × 2 + 10 × 4; 8 × 5.00 + 2 × 15.00.
      least: { views: 250, payers: 20, revenueMinor: 7_000 },
    });
    expect(body.groups.find(({ value }) => value === 'phone')?.viewers).toBe(0);
  });

  test('a person has a mark of each step at most, and no cell depends on the tenant', () => {
    expect(marksPerPerson).toBe(1 + viewSteps.length + revenueSteps.length);
    expect(privateCells('gender')).toHaveLength(4 * marksPerPerson);
    expect(privateCells('region')).toBeUndefined();
  });
});

describe('affinity', () => {
  test('the interval of a lift holds the true one about 95 times in 100', () => {
    const random = createRandom('lift');
    // P(a) = .3, P(b) = .4, P(both) = .18: lift 1.5.
    let held = 0;
    for (let run = 0; run < 1_000; run += 1) {
      let [a, b, both] = [0, 0, 0];
      for (let i = 0; i < 800; i += 1) {
        const u = random.next();
        if (u < 0.18) both += 1;
        if (u < 0.3) a += 1;
        if (u < 0.18 || (u >= 0.3 && u < 0.52)) b += 1;
      }
      const [low, high] = liftInterval(both, a, b, 800);
      if (low <= 1.5 && high >= 1.5) held += 1;
    }
    expect(held).toBeGreaterThan(930);
    expect(held).toBeLessThan(970);
  });

  test('of a segment with noise, by hand: twice the share, and wider with the noise', () => {
    const exact = affinityOf(400, 1_000, 2_000, 10_000, 0, 5);
    expect(exact.index).toBe(2);
    // Var = 1/400 + 1/2000; exp(1.96 × √.003) = 1.113.
    expect(exact.high).toBeCloseTo(2 * 1.1133, 3);
    expect(exact.low).toBeCloseTo(2 / 1.1133, 3);
    const noisy = affinityOf(400, 1_000, 2_000, 10_000, 98, 5);
    // Noise of 50 a count: Var = (400 + 2500)/160000 + 5 × 2500/1000000 + 1/2000.
    expect(noisy.high).toBeCloseTo(2 * Math.exp(1.96 * Math.sqrt(0.018_125 + 0.012_5 + 0.000_5)), 6);
    // A count within its noise says nothing.
    expect(affinityOf(60, 1_000, 2_000, 10_000, 98, 5)).toMatchObject({ low: null, high: null });
    expect(affinityOf(0, 0, 0, 0, 0, 5)).toEqual({ index: null, low: null, high: null });
  });
});
