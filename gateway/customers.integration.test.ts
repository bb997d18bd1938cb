import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultChurnBands } from '../platform/contracts/churn-bands.ts';
import type { CustomerRun, CustomerScore, CustomerValue } from '../platform/contracts/customers.ts';
import { escapeTsv } from '../platform/store/tsv.ts';
import { startRig, type Rig } from './testing/rig.ts';

const asOfMs = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
  for (const day of [0, 1]) await write('main', asOfMs + day * DAY_MS, day);
  await write('other', asOfMs, 0, 'theirs');
});
afterAll(() => rig.stop());

function score(customer: string, i: number, day: number): CustomerScore {
  const probability = Math.min(1, 0.9 - 0.2 * i + 0.05 * day);
  return {
    customer,
    probability,
    scoredBy: 'model',
    band: probability >= 0.7 ? 'critical' : probability >= 0.5 ? 'high' : 'low',
    campaign: [],
    discount: 0,
    reasons: [{ factor: i === 0 ? 'failedPayments' : 'daysSinceLogin', words: 'two', contribution: 1 }],
    plan: 'basic',
    country: 'DE',
    tenureDays: 40,
    mrrMinor: 1_000,
    atRiskMinor: 12_000 * probability,
    outlook: { expectedMonths: 4, medianMonths: 3, staying: [0.9, 0.8] },
  };
}

function value(customer: string, i: number): CustomerValue {
  return {
    customer,
    kind: 'contract',
    value: 1_000 - i,
    low: 0,
    high: 2_000,
    isAlive: 1,
    segment: i === 0 ? 's1' : 's2',
    rank: 0.5,
    engagement: 1,
    monetization: 1,
    loyaltyDays: 1,
    influence: 0,
  };
}

function run(atMs: number): CustomerRun {
  return {
    asOfMs: atMs,
    madeAtMs: atMs,
    horizonDays: 28,
    currency: 'USD',
    scoredBy: 'model',
    ruleReason: null,
    modelVersion: 1,
    backtest: null,
    customers: 3,
    leaving: 0,
    leftOut: 0,
    bands: [],
    reasons: [],
    survival: [],
    hazard: [],
    segments: [],
    segmentation: null,
    values: { customers: 3, totalMinor: 0, marginShare: 1, bins: [], purchases: null, note: null },
  };
}

/** A run of three customers, as the models write it. */
async function write(tenant: string, atMs: number, day: number, prefix = 'c'): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    const customer = `${prefix}${i}`;
    const one = score(customer, i, day);
    const rows: readonly (readonly [string, readonly string[], readonly (string | number)[]])[] = [
      [
        'churn_scores',
        [
          'tenant',
          'as_of',
          'customer',
          'probability',
          'scored_by',
          'band',
          'reason',
          'at_risk_minor',
          'detail',
          'version',
        ],
        [
          tenant,
          atMs,
          customer,
          one.probability,
          'model',
          one.band,
          one.reasons[0]?.factor ?? '',
          one.atRiskMinor,
          JSON.stringify(one),
          1,
        ],
      ],
      [
        'customer_values',
        ['tenant', 'as_of', 'customer', 'kind', 'segment', 'value', 'rank', 'detail', 'version'],
        [
          tenant,
          atMs,
          customer,
          'contract',
          i === 0 ? 's1' : 's2',
          1_000 - i,
          0.5,
          JSON.stringify(value(customer, i)),
          1,
        ],
      ],
    ];
    for (const [table, columns, cells] of rows)
      await rig.store.insertRows(
        table,
        columns,
        `${cells.map((cell) => (typeof cell === 'string' ? escapeTsv(cell) : cell)).join('\t')}\n`,
      );
  }
  await rig.store.insertRows(
    'churn_runs',
    ['tenant', 'as_of', 'detail', 'version'],
    `${[tenant, atMs, escapeTsv(JSON.stringify(run(atMs))), 1].join('\t')}\n`,
  );
}

