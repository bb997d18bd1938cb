import type { Router } from 'express';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  AllocationAnswer,
  AllocationPlanRecord,
  AllocationQuestion,
  AllocationWorkbench,
  PlanList,
  PlanRequest,
  type AllocationKind,
} from '../../platform/contracts/allocation-plan.ts';
import { Job } from '../../platform/contracts/api.ts';
import {
  PriceAnswer,
  PriceQuestion,
  PriceTestList,
  PriceTestView,
  PriceTestWish,
  PricingReply,
  seedTiers,
  SubscriptionAnswer,
  TierReply,
  TierSet,
  VideoAnswer,
  VideoQuestion,
  type PriceOutcomeView,
} from '../../platform/contracts/pricing.ts';

/** Schemas of the answers by route. */
export const workbenchContract: readonly (readonly [string, RegExp, TSchema])[] = [
  ['POST', /^\/allocation\/history$/, Job],
  ['GET', /^\/allocation\/plans$/, PlanList],
  ['POST', /^\/allocation\/plans$/, Job],
  ['GET', /^\/allocation\/plans\/[^/]+$/, AllocationPlanRecord],
  ['GET', /^\/allocation\/workbench\/[a-z]+$/, AllocationWorkbench],
  ['POST', /^\/allocation\/workbench\/[a-z]+$/, AllocationAnswer],
  ['GET', /^\/pricing$/, PricingReply],
  ['POST', /^\/pricing\/quote$/, PriceAnswer],
  ['POST', /^\/pricing\/video$/, VideoAnswer],
  ['GET', /^\/pricing\/tests$/, PriceTestList],
  ['POST', /^\/pricing\/tests$/, PriceTestView],
  ['GET', /^\/pricing\/tiers$/, TierReply],
  ['PUT', /^\/pricing\/tiers$/, TierReply],
  ['POST', /^\/pricing\/subscription$/, SubscriptionAnswer],
];

const channels = ['Late Harbour', 'Night Train', 'Orbit Weekly', 'Paper Kites', 'Salt & Circuit'];
const streams = ['ads', 'memberships', 'product_sales', 'sponsorship', 'tips'];
const resources = {
  content: [
    { id: 'content_budget', title: 'Content budget', unit: 'money' as const, total: 10_000 },
    { id: 'production_hours', title: 'Production hours', unit: 'hours' as const, total: 720 },
    { id: 'promotion', title: 'Promotion', unit: 'money' as const, total: 5_000 },
  ],
  marketing: [{ id: 'promotion', title: 'Promotion', unit: 'money' as const, total: 5_000 }],
  revenue: [
    { id: 'content_budget', title: 'Content budget', unit: 'money' as const, total: 30_000, pool: 'money' },
    { id: 'promotion', title: 'Promotion', unit: 'money' as const, total: 15_000, pool: 'money' },
    { id: 'mix', title: 'Mix', unit: 'percent' as const, total: 100 },
  ],
};

const score = { performance: 0.5, growth: 0.25, market: 0.75, position: 0.5, risk: 0.4, total: 0.5 };
/** Who gets a part of a resource. */
const idsOf = (resource: string): readonly string[] => (resource === 'mix' ? streams : channels);
const valueAt = (x: number, half: number, scale: number): number => (scale * x) / (x + half);

function shape(
  kind: AllocationKind,
  resource: string,
  at: number,
): { now: number; most: number; half: number; scale: number } {
  const total = resources[kind].find(({ id }) => id === resource)?.total ?? 100;
  const now = (total / idsOf(resource).length) * (1.5 - 0.25 * at);
  return { now, most: total * 0.6, half: total * (0.1 + 0.05 * at), scale: total * (2.5 - 0.3 * at) };
}

/** What one of the channels, or of the streams, gets a part of. */
function held(kind: AllocationKind, id: string) {
  return resources[kind].filter((each) => idsOf(each.id).includes(id));
}

const ties = {
  streams,
  earned: streams.flatMap((stream) => channels.map((channel) => ({ channel, stream, revenue: 4_000 }))),
  rest: 300,
  products: [
    {
      product: 'field-guide',
      stream: 'product_sales',
      price: 12,
      unitCost: 3.1,
      share: 0.6,
      elasticity: -1.42,
      error: 0.09,
      range: [0.8, 1.25] as [number, number],
    },
  ],
};

