import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../platform/time/clock.ts';
import { startAnalytics } from '../../streams/analytics/responder.ts';
import { startRig, type Rig } from '../testing/rig.ts';

const DAY = 86_400_000;
const from = Date.UTC(2026, 4, 1);
let rig: Rig;
let key: string;
let stop: () => void;
/** Statements of the processors wait for it. */
let gate: Promise<void> = Promise.resolve();

beforeAll(async () => {
  rig = await startRig();
  key = await rig.key('main', 'query:read');
  const rows = ['main', 'other'].flatMap((tenant) =>
    Array.from({ length: 60 }, (_each, i) => {
      const type = ['signup', 'session', 'product_sale'][i % 3] ?? '';
      const timeMs = from + i * 3_600_000;
      const data = JSON.stringify({ campaign: `${tenant}-campaign` });
      return [
        tenant,
        's',
        `e${i}`,
        type,
        timeMs,
        timeMs,
        `u${Math.floor(i / 3)}`,
        type === 'product_sale' ? 500 : 0,
        data,
      ].join('\t');
    }),
  );
  await rig.store.insertRows(
    'events',
    ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'user', 'amount_base_minor', 'data'],
    `${rows.join('\n')}\n`,
  );
  const analytics = startAnalytics({
    bus: rig.bus,
    store: {
      ...rig.store,
      query: async (sql, params, row) => {
        await gate;
        return await rig.store.query(sql, params, row);
      },
    },
    clock: systemClock,
    metrics: rig.metrics,
    completeMs: () => systemClock.nowMs(),
  });
  stop = () => analytics.stop();
});
afterAll(async () => {
  stop();
  await rig.stop();
});

const steps = [{ type: 'signup' }, { type: 'session' }, { type: 'product_sale' }];
const span = { fromMs: from, toMs: from + 5 * DAY };
/** Asks until the answer is there, as a client does. */
async function answer(path: string, body: object) {
  for (;;) {
    const reply = await rig.call('POST', path, { key, body });
    expect(reply.status).toBe(200);
    if (reply.body.state === 'done') return reply.body.answer;
  }
}

test('a funnel, cohorts and attribution come back through the gateway, of this tenant alone', async () => {
  const funnel = await answer('/api/v1/funnels', { ...span, steps, order: 'ordered', windowMs: DAY });
  expect(funnel.steps.map(({ users }: { users: number }) => users)).toEqual([20, 20, 20]);
  expect(funnel.steps[2].medianMsFromFirst).toBe(7_200_000);
  const cohorts = await answer('/api/v1/cohorts', {
    ...span,
    entry: { type: 'signup' },
    returns: [{ type: 'session' }],
    grain: 'week',
    periods: 2,
  });
  expect(cohorts.cohorts[0]).toMatchObject({ size: 20, cells: [{ returned: 20, ltvMinor: 500 }, {}, {}] });
  const attribution = await answer('/api/v1/attribution', {
    ...span,
    conversions: [{ type: 'product_sale' }],
    touches: [{ type: 'session' }],
    key: 'campaign',
    lookbackMs: DAY,
  });
  expect(attribution).toMatchObject({ conversions: 20, valueMinor: 10_000, currency: 'USD' });
  expect(attribution.touchpoints.map((each: { key: string }) => each.key)).toEqual(['main-campaign']);
});

test('a part of the users needs the right that private answers need, and tells of no few people', async () => {
  const writer = await rig.key('main', 'query:read', 'kpis:write');
  const funnel = { ...span, steps, order: 'ordered', windowMs: DAY };
  const cohorts = {
    ...span,
    entry: { type: 'signup' },
    returns: [{ type: 'session' }],
    grain: 'week',
    periods: 2,
  };
  const parts = [
    ['/api/v1/funnels', { ...funnel, filters: { country: 'DE' } }],
    ['/api/v1/funnels', { ...funnel, by: 'country' }],
    [
      '/api/v1/funnels',
      { ...funnel, steps: [{ type: 'signup', where: { field: 'plan', in: ['pro'] } }, ...steps] },
    ],
    ['/api/v1/cohorts', { ...cohorts, filters: { content: 'v1' } }],
    ['/api/v1/cohorts', { ...cohorts, entry: { type: 'signup', where: { field: 'country', in: ['DE'] } } }],
  ] as const;
  for (const [path, body] of parts) {
    const refused = await rig.call('POST', path, { key, body });
    expect([refused.status, refused.body.code]).toEqual([403, 'GATEWAY_FORBIDDEN']);
    expect((await rig.call('POST', path, { key: writer, body })).status).toBe(200);
  }
});

test('a question that takes long says how far it is to whoever asks, then gives its answer', async () => {
  let open = (): void => {};
  gate = new Promise((resolve) => (open = resolve));
  const body = { ...span, steps, order: 'strict', windowMs: DAY };
  const both = await Promise.all([1, 2].map(() => rig.call('POST', '/api/v1/funnels', { key, body })));
  for (const { body: told } of both)
    expect(told).toMatchObject({ state: 'running', percent: 0, startedAtMs: both[0]?.body.startedAtMs });
  open();
  expect((await answer('/api/v1/funnels', body)).steps[2].users).toBe(20);
});

