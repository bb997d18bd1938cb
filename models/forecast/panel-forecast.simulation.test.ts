import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { combine, type MemberForecasts } from './combination.ts';
import { membersFor } from './members.ts';
import { forecastPanel, planFor, type SeriesForecast } from './panel-forecast.ts';
import { pooledAutoregression } from './pooled-autoregression.ts';

const HORIZON = 4;

/** Runs the whole ensemble in this thread, as the worker pool does on several. */
async function forecast(
  histories: readonly Float64Array[],
  period: number,
  levels: readonly number[],
): Promise<SeriesForecast[]> {
  const plan = planFor(HORIZON, period);
  const byCut: MemberForecasts[] = [];
  for (const cut of plan.cuts) {
    const panel = {
      histories: histories.map((h) => h.slice(0, Math.max(1, h.length - cut))),
      horizon: HORIZON,
      period,
    };
    byCut.push(membersFor(period).map((member) => member.forecast(panel)));
  }
  return forecastPanel(histories, byCut, plan, HORIZON, period, levels);
}

function seasonalSeries(count: number, length: number, seed: string): Float64Array[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) =>
    new Float64Array(length).map(
      (_, t) => 100 * (i + 1) + 20 * Math.sin((2 * Math.PI * t) / 4) + 3 * random.normal(),
    ),
  );
}

describe('the ensemble', () => {
  test('beats seasonal-naive on noisy seasons on the whole, and intervals nest', async () => {
    const histories = seasonalSeries(6, 100, 'noise');
    const forecasts = await forecast(histories, 4, [0.68, 0.8, 0.95]);
    const ratios = forecasts.map(({ relativeToSeasonalNaive: r }) => r ?? Number.NaN);
    expect(ratios.reduce((sum, r) => sum + r, 0) / ratios.length).toBeLessThan(0.95);
    for (const { point, intervals, weights, relativeToSeasonalNaive } of forecasts) {
      expect(relativeToSeasonalNaive).toBeGreaterThan(0);
      expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 9);
      const bounds = [0.68, 0.8, 0.95].map((level) => intervals.get(level));
      point.forEach((value, h) => {
        const lows = bounds.map((each) => each?.lower[h] ?? Number.NaN);
        const highs = bounds.map((each) => each?.upper[h] ?? Number.NaN);
        expect([...lows].reverse()).toEqual([...lows].sort((a, b) => a - b));
        expect(highs).toEqual([...highs].sort((a, b) => a - b));
        expect(value).toBeGreaterThanOrEqual(lows[0] ?? Number.NaN);
        expect(value).toBeLessThanOrEqual(highs[0] ?? Number.NaN);
      });
    }
  });

  test.each([1, 4])('answers finite numbers for every odd series, period %i', async (period) => {
    const odd = [
      new Float64Array(60).fill(5),
      new Float64Array(60),
      new Float64Array(60).map((_, t) => 1e14 * (1 + (t % 3))),
      new Float64Array(60).map((_, t) => (t % 7 === 0 ? 3 : 0)),
      new Float64Array(60).map((_, t) => (t < 30 ? 10 : 10_000)),
      new Float64Array(60).map((_, t) => -t),
      Float64Array.of(4),
      Float64Array.of(4, 9, 2),
    ];
    for (const { point, intervals } of await forecast(odd, period, [0.95])) {
      const bounds = intervals.get(0.95);
      for (const values of [point, bounds?.lower, bounds?.upper])
        expect(values?.every(Number.isFinite)).toBe(true);
    }
  });

  test('a series that was never below zero has no bound below zero', async () => {
    const random = createRandom(3);
    const histories = Array.from({ length: 4 }, () => new Float64Array(80).map(() => random.poisson(0.5)));
    for (const { intervals } of await forecast(histories, 1, [0.95]))
      expect(intervals.get(0.95)?.lower.every((x) => x >= 0)).toBe(true);
  });
});

describe('combination', () => {
  const history = new Float64Array(20).map((_, t) => t);
  const right = Float64Array.of(20, 21);
  const wrong = Float64Array.of(40, 40);

  test('weight goes to the member that was right before', () => {
    const past = [{ cut: 2, forecasts: [[Float64Array.of(18, 19)], [Float64Array.of(30, 30)]] }];
    const [combined] = combine([[right], [wrong]], past, [history], 2);
    expect(combined?.weights[0]).toBeGreaterThan(0.999);
    expect(combined?.point[0]).toBeCloseTo(20, 3);
    expect(combined?.backtestError).toBeLessThan(0.1);
  });

  test('without a past the members weigh the same', () => {
    const [combined] = combine([[right], [wrong]], [], [history], 2);
    expect([...(combined?.weights ?? [])]).toEqual([0.5, 0.5]);
    expect(combined?.backtestError).toBeUndefined();
  });

  test('the order of the members does not matter', () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const now = [a, b, c].map((each) => [Float64Array.from(each)]);
        const before = [b, c, a].map((each) => [Float64Array.from(each)]);
        const one = combine(now, [{ cut: 2, forecasts: before }], [history], 2)[0];
        const other = combine(
          now.toReversed(),
          [{ cut: 2, forecasts: before.toReversed() }],
          [history],
          2,
        )[0];
        expect(one?.weights[0]).toBeCloseTo(other?.weights[2] ?? Number.NaN, 9);
      }),
    );
  });
});

describe('pooled autoregression', () => {
  test('finds the rule all series share, also for one too short to teach', () => {
    // Every series repeats its value of four steps ago: no noise, so the forecast is exact up to the ridge.
    const random = createRandom('rule');
    const histories = Array.from({ length: 12 }, () => {
      const season = Float64Array.from({ length: 4 }, () => 50 + 20 * random.next());
      return new Float64Array(60).map((_, t) => season[t % 4] ?? 0);
    });
    const short = Float64Array.of(60, 40, 50, 70, 60, 40, 50, 70, 60, 40, 50, 70);
    const forecasts = pooledAutoregression([...histories, short], 4, {
      lags: 8,
      period: 1,
      pooling: 1,
      ridge: 1e-6,
      stride: 1,
      halfLife: 1e6,
    });
    [60, 40, 50, 70].forEach((value, h) =>
      expect(Math.abs((forecasts.at(-1)?.[h] ?? 0) / value - 1)).toBeLessThan(0.02),
    );
  });

  test('each forecast keeps its place when the panel is shuffled', () => {
    const histories = seasonalSeries(4, 60, 'order');
    const options = { lags: 8, period: 4, pooling: 1, ridge: 1e-3, stride: 1, halfLife: 50 };
    const one = pooledAutoregression(histories, 4, options);
    const other = pooledAutoregression(histories.toReversed(), 4, options).reverse();
    one.forEach((forecast, i) => forecast.forEach((value, h) => expect(other[i]?.[h]).toBeCloseTo(value, 6)));
  });
});