function basisOf(kind: AllocationKind) {
  return {
    tenant: 'main',
    kind,
    computedAtMs: Date.now() - 3_600_000,
    currency: 'USD',
    periodDays: kind === 'revenue' ? 90 : 30,
    weeks: 104,
    reportedWeeks: 96,
    resources: resources[kind].map((each) => ({ ...each, currentTotal: each.total })),
    channels: (kind === 'revenue' ? [...channels, ...streams] : channels).map((id, k) => ({
      id,
      revenue: 24_000 - 3_000 * (k % 5),
      base: 9_000,
      growth: 0.01,
      score,
      current: Object.fromEntries(held(kind, id).map((each) => [each.id, shape(kind, each.id, k % 5).now])),
      bounds: Object.fromEntries(
        held(kind, id).map((each): [string, [number, number]] => [
          each.id,
          [0, shape(kind, each.id, k % 5).most],
        ]),
      ),
      responses: Object.fromEntries(
        held(kind, id).map((each) => {
          const at = k % 5;
          const { half, most, scale } = shape(kind, each.id, at);
          return [
            each.id,
            {
              curve: { type: 'hill' as const, scale, exponent: 1, half },
              origin: at === 4 || each.id === 'mix' ? ('prior' as const) : ('history' as const),
              carryOver: 0.3,
              band: Array.from({ length: 25 }, (_, k) => {
                const amount = (most * k) / 24;
                const value = valueAt(amount, half, scale);
                return { amount, value, low: 0.8 * value, high: 1.25 * value };
              }),
            },
          ];
        }),
      ),
      volatility: 0.1,
    })),
    minShare: kind === 'marketing' ? 0.05 : 0,
    maxStreamShare: kind === 'revenue' ? 0.6 : null,
    riskTolerance: 0.15,
    growthTarget: kind === 'revenue' ? 0.15 : null,
    commonCorrelation: 0.2,
    backtest: { weeks: 20, wape: 0.041, wapeWithout: 0.078, betterChannels: 5, channels: 5 },
    ...(kind === 'revenue' ? { revenue: ties } : {}),
    notes: ['Limits are those of the seeds in proportion to what you give out now.'],
  };
}

/** An answer in which what is held is held and the rest shares what is left; close enough to look at. */
function answerOf(kind: AllocationKind, question: AllocationQuestion): unknown {
  const rows = resources[kind].flatMap(({ id: resource, total: known }) => {
    const ids = idsOf(resource);
    const total = question.totals?.[resource] ?? known;
    const held = ids.map((id) => question.fixed?.[id]?.[resource]);
    const left = Math.max(0, total - held.reduce<number>((sum, each) => sum + (each ?? 0), 0));
    const free = held.filter((each) => each === undefined).length;
    return ids.map((channel, at) => {
      const { half, most, now, scale } = shape(kind, resource, at);
      const proposed = held[at] ?? (left / Math.max(1, free)) * (1.2 - 0.1 * at);
      return {
        channel,
        resource,
        current: now,
        proposed,
        rule: total / ids.length,
        min: 0,
        max: most,
        currentReturn: valueAt(now, half, scale),
        proposedReturn: valueAt(proposed, half, scale),
        marginal: (scale * half) / (proposed + half) ** 2,
        isFixed: held[at] !== undefined,
      };
    });
  });
  const sum = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((all, row) => all + of(row), 0);
  const expected = sum((row) => row.proposedReturn);
  const candidate = (name: string, value: number, isChosen = false) => ({
    name,
    isChosen,
    expected: value,
    cost: 5_000,
    roi: value / 5_000 - 1,
    risk: {
      mean: value,
      volatility: 0.08 * value,
      variation: 0.08,
      worst5Percent: 0.87 * value,
      valueAtRisk95: 0.13 * value,
      conditionalValueAtRisk95: 0.17 * value,
      sharpe: 7.4,
    },
  });
  const bell = (middle: number): number[] =>
    Array.from({ length: 24 }, (_, k) => Math.round(120 * Math.exp(-((k - middle) ** 2) / 18)));
  return {
    kind,
    computedAtMs: Date.now(),
    basisAtMs: Date.now() - 3_600_000,
    base: kind === 'revenue' ? 0 : 45_000,
    resources: resources[kind].map(({ id, total }) => ({
      id,
      total: question.totals?.[id] ?? total,
      used: rows.filter((row) => row.resource === id).reduce((all, row) => all + row.proposed, 0),
      worthOfOneMore: 1.37,
      spread: 1e-8,
    })),
    rows,
    candidates: [
      candidate('best expected return', expected, true),
      candidate('less risk 1', 0.98 * expected),
      candidate('proportional rule', 0.93 * expected),
      candidate(
        'current',
        sum((row) => row.currentReturn),
      ),
    ],
    reason: 'highest mean of those whose volatility is at most 15% of it',
    certificate: {
      objective: expected,
      bound: expected * 1.00004,
      gap: 0.00004,
      boxes: 9,
      method: 'branch-and-bound',
    },
    scenarios: 1_000,
    histogram: { from: 0.7 * expected, width: 0.025 * expected, proposed: bell(13), current: bell(10) },
    steps: [
      ...rows.map(({ channel, current, proposed, proposedReturn, currentReturn, resource }) => ({
        channel,
        resource,
        from: current,
        to: proposed,
        expectedGain: proposedReturn - currentReturn,
        ...(kind === 'revenue' ? { day: 0 } : {}),
      })),
      ...(kind === 'revenue'
        ? [
            { channel: 'field-guide', resource: 'price', from: 12, to: 10.9, expectedGain: 310, day: 0 },
            { channel: 'field-guide', resource: 'price', from: 10.9, to: 9.92, expectedGain: 290, day: 7 },
          ]
        : []),
    ],
    triggers: (kind === 'revenue' ? streams : channels).map((channel) => ({
      channel,
      below: 1_000,
      above: 3_000,
    })),
    largest: { id: kind === 'revenue' ? 'ads' : 'Late Harbour', share: 0.31, currentShare: 0.34 },
    growth: 0.064,
    growthTarget: kind === 'revenue' ? 0.15 : null,
    ...(kind === 'revenue'
      ? {
          growthChance: 0.18,
          moves: [
            {
              product: 'field-guide',
              stream: 'product_sales',
              price: 12,
              proposed: 12 * (question.prices?.['field-guide'] ?? 0.827),
              multiplier: question.prices?.['field-guide'] ?? 0.827,
              range: [0.8, 1.25],
              gain: 600,
              setBy: question.prices === undefined ? 'margin' : 'held',
            },
          ],
        }
      : {}),
    notes: [
      '1 of 5 channels have fewer than 26 weeks: their returns are assumed from the seeds’ factors, not measured.',
    ],
  };
}

