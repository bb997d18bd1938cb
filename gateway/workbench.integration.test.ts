import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorkbenches } from '../models/workbench/responders.ts';
import { openKv } from '../platform/bus/kv.ts';
import { AllocationBasis, AllocationPlanRecord } from '../platform/contracts/allocation-plan.ts';
import { PricingBasis } from '../platform/contracts/pricing.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { systemClock } from '../platform/time/clock.ts';
import { startRig, type Rig } from './testing/rig.ts';

const score = { performance: 0.5, growth: 0.5, market: 0.5, position: 0.5, risk: 0.5, total: 0.5 };
const basis: AllocationBasis = {
  tenant: 'main',
  kind: 'marketing',
  computedAtMs: 1_770_000_000_000,
  currency: 'USD',
  periodDays: 30,
  weeks: 60,
  reportedWeeks: 0,
  resources: [{ id: 'promotion', title: 'Promotion', unit: 'money', total: 1_000, currentTotal: 1_000 }],
  channels: ['north', 'south'].map((id, i) => ({
    id,
    revenue: 5_000,
    base: 3_000,
    growth: null,
    score,
    current: { promotion: 500 },
    bounds: { promotion: [0, 1_000] },
    responses: {
      promotion: {
        curve: { type: 'hill', scale: 4_000 * (i + 1), exponent: 1, half: 500 },
        origin: 'history',
        carryOver: 0.2,
        band: [{ amount: 0, value: 0, low: 0, high: 0 }],
      },
    },
    volatility: 0.05,
  })),
  minShare: 0.05,
  maxStreamShare: null,
  riskTolerance: 0.15,
  growthTarget: null,
  commonCorrelation: 0.2,
  backtest: null,
  notes: [],
};
const pricing: PricingBasis = {
  tenant: 'main',
  computedAtMs: 1_770_000_000_000,
  currency: 'USD',
  timeZone: 'UTC',
  reportedRows: 0,
  notes: [],
  products: [
    {
      product: 'guide',
      state: 'ready',
      why: '',
      price: 10,
      unitCost: 6,
      seen: [5, 20],
      weeks: 60,
      markets: 1,
      volume: 1_000,
      volumeDeviation: 0.1,
      revenue: 10_000,
      readings: [{ name: 'market and year levels', elasticity: { value: -2, error: 0, low: -2, high: -2 } }],
      elasticity: { value: -2, error: 0, low: -2, high: -2 },
      bySegment: [],
      bySeason: [],
      demand: null,
      history: [],
    },
    {
      product: 'new',
      state: 'thin',
      why: '3 weeks of sales; 26 are needed.',
      price: 10,
      unitCost: null,
      seen: [10, 10],
      weeks: 3,
      markets: 1,
      volume: 1,
      volumeDeviation: 0.5,
      revenue: 10,
      readings: [],
      elasticity: null,
      bySegment: [],
      bySeason: [],
      demand: null,
      history: [],
    },
  ],
  videos: {
    channels: [],
    rpm: { features: ['all'], mean: [0], covariance: [[0.5]], noise: 0.5, videos: 0, dropped: 0 },
    perAd: null,
    adsPerView: null,
    activity: [],
    activityDays: 0,
  },
};

let rig: Rig;
let workbenches: { stop(): Promise<void> };
let reader = '';
let stranger = '';

beforeAll(async () => {
  rig = await startRig();
  await (
    await openKv(rig.bus, buckets.allocationBases, { schema: AllocationBasis })
  ).put('main.marketing', basis);
  await (await openKv(rig.bus, buckets.pricingBases, { schema: PricingBasis })).put('main', pricing);
  workbenches = await startWorkbenches({ bus: rig.bus, clock: systemClock, metrics: rig.metrics });
  reader = await rig.key('main', 'query:read');
  stranger = await rig.key('other', 'query:read', 'kpis:write');
}, 60_000);
afterAll(async () => {
  await workbenches.stop();
  await rig.stop();
});

