import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../contracts/kpi-catalogue.ts';
import { eventCatalogue } from '../contracts/event-catalogue.ts';
import type { Measure, MeasureState } from '../contracts/kpi.ts';
import { recurringNames } from '../contracts/recurring-names.ts';
import { compileKpi, sameMeasure, type KpiContext } from './kpi.ts';
import { emptyState, encodeQuantiles, encodeSketch } from './measure-state.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import { UniqueSketch } from './unique-sketch.ts';

const DAY_MS = 86_400_000;

function users(from: number, to: number): string {
  const sketch = new UniqueSketch();
  for (let i = from; i < to; i++) sketch.add(i + 1, i + 1);
  return encodeSketch(sketch);
}

function values(...all: number[]): string {
  const sketch = new QuantileSketch();
  for (const each of all) sketch.add(each);
  return encodeQuantiles(sketch);
}

const state = (sums: Record<string, number>, more: Partial<MeasureState> = {}): MeasureState => ({
  ...emptyState,
  sums,
  ...more,
});
const prev = (sums: Record<string, number>): KpiContext => ({
  past: { prev: { state: state(sums), windowMs: 30 * DAY_MS } },
});

function evaluate(key: string, of: MeasureState, context: KpiContext = {}, windowMs = DAY_MS): number | null {
  const definition = kpiCatalogue.find((kpi) => kpi.key === key);
  if (definition === undefined) throw new RangeError(key);
  return compileKpi(definition).evaluate(of, windowMs, 100, context);
}

describe('the catalogue', () => {
  test.each(kpiCatalogue)('$key compiles, says what it is and reads what there is', (definition) => {
    const kpi = compileKpi(definition);
    expect(kpi.definition.description.length).toBeGreaterThan(20);
    const known = new Map(eventCatalogue.map((spec) => [spec.type, spec]));
    for (const measure of definition.measures) {
      for (const type of measure.types) expect(known.has(type), `${measure.key} reads ${type}`).toBe(true);
      if ('field' in measure && measure.field !== 'amount')
        expect(
          measure.types.some((type) => known.get(type)?.metrics.includes(measure.field.slice(2))),
          `${measure.field} is a numeric column of one of its types`,
        ).toBe(true);
    }
    const { alertThreshold, direction, target } = definition;
    if (target !== undefined && alertThreshold !== undefined)
      expect(direction === 'up' ? alertThreshold < target : alertThreshold > target).toBe(true);
  });

  test('has each key once, and one meaning for each measure', () => {
    expect(new Set(kpiCatalogue.map((kpi) => kpi.key)).size).toBe(kpiCatalogue.length);
    const seen = new Map<string, Measure>();
    for (const measure of kpiCatalogue.flatMap((kpi) => kpi.measures)) {
      const known = seen.get(measure.key);
      if (known !== undefined) expect(sameMeasure(known, measure), measure.key).toBe(true);
      seen.set(measure.key, measure);
    }
  });

  test('costs the path of views and ads what it did: nothing new on them', () => {
    const onPath = (type: string): string[] =>
      [
        ...new Set(
          kpiCatalogue.flatMap((kpi) => kpi.measures.filter((m) => m.types.includes(type)).map((m) => m.key)),
        ),
      ].toSorted();
    expect(onPath('video_view')).toEqual(['view_events', 'viewers', 'watch_time_ms']);
    expect(onPath('ad_impression')).toEqual(['revenue']);
  });

  test.each([
    ['rpm', 8, 4],
    ['arpu', 0.15, 0.08],
    ['conversion_rate', 0.03, 0.01],
    ['avg_watch_time', 8.5, 5],
    ['ctr', 0.08, 0.04],
    ['engagement_rate', 0.06, 0.02],
    ['content_velocity', 3, 1.5],
    ['automation_rate', 0.95, 0.85],
    ['cost_per_video', 2.5, 5],
    ['availability', 0.999, 0.995],
    ['latency', 2, 3],
    ['revenue_per_channel', 5000, undefined],
    ['revenue_growth_rate', 0.15, undefined],
    ['time_to_publish', 4, undefined],
    ['channel_growth_rate', 0.25, undefined],
    ['market_share', 0.05, undefined],
    ['videos_per_day', 50, undefined],
    ['upload_success', 0.98, undefined],
    ['production_success', 0.95, undefined],
    ['profit_margin', 0.7, undefined],
    ['session_duration', 15, undefined],
    ['feature_adoption', 0.8, undefined],
    ['dau_mau', 0.7, undefined],
    ['logo_churn', 0.05, undefined],
    ['cac', 50, undefined],
    ['ltv', 500, undefined],
    ['ltv_cac', 10, undefined],
  ])('%s has the seeds’ target %d and alert level %s', (key, target, alertThreshold) => {
    const definition = kpiCatalogue.find((kpi) => kpi.key === key);
    expect(definition?.target).toBe(target);
    expect(definition?.alertThreshold).toBe(alertThreshold);
  });

  test.each(kpiCatalogue)('$key over nothing is nothing or zero, never NaN', (definition) => {
    const recurring = Object.fromEntries(recurringNames.map((name) => [name, 0]));
    for (const context of [{}, { recurring }, prev({})]) {
      const value = compileKpi(definition).evaluate(emptyState, DAY_MS, 100, context);
      expect(value === null || value === 0, String(value)).toBe(true);
    }
  });
});

