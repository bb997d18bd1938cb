import { existsSync, readFileSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, test } from 'vitest';
import { standings } from './best-of.ts';
import { conversionPosterior, meanPosterior } from './posterior.ts';
import { usersForConversion, usersForMean } from './sample-size.ts';
import { compareMeans, mixtureRatio, mixtureRho, sequenceHalfWidth } from './sequential.ts';

// Values computed elsewhere: R's power functions, Evan Miller's closed form, GrowthBook's test files.
const url = new URL('../../../shared/reference/ab-tests.json', import.meta.url);
const Pair = Type.Tuple([Type.Number(), Type.Number()]);
const Reference = Type.Object({
  betabinomial: Type.Array(
    Type.Object({
      a: Pair,
      b: Pair,
      pBbeatsA: Type.Number(),
      lossChooseB: Type.Number(),
      lossChooseA: Type.Number(),
    }),
  ),
  samplesize: Type.Array(
    Type.Object({ base: Type.Number(), relMDE: Type.Number(), R_power_prop_test: Type.Number() }),
  ),
  ttest: Type.Array(Type.Object({ effect: Type.Number(), n: Type.Number() })),
  msprt: Type.Array(
    Type.Object({
      diff: Type.Number(),
      V: Type.Number(),
      tau2: Type.Number(),
      Lambda: Type.Number(),
      p: Type.Number(),
    }),
  ),
  growthbook_seq: Type.Array(
    Type.Object({
      s2: Type.Number(),
      n: Type.Number(),
      N: Type.Number(),
      alpha: Type.Number(),
      rho: Type.Number(),
      halfwidth: Type.Number(),
    }),
  ),
});

describe.skipIf(!existsSync(url))('reference values (skipped where the shared folder is not there)', () => {
  const known = existsSync(url)
    ? Value.Decode(Reference, JSON.parse(readFileSync(url, 'utf8')))
    : { betabinomial: [], samplesize: [], ttest: [], msprt: [], growthbook_seq: [] };

  test('win probability and expected loss of two rates', () => {
    expect(known.betabinomial.length).toBeGreaterThan(5);
    for (const { a, b, pBbeatsA, lossChooseA, lossChooseB } of known.betabinomial) {
      const [control, variant] = standings([
        conversionPosterior(a[1], a[0]),
        conversionPosterior(b[1], b[0]),
      ]);
      expect(variant?.winProbability).toBeCloseTo(pBbeatsA, 7);
      expect(control?.expectedLoss).toBeCloseTo(lossChooseA, 9);
      expect(variant?.expectedLoss).toBeCloseTo(lossChooseB, 9);
    }
  });

  test('users for a conversion rate', () => {
    for (const { base, relMDE, R_power_prop_test } of known.samplesize) {
      const users = usersForConversion(base, relMDE, { alpha: 0.05, power: 0.8 });
      expect(users / R_power_prop_test).toBeCloseTo(1, 6);
    }
  });

  test('users for a mean', () => {
    for (const { effect, n } of known.ttest) {
      expect(usersForMean(effect, { alpha: 0.05, power: 0.8 }) / n).toBeCloseTo(1, 2);
    }
  });

  test('the mixture ratio test', () => {
    for (const { diff, V, tau2, Lambda, p } of known.msprt) {
      const { ratio, pValue } = mixtureRatio(diff, V, tau2);
      expect(ratio / Lambda).toBeCloseTo(1, 9);
      expect(pValue).toBeCloseTo(p, 9);
    }
  });

  test('the confidence sequence', () => {
    for (const { s2, n, N, alpha, rho, halfwidth } of known.growthbook_seq) {
      expect(mixtureRho(alpha, N)).toBeCloseTo(rho, 12);
      expect(sequenceHalfWidth(Math.sqrt(s2), n, alpha, rho)).toBeCloseTo(halfwidth, 12);
    }
  });
});

test('losses of two means are those of GrowthBook’s test file', () => {
  // Sums 100 and 105 of ten users each, sums of squares 1,002.25 and 1,111.5. (Its chance of .92427 is that of the ratio's logarithm; of the
  // difference it is Φ(√2).)
  const [control, variant] = standings([
    meanPosterior(10, Math.sqrt(0.25 / 10)),
    meanPosterior(10.5, Math.sqrt(1 / 10)),
  ]);
  expect(control?.expectedLoss).toBeCloseTo(0.512_56, 5);
  expect(variant?.expectedLoss).toBeCloseTo(0.012_56, 5);
  expect(variant?.winProbability).toBeCloseTo(0.921_350_396_474_857_7, 9);
});

test('three variants: chances sum to one and the best loses least', () => {
  const result = standings([
    conversionPosterior(1_000, 50),
    conversionPosterior(1_000, 60),
    conversionPosterior(1_000, 55),
  ]);
  expect(result.reduce((sum, each) => sum + each.winProbability, 0)).toBeCloseTo(1, 12);
  expect(result.map((each) => each.winProbability).toSorted((a, b) => a - b)).toEqual([
    result[0]?.winProbability,
    result[2]?.winProbability,
    result[1]?.winProbability,
  ]);
  expect(result[1]?.expectedLoss).toBeLessThan(result[2]?.expectedLoss ?? 0);
});

test('a sharp posterior beside a wide one is still seen', () => {
  const [wide, sharp] = standings([conversionPosterior(4, 2), conversionPosterior(5_000_000, 2_500_000)]);
  expect(wide?.winProbability).toBeCloseTo(0.5, 4);
  expect(sharp?.winProbability).toBeCloseTo(0.5, 4);
});

test.each([
  [
    { users: 1, sum: 1, sumSquares: 1 },
    { users: 9, sum: 1, sumSquares: 1 },
  ],
  [
    { users: 5, sum: 0, sumSquares: 0 },
    { users: 5, sum: 0, sumSquares: 0 },
  ],
])('nothing can be said of %j and %j', (control, variant) => {
  expect(compareMeans(control, variant, 0.05)).toBeUndefined();
});

test('interval and p-value agree: the interval touches 0 where p is alpha', () => {
  const control = { users: 4_000, sum: 200, sumSquares: 200 };
  for (let sum = 200; sum < 320; sum += 1) {
    const found = compareMeans(control, { users: 4_000, sum, sumSquares: sum }, 0.05);
    expect(found !== undefined && found.lower > 0).toBe(found !== undefined && found.pValue < 0.05);
  }
});

test.each([
  [0, 0.1],
  [0.5, 1],
  [0.5, 0],
  [Number.NaN, 0.1],
])('a rate of %d with an effect of %d is refused', (base, effect) => {
  expect(() => usersForConversion(base, effect, { alpha: 0.05, power: 0.8 })).toThrow(RangeError);
});
