import { describe, expect, test } from 'vitest';
import type { Random } from '../../platform/time/random.ts';
import { createRandom } from '../../platform/time/random.ts';
import { compareMeans } from './sequential.ts';
import { type Arm, chooseArm } from './thompson.ts';

interface MutableSums {
  users: number;
  sum: number;
  sumSquares: number;
}

const empty = (): MutableSums => ({ users: 0, sum: 0, sumSquares: 0 });
function add(sums: MutableSums, value: number): void {
  sums.users += 1;
  sums.sum += value;
  sums.sumSquares += value * value;
}

/** Share of tests in which somebody who looks after every 20 users, from the hundredth on, ever sees a difference. */
function shareFound(
  tests: number,
  usersASide: number,
  control: (random: Random) => number,
  variant: (random: Random) => number,
): number {
  const random = createRandom('peeking');
  let found = 0;
  for (let t = 0; t < tests; t += 1) {
    const a = empty();
    const b = empty();
    for (let n = 1; n <= usersASide; n += 1) {
      add(a, control(random));
      add(b, variant(random));
      if (n < 50 || n % 10 !== 0) continue;
      const comparison = compareMeans(a, b, 0.05);
      if (comparison !== undefined && comparison.pValue < 0.05) {
        found += 1;
        break;
      }
    }
  }
  return found / tests;
}

const converts =
  (rate: number) =>
  (random: Random): number =>
    random.next() < rate ? 1 : 0;
/** Five in a hundred pay, most little and a few much: log-normal, as amounts of orders are. */
const pays =
  (factor: number) =>
  (random: Random): number =>
    random.next() < 0.05 ? factor * Math.exp(3 + random.normal()) : 0;

describe('10,000 simulated tests without a difference, looked at all the time', () => {
  test.each([
    ['a rate of 50%', converts(0.5)],
    ['a rate of 5%', converts(0.05)],
    ['revenue of which 95% is nothing', pays(1)],
  ])('%s: false differences stay below alpha', (_, value) => {
    expect(shareFound(10_000, 2_000, value, value)).toBeLessThanOrEqual(0.05);
  });

  test('the same looks at a fixed test would cry wolf: the simulation can see it', () => {
    const random = createRandom('naive');
    let found = 0;
    for (let t = 0; t < 1_000; t += 1) {
      const a = empty();
      const b = empty();
      let isFound = false;
      for (let n = 1; n <= 2_000 && !isFound; n += 1) {
        add(a, converts(0.5)(random));
        add(b, converts(0.5)(random));
        if (n < 50 || n % 10 !== 0) continue;
        const rate = (a.sum + b.sum) / (a.users + b.users);
        const z = (b.sum - a.sum) / n / Math.sqrt((2 * rate * (1 - rate)) / n);
        isFound = Math.abs(z) > 1.96;
      }
      if (isFound) found += 1;
    }
    expect(found / 1_000).toBeGreaterThan(0.25);
  });
});

test('a real difference is found', () => {
  // 10% against 13%: a fixed test plans 1,774 users a side for 80%.
  expect(shareFound(400, 6_000, converts(0.1), converts(0.13))).toBeGreaterThan(0.95);
});

describe('regret of Thompson sampling after 10,000 pulls', () => {
  // Figures of anchors: a reference implementation over 200 to 1,000 runs. Allowed: 5%, and three standard errors of this simulation.
  test.each([
    [[0.9, 0.8], 9.4, 400],
    [[0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4], 169, 60],
    [[0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01], 81.5, 60],
  ])('%j', (rates, expected, runs) => {
    const best = Math.max(...rates);
    const regrets = Array.from({ length: runs }, (_, run) => {
      const random = createRandom(`bandit ${run}`);
      let arms: Arm[] = rates.map(() => ({ pulls: 0, successes: 0 }));
      let regret = 0;
      for (let t = 0; t < 10_000; t += 1) {
        const chosen = chooseArm(arms, random);
        const rate = rates[chosen] ?? 0;
        regret += best - rate;
        const { pulls, successes } = arms[chosen] ?? { pulls: 0, successes: 0 };
        arms = arms.with(chosen, { pulls: pulls + 1, successes: successes + converts(rate)(random) });
      }
      return regret;
    });
    const mean = regrets.reduce((sum, each) => sum + each, 0) / runs;
    const variance = regrets.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (runs - 1);
    expect(Math.abs(mean - expected)).toBeLessThan(0.05 * expected + 3 * Math.sqrt(variance / runs));
  });
});
