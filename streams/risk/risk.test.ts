import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import { RisksAnswer, type RevenueRiskCode } from '../../platform/contracts/risks.ts';
import { nextQuarterMs, seasonFactor } from './ad-season.ts';
import { assessRisks } from './assess.ts';
import { sinceOf, worstFall } from './history.ts';
import { fallTest } from './mann-kendall.ts';
import { outcomesOf } from './read-events.ts';
import { asOfMs, cutOf, daysOf, level, quietFacts } from './testing/facts.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

const only = (code: RevenueRiskCode, facts: ReturnType<typeof quietFacts>) => {
  const { risks } = assessRisks(facts);
  expect(risks.map((risk) => risk.code)).toEqual([code]);
  const [risk] = risks;
  if (risk === undefined) throw new Error('no risk');
  return risk;
};

test('nothing is a risk where nothing is, and every measure is told with its bound', () => {
  const answer = assessRisks(quietFacts());
  expect(answer).toMatchObject({ revenueMinor: 28_000, risks: [], recommendations: [], days: 56 });
  const state = Object.fromEntries(answer.checks.map(({ code, state: is }) => [code, is]));
  expect(Object.keys(state)).toHaveLength(14);
  // No subscriptions, no ads, no source: that is not known, not fine.
  const unknown = [
    'churn_rising',
    'contraction_rising',
    'ad_season',
    'source_silent',
    'revenue_trend_falling',
  ];
  for (const [code, is] of Object.entries(state))
    expect([code, is]).toEqual([code, unknown.includes(code) ? 'unknown' : 'within']);
});

describe('concentration', () => {
  test('the largest channel by what its worst week took, since its share went over the bound', () => {
    // 300 a day of 1,000, then 800 for the last 20 days; one week of 150 a day before: a fall of a half.
    const own = [...level(22, 300), ...level(7, 150), ...level(7, 300), ...level(20, 800)];
    const risk = only(
      'channel_concentration',
      quietFacts({ channel: cutOf({ main: 7 * 300 + 150 + 20 * 800, other: 9_750 }, own) }),
    );
    expect(risk).toMatchObject({ subject: 'main', bound: 0.4, severity: 'high', method: 'worst_fall' });
    expect(risk.value).toBeCloseTo(18_250 / 28_000);
    expect(risk.atRiskMinor).toBe(9_125);
    // Above 11,200 of 28 days: of n days at 800 the others are 21 − n at 300 and 7 at 150 (n ≤ 14): 7,350 + 500 n, so n = 8 of 20.
    expect(risk.sinceMs).toBe(asOfMs - 13 * DAY);
    expect(risk.isSinceOpen).toBe(false);
  });

  test('with less than three weeks nobody knows what would be lost', () => {
    const risk = only(
      'channel_concentration',
      quietFacts({ channel: cutOf({ a: 20_000, b: 8_000 }, level(20, 700)) }),
    );
    expect(risk).toMatchObject({ severity: 'unknown', atRiskMinor: null });
  });

  test('one customer is at risk as a whole and is not named', () => {
    const risk = only(
      'customer_concentration',
      quietFacts({ customers: { count: 9, largestMinor: 5_600, totalMinor: 28_000, index: 0.12 } }),
    );
    expect(risk).toMatchObject({ value: 0.2, atRiskMinor: 5_600, severity: 'high', sinceMs: null });
    expect(risk.subject).toBeUndefined();
  });

  test('too many customers to follow is not known', () => {
    const { checks } = assessRisks(quietFacts({ customers: undefined }));
    expect(checks.find(({ code }) => code === 'customer_concentration')?.state).toBe('unknown');
  });
});

