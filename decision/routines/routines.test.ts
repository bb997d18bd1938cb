import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerRun, CustomerScore } from '../../platform/contracts/customers.ts';
import { wishOfAllocation } from '../proposals/from-allocation.ts';
import { allocationAnswer, experiment, experimentResult } from '../proposals/testing/answers.ts';
import { proposal } from '../testing/fixtures.ts';
import { channelOpportunities } from './channel-optimizer.ts';
import { churnCampaigns, type ChurnFacts } from './churn.ts';
import { contentVariants } from './content-optimizer.ts';
import { rolloutsOf } from './experiment-wish.ts';
import { bestOf, confidenceOf, trustOf, type Opportunity } from './opportunity.ts';
import { gapsOf, partsOf, quantileOf } from './parts.ts';
import type { DayOfPart } from './ports.ts';
import { revenueHypotheses } from './revenue-optimizer.ts';

const dayMs = 86_400_000;
const t0 = Date.UTC(2026, 2, 2);

/** Days of a part; every other day a little more and less, so that rates vary. */
function daysOf(
  dim: string,
  days: number,
  each: Partial<DayOfPart>,
  change: (day: number) => number = () => 1,
): DayOfPart[] {
  return Array.from({ length: days }, (_, day) => {
    const wobble = (day % 2 === 0 ? 1.02 : 0.98) * change(day);
    return {
      dim,
      dayMs: t0 + day * dayMs,
      revenue: (each.revenue ?? 0) * wobble,
      views: each.views ?? 0,
      watchMs: (each.watchMs ?? 0) * wobble,
      impressions: each.impressions ?? 0,
      clicks: (each.clicks ?? 0) * wobble,
      engagements: (each.engagements ?? 0) * wobble,
    };
  });
}

describe('parts and gaps', () => {
  it('quantiles are of type 7', () => {
    expect([0, 0.25, 0.5, 1].map((p) => quantileOf([1, 2, 3, 4], p))).toEqual([1, 1.75, 2.5, 4]);
  });

  it('a part below the median is a gap, as sure as its days are steady', () => {
    const parts = partsOf([
      ...daysOf('a', 28, { revenue: 10, views: 1_000 }),
      ...daysOf('b', 28, { revenue: 20, views: 1_000 }),
      ...daysOf('c', 28, { revenue: 30, views: 1_000 }),
    ]);
    const [gap, ...others] = gapsOf(parts, 'revenue', 'views', { least: 1, quantile: 0.5 });
    expect(others).toEqual([]);
    expect(gap?.part.dim).toBe('a');
    expect(gap?.potential).toBeCloseTo(1, 9);
    expect(gap?.confidence).toBeGreaterThan(0.99);
    expect(gapsOf(parts.slice(0, 2), 'revenue', 'views', { least: 1, quantile: 0.5 })).toEqual([]);
    expect(gapsOf(parts, 'revenue', 'views', { least: 1e9, quantile: 0.5 })).toEqual([]);
  });
});

describe('ranking', () => {
  const one = (key: string, area: string, impact: number, confidence: number): Opportunity => {
    const wish = wishOfAllocation({
      source: { type: 'allocation', kind: 'marketing', question: {} },
      answer: allocationAnswer(),
      title: '',
      link: '',
      periodDays: 30,
      money: [],
      restsOn: '',
    });
    if ('nothing' in wish) throw new Error(wish.nothing);
    return { area, impact, confidence, wish: { ...wish, key } };
  };

  it('is by impact × confidence × what the area was worth so far', () => {
    const all = [
      one('a', 'x', 100, 0.5),
      one('b', 'y', 60, 1),
      one('c', 'x', -5, 1),
      one('d', 'z', Number.NaN, 1),
    ];
    expect(bestOf(all, new Map(), 5).map(({ wish }) => wish.key)).toEqual(['b', 'a']);
    expect(bestOf(all, new Map([['x', 0.9]]), 1).map(({ wish }) => wish.key)).toEqual(['a']);
  });

  it('learns from measured outcomes: a Beta(1, 1) and its mean', () => {
    const of = (realised: number | null) =>
      proposal(
        {},
        {
          policy: { id: 'proposal-channel-optimizer', version: 1, title: '' },
          facts: [{ name: 'area', value: 'schedule' }],
          outcome: { method: '', windows: 9, realised, low: null, high: null, measuredAtMs: 0 },
        },
      );
    const trust = trustOf([of(5), of(3), of(-1), of(null), proposal()], 'proposal-channel-optimizer');
    expect([...trust]).toEqual([['schedule', 3 / 5]]);
  });

  it('how sure an interval is: half a unit of 1.96 deviations', () => {
    expect(confidenceOf({ delta: 1.959964, low: 0, high: 2 * 1.959964 })).toBeCloseTo(0.975, 4);
    expect(confidenceOf({ delta: 5, low: null, high: null })).toBe(0.5);
  });
});