const elasticity = { value: -1.42, error: 0.09, low: -1.6, high: -1.24 };
const guide = {
  product: 'field-guide',
  state: 'ready' as const,
  why: 'Read from 104 weeks in 3 markets. Not causal: settle it with a price test.',
  price: 12,
  unitCost: 3.1,
  seen: [9.6, 15] as [number, number],
  weeks: 104,
  markets: 3,
  volume: 640,
  volumeDeviation: 0.12,
  revenue: 7_680,
  readings: [
    { name: 'market and year levels', elasticity },
    { name: 'week to week', elasticity: { value: -1.61, error: 0.11, low: -1.83, high: -1.39 } },
    { name: 'markets drawn together', elasticity },
  ],
  elasticity,
  bySegment: ['DE', 'GB', 'US'].map((market) => ({ market, elasticity, weight: 0.4 })),
  bySeason: [1, 2, 3, 4].map((quarter) => ({ quarter, elasticity })),
  demand: { wape: 0.087, widening: 1.12, halfLifeWeeks: 8 },
  history: [{ weekMs: Date.UTC(2026, 0, 5), price: 12, volume: 640 }],
  forecast: Array.from({ length: 13 }, (_, k) => ({
    weekMs: Date.UTC(2026, 0, 12 + 7 * k),
    volume: 640 + 8 * k,
    low: 520,
    high: 790 + 8 * k,
  })),
  competition: {
    state: 'read' as const,
    why: 'When competitors raise their prices, more is bought here. Not causal: a common season or cost moves both.',
    competitors: [
      { competitor: 'Open Shelf', price: 11.4, seenMs: Date.UTC(2026, 0, 5), weeks: 104 },
      { competitor: 'Maker Market', price: 13.2, seenMs: Date.UTC(2026, 0, 5), weeks: 98 },
    ],
    position: -0.024,
    cross: { value: 0.58, error: 0.07, low: 0.44, high: 0.72 },
    alone: 0.6,
    weight: 0.98,
  },
};
const thin = {
  ...guide,
  product: 'poster',
  state: 'thin' as const,
  why: 'The price hardly moved within a market (0.4% about its mean), so nothing shows what another one would do. Run a price test: offer two or three prices at random for some weeks, or set prices apart by country.',
  readings: [],
  elasticity: null,
  bySegment: [],
  bySeason: [],
  demand: null,
  forecast: [],
  competition: {
    state: 'none' as const,
    why: 'No competitor’s price was told.',
    competitors: [],
    position: null,
    cross: null,
    alone: null,
    weight: null,
  },
};

function outcome(price: number): PriceOutcomeView {
  const volume = 640 * (price / 12) ** elasticity.value;
  const interval = (factor: number) => ({
    expected: volume * factor,
    low: 0.8 * volume * factor,
    high: 1.25 * volume * factor,
  });
  return { price, volume: interval(1), revenue: interval(price), margin: interval(price - 3.1) };
}