describe('customers', () => {
  test('the newest run, for whoever may look; single customers only for analysts', async () => {
    const viewer = await rig.key('main', 'query:read');
    const board = await rig.call('GET', '/api/v1/customers', { key: viewer });
    expect([board.status, board.body.run.asOfMs]).toEqual([200, asOfMs + DAY_MS]);
    for (const path of ['/churn', '/values', '/details/c0'])
      expect((await rig.call('GET', `/api/v1/customers${path}`, { key: viewer })).status).toBe(403);
    const empty = await rig.call('GET', '/api/v1/customers', { key: await rig.key('demo', 'query:read') });
    expect(empty.body).toEqual({ run: null });
  });

  test.each([
    ['', ['c0', 'c1', 'c2'], 3],
    ['?band=critical', ['c0', 'c1'], 2],
    ['?reason=daysSinceLogin', ['c1', 'c2'], 2],
    ['?segment=s2&band=high', ['c2'], 1],
    ['?limit=1&offset=1', ['c1'], 3],
    ['?segment=nobody', [], 0],
  ])('churn%s', async (query, names, total) => {
    const { body, status } = await rig.call('GET', `/api/v1/customers/churn${query}`, { key: rig.adminKey });
    expect(status).toBe(200);
    expect(body.customers.map(({ customer }: CustomerScore) => customer)).toEqual(names);
    expect(body.total).toBe(total);
  });

  test.each([
    '/churn?band=worst',
    '/churn?limit=0',
    '/churn?limit=5000',
    '/churn?who=me',
    '/values?offset=-1',
  ])('%s is refused', async (path) => {
    const answer = await rig.call('GET', `/api/v1/customers${path}`, { key: rig.adminKey });
    expect([answer.status, answer.body.code]).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
  });

  test('one customer with how it was scored before; nobody of another tenant', async () => {
    const found = await rig.call('GET', '/api/v1/customers/details/c0', { key: rig.adminKey });
    const past: readonly number[] = found.body.past.map(
      ({ probability }: CustomerScore) => Math.round(100 * probability) / 100,
    );
    expect(past).toEqual([0.9, 0.95]);
    expect(found.body.value.segment).toBe('s1');
    const theirs = await rig.call('GET', '/api/v1/customers/details/theirs0', { key: rig.adminKey });
    expect([theirs.status, theirs.body.code]).toEqual([404, 'CHURN_CUSTOMER_NOT_FOUND']);
    const values = await rig.call('GET', '/api/v1/customers/values?segment=s2', { key: rig.adminKey });
    expect(values.body.customers.map(({ customer }: CustomerValue) => customer)).toEqual(['c1', 'c2']);
  });

  test('bands and campaigns are the tenant’s own; what does not hold together is refused and says why', async () => {
    const path = '/api/v1/customers/bands';
    const get = async (key: string) => (await rig.call('GET', path, { key })).body;
    expect(await get(rig.adminKey)).toEqual(defaultChurnBands);
    const bands = defaultChurnBands.bands.map((band) =>
      band.band === 'critical' ? { ...band, from: 0.8, campaign: ['a call'], discount: 0.1 } : band,
    );
    expect((await rig.call('PUT', path, { key: rig.adminKey, body: { bands } })).body).toEqual({ bands });
    expect(await get(rig.adminKey)).toEqual({ bands });
    expect(await get(await rig.key('demo', 'query:read'))).toEqual(defaultChurnBands);
    const viewer = await rig.key('main', 'query:read');
    expect((await rig.call('PUT', path, { key: viewer, body: { bands } })).status).toBe(403);
    const wrong = await rig.call('PUT', path, {
      key: rig.adminKey,
      body: { bands: bands.map((band) => ({ ...band, from: 0 })) },
    });
    expect([wrong.status, wrong.body.code, wrong.body.detail]).toEqual([
      400,
      'CHURN_BANDS_INVALID',
      'The band medium must begin above low, which begins at 0.',
    ]);
    const short = await rig.call('PUT', path, { key: rig.adminKey, body: { bands: bands.slice(1) } });
    expect([short.status, short.body.code]).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
  });

  test('a run is asked for as a job of the models', async () => {
    const { body, status } = await rig.call('POST', '/api/v1/customer-runs', {
      key: rig.adminKey,
      body: { train: true },
    });
    expect([status, body.kind, body.params.task]).toEqual([202, 'models', 'customers']);
    const viewer = await rig.key('main', 'query:read');
    expect((await rig.call('POST', '/api/v1/customer-runs', { key: viewer, body: {} })).status).toBe(403);
  });
});