describe('the channel optimizer', () => {
  it('finds what lies below the median and takes what workbenches recommend', () => {
    const mix = wishOfAllocation({
      source: { type: 'allocation', kind: 'content', question: {} },
      answer: allocationAnswer({ kind: 'content' }),
      title: 'Content',
      link: '/allocation',
      periodDays: 30,
      money: ['promotion'],
      restsOn: 'a'.repeat(64),
    });
    const parts = partsOf([
      ...daysOf('a', 28, { revenue: 10, views: 1_000, engagements: 90 }),
      ...daysOf('b', 28, { revenue: 20, views: 1_000, engagements: 50 }),
      ...daysOf('c', 28, { revenue: 30, views: 1_000, engagements: 60 }),
    ]);
    const found = channelOpportunities({ parts, mix, slots: [undefined, { nothing: 'no time' }] });
    expect(found.map(({ area, wish }) => [area, wish.dims['channel']])).toEqual([
      ['content mix', undefined],
      ['monetization', 'a'],
      ['audience', 'b'],
    ]);
    // 0.01 more a view at the median, 28,000 views.
    expect(found[1]?.impact).toBeCloseTo(280, 6);
    expect(found[1]?.wish.actions[0]).toMatchObject({
      kind: 'experiment',
      params: { days: 14, effect: 0.05 },
    });
  });
});

describe('the revenue optimizer', () => {
  it('tells a stream that fell from one that did not', () => {
    const falls = daysOf('tips', 90, { revenue: 100 }, (day) => (day < 45 ? 1 : 0.7));
    const stays = daysOf('ads', 90, { revenue: 100 });
    const found = revenueHypotheses({ channels: [], streams: partsOf([...falls, ...stays]), prices: [] });
    const fell = found.find(({ wish }) => wish.dims['stream'] === 'tips');
    expect(fell?.impact).toBeGreaterThan(1_300);
    expect(fell?.confidence).toBeGreaterThan(0.99);
    expect(found.find(({ wish }) => wish.dims['stream'] === 'ads')?.impact ?? 0).toBeLessThan(10);
  });

  it('rolls out what is decided and above 5%, and nothing else', () => {
    const own = experiment({ key: 'revenue-price-0011223344' });
    const known = [
      { experiment: own, result: experimentResult() },
      { experiment: experiment({ key: 'by-hand' }), result: experimentResult() },
    ];
    expect(rolloutsOf('revenue-optimizer', known, 14 * dayMs).map(({ key }) => key)).toEqual([
      'proposal|experiment|revenue-price-0011223344',
    ]);
    const small = experimentResult();
    const result = {
      ...small,
      reading: {
        ...small.reading,
        recommendation: { ...small.reading.recommendation, expectedLift: 0.04 },
      },
    };
    expect(rolloutsOf('revenue-optimizer', [{ experiment: own, result }], 14 * dayMs)).toEqual([]);
    const waits = { experiment: own, result: experimentResult('wait') };
    expect(rolloutsOf('revenue-optimizer', [waits], 14 * dayMs)).toEqual([]);
  });
});

describe('the content optimizer', () => {
  const parts = partsOf([
    ...daysOf('low', 28, {
      revenue: 10,
      views: 100,
      impressions: 2_000,
      clicks: 40,
      watchMs: 1e7,
      engagements: 5,
    }),
    ...['x', 'y', 'z'].flatMap((dim) =>
      daysOf(dim, 28, {
        revenue: 10,
        views: 100,
        impressions: 2_000,
        clicks: 100,
        watchMs: 1e7,
        engagements: 5,
      }),
    ),
  ]);

  it('offers one variant a content where more than a tenth is to gain, thumbnail before title', () => {
    const found = contentVariants({ parts, isTried: () => false });
    expect(found.map(({ area, wish }) => [area, wish.dims['content']])).toEqual([['thumbnail', 'low']]);
    expect(found[0]?.wish.actions[0]).toMatchObject({ params: { days: 2, window_hours: 48, effect: 0.05 } });
    const next = contentVariants({ parts, isTried: (area) => area === 'thumbnail' });
    expect(next.map(({ area }) => area)).toEqual(['title']);
    expect(contentVariants({ parts, isTried: () => true })).toEqual([]);
  });

  it('leaves contents within a tenth alone', () => {
    const close = partsOf(
      ['a', 'b', 'c', 'd'].flatMap((dim, at) =>
        daysOf(dim, 28, { views: 100, impressions: 2_000, clicks: 100 + at }),
      ),
    );
    expect(contentVariants({ parts: close, isTried: () => false })).toEqual([]);
  });
});