describe('course', () => {
  test('a fall that cannot be chance, and what it takes when it goes on', () => {
    // Ten less each day: day k ahead is 10 k lower, 10 × 28 × 29 ÷ 2.
    const falling = Array.from({ length: 56 }, (_, i) => 2_000 - 10 * i);
    const risk = only('revenue_trend_falling', quietFacts({ days: daysOf(falling, 0) }));
    expect(risk.atRiskMinor).toBe(4_060);
    expect(risk.evidence).toContainEqual({ name: 'slope_a_day', value: -10, unit: 'money' });
    expect(risk.isSinceOpen).toBe(true);
  });

  test('what a view brings is compared with the four weeks before, from the day it fell', () => {
    // 500 per 1,000 views, then 400 for five days: (5 × 400 + 2 × 500) ÷ 7 against 500.
    const risk = only('rpm_falling', quietFacts({ days: daysOf([...level(51, 1_000), ...level(5, 800)]) }));
    expect(risk.value).toBeCloseTo(-1 / 7);
    expect(risk.atRiskMinor).toBe(Math.round((500 / 7) * 56));
    // Four of seven days at 400: −11%; three would be −8.6%.
    expect(risk.sinceMs).toBe(asOfMs - 2 * DAY);
  });

  test('ads before the turn of the year lose by the quarters’ figures, unless a year ago is known', () => {
    const turn = {
      asOfMs: Date.UTC(2027, 0, 1),
      stream: cutOf({ ads: 5_600, a: 5_600, b: 5_600, c: 5_600, d: 5_600 }),
    };
    const risk = only('ad_season', quietFacts(turn));
    // The whole change from 1.4 to .8.
    expect(risk.value).toBeCloseTo(0.8 / 1.4 - 1);
    expect(risk.atRiskMinor).toBe(2_400);
    const measured = quietFacts({ ...turn, adsYearAgo: { beforeMinor: 1_000, afterMinor: 950 } });
    expect(assessRisks(measured).risks).toEqual([]);
    const [use] = assessRisks(quietFacts({ ...turn, asOfMs: Date.UTC(2026, 9, 1) })).recommendations;
    expect(use).toMatchObject({
      code: 'use_season',
      kind: 'gain',
      effectMinor: Math.round((5_600 * (1.4 / 0.9 - 1)) / 10),
    });
  });
});

describe('leaks', () => {
  const month = (i: number, churnMinor: number) => ({
    startMs: Date.UTC(2025, 11 + i, 1),
    openingMinor: 10_000,
    churnMinor,
    contractionMinor: 0,
  });

  test('churn against the median of the months before, since the first month beyond', () => {
    const recurring = [200, 300, 200, 200, 400, 600].map((lost, i) => month(i, lost));
    const risk = only('churn_rising', quietFacts({ recurring, mrrMinor: 9_000 }));
    // 6% against a median of 2%; 4% of the MRR there is.
    expect(risk.value).toBeCloseTo(3);
    expect(risk.atRiskMinor).toBe(360);
    expect(risk.sinceMs).toBe(Date.UTC(2026, 3, 1));
  });

  test('three months are too few to call a fourth unusual, and half a percent is no risk', () => {
    for (const recurring of [
      [200, 900, 900].map((lost, i) => month(i, lost)),
      [0, 0, 0, 60].map((lost, i) => month(i, lost)),
    ])
      expect(assessRisks(quietFacts({ recurring, mrrMinor: 9_000 })).risks).toEqual([]);
  });

  test('failed payments by those still open, and what is collected by the tenant’s own past', () => {
    const payments = {
      ...quietFacts().payments,
      failed: 28,
      paid: 112,
      open: 10,
      known: 20,
      recovered: 15,
      failedDays: [...level(28, 0), ...level(28, 1)],
    };
    const answer = assessRisks(quietFacts({ payments }));
    expect(answer.risks).toMatchObject([
      { code: 'payment_failures', value: 0.2, atRiskMinor: 9_000, severity: 'high' },
    ]);
    expect(answer.recommendations).toMatchObject([
      {
        code: 'collect_payments',
        share: 0.75,
        shareBasis: 'measured',
        effectMinor: 6_750,
        restsOn: ['payment_failures'],
      },
    ]);
    const few = assessRisks(quietFacts({ payments: { ...payments, known: 9, recovered: 9 } }));
    expect(few.recommendations).toMatchObject([{ share: 0.5, shareBasis: 'assumed', effectMinor: 4_500 }]);
  });

  test('refunds beyond a twentieth', () => {
    const answer = assessRisks(quietFacts({ refundedDays: [...level(28, 10), ...level(28, 90)] }));
    expect(answer.risks).toMatchObject([{ code: 'refunds', value: 0.09, atRiskMinor: 1_120 }]);
    expect(answer.recommendations).toMatchObject([
      { code: 'reduce_refunds', effectMinor: 1_120, shareBasis: 'bound' },
    ]);
  });

  test('a source silent for three times its longest pause, none that is merely rare or late', () => {
    const source = {
      lastMs: asOfMs - 14 * HOUR,
      longestPauseHours: 5,
      activeHours: 300,
      revenuePerHourMinor: 40,
    };
    const facts = quietFacts({
      sources: [
        { ...source, name: 'stripe' },
        { ...source, name: 'rare', activeHours: 20 },
        { ...source, name: 'slow', longestPauseHours: 48 },
        { ...source, name: 'late', lastMs: asOfMs + HOUR, longestPauseHours: 0 },
      ],
    });
    const risk = only('source_silent', facts);
    expect(risk).toMatchObject({ subject: 'stripe', value: 4, atRiskMinor: 800, sinceMs: source.lastMs });
  });
});

