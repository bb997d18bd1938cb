import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributionModels, type AttributionModel } from '../../platform/contracts/attribution.ts';
import { createRandom } from '../../platform/time/random.ts';
import {
  endAttributionUser,
  finishAttribution,
  newAttribution,
  newAttributionUser,
  stepConversion,
  stepTouch,
  type AttributionPlan,
} from './attribution.ts';
import { ruleWeights } from './attribution-rules.ts';
import { wholeShares } from './largest-remainder.ts';
import { conversionProbability, removalEffects, type Chain } from './markov.ts';
import { exactShapley, sampledShapley } from './shapley.ts';

const DAY = 86_400_000;
const plan: AttributionPlan = { fromMs: 10 * DAY, toMs: 40 * DAY, lookbackMs: 10 * DAY, halfLifeMs: 2 * DAY };

type Event = readonly [day: number, touch: string] | readonly [day: number, conversionMinor: number];
function attribute(users: readonly (readonly Event[])[], asked = plan) {
  const state = newAttribution();
  for (const events of users) {
    const user = newAttributionUser();
    for (const [day, what] of events) {
      if (typeof what === 'string') stepTouch(state, user, day * DAY, what);
      else stepConversion(asked, state, user, day * DAY, what);
    }
    endAttributionUser(asked, state, user);
  }
  return finishAttribution(state, createRandom('test'));
}
const conversionsOf = (answer: ReturnType<typeof attribute>, model: AttributionModel) =>
  Object.fromEntries(
    answer.touchpoints.map(({ key, credits }) => [
      key,
      credits.find((credit) => credit.model === model)?.conversions,
    ]),
  );

describe('rules', () => {
  const path = [0, 2, 4, 6].map((day, key) => ({ key, timeMs: day * DAY }));
  test.each([
    ['first', [1, 0, 0, 0]],
    ['last', [0, 0, 0, 1]],
    ['linear', [0.25, 0.25, 0.25, 0.25]],
    // A half-life of two days: 1/8, 1/4, 1/2 and 1, over their sum of 15/8.
    ['time_decay', [1 / 15, 2 / 15, 4 / 15, 8 / 15]],
    ['position', [0.4, 0.1, 0.1, 0.4]],
  ] as const)('%s', (model, expected) => {
    const weights = ruleWeights(model, path, 8 * DAY, 2 * DAY);
    for (const [i, weight] of expected.entries()) expect(weights[i]).toBeCloseTo(weight, 12);
  });

  test('two touches share by position, one takes all', () => {
    expect(ruleWeights('position', path.slice(0, 2), 8 * DAY, DAY)).toEqual([0.5, 0.5]);
    expect(ruleWeights('position', path.slice(0, 1), 8 * DAY, DAY)).toEqual([1]);
  });

  test('time decay of touches long ago is still a share', () => {
    const weights = ruleWeights('time_decay', path, 90_000 * DAY, 60_000);
    expect(weights.at(-1)).toBeCloseTo(1, 12);
    expect(weights.every(Number.isFinite)).toBe(true);
  });
});

/**
 * The example most explanations of the method use: C1 → C2 → C3 → conversion; C1 → nothing; C2 → C3 → nothing. Worked by hand: a third of
 * the paths converts, a sixth without C1, none without C2 or C3; removal effects ½, 1, 1, so shares .2, .4, .4.
 */
const example = [
  [
    [11, 'c1'],
    [12, 'c2'],
    [13, 'c3'],
    [14, 900],
  ],
  [[11, 'c1']],
  [
    [11, 'c2'],
    [12, 'c3'],
  ],
] as const;
const exampleChain: Chain = {
  touchpoints: 3,
  // Columns: C1, C2, C3, conversion, lost; rows: C1, C2, C3, start.
  moves: [
    [0, 1, 0, 0, 1],
    [0, 0, 2, 0, 0],
    [0, 0, 0, 1, 1],
    [2, 1, 0, 0, 0],
  ],
};

describe('the chain', () => {
  test('probabilities and removal effects of the example', () => {
    expect(conversionProbability(exampleChain, () => true)).toBeCloseTo(1 / 3, 12);
    expect(conversionProbability(exampleChain, (i) => i !== 0)).toBeCloseTo(1 / 6, 12);
    const effects = removalEffects(exampleChain);
    for (const [i, effect] of [0.5, 1, 1].entries()) expect(effects[i]).toBeCloseTo(effect, 12);
    const credits = conversionsOf(attribute(example), 'markov');
    for (const [key, share] of Object.entries({ c1: 0.2, c2: 0.4, c3: 0.4 }))
      expect(credits[key]).toBeCloseTo(share, 12);
  });

  test('loops are solved, not walked', () => {
    // From A: half stays, a quarter converts, a quarter is lost; half of those who leave convert.
    const loop: Chain = {
      touchpoints: 1,
      moves: [
        [2, 1, 1],
        [4, 0, 0],
      ],
    };
    expect(conversionProbability(loop, () => true)).toBeCloseTo(0.5, 12);
  });

  test('a chain of nothing converts nobody', () => {
    expect(removalEffects({ touchpoints: 2, moves: [[], [], []] })).toEqual([0, 0]);
  });
});

