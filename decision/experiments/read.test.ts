import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Experiment, ExperimentMetric } from '../../platform/contracts/experiment.ts';
import { type ExperimentCounts, readExperiment } from './read.ts';
import type { Sums } from './sequential.ts';

const signup: ExperimentMetric = {
  key: 'signup',
  title: 'Sign-ups',
  kind: 'conversion',
  eventTypes: ['signup'],
  higherIsBetter: true,
};
const tickets: ExperimentMetric = { ...signup, key: 'tickets', title: 'Tickets', higherIsBetter: false };
const dayMs = 86_400_000;

function experimentOf(change: Partial<Experiment> = {}): Experiment {
  return {
    key: 'page',
    tenant: 'acme',
    title: 'Page',
    hypothesis: '',
    variants: [
      { key: 'a', title: 'Old page', share: 0.5 },
      { key: 'b', title: 'New page', share: 0.5 },
    ],
    traffic: 1,
    primary: signup,
    secondary: [],
    guardrails: [],
    allocation: 'fixed',
    exploration: 0.1,
    alpha: 0.05,
    power: 0.8,
    minimumEffect: 0.1,
    windowHours: 24,
    stopsOnHarm: true,
    maxDays: 30,
    state: 'running',
    salt: 's',
    epochs: [{ fromMs: 0, shares: [0.5, 0.5] }],
    createdAtMs: 0,
    startedAtMs: 0,
    ...change,
  };
}

const rate = (users: number, sum: number): Sums => ({ users, sum, sumSquares: sum });

function countsOf(variants: readonly Sums[], change: Partial<ExperimentCounts> = {}): ExperimentCounts {
  return {
    metrics: [{ metric: 'signup', variants }],
    epochs: [{ shares: variants.map(() => 1 / variants.length), users: variants.map(({ users }) => users) }],
    mixedUsers: 0,
    movedUsers: 0,
    ...change,
  };
}

const read = (experiment: Experiment, counts: ExperimentCounts, nowMs = dayMs) =>
  readExperiment(experiment, counts, {}, nowMs)[1];

describe('what to do', () => {
  test('nothing yet', () => {
    const reading = read(experimentOf(), countsOf([rate(0, 0), rate(0, 0)]));
    expect(reading.recommendation).toEqual({
      advice: 'wait',
      reasons: ['There are too few users to compare yet.'],
      expectedLift: null,
      riskAdjustedLift: null,
    });
    expect(reading.plannedUsers).toBeNull();
    expect(reading.readings[0]?.variants.map(({ winProbability }) => winProbability)).toEqual([
      expect.closeTo(0.5, 9),
      expect.closeTo(0.5, 9),
    ]);
  });

  test('a winner', () => {
    const { recommendation, readings } = read(
      experimentOf(),
      countsOf([rate(10_000, 1_000), rate(10_000, 1_200)]),
    );
    expect(recommendation).toMatchObject({ advice: 'choose', variant: 'b' });
    expect(recommendation.expectedLift).toBeCloseTo(0.2, 9);
    expect(recommendation.riskAdjustedLift).toBeLessThan(0.2);
    expect(readings[0]?.variants[1]?.pValue).toBeLessThan(0.05);
  });

  test('the lower is better: the same numbers the other way round', () => {
    const experiment = experimentOf({ primary: { ...signup, higherIsBetter: false } });
    const { recommendation } = read(experiment, countsOf([rate(10_000, 1_200), rate(10_000, 1_000)]));
    expect(recommendation).toMatchObject({ advice: 'choose', variant: 'b' });
    expect(recommendation.expectedLift).toBeCloseTo(1 / 6, 9);
  });

  test('a broken split goes before a winner', () => {
    const counts = countsOf([rate(10_000, 1_000), rate(9_000, 1_200)]);
    expect(read(experimentOf(), counts).recommendation.advice).toBe('mend-split');
  });

  test('harm goes before a winner', () => {
    const experiment = experimentOf({ guardrails: [{ metric: tickets, maxHarm: 0.1 }] });
    const counts = countsOf([rate(10_000, 1_000), rate(10_000, 1_200)]);
    const harmed = {
      ...counts,
      metrics: [...counts.metrics, { metric: 'tickets', variants: [rate(10_000, 500), rate(10_000, 900)] }],
    };
    expect(read(experiment, harmed).recommendation).toMatchObject({ advice: 'stop-harm', variant: 'b' });
    const harmless = {
      ...counts,
      metrics: [...counts.metrics, { metric: 'tickets', variants: [rate(10_000, 500), rate(10_000, 510)] }],
    };
    expect(read(experiment, harmless).recommendation.advice).toBe('choose');
  });

  test('no difference worth having', () => {
    const big = countsOf([rate(1_000_000, 100_000), rate(1_000_000, 100_100)]);
    expect(read(experimentOf(), big).recommendation.advice).toBe('no-difference');
  });

  test('time is over', () => {
    const counts = countsOf([rate(500, 50), rate(500, 55)]);
    expect(read(experimentOf(), counts, 29 * dayMs).recommendation.advice).toBe('wait');
    expect(read(experimentOf(), counts, 30 * dayMs).recommendation.advice).toBe('no-difference');
  });

  test('under thompson no test is shown and the choice is a belief', () => {
    const { recommendation, readings } = read(
      experimentOf({ allocation: 'thompson' }),
      countsOf([rate(10_000, 1_000), rate(10_000, 1_200)]),
    );
    expect(readings[0]?.variants[1]?.pValue).toBeUndefined();
    expect(recommendation).toMatchObject({ advice: 'choose', variant: 'b' });
    expect(recommendation.reasons.join(' ')).toContain('not a test');
  });
});