describe('recommendations', () => {
  test('stand by what they are expected to bring, each with what it rests on and where to act', () => {
    const facts = quietFacts({
      stream: cutOf({ ads: 21_000, tips: 7_000 }, [...level(20, 750), ...level(7, 375), ...level(29, 750)]),
      refundedDays: level(56, 90),
    });
    const { recommendations, risks } = assessRisks(facts);
    expect(risks.map(({ code }) => code)).toEqual(['stream_concentration', 'refunds', 'few_streams']);
    // Half of 21,000 is at risk; bringing three quarters down to a half saves a third of that.
    expect(recommendations).toMatchObject([
      {
        code: 'spread_revenue',
        subject: 'ads',
        effectMinor: 3_500,
        ofMinor: 10_500,
        screen: '/allocation/revenue',
      },
      { code: 'reduce_refunds', effectMinor: 1_120 },
    ]);
  });

  test('a tenth of the cost of the channel with the least return goes to the best, at half its return', () => {
    const { recommendations } = assessRisks(
      quietFacts({
        channel: {
          parts: ['a', 'b', 'c', 'd'].map((id, i) => ({
            id,
            revenueMinor: 7_000,
            costMinor: [700, 1_000, 7_000, 0][i] ?? 0,
          })),
          largestDays: level(56, 250),
        },
      }),
    );
    // 700 moved: 700 × .5 × (10 − 1).
    expect(recommendations).toMatchObject([
      { code: 'move_budget', subject: 'a', kind: 'gain', effectMinor: 3_150 },
    ]);
  });
});