const arm = (price: number, offered: number, bought: number, bestChance: number) => ({
  price,
  offered,
  bought,
  rate: bought / offered,
  low: (0.7 * bought) / offered,
  high: (1.35 * bought) / offered,
  bestChance,
  earnedAnOffer: (price * bought) / offered,
});
const test = {
  id: 'test_abcdefgh12345678',
  product: 'field-guide',
  name: 'Field guide, spring',
  createdAtMs: Date.UTC(2026, 1, 2),
  state: 'running' as const,
  unitCost: 3.1,
  exploration: 0.1,
  offersAnArm: 9_820,
  offers: 3_412,
  arms: [arm(10.5, 820, 41, 0.08), arm(12, 1_204, 58, 0.31), arm(13.5, 1_388, 64, 0.61)],
  willingness: { median: 21.4, bestPrice: 13.5, offers: 3_412 },
  advice: '13.5 leads with a chance of 61% of earning most; go on.',
};

function videoAnswer(question: VideoQuestion) {
  const lengthS = question.lengthS ?? 900;
  const views = question.views ?? 10_000;
  return {
    channel: question.channel ?? 'Late Harbour',
    category: 'technology',
    quarter: 1,
    rpm: [1, 2, 3].map((tier) => ({
      tier,
      share: [0.5, 0.3, 0.2][tier - 1] ?? 0,
      rpm: 8 / tier,
      low: 7 / tier,
      high: 9.2 / tier,
      table: 7.4 / tier,
    })),
    blendedRpm: 5.7,
    weekdays: [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({
      weekday,
      rpm: 5.5 + weekday / 10,
      table: 5.2 + weekday / 12,
    })),
    isPrior: false,
    revenue: { expected: (views * 5.7) / 1_000, low: (views * 3.1) / 1_000, high: (views * 10.2) / 1_000 },
    views,
    adBreaks: {
      atS: lengthS < 480 ? [] : [190, 380, 610],
      value: 7.4,
      valueWithout: 2.9,
      note: 'best of all placements with at most 4 breaks 150 s apart',
      retention: Array.from({ length: 90 }, (_, k) => ({
        atS: (lengthS * k) / 90,
        share: Math.exp(-k / 60),
      })),
      isAssumedRetention: false,
    },
    publish: {
      best: [4, 5, 3, 2, 1].map((weekday) => ({ weekday, hour: 18, index: 1.3 - weekday / 100 })),
      index: Array.from({ length: 168 }, (_, slot) => 1 + 0.3 * Math.sin((2 * Math.PI * (slot - 12)) / 24)),
      days: 30,
      timeZone: 'UTC',
    },
    notes: ['Learned from 240 groups of your views.'],
  };
}

const subscription = {
  recommended: 'Starter',
  upsellTo: 'Professional',
  offers: seedTiers.map((tier) => ({
    tier: tier.name,
    base: tier.base,
    usageMultiplier: 1,
    usage: 0.9,
    price: tier.base,
  })),
};

interface WorkbenchState {
  readonly isEmpty: boolean;
  readonly jobs: Job[];
}