test('an always-valid p-value is kept when the evidence fades', () => {
  const experiment = experimentOf();
  const [kept] = readExperiment(experiment, countsOf([rate(10_000, 1_000), rate(10_000, 1_200)]), {}, 0);
  const [after, reading] = readExperiment(
    experiment,
    countsOf([rate(20_000, 2_100), rate(20_000, 2_200)]),
    kept,
    0,
  );
  expect(after).toEqual(kept);
  expect(reading.readings[0]?.variants[1]?.pValue).toBe(kept['signup/b']);
});

test('revenue: a mean an interval and a plan in users', () => {
  const revenue: ExperimentMetric = { ...signup, key: 'revenue', title: 'Revenue', kind: 'revenue' };
  const experiment = experimentOf({ primary: revenue });
  const counts = {
    ...countsOf([]),
    metrics: [
      {
        metric: 'revenue',
        variants: [
          { users: 1_000, sum: 2_000, sumSquares: 20_000 },
          { users: 1_000, sum: 2_100, sumSquares: 21_000 },
        ],
      },
    ],
  };
  const reading = read(experiment, counts);
  // R: power.t.test(delta = 0.2, sd = 4.002, power = .8) gives 6,287 a side.
  expect((reading.plannedUsers ?? 0) / 6_287).toBeCloseTo(1, 2);
  const control = reading.readings[0]?.variants[0];
  expect(control?.mean).toBe(2);
  // 2 ± 1.96 × sqrt(16.016 ÷ 1000)
  expect(control?.lower).toBeCloseTo(1.752, 3);
});

test('no number on a screen is ever NaN or infinite, and chances add up', () => {
  const sums = fc
    .record({ users: fc.nat(5_000), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ users, share }) => rate(users, Math.floor(users * share)));
  fc.assert(
    fc.property(
      fc.array(sums, { minLength: 2, maxLength: 4 }),
      fc.constantFrom('fixed' as const, 'thompson' as const),
      (variants, allocation) => {
        const shares = variants.map(() => 1 / variants.length);
        const experiment = experimentOf({
          allocation,
          variants: variants.map((_, i) => ({ key: `v${i}`, title: `V${i}`, share: shares[i] ?? 0 })),
          guardrails: [{ metric: tickets, maxHarm: 0.1 }],
        });
        const reading = read(experiment, countsOf(variants));
        expect(
          JSON.stringify(reading, (_, value: unknown) =>
            typeof value === 'number' && !Number.isFinite(value) ? 'BAD' : value,
          ),
        ).not.toContain('BAD');
        for (const { variants: each } of reading.readings) {
          expect(each.reduce((sum, { winProbability }) => sum + winProbability, 0)).toBeCloseTo(1, 6);
        }
      },
    ),
    { numRuns: 60 },
  );
});