describe('Shapley', () => {
  // Littlechild & Owen 1973, in the figures of the textbooks: runways of 8, 11, 13 and 18 cost 2, 3, 4 and 9.
  const lengths = [8, 11, 13, 18];
  const airport = (isIn: readonly boolean[]): number =>
    Math.max(0, ...lengths.filter((_length, player) => isIn[player] === true));

  test('the airport game', () => {
    const { values } = exactShapley(4, airport);
    for (const [i, value] of [2, 3, 4, 9].entries()) expect(values[i]).toBeCloseTo(value, 12);
  });

  test('sampled orders come near, say how near, and add up exactly', () => {
    const { values, errors } = sampledShapley(4, airport, 400, createRandom('airport'));
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(18, 9);
    for (const [i, value] of [2, 3, 4, 9].entries()) {
      expect(errors?.[i]).toBeGreaterThan(0);
      expect(Math.abs((values[i] ?? 0) - value)).toBeLessThan(4 * (errors?.[i] ?? 0));
    }
  });

  test('of the example: 1/18, 5/36 and 5/36 of a third', () => {
    // φ1 = ⅓ (v(123) − v(23)) = ⅓ (⅓ − ⅙); φ2 = ⅓ v(123) + ⅙ v(23) = φ3, as v is 0 of all other coalitions.
    const credits = conversionsOf(attribute(example), 'shapley');
    for (const [key, share] of Object.entries({ c1: 1 / 6, c2: 5 / 12, c3: 5 / 12 }))
      expect(credits[key]).toBeCloseTo(share, 12);
  });
});

describe('paths', () => {
  test('begin at the lookback and after the conversion before; a conversion without a touch is told apart', () => {
    const answer = attribute([
      [
        [8, 'old'],
        [20, 'new'],
        [21, 500],
        [22, 300],
        [23, 'late'],
        [24, 100],
      ],
    ]);
    expect(answer).toMatchObject({
      conversions: 3,
      valueMinor: 900,
      unattributed: { conversions: 1, valueMinor: 300 },
      lostPaths: 0,
      meanTouches: 1,
    });
    expect(conversionsOf(answer, 'first')).toEqual({ old: 0, new: 1, late: 1 });
  });

  test('a conversion before the range ends a path and counts nowhere', () => {
    const answer = attribute([
      [
        [8, 'early'],
        [9, 999],
        [11, 'b'],
        [12, 100],
      ],
    ]);
    expect(answer).toMatchObject({ conversions: 1, valueMinor: 100 });
    expect(conversionsOf(answer, 'last')).toEqual({ early: 0, b: 1 });
  });

  test('repeated touchpoints are one in the list of paths', () => {
    const { paths } = attribute([
      [
        [11, 'a'],
        [12, 'a'],
        [13, 'b'],
        [14, 50],
      ],
      [
        [11, 'a'],
        [12, 'b'],
        [13, 50],
      ],
    ]);
    expect(paths).toEqual([{ keys: ['a', 'b'], conversions: 2, valueMinor: 100 }]);
  });

  test('beyond thirty touchpoints the least touched are one, and Shapley is sampled', () => {
    const users = Array.from({ length: 40 }, (_each, i): Event[] => [
      ...Array.from({ length: 40 - i }, (_touch, j): Event => [11 + j / 100, `k${i}`]),
      [12, 'k0'],
      [20, 100],
    ]);
    const answer = attribute(users);
    expect(answer.touchpoints).toHaveLength(30);
    expect(answer.touchpoints.at(-1)).toMatchObject({ isRest: true, touches: 66 });
    expect(answer.shapley).toBe('sampled');
    expect(answer.touchpoints[0]?.credits.at(-1)?.conversionsError).toBeGreaterThan(0);
  });
});

const anyUsers = fc.array(
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 0, max: 400 }).map((tenths) => tenths / 10),
        fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: -300, max: 10_000 })),
      ) as fc.Arbitrary<Event>,
      { maxLength: 8 },
    )
    .map((events) => events.toSorted(([a], [b]) => a - b)),
  { maxLength: 12 },
);

test('credits of every model add up to the conversions and, to the minor unit, to their value', () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      const answer = attribute(users);
      const conversions = answer.conversions - answer.unattributed.conversions;
      const valueMinor = answer.valueMinor - answer.unattributed.valueMinor;
      for (const model of attributionModels) {
        const credits = answer.touchpoints.flatMap(({ credits: own }) =>
          own.filter((each) => each.model === model),
        );
        expect(credits.reduce((sum, each) => sum + each.conversions, 0)).toBeCloseTo(conversions, 8);
        if (credits.length > 0)
          expect(credits.reduce((sum, each) => sum + each.valueMinor, 0)).toBe(valueMinor);
        expect(credits.every((each) => Number.isFinite(each.conversions) && each.conversions >= -1e-9)).toBe(
          true,
        );
      }
    }),
  );
});

test('the order in which users come does not matter', () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      const sums = (answer: ReturnType<typeof attribute>) =>
        attributionModels.map((model) =>
          Object.entries(conversionsOf(answer, model))
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => `${key} ${(value ?? 0).toFixed(8).replace(/^-0\.0+$/, '0.00000000')}`),
        );
      expect(sums(attribute(users.toReversed()))).toEqual(sums(attribute(users)));
    }),
  );
});

test('whole shares add up and are off by less than one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: -1_000, max: 100_000 }),
      (weights, total) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        const shares = weights.map((weight) => (weight / sum) * total);
        const whole = wholeShares(shares, total);
        expect(whole.reduce((a, b) => a + b, 0)).toBe(total);
        for (const [i, share] of shares.entries())
          expect(Math.abs((whole[i] ?? 0) - share)).toBeLessThanOrEqual(1 + 1e-6);
      },
    ),
  );
});
