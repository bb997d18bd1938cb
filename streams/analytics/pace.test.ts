import { describe, expect, test } from 'vitest';
import { growthOf, paceOf, rpmTrend, slopeOf, type Day } from './pace.ts';
import { concentrationOf, risksOf } from './risks.ts';

const days = (revenue: readonly number[], views = 1_000): Day[] =>
  revenue.map((revenueMinor, i) => ({ startMs: i * 86_400_000, revenueMinor, views }));

describe('pace', () => {
  test('two weeks that grow by 10 a day', () => {
    const pace = paceOf(days(Array.from({ length: 14 }, (_each, i) => 100 + 10 * i)));
    expect(pace).toEqual({
      days: 14,
      perDayMinor: 200,
      beforePerDayMinor: 130,
      growth: 70 / 130,
      perDayPerDayMinor: 10,
    });
  });

  test('the slope is the median of the pairs: one day that breaks rank does not move it', () => {
    // Pairs of 1, 2, 3, 100: slopes 1, 1, 33, 1, 49, 97.
    expect(slopeOf([1, 2, 3, 100])).toBe((1 + 33) / 2);
    expect(slopeOf([1, 2, 3, 100, 5, 6, 7])).toBe(1);
    expect(slopeOf([5])).toBeNull();
  });

  test('nothing to grow from is no growth', () => {
    expect([growthOf(5, 0), growthOf(5, -1), growthOf(null, 5)]).toEqual([null, null, null]);
    expect(paceOf([])).toEqual({
      days: 0,
      perDayMinor: null,
      beforePerDayMinor: null,
      growth: null,
      perDayPerDayMinor: null,
    });
  });

  test('RPM is smoothed by .1; a day without views leaves the trend', () => {
    const rpm = rpmTrend([...days([1_000]), ...days([2_000]), { startMs: 3, revenueMinor: 5, views: 0 }]);
    expect(rpm.map(({ rpmMinor, trendMinor }) => [rpmMinor, trendMinor])).toEqual([
      [1_000, 1_000],
      [2_000, 1_100],
      [null, 1_100],
    ]);
  });
});

describe('concentration', () => {
  test('shares of ½, ¼, ¼: HHI .375', () => {
    const parts = [
      ['ads', 200],
      ['tips', 100],
      ['sales', 100],
      ['refunds', -50],
    ] as const;
    expect(concentrationOf(parts.map(([id, revenueMinor]) => ({ id, revenueMinor })))).toEqual({
      largest: 'ads',
      largestShare: 0.5,
      hhi: 0.375,
    });
    expect(concentrationOf([])).toEqual({ largest: null, largestShare: null, hhi: null });
  });

  test('what is beyond its bound is a risk, what is at it is not', () => {
    const concentration = {
      stream: { largest: 'ads', largestShare: 0.51, hhi: 0.25 },
      channel: { largest: 'c1', largestShare: 0.4, hhi: 0.9 },
    };
    const pace = { ...paceOf([]), growth: -0.2 };
    const rpm = Array.from({ length: 8 }, (_each, i) => ({
      startMs: i,
      rpmMinor: 1,
      trendMinor: 100 - 2 * i,
    }));
    expect(risksOf(concentration, pace, rpm)).toEqual([
      { code: 'stream_concentration', value: 0.51, bound: 0.5, subject: 'ads' },
      { code: 'revenue_falling', value: -0.2, bound: -0.1 },
      { code: 'rpm_falling', value: -0.14, bound: -0.1 },
    ]);
  });
});