const get = async (path: string, key = reader) => await rig.call('GET', `/api/v1/${path}`, { key });
const post = async (path: string, body: unknown, key = reader) =>
  await rig.call('POST', `/api/v1/${path}`, { key, ...(body === undefined ? {} : { body }) });

describe('allocation over REST', () => {
  test('the basis is the tenant’s own; another tenant has none', async () => {
    await expect
      .poll(async () => (await get('allocation/workbench/marketing')).body.basis?.channels.length)
      .toBe(2);
    expect((await get('allocation/workbench/marketing', stranger)).body).toEqual({
      kind: 'marketing',
      basis: null,
    });
    expect((await get('allocation/workbench/gold')).status).toBe(400);
  });

  test('two hills with the same half: marginals are equal at the optimum', async () => {
    const { body, status } = await post('allocation/workbench/marketing', { riskTolerance: 10 });
    expect(status).toBe(200);
    // 4000·500/(500 + x)² = 8000·500/(1500 − x)²: (1500 − x)/(500 + x) = √2, x = (1500 − 500√2)/(1 + √2) = 328.427.
    const north = body.rows.find((row: { channel: string }) => row.channel === 'north');
    expect(north.proposed).toBeCloseTo(328.427, 0);
    expect(body.certificate.gap).toBeLessThanOrEqual(1e-4);
    expect(body.base).toBe(6_000);
    const chosen = body.candidates.find((each: { isChosen: boolean }) => each.isChosen);
    const current = body.candidates.find((each: { name: string }) => each.name === 'current');
    expect(chosen.expected).toBeGreaterThan(current.expected);
  });

  test.each([
    [
      'floors that do not fit',
      { minShare: 0.6 },
      'ALLOCATION_CONTRADICTORY',
      /floors of all channels sum to 1200, above the total 1000/,
    ],
    [
      'a floor above a ceiling',
      { bounds: { north: { promotion: [9, 1] } } },
      'ALLOCATION_CONTRADICTORY',
      /north, promotion/,
    ],
    [
      'a channel that is not there',
      { fixed: { west: { promotion: 1 } } },
      'ALLOCATION_INVALID',
      /fixed.west/,
    ],
    ['a negative total', { totals: { promotion: -1 } }, 'GATEWAY_REQUEST_INVALID', /promotion/],
    ['a word for a number', { minShare: 'much' }, 'GATEWAY_REQUEST_INVALID', /minShare/],
    ['something unknown', { gold: 1 }, 'GATEWAY_REQUEST_INVALID', /not known/],
  ])('%s: a clear error', async (_name, body, code, detail) => {
    const answer = await post('allocation/workbench/marketing', body);
    expect(answer.body.code).toBe(code);
    expect(answer.body.detail).toMatch(detail);
    expect(answer.text).not.toMatch(/NaN|Infinity/);
  });

  test('a tenant without a basis is told what fills it', async () => {
    const { body, status } = await post('allocation/workbench/marketing', {}, stranger);
    expect([status, body.code]).toEqual([409, 'ALLOCATION_BASIS_MISSING']);
    expect(body.mend).toMatch(/ad_spend/);
  });

  test('keeping a plan is a job; a reader may not; plans are deleted and stay with their tenant', async () => {
    const wish = { name: 'Spring', kind: 'marketing', question: {}, scenarios: 100_000 };
    expect((await post('allocation/plans', wish)).body.code).toBe('GATEWAY_FORBIDDEN');
    const job = await post('allocation/plans', wish, rig.adminKey);
    expect(job.status).toBe(202);
    expect(job.body).toMatchObject({
      kind: 'models',
      params: { task: 'allocation-plan', scenarios: 100_000 },
    });
    const answer = (await post('allocation/workbench/marketing', {})).body;
    const id = 'plan_abcdefgh12345678';
    const plans = await openKv(rig.bus, buckets.plans, { schema: AllocationPlanRecord });
    await plans.put(`main.${id}`, {
      id,
      tenant: 'main',
      name: 'Kept',
      createdAtMs: 1,
      createdBy: 'me',
      question: {},
      answer,
    });
    await expect.poll(async () => (await get('allocation/plans')).body.plans.length).toBe(1);
    expect((await get('allocation/plans', stranger)).body.plans).toEqual([]);
    expect((await get(`allocation/plans/${id}`, stranger)).body.code).toBe('PLAN_NOT_FOUND');
    expect((await get(`allocation/plans/${id}`)).body.name).toBe('Kept');
    expect((await rig.call('DELETE', `/api/v1/allocation/plans/${id}`, { key: rig.adminKey })).status).toBe(
      204,
    );
    expect((await get('allocation/plans')).body.plans).toEqual([]);
  });
});

