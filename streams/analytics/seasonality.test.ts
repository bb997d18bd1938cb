import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { expectedAt, newDecomposition, stepDecomposition } from './decomposition.ts';
import { newEnsemble, stepEnsemble } from './ensemble.ts';
import { createLocalTime } from './local-time.ts';
import { quantileOf } from './median.ts';
import { decompose, type Hour } from './seasonality.ts';

const HOUR = 3_600_000;
/** A Monday. */
const start = Date.UTC(2026, 5, 1);
const local = createLocalTime('UTC');
const dayShape = Array.from(
  { length: 24 },
  (_each, hour) => 1 + 0.5 * Math.cos((2 * Math.PI * (hour - 20)) / 24),
);
const weekShape = [0.9, 0.9, 0.95, 1, 1, 1.15, 1.1];

function series(hours: number, value: (at: { hour: number; weekday: number }, i: number) => number): Hour[] {
  return Array.from({ length: hours }, (_each, i) => {
    const startMs = start + i * HOUR;
    return { startMs, value: value(local(startMs), i) };
  });
}

describe('a season that is known', () => {
  const random = createRandom('season');
  const multiplied = series(
    24 * 7 * 12,
    ({ hour, weekday }, i) =>
      10_000 *
      Math.exp(i / 5_000) *
      (dayShape[hour] ?? 1) *
      (weekShape[weekday] ?? 1) *
      Math.exp(0.04 * random.normal()),
  );
  const found = decompose(multiplied, local);

  test('multiplies: hours and weekdays come back within 4%', () => {
    expect(found.form).toBe('multiplicative');
    const geometric = Math.exp(dayShape.reduce((sum, each) => sum + Math.log(each), 0) / 24);
    for (const [hour, effect] of found.hourEffects.entries())
      expect(Math.abs(effect / ((dayShape[hour] ?? 1) / geometric) - 1)).toBeLessThan(0.04);
    const mean = Math.exp(weekShape.reduce((sum, each) => sum + Math.log(each), 0) / 7);
    for (const [weekday, effect] of found.weekdayEffects.entries())
      expect(Math.abs((effect ?? 0) / ((weekShape[weekday] ?? 1) / mean) - 1)).toBeLessThan(0.04);
    expect(found.seasonalStrength).toBeGreaterThan(0.95);
  });

  test('the decomposition carries more weight than the members that know no season', () => {
    const weight = new Map(found.ensemble.map(({ member, weight: own }) => [member, own]));
    expect(weight.get('decomposition')).toBeGreaterThan(weight.get('same_hour_last_week') ?? 1);
    expect(weight.get('recent_level')).toBeLessThan(0.02);
    expect(found.ensemble.reduce((sum, each) => sum + each.weight, 0)).toBeCloseTo(1, 12);
  });

  test('about one hour in twenty lies outside the interval of .95', () => {
    const share = found.anomalies / multiplied.length;
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.08);
  });

  test('adds: money below zero is no obstacle', () => {
    const noise = createRandom('additive');
    const added = series(
      24 * 7 * 10,
      ({ hour, weekday }) =>
        100 + 300 * ((dayShape[hour] ?? 1) - 1) + (weekday === 5 ? 80 : 0) + 5 * noise.normal(),
    );
    const { form, hourEffects, weekdayEffects } = decompose(added, local);
    expect(form).toBe('additive');
    expect(Math.abs((hourEffects[20] ?? 0) - 150)).toBeLessThan(12);
    expect(Math.abs((weekdayEffects[5] ?? 0) - (80 - 80 / 7))).toBeLessThan(12);
  });
});

describe('how much the seasons explain', () => {
  const strengthOf = (seed: string, make: (normal: () => number) => (hour: number) => number): number => {
    const random = createRandom(seed);
    const next = make(() => random.normal());
    return (
      decompose(
        series(168 * 8, ({ hour }) => next(hour)),
        local,
      ).seasonalStrength ?? Number.NaN
    );
  };
  const mean = (make: Parameters<typeof strengthOf>[1]): number =>
    ['a', 'b', 'c', 'd'].reduce((sum, seed) => sum + strengthOf(seed, make) / 4, 0);

  test('is next to nothing without a season, however well the next hour follows from the last', () => {
    // By the ensemble's residuals these were .75 and .45.
    expect(
      mean((normal) => {
        let x = 0;
        return () => (x += normal());
      }),
    ).toBeLessThan(0.1);
    expect(
      mean((normal) => {
        let x = 0;
        return () => (x = 0.95 * x + normal());
      }),
    ).toBeLessThan(0.1);
    expect(mean((normal) => () => normal())).toBeLessThan(0.1);
  });

  test('is the part of the variance that the season has', () => {
    // Variance of 10 cos is 50, of the noise 1; of cos .5 beside 1.
    const cosine = (hour: number): number => Math.cos((2 * Math.PI * hour) / 24);
    expect(mean((normal) => (hour) => 10 * cosine(hour) + normal())).toBeGreaterThan(0.95);
    expect(Math.abs(mean((normal) => (hour) => cosine(hour) + normal()) - 1 / 3)).toBeLessThan(0.1);
  });

  test('is not told before two weeks are judged', () => {
    const hours = (count: number) =>
      decompose(
        series(count, ({ hour }) => 10 + Math.cos(hour)),
        local,
      ).seasonalStrength;
    expect(hours(72 + 335)).toBeNull();
    expect(hours(72 + 336)).toBeGreaterThan(0.9);
  });
});

