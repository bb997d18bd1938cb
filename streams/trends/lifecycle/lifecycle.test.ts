import { Value } from '@sinclair/typebox/value';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  defaultTrendAssumptions,
  TrendLifecycle,
  type LifecycleQuestion,
} from '../../../platform/contracts/trend-lifecycle.ts';
import { trendStages, type Trend } from '../../../platform/contracts/trend.ts';
import { lifecycleOf, type OwnFigures } from './lifecycle.ts';
import { attentionAfter } from './reach.ts';
import { overallRisk } from './risk.ts';
import { saturationMs } from './windows.ts';

const DAY_MS = 86_400_000;
const atMs = Date.UTC(2026, 4, 1, 12);
const moment = (days: number, isPast = false): Trend['timing']['peak'] => ({
  expectedMs: atMs + days * DAY_MS,
  fromMs: atMs + (isPast ? days : days / 2) * DAY_MS,
  toMs: atMs + (isPast ? days : days * 2) * DAY_MS,
  isPast,
});
const line = (first: number): number[] => Array.from({ length: 30 }, (_, i) => first * 0.5 ** i);

function trendOf(change: Partial<Trend> = {}): Trend {
  return {
    key: 'topic:solar sail',
    kind: 'topic',
    label: 'Solar sail',
    members: [],
    angles: [],
    rank: 1,
    score: 0.6,
    virality: 0.7,
    validation: 0.9,
    stage: 'rising',
    stageSinceMs: atMs - DAY_MS,
    health: 0.6,
    attention: 8,
    velocity: 0.5,
    acceleration: 0,
    risk: 0.2,
    competition: 0.25,
    timing: { onsetMs: atMs - 4 * DAY_MS, peak: moment(2), end: moment(8), advice: 'publish now' },
    formats: [],
    monitor: {
      socialVelocity: null,
      searchVelocity: null,
      saturation: 0,
      againstExpected: 1,
      adjustments: [],
    },
    trajectory: { low: line(4), expected: line(8), high: line(16) },
    viewsPerPoint: 1_000,
    monetization: { category: 'technology', rpmUsdEstimate: 8.75, revenueUsdEstimate: 1 },
    evidence: {
      audience: { views24h: 0, contents: 0 },
      mentions24h: 1,
      expectedMentions24h: 1,
      pValue: 1,
      qValue: 1,
      views24h: 8_000,
      viewsBefore24h: 4_000,
      expectedViewsNext24h: 8_000,
      contents: 3,
      freshContents: 1,
      channels: 2,
      sources: { social: 1, search: 0, news: 0, competitor: 0, platform: 0 },
      examples: [],
    },
    spark: [1, 2, 8],
    ...change,
  };
}
const question = (change: Partial<Trend> = {}, set: Partial<LifecycleQuestion> = {}): LifecycleQuestion => ({
  trend: trendOf(change),
  atMs,
  assumptions: defaultTrendAssumptions,
  usdRate: 1,
  ...set,
});

test('attention still to come after a moment, the day it falls into in part', () => {
  expect(attentionAfter([4, 2, 1], atMs, atMs)).toBe(7);
  expect(attentionAfter([4, 2, 1], atMs, atMs + 1.5 * DAY_MS)).toBe(2);
  expect(attentionAfter([4, 2, 1], atMs, atMs + 9 * DAY_MS)).toBe(0);
});

test('saturated when nine tenths of the attention to come have come', () => {
  expect(saturationMs({ trajectory: { low: [], high: [], expected: [5, 4, 1] } }, atMs)).toBe(
    atMs + 2 * DAY_MS,
  );
  expect(saturationMs({ trajectory: { low: [], high: [], expected: [0, 0] } }, atMs)).toBeNull();
});

describe('the return of a content', () => {
  test('is what an equal part of the attention to come earns, by hand', () => {
    const { windows, rpm, cost, decision, entry } = lifecycleOf(question(), 'USD', undefined);
    expect([rpm, cost]).toEqual([
      { value: 8.75, from: 'estimate' },
      { value: 3, from: 'estimate' },
    ]);
    const [rising, peak] = windows;
    // Out after a day: 8 × (½ + ¼ + …) = 8 percent of a day's attention, 8,000 views; a quarter part, less 30% competition.
    expect(rising).toMatchObject({
      stage: 'rising',
      publishMs: atMs + DAY_MS,
      views: { low: 700, expected: 1_400, high: 2_800 },
    });
    // (1.4 × 8.75 − 3) ÷ 3
    expect(rising?.roi?.expected).toBeCloseTo(3.08, 2);
    // n of them earn 49 n ÷ (3 + n) USD: 12.25, 19.60, 24.50, 28.00, 30.63; the fifth brings less than the 3 it costs.
    expect(rising?.contents).toBe(4);
    expect(rising?.investment).toBe(12);
    expect(peak?.stage).toBe('peak');
    expect(entry).toEqual({ stage: 'rising', publishMs: atMs + DAY_MS, startMs: atMs });
    expect(decision).toBe('go');
  });

  test('is reckoned with own figures, and bounded by what own contents get', () => {
    const own: OwnFigures = { revenue: 500, views: 100_000, productionCost: 40, produced: 1_000 };
    const { rpm, cost, windows } = lifecycleOf(question(), 'USD', own);
    expect([rpm, cost]).toEqual([
      { value: 5, from: 'own' },
      { value: 0.04, from: 'own' },
    ]);
    // 100 views are usual for a content of its own: at most a thousand.
    expect(windows[0]?.views?.expected).toBe(1_000);
  });

  test('is in dollars where there is no rate for them, and own money is left out', () => {
    const own: OwnFigures = { revenue: 5e6, views: 100_000, productionCost: 1e6, produced: 1_000 };
    const answer = lifecycleOf(question({}, { usdRate: null }), 'JPY', own);
    expect(answer).toMatchObject({ currency: 'USD', rpm: { from: 'estimate' }, cost: { from: 'estimate' } });
    expect(lifecycleOf(question({}, { usdRate: 150 }), 'JPY', undefined).rpm.value).toBe(1_312.5);
  });
});