describe('edge cases', () => {
  test.each<[string, string, MeasureState, KpiContext, number | null]>([
    [
      'rpm',
      'money in minor units, views from events and reports',
      state({ revenue: 1_600, view_events: 500, reported_views: 1_500 }),
      {},
      8,
    ],
    ['profit_margin', 'no revenue has no margin', state({ cost: 500 }), {}, null],
    ['profit_margin', 'a loss is negative', state({ revenue: 100, cost: 300 }), {}, -2],
    ['roi', 'without costs none', state({ revenue: 100 }), {}, null],
    ['automation_rate', 'nothing automated is zero', state({ produced: 4 }), {}, 0],
    ['automation_rate', '19 of 20', state({ produced: 20, automated: 19 }), {}, 0.95],
    ['production_success', 'one failure of 20', state({ produced: 20, failed_productions: 1 }), {}, 0.95],
    ['upload_success', 'no upload, no rate', state({}), {}, null],
    ['upload_success', '49 of 50', state({ uploads: 50, failed_uploads: 1 }), {}, 0.98],
    ['videos_per_day', 'per day of the window', state({ produced: 50 }), {}, 50],
    ['revenue_growth_rate', 'a quarter more', state({ revenue: 500 }), prev({ revenue: 400 }), 0.25],
    ['revenue_growth_rate', 'all gone is −100%', state({}), prev({ revenue: 400 }), -1],
    ['revenue_growth_rate', 'after nothing there is no rate', state({ revenue: 500 }), prev({}), null],
    [
      'revenue_growth_rate',
      'where the month before is not known there is none',
      state({ revenue: 500 }),
      {},
      null,
    ],
    ['channel_growth_rate', 'from 100 to 125', state({ subscribers: 125 }), prev({ subscribers: 100 }), 0.25],
    [
      'market_share',
      'one view in 20',
      state({ view_events: 3, reported_views: 2, competitor_views: 95 }),
      {},
      0.05,
    ],
    [
      'ctr',
      'clicks counted, told and reported',
      state({ clicks: 12, reported_clicks: 3, impressions: 300 }),
      {},
      0.05,
    ],
    ['ctr', 'clicks without impressions have no rate', state({ clicks: 12 }), {}, null],
    [
      'conversion_rate',
      'three sales of 100 clicks',
      state({ conversions: 3, commercial_clicks: 100 }),
      {},
      0.03,
    ],
    ['conversion_rate', 'sales without a click have no rate', state({ conversions: 3 }), {}, null],
    [
      'avg_watch_time',
      '17 minutes in two views',
      state({ watch_time_ms: 1_020_000, view_events: 2 }),
      {},
      8.5,
    ],
    ['avg_watch_time', 'reported views bring no time', state({ reported_views: 9 }), {}, null],
    ['cost_per_video', '10.00 for four', state({ production_cost: 1_000, produced: 4 }), {}, 2.5],
    ['cost_per_video', 'what was made for nothing costs nothing', state({ produced: 4 }), {}, 0],
    ['availability', 'a minute down in 1,000', state({ up_ms: 59_940_000, total_ms: 60_000_000 }), {}, 0.999],
    ['availability', 'nothing observed is not down', state({}), {}, null],
    [
      'profit_per_video',
      'half of 30.00 is left, for five',
      state({ revenue: 3_000, cost: 1_500, produced: 5 }),
      {},
      3,
    ],
    ['profit_per_video', 'nothing produced has none', state({ revenue: 3_000 }), {}, null],
    ['market_share', 'no competitor known, no share', state({ view_events: 3 }), {}, null],
    ['market_share', 'no own view is a share of zero', state({ competitor_views: 9 }), {}, 0],
  ])('%s: %s', (key, _case, of, context, expected) => {
    const value = evaluate(key, of, context);
    if (expected === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(expected, 9);
  });

  test('revenue_per_channel is a month’s pace whatever the window', () => {
    const of = (days: number) =>
      evaluate(
        'revenue_per_channel',
        state({ revenue: days * 2 * 16_427 }, { uniques: { publishing_channels: users(0, 2) } }),
        {},
        days * DAY_MS,
      );
    expect(of(1)).toBeCloseTo(5_000, 0);
    expect(of(30)).toBeCloseTo(5_000, 0);
  });

  test('content_velocity is a day’s pace of a channel, whatever the window', () => {
    const of = (days: number, published: number, channels: number) =>
      evaluate(
        'content_velocity',
        state({ published }, { uniques: { publishing_channels: users(0, channels) } }),
        {},
        days * DAY_MS,
      );
    expect(of(1, 6, 2)).toBe(3);
    expect(of(30, 90, 2)).toBe(1.5);
    expect(of(1, 0, 0)).toBeNull();
  });

  test('dau_mau is the day over the 30 days, which hold the day', () => {
    const day = state({}, { uniques: { active_users: users(0, 70) } });
    const month = state({}, { uniques: { active_users: users(0, 100) } });
    const context: KpiContext = { past: { last_30d: { state: month, windowMs: 30 * DAY_MS } } };
    expect(evaluate('dau_mau', day, context)).toBeCloseTo(0.7, 9);
    expect(evaluate('dau_mau', day)).toBeNull();
  });

  test('feature_adoption counts users, not uses', () => {
    const of = state({}, { uniques: { active_users: users(0, 50), feature_users: users(0, 40) } });
    expect(evaluate('feature_adoption', of)).toBeCloseTo(0.8, 9);
  });

  test.each([
    ['time_to_publish', 'publish_lead_ms', [3_600_000, 7_200_000, 90_000_000], 2],
    ['latency', 'latency_ms', [...Array.from({ length: 99 }, () => 200), 9_000], 0.2],
    ['session_duration', 'session_ms', [60_000, 900_000, 900_000], 15],
  ])('%s is a rank, not a mean', (key, measure, seen, expected) => {
    const value = evaluate(key, state({}, { quantiles: { [measure]: values(...seen) } })) ?? 0;
    expect(Math.abs(value / expected - 1)).toBeLessThanOrEqual(0.01);
  });
});

describe('the recurring family', () => {
  const base = {
    ...Object.fromEntries(recurringNames.map((name) => [name, 0])),
    mrr_opening: 10_000,
    mrr_new: 800,
    mrr_expansion: 400,
    mrr_contraction: 150,
    mrr_churn: 350,
    mrr_reactivation: 100,
    mrr_closing: 10_800,
    mrr_year_ago: 8_000,
    mrr_year_now: 8_800,
    mrr_year_kept: 7_200,
    customers_opening: 200,
    customers_new: 20,
    customers_churned: 10,
    customers_closing: 216,
    customers_rated: 216,
    lifetime_months: 20,
    policy_gross_margin: Number.NaN,
    policy_reactivation: 1,
  };
  const money = state({ revenue: 2_000_000, cost: 700_000, marketing_cost: 100_000 });

  test.each<[string, Record<string, number>, number | null]>([
    ['mrr', {}, 10_800],
    ['arr', {}, 129_600],
    ['net_new_mrr', {}, 800],
    ['net_new_mrr', { mrr_fx: -50 }, 750],
    ['gross_mrr_churn', {}, 0.05],
    ['net_mrr_churn', {}, 0],
    ['net_mrr_churn', { mrr_expansion: 1_000 }, -0.06],
    ['nrr', {}, 1.1],
    ['grr', {}, 0.9],
    ['nrr', { mrr_year_ago: 0 }, null],
    ['quick_ratio', {}, 2.6],
    ['quick_ratio', { policy_reactivation: 0 }, 2.4],
    ['quick_ratio', { mrr_churn: 0, mrr_contraction: 0 }, null],
    ['logo_churn', {}, 0.05],
    ['logo_churn', { customers_opening: 0 }, null],
    ['arpa', {}, 50],
    // 16 of the customers pay in a currency without a rate.
    ['arpa', { customers_rated: 200 }, 54],
    ['arpa', { customers_rated: 0 }, null],
    // Measured margin: (20,000 − 7,000 + 1,000) / 20,000 = .7; 50 × .7 × 20 months.
    ['ltv', {}, 700],
    ['ltv', { policy_gross_margin: 0.8 }, 800],
    ['cac', {}, 50],
    ['cac', { customers_new: 0 }, null],
    ['ltv_cac', {}, 14],
    // 50 / (50 × .7)
    ['cac_payback', {}, 1.4286],
  ])('%s with %j is %s', (key, change, expected) => {
    const value = evaluate(key, money, { recurring: { ...base, ...change } });
    if (expected === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(expected, 3);
  });

  test('has no value where recurring revenue is not known', () => {
    expect(evaluate('mrr', money)).toBeNull();
  });

  test('cannot look back by itself', () => {
    const mrr = kpiCatalogue.find((kpi) => kpi.key === 'mrr');
    expect(() => compileKpi({ ...mrr, formula: 'prev(mrr_closing)' })).toThrow(/cannot use prev/);
    expect(() => compileKpi({ ...mrr, formula: '1', basis: undefined })).toThrow();
  });
});