describe('churn campaigns', () => {
  const score = (
    customer: string,
    band: CustomerScore['band'],
    change: Partial<CustomerScore> = {},
  ): CustomerScore => ({
    customer,
    probability: 0.8,
    scoredBy: 'model',
    band,
    campaign: band === 'critical' ? ['email', 'SMS', 'personal outreach'] : ['email'],
    discount: band === 'critical' ? 0.3 : band === 'high' ? 0.2 : 0,
    reasons: [],
    plan: 'pro',
    country: 'DE',
    tenureDays: 100,
    mrrMinor: 10_000,
    atRiskMinor: 50_000,
    outlook: { expectedMonths: 5, medianMonths: 4, staying: [] },
    ...change,
  });
  // Only when the run was made and by what is read.
  const run = { asOfMs: t0, scoredBy: 'model' } as CustomerRun;
  const facts = (change: Partial<ChurnFacts> = {}): ChurnFacts => ({
    run,
    scores: [score('c1', 'critical'), score('h1', 'high'), score('m1', 'medium'), score('c2', 'critical')],
    minorPerMajor: 100,
    budget: 1_000,
    endpoint: undefined,
    decisions: [],
    nowMs: t0 + dayMs,
    ...change,
  });

  it('one a band, critical first, with its discount and cost', () => {
    const found = churnCampaigns(facts());
    expect(found.map(({ facts: own }) => own.find(({ name }) => name === 'band')?.value)).toEqual([
      'critical',
      'high',
      'medium',
    ]);
    // 30% of 100 a month for 3 months, twice; 20% once; nothing.
    expect(found.map(({ money }) => money)).toEqual([180, 60, 0]);
    expect(found[0]?.actions).toMatchObject([{ kind: 'ticket', params: { customers: 'c1,c2' } }]);
    expect(churnCampaigns(facts({ endpoint: 'crm' }))[0]?.actions).toMatchObject([
      {
        kind: 'webhook',
        params: { endpoint: 'crm', event: 'churn.campaign', discount: 0.3, customers: 'c1,c2' },
      },
    ]);
  });

  it('never costs more than the budget, whatever the scores', () => {
    const bands = fc.constantFrom('critical' as const, 'high' as const, 'medium' as const);
    const any = fc.array(fc.record({ band: bands, mrrMinor: fc.integer({ min: 0, max: 1e7 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 20_000 }), (list, budget) => {
        const scores = list.map(({ band, mrrMinor }, at) => score(`c${at}`, band, { mrrMinor }));
        const found = churnCampaigns(facts({ scores, budget }));
        expect(found.reduce((sum, { money }) => sum + (money ?? 0), 0)).toBeLessThanOrEqual(budget + 1e-6);
        const named = found.flatMap(({ actions }) => String(actions[0]?.params['customers']).split(','));
        expect(new Set(named).size).toBe(named.length);
      }),
    );
  });

  it('leaves those alone who were in a campaign within 30 days, done or rejected; an expired one counts for nothing', () => {
    const [critical] = churnCampaigns(facts());
    const before = (state: 'kept' | 'rejected' | 'expired' | 'proposed', createdAtMs = t0) =>
      proposal({}, { key: critical?.key ?? '', actions: [...(critical?.actions ?? [])], state, createdAtMs });
    const who = (decisions: ChurnFacts['decisions'], nowMs = t0 + dayMs) =>
      churnCampaigns(facts({ decisions, nowMs })).map(({ actions }) => actions[0]?.params['customers']);
    expect(who([before('kept')])).toEqual(['h1', 'm1']);
    expect(who([before('rejected')])).toEqual(['h1', 'm1']);
    expect(who([before('expired')])).toEqual(['c1,c2', 'h1', 'm1']);
    expect(who([before('proposed')])).toEqual(['c1,c2', 'h1', 'm1']);
    expect(who([before('kept')], t0 + 31 * dayMs)).toEqual(['c1,c2', 'h1', 'm1']);
  });
});