describe('methods', () => {
  test('seasonal Mann–Kendall: four weeks that only fall', () => {
    // Each weekday: S = −6, Var = 4 × 3 × 13 ÷ 18. z = (−42 + 1) ÷ √(7 × 8.667) = −5.264, Φ = 7.05e-8.
    const found = fallTest(Array.from({ length: 28 }, (_, i) => -i));
    expect(found?.tau).toBe(-1);
    expect(found?.slope).toBe(-1);
    expect(found?.fallProbability).toBeCloseTo(7.05e-8, 9);
  });

  test('a habit of the week is no trend; too little or all the same tells nothing', () => {
    const weekly = Array.from({ length: 56 }, (_, i) => (i % 7) * 100 + ((i * 37) % 11));
    expect(fallTest(weekly)?.fallProbability).toBeGreaterThan(0.05);
    expect(fallTest(level(27, 1))).toBeUndefined();
    expect(fallTest(level(56, 5))).toBeUndefined();
  });

  test('the worst fall is that of whole weeks', () => {
    expect(worstFall([...level(7, 100), ...level(7, 25), ...level(7, 100)])).toBe(0.75);
    expect(worstFall(level(20, 100))).toBeNull();
    expect(worstFall(Array.from({ length: 30 }, (_, i) => i))).toBe(0);
  });

  test('since goes back as far as it holds', () => {
    const starts = [0, 1, 2, 3, 4, 5];
    expect(sinceOf(starts, 2, (end) => end >= 5)).toEqual({ sinceMs: 4, isOpen: false });
    expect(sinceOf(starts, 2, () => true)).toEqual({ sinceMs: 1, isOpen: true });
  });

  test('quarters', () => {
    expect(nextQuarterMs(Date.UTC(2026, 10, 26))).toBe(Date.UTC(2027, 0, 1));
    expect(seasonFactor(Date.UTC(2026, 11, 30), Date.UTC(2027, 0, 3))).toBeCloseTo((2 * 1.4 + 2 * 0.8) / 4);
  });

  test('a failed payment is recovered by one within 14 days and open without a later one', () => {
    const toMs = 60 * DAY;
    const outcome = outcomesOf(
      [
        { failed: [10 * DAY], paid: [20 * DAY] },
        { failed: [10 * DAY], paid: [30 * DAY] },
        { failed: [50 * DAY], paid: [49 * DAY] },
        { failed: [50 * DAY], paid: [51 * DAY] },
      ],
      { lastMs: 32 * DAY, toMs, paysSinceMs: 10 * DAY },
    );
    expect(outcome).toEqual({ known: 2, recovered: 1, open: 1 });
  });

  test('failures from before any payment is known are no failures of payments', () => {
    const span = { lastMs: 32 * DAY, toMs: 60 * DAY };
    const users = [{ failed: [40 * DAY], paid: [] }];
    expect(outcomesOf(users, { ...span, paysSinceMs: 41 * DAY }).open).toBe(0);
    expect(outcomesOf(users, { ...span, paysSinceMs: 39 * DAY }).open).toBe(1);
    expect(outcomesOf(users, { ...span, paysSinceMs: Number.POSITIVE_INFINITY }).known).toBe(0);
  });

  test('whatever the facts, the answer fits its contract: no NaN, nothing negative', () => {
    const money = fc.integer({ min: -1_000_000, max: 1_000_000_000 });
    const series = fc.array(money, { maxLength: 120 });
    const cut = fc.tuple(fc.array(money, { maxLength: 6 }), series).map(([parts, days]) => ({
      parts: parts.map((revenueMinor, i) => ({
        id: `${i}`,
        revenueMinor,
        costMinor: Math.abs(revenueMinor % 97),
      })),
      largestDays: days,
    }));
    fc.assert(
      fc.property(
        cut,
        cut,
        series,
        fc.array(fc.nat(1_000), { maxLength: 14 }),
        (one, other, days, months) => {
          const answer = assessRisks(
            quietFacts({
              stream: one,
              channel: other,
              platform: one,
              content: other,
              days: daysOf(days, days.length % 3),
              soldDays: days,
              refundedDays: days.map((each) => each % 13),
              recurring: months.map((churnMinor, i) => ({
                startMs: i,
                openingMinor: churnMinor % 5 === 0 ? 0 : 1_000,
                churnMinor,
                contractionMinor: churnMinor / 2,
              })),
              mrrMinor: 500,
            }),
          );
          expect([...Value.Errors(RisksAnswer, { currency: 'USD', ...answer })]).toEqual([]);
          // What JSON cannot say comes back as null.
          expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
        },
      ),
      { numRuns: 60 },
    );
  });
});