describe('the step', () => {
  const random = createRandom('steps');
  const values = series(400, ({ hour }) => 50 + 10 * (dayShape[hour] ?? 1) + random.normal());

  test('nothing is expected before two days, and then the median of the hour', () => {
    const state = newDecomposition();
    for (const { startMs, value } of values.slice(0, 47)) stepDecomposition(state, local(startMs), value);
    expect(expectedAt(state, local(start))).toBeUndefined();
    stepDecomposition(state, local(start + 47 * HOUR), values[47]?.value ?? 0);
    const midnight = ((values[0]?.value ?? 0) + (values[24]?.value ?? 0)) / 2;
    expect(expectedAt(state, local(start + 48 * HOUR))).toBeCloseTo(midnight, 9);
  });

  test('seasons have the mean zero after every hour', () => {
    const state = newDecomposition();
    for (const [i, { startMs, value }] of values.entries()) {
      stepDecomposition(state, local(startMs), value);
      if (i < 48) continue;
      expect(Math.abs(state.hours.reduce((sum, each) => sum + each, 0))).toBeLessThan(1e-9);
    }
  });

  test('an outlier of a thousand times moves what is expected next by less than a standard deviation', () => {
    const moved = [0, 1_000].map((factor) => {
      const state = newDecomposition();
      for (const { startMs, value } of values) stepDecomposition(state, local(startMs), value);
      const at = local(start + 400 * HOUR);
      if (factor > 0) stepDecomposition(state, at, 60 * factor);
      return expectedAt(state, local(start + 401 * HOUR)) ?? 0;
    });
    expect(Math.abs((moved[1] ?? 0) - (moved[0] ?? 0))).toBeLessThan(1);
  });

  test('stopped and taken up again it is the same: the state is all there is', () => {
    const whole = newEnsemble('additive');
    let other = newEnsemble('additive');
    for (const [i, { startMs, value }] of values.entries()) {
      const expected = stepEnsemble(whole, local(startMs), value);
      if (i % 97 === 0) other = structuredClone(other);
      expect(stepEnsemble(other, local(startMs), value)).toEqual(expected);
    }
  });
});

describe('little data', () => {
  test.each([0, 1, 30, 47, 48, 60, 200])('%i hours give finite figures or none', (count) => {
    const answer = decompose(
      series(count, ({ hour }) => 100 * (dayShape[hour] ?? 1)),
      local,
    );
    expect(JSON.stringify(answer)).not.toMatch(/NaN|Infinity/);
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(answer.hourEffects).toHaveLength(count < 48 ? 0 : 24);
  });

  test('a series of zeros', () => {
    const answer = decompose(
      series(300, () => 0),
      local,
    );
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(answer.anomalies).toBe(0);
  });
});

test('local time follows the zone and its changes', () => {
  const berlin = createLocalTime('Europe/Berlin');
  expect(berlin(Date.UTC(2026, 2, 29, 0, 30))).toEqual({ hour: 1, weekday: 6 });
  expect(berlin(Date.UTC(2026, 2, 29, 1, 30))).toEqual({ hour: 3, weekday: 6 });
  expect(berlin(Date.UTC(2026, 2, 29, 22))).toEqual({ hour: 0, weekday: 0 });
});

test('quantiles as R gives them by default', () => {
  // quantile(c(1, 2, 4, 8), c(0, .1, .5, .9, 1)) = 1, 1.3, 3, 6.8, 8
  expect([0, 0.1, 0.5, 0.9, 1].map((share) => quantileOf([1, 2, 4, 8], share))).toEqual(
    [1, 1.3, 3, 6.8, 8].map((value) => expect.closeTo(value, 12)),
  );
});