export function mountWorkbench(api: Router, state: WorkbenchState): void {
  let plans: { id: string; name: string; kind: AllocationKind; question: AllocationQuestion }[] = [];
  let tiers = { tiers: [...seedTiers], isOwn: false };
  const isKind = (value: string): value is AllocationKind =>
    ['content', 'marketing', 'revenue'].includes(value);
  const job = (title: string, task: string) => {
    const made: Job = {
      id: `job_${state.jobs.length}`,
      tenant: 'main',
      kind: 'models',
      title,
      stage: 'waiting',
      percent: 0,
      state: 'queued',
      createdAtMs: Date.now(),
      updatedAtMs: Date.now(),
      params: { task },
    };
    state.jobs.unshift(made);
    return made;
  };
  api.post(
    '/allocation/history',
    (_req, res) => void res.status(202).json(job('History read', 'workbenches')),
  );
  api.get('/allocation/plans', (_req, res) => {
    res.json({
      plans: plans.map(({ id, kind, name }) => ({
        id,
        name,
        kind,
        createdAtMs: Date.now(),
        createdBy: 'u1',
        expected: 9_876,
        scenarios: 1_000,
      })),
    });
  });
  api.post('/allocation/plans', (req, res) => {
    const { kind, name, question } = Value.Parse(PlanRequest, req.body);
    plans = [{ id: `plan_${String(plans.length).padStart(16, 'a')}`, name, kind, question }, ...plans];
    res.status(202).json(job(`Plan “${name}”, 1,000 scenarios`, 'allocation-plan'));
  });
  api.get('/allocation/plans/:id', (req, res) => {
    const plan = plans.find(({ id }) => id === req.params.id);
    if (plan === undefined) {
      res.status(404).json({
        type: 'urn:weir:error:PLAN_NOT_FOUND',
        title: 'plan not found',
        status: 404,
        code: 'PLAN_NOT_FOUND',
        detail: 'There is no plan of this id.',
        retry: 'never',
        mend: 'List the plans first.',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      });
      return;
    }
    const { id, kind, name, question } = plan;
    res.json({
      id,
      tenant: 'main',
      name,
      createdAtMs: Date.now(),
      createdBy: 'u1',
      question,
      answer: answerOf(kind, question),
    });
  });
  api.delete('/allocation/plans/:id', (req, res) => {
    plans = plans.filter(({ id }) => id !== req.params.id);
    res.status(204).end();
  });
  api.get('/allocation/workbench/:kind', (req, res) => {
    const { kind } = req.params;
    if (isKind(kind)) res.json({ kind, basis: state.isEmpty ? null : basisOf(kind) });
  });
  api.post('/allocation/workbench/:kind', (req, res) => {
    const { kind } = req.params;
    const question = Value.Parse(AllocationQuestion, req.body);
    if ((question.minShare ?? 0) > 0.2) {
      res.status(422).json({
        type: 'urn:weir:error:ALLOCATION_CONTRADICTORY',
        title: 'allocation contradictory',
        status: 422,
        code: 'ALLOCATION_CONTRADICTORY',
        detail:
          'no allocation meets: promotion: the floors of all channels sum to 6000, above the total 5000',
        retry: 'never',
        mend: 'Loosen one of the constraints the message names together.',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      });
      return;
    }
    if (isKind(kind)) res.json(answerOf(kind, question));
  });
  api.get('/pricing', (_req, res) => {
    res.json({
      basis: state.isEmpty
        ? null
        : {
            tenant: 'main',
            computedAtMs: Date.now() - 3_600_000,
            currency: 'USD',
            timeZone: 'UTC',
            products: [guide, thin],
            reportedRows: 300,
            videos: {
              channels: channels.map((channel) => ({
                channel,
                category: 'technology',
                views: 1e6,
                tiers: [0.5, 0.3, 0.2],
                retention: [1, 0.8],
                watched: 900,
              })),
              rpm: {
                features: ['all'],
                mean: [0.1],
                covariance: [[0.01]],
                noise: 0.3,
                videos: 240,
                dropped: 0,
              },
              perAd: 0.004,
              adsPerView: 1.6,
              activity: Array.from({ length: 168 }, () => 1),
              activityDays: 30,
            },
            notes: [],
          },
    });
  });
  api.post('/pricing/quote', (req, res) => {
    const asked = Value.Parse(PriceQuestion, req.body);
    const { price } = asked;
    res.json({
      product: 'field-guide',
      objective: asked.objective ?? 'margin',
      reading: 'markets drawn together',
      elasticity,
      unitCost: asked.unitCost ?? 3.1,
      bounds: asked.bounds ?? [6, 24],
      current: outcome(12),
      best: outcome(10.48),
      asked: price === undefined ? null : outcome(price),
      atBound: false,
      curve: Array.from({ length: 41 }, (_, k) => outcome(6 + (16.5 * k) / 40)),
      rollout: [0.1, 0.5, 1].flatMap((share) => [{ price: 11.2 - share, share, stopBelow: 0.82 }]),
      notes: ['Readings of the elasticity run from −1.61 to −1.42; look whether the answer holds over them.'],
    });
  });
  api.post('/pricing/video', (req, res) => void res.json(videoAnswer(Value.Parse(VideoQuestion, req.body))));
  api.get('/pricing/tests', (_req, res) => void res.json({ tests: state.isEmpty ? [] : [test] }));
  api.post(
    '/pricing/tests',
    (req, res) => void res.status(201).json({ ...test, name: Value.Parse(PriceTestWish, req.body).name }),
  );
  api.post('/pricing/tests/:id/stop', (_req, res) => void res.json({ ...test, state: 'stopped' }));
  api.get('/pricing/tiers', (_req, res) => void res.json(tiers));
  api.put('/pricing/tiers', (req, res) => {
    tiers = { tiers: Value.Parse(TierSet, req.body).tiers, isOwn: true };
    res.json(tiers);
  });
  api.post('/pricing/subscription', (_req, res) => void res.json(subscription));
}