describe('go or no go', () => {
  const no = (change: Partial<Trend>, assumptions = defaultTrendAssumptions): readonly string[] => {
    const answer = lifecycleOf(question(change, { assumptions }), 'USD', undefined);
    expect(answer.decision).toBe('no-go');
    return answer.reasons;
  };
  test('says why not', () => {
    expect(no({ stage: 'declining', timing: { ...trendOf().timing, peak: moment(-2, true) } })[0]).toContain(
      'Its peak is past',
    );
    expect(no({ viewsPerPoint: 0 })[0]).toContain('No views of it are known');
    expect(no({}, { ...defaultTrendAssumptions, leadTimeHours: 700 })[0]).toContain('takes 700 h to make');
    expect(no({}, { ...defaultTrendAssumptions, minRoi: 9 })[0]).toContain('at least 900% is asked for');
    expect(no({}, { ...defaultTrendAssumptions, maxRisk: 0.05 })[1]).toContain('at most 5% is accepted');
  });

  test('words of subjects whose ads are limited are a risk, with the titles counted', () => {
    const evidence = {
      ...trendOf().evidence,
      examples: [
        { content: 'a', title: 'Shooting at the casino', channel: 'c', views24h: 1 },
        { content: 'b', title: 'A shooting', channel: 'c', views24h: 1 },
      ],
    };
    const [policy] = lifecycleOf(question({ evidence }), 'USD', undefined).risks;
    expect(policy?.score).toBe(1);
    expect(policy?.facts).toEqual([
      '2 of 3 titles looked at speak of violence.',
      '1 of 3 titles looked at speak of gambling.',
    ]);
  });

  test('risks together are those of causes that act alone', () => {
    expect(overallRisk([])).toBe(0);
    expect(overallRisk([{ kind: 'policy', score: 1, facts: [] }])).toBe(0.6);
    expect(
      overallRisk([
        { kind: 'competition', score: 1, facts: [] },
        { kind: 'fatigue', score: 1, facts: [] },
      ]),
    ).toBe(0.51);
  });
});

test.each([0, 5e-324, 0.009])('a content that costs %d has no return to speak of', (costPerContent) => {
  const trend = trendOf();
  const assumptions = { ...defaultTrendAssumptions, costPerContent };
  const { windows } = lifecycleOf({ trend, atMs, assumptions, usdRate: 1 }, 'USD', undefined);
  expect(windows.length).toBeGreaterThan(0);
  expect(windows.every(({ roi }) => roi === null)).toBe(true);
});

test('whatever the trend, the answer is of the contract, without NaN or infinity', () => {
  const number = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });
  fc.assert(
    fc.property(
      fc.record({
        stage: fc.constantFrom(...trendStages),
        expected: fc.array(number(1e5), { minLength: 30, maxLength: 30 }),
        viewsPerPoint: number(1e9),
        contents: fc.nat(10_000),
        peakDays: fc.double({ min: -40, max: 40, noNaN: true }),
        lead: number(720),
        cost: fc.option(number(1e6)),
        rpm: fc.option(number(1e4)),
        own: fc.option(
          fc.record({
            revenue: fc.double({ min: -1e6, max: 1e9, noNaN: true }),
            views: number(1e12),
            productionCost: number(1e9),
            produced: fc.nat(1e6),
          }),
          { nil: undefined },
        ),
      }),
      ({ stage, expected, viewsPerPoint, contents, peakDays, lead, cost, rpm, own }) => {
        const trend = trendOf({
          stage,
          viewsPerPoint,
          trajectory: { low: expected.map((x) => x / 2), expected, high: expected.map((x) => x * 2) },
          evidence: { ...trendOf().evidence, contents },
          timing: { ...trendOf().timing, peak: moment(peakDays, peakDays < 0) },
        });
        const assumptions = { ...defaultTrendAssumptions, leadTimeHours: lead, costPerContent: cost, rpm };
        const answer = lifecycleOf({ trend, atMs, assumptions, usdRate: 1 }, 'USD', own);
        expect([...Value.Errors(TrendLifecycle, JSON.parse(JSON.stringify(answer)))]).toEqual([]);
        expect(answer.reasons.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200 },
  );
});