describe('pricing over REST', () => {
  test('the margin-best price of a known elasticity: cost·e/(1 + e) = 12', async () => {
    await expect.poll(async () => (await get('pricing')).body.basis?.products.length).toBe(2);
    const { body } = await post('pricing/quote', { product: 'guide' });
    expect(body.best.price).toBeCloseTo(12, 4);
    expect(body.objective).toBe('margin');
    expect(body.curve.length).toBe(41);
  });

  test('too little history says so and how to get it', async () => {
    const { body } = await post('pricing/quote', { product: 'new' });
    expect([body.code, body.detail]).toEqual(['PRICING_INPUT_INVALID', '3 weeks of sales; 26 are needed.']);
    expect((await post('pricing/video', { channel: 'none', lengthS: 600 })).body.code).toBe(
      'MONETIZATION_INPUT_INVALID',
    );
    expect((await post('pricing/video', { channel: 'none', lengthS: 0 })).body.code).toBe(
      'GATEWAY_REQUEST_INVALID',
    );
  });

  test('tiers are replaced by who may, and quotes follow them', async () => {
    const seeds = (await get('pricing/tiers')).body;
    expect([seeds.isOwn, seeds.tiers.map((tier: { base: number }) => tier.base)]).toEqual([
      false,
      [29, 99, 499],
    ]);
    const own = { tiers: [{ name: 'One', base: 50, apiCalls: 100, storageGib: 1, seats: 1 }] };
    const put = async (key: string, body: unknown) =>
      await rig.call('PUT', '/api/v1/pricing/tiers', { key, body });
    expect((await put(reader, own)).body.code).toBe('GATEWAY_FORBIDDEN');
    expect((await put(rig.adminKey, { tiers: [...own.tiers, ...own.tiers] })).body.detail).toMatch(
      /same name/,
    );
    expect((await put(rig.adminKey, own)).body.isOwn).toBe(true);
    const usage = { apiCalls: 200, storageGib: 1, seats: 1 };
    await expect
      .poll(async () =>
        (await post('pricing/subscription', usage)).body.offers.map(
          (offer: { price: number }) => offer.price,
        ),
      )
      .toEqual([100]);
  });

  test('a price test by the routes a shop calls', async () => {
    const wish = { product: 'guide', name: 'Guide', prices: [9, 12], baseRate: 0.1 };
    const { body: created, status } = await post('pricing/tests', wish, rig.adminKey);
    expect(status).toBe(201);
    const { body: offer } = await post(`pricing/tests/${created.id}/offers`, undefined, rig.adminKey);
    expect([9, 12]).toContain(offer.price);
    const told = await post(
      `pricing/tests/${created.id}/offers/${offer.offer}`,
      { bought: true },
      rig.adminKey,
    );
    expect(told.body.arms.reduce((sum: number, arm: { bought: number }) => sum + arm.bought, 0)).toBe(1);
    expect(
      (await post(`pricing/tests/${created.id}/offers/77`, { bought: true }, rig.adminKey)).body.code,
    ).toBe('PRICE_OFFER_UNKNOWN');
    expect((await post(`pricing/tests/${created.id}/offers`, undefined, stranger)).body.code).toBe(
      'PRICE_TEST_NOT_FOUND',
    );
    expect((await post(`pricing/tests/${created.id}/stop`, undefined, rig.adminKey)).body.state).toBe(
      'stopped',
    );
    expect((await get('pricing/tests')).body.tests.length).toBe(1);
  });
});