test('windows answer at once, also where there is nothing', async () => {
  for (const path of [
    '/api/v1/revenue/breakdown?by=channel',
    '/api/v1/revenue/decomposition',
    '/api/v1/pnl?plan=growth&grain=week',
  ]) {
    const { body, status } = await rig.call('GET', path, { key });
    expect([path, status, body.currency]).toEqual([path, 200, 'USD']);
  }
});

test.each([
  ['comparedFrom=2026-01-01', 'comparedTo', 'both'],
  ['comparedTo=2026-01-01', 'comparedFrom', 'both'],
  ['comparedFrom=2026-01-02&comparedTo=2026-01-01', 'comparedTo', 'before'],
  ['comparedFrom=2026-02-30&comparedTo=2026-03-01', 'comparedFrom', 'RFC 3339'],
])('half a comparison is refused: %s', async (query, field, words) => {
  const { body, status } = await rig.call('GET', `/api/v1/revenue/breakdown?${query}`, { key });
  expect([status, body.code, body.details?.field]).toEqual([400, 'GATEWAY_REQUEST_INVALID', field]);
  expect(body.detail).toContain(words);
});

test('profit and loss takes plan and target of the settings unless the question names others', async () => {
  const settings = { plan: 'growth', profitTargetPerMonth: 2_500 };
  const changed = await rig.call('PATCH', '/api/v1/settings', { key: rig.adminKey, body: settings });
  expect(changed.body).toMatchObject(settings);
  const own = await rig.call('GET', '/api/v1/pnl', { key });
  expect(own.body).toMatchObject({ plan: 'growth', feePerMonthMinor: 29_700, targetPerMonth: 2_500 });
  const other = await rig.call('GET', '/api/v1/pnl?plan=starter&targetPerMonth=7', { key });
  expect(other.body).toMatchObject({ plan: 'starter', feePerMonthMinor: 9_700, targetPerMonth: 7 });
});

test('risks are answered for this tenant alone, with all that was looked at', async () => {
  for (;;) {
    const { body, status } = await rig.call('GET', '/api/v1/revenue/risks', { key });
    expect(status).toBe(200);
    if (body.state !== 'done') continue;
    expect(body.answer).toMatchObject({ currency: 'USD', days: 0, risks: [], recommendations: [] });
    expect(body.answer.checks).toHaveLength(14);
    return;
  }
});

describe('a wrong question', () => {
  test.each([
    [
      '/api/v1/funnels',
      { ...span, steps: [{ type: 'signup' }], order: 'ordered', windowMs: DAY },
      400,
      'GATEWAY_REQUEST_INVALID',
    ],
    ['/api/v1/funnels', { ...span, steps, order: 'sideways', windowMs: DAY }, 400, 'GATEWAY_REQUEST_INVALID'],
    [
      '/api/v1/funnels',
      { ...span, tenant: 'other', steps, order: 'any', windowMs: DAY },
      400,
      'GATEWAY_REQUEST_INVALID',
    ],
    [
      '/api/v1/funnels',
      { ...span, steps: [{ type: "x' OR 1" }, { type: 'b' }], order: 'any', windowMs: DAY },
      400,
      'GATEWAY_REQUEST_INVALID',
    ],
    [
      '/api/v1/funnels',
      { ...span, toMs: from, steps, order: 'any', windowMs: DAY },
      422,
      'ANALYTICS_QUESTION_INVALID',
    ],
    [
      '/api/v1/funnels',
      { ...span, steps, order: 'any', windowMs: DAY, filters: { channel: 'a\u0000b' } },
      400,
      'GATEWAY_REQUEST_INVALID',
    ],
    [
      '/api/v1/cohorts',
      { ...span, toMs: from + 90 * DAY, entry: steps[0], returns: steps, grain: 'day', periods: 2 },
      422,
      'ANALYTICS_QUESTION_INVALID',
    ],
  ] as const)('%s %#', async (path, body, status, code) => {
    const reply = await rig.call('POST', path, { key, body });
    expect([reply.status, reply.body.code]).toEqual([status, code]);
    expect(reply.body.detail).not.toContain('streams.analytics');
  });

  test('a range too wide says so in its own words', async () => {
    const { body, status } = await rig.call('GET', '/api/v1/pnl?from=0', { key });
    expect([status, body.code, body.detail]).toEqual([
      422,
      'ANALYTICS_QUESTION_INVALID',
      'At most 400 days are answered at once.',
    ]);
  });
});

test('a key that may not read gets nothing', async () => {
  const ingest = await rig.key('main', 'ingest:write');
  expect((await rig.call('GET', '/api/v1/pnl', { key: ingest })).status).toBe(403);
});
