import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isFew } from '../../platform/contracts/privacy.ts';
import type { AnalyticsScope } from '../../platform/contracts/analytics.ts';
import { attributionModels } from '../../platform/contracts/attribution.ts';
import type { FunnelOrder, FunnelQuestion } from '../../platform/contracts/funnel.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import { createFakeClock, type Clock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { answerAttribution, answerCohorts, answerFunnel, type AnswerDeps } from './answer-users.ts';
import { answerBreakdown, answerDecomposition, answerPnl } from './answer-windows.ts';
import { finishFunnel, newFunnelUser, stepFunnel, type FunnelUser } from './funnel.ts';
import type { Progress } from './scan.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const start = Date.UTC(2026, 4, 31, 22);
const scope: AnalyticsScope = { tenant: 'alpha', timeZone: 'Europe/Berlin', currency: 'EUR' };
const types = ['signup', 'session', 'affiliate_click', 'product_sale'] as const;

interface Event {
  readonly tenant: string;
  readonly type: string;
  readonly timeMs: number;
  readonly user: string;
  readonly channel: string;
  readonly amountMinor: number;
  readonly campaign: string;
}
const random = createRandom('analytics');
/** Every instant is another one: two events at the same time have no order. */
const events: Event[] = Array.from({ length: 4_000 }, (_each, i): Event => {
  const type = random.pick(types);
  return {
    tenant: i % 10 === 0 ? 'beta' : 'alpha',
    type,
    timeMs: start + Math.floor((i * 3 * DAY) / 4_000),
    user: i % 7 === 0 ? '' : `u${random.int(200)}`,
    channel: random.pick(['c1', 'c2', '']),
    amountMinor: type === 'product_sale' ? random.int(5_000) - 200 : 0,
    campaign: random.pick(['search', `the "news's" le\\tter`, 'social']),
  };
});
const own = events.filter(({ tenant, user }) => tenant === 'alpha' && user !== '');

let directory: string;
let store: ClickHouseStore;
const progress: Progress = { report: () => {}, signal: new AbortController().signal };
/** A clock on which every statement takes just as long as it is meant to: slices stay an hour long. */
const steady = (): Clock => {
  const clock = createFakeClock(start + 10 * DAY);
  let elapsed = 0;
  return { ...clock, monotonicMs: () => (elapsed += 250) };
};
const deps = (clock: Clock = createFakeClock(start + 10 * DAY)): AnswerDeps => ({
  store,
  clock,
  completeMs: () => clock.nowMs(),
});

const columns = [
  'tenant',
  'source',
  'id',
  'type',
  'time',
  'received_at',
  'channel',
  'user',
  'currency',
  'amount_base_minor',
  'data',
];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-analytics-'));
  store = await openClickHouse({ database: 'default', path: join(directory, 'chdb') });
  await migrate(store);
  const rows = events.map((event, i) =>
    [
      event.tenant,
      's',
      `e${i}`,
      event.type,
      event.timeMs,
      event.timeMs,
      event.channel,
      event.user,
      event.amountMinor === 0 ? '' : 'EUR',
      event.amountMinor,
      escapeTsv(JSON.stringify({ campaign: event.campaign, rank: i % 3 })),
    ].join('\t'),
  );
  await store.insertRows('events', columns, `${rows.join('\n')}\n`);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const funnel = (order: FunnelOrder, change: Partial<FunnelQuestion> = {}): FunnelQuestion => ({
  fromMs: start,
  toMs: start + 3 * DAY,
  steps: [{ type: 'signup' }, { type: 'affiliate_click' }, { type: 'product_sale' }],
  order,
  windowMs: 9 * HOUR,
  ...change,
});

/** The same from the events in memory. */
function byHand(question: FunnelQuestion, valueOf: (event: Event) => string) {
  const plan = { steps: question.steps.length, order: question.order, windowMs: question.windowMs };
  const users = new Map<string, FunnelUser>();
  for (const event of own) {
    let mask = 0;
    for (const [i, step] of question.steps.entries()) if (step.type === event.type) mask |= 1 << i;
    if (mask === 0 || (question.filters?.channel ?? event.channel) !== event.channel) continue;
    const user = users.get(event.user) ?? newFunnelUser();
    users.set(event.user, user);
    stepFunnel(plan, user, event.timeMs, mask, valueOf(event));
  }
  return finishFunnel(plan, users.values(), {
    isBrokenDown: question.by !== undefined,
    isGuarded: question.filters !== undefined,
  });
}

describe('people', () => {
  const tenant = 'gamma';
  beforeAll(async () => {
    // dev looks around, signs in as ada, who buys on another device; bo uses the same device later.
    const told = [
      ['dev', 'affiliate_click', 1],
      ['ada', 'signup', 2],
      ['phone', 'product_sale', 3],
      ['bo', 'signup', 4],
    ] as const;
    const rows = told.map(([user, type, hour], i) =>
      [
        tenant,
        's',
        `p${i}`,
        type,
        start + hour * HOUR,
        start,
        '',
        user,
        '',
        500,
        '{"campaign":"search"}',
      ].join('\t'),
    );
    await store.insertRows('events', columns, `${rows.join('\n')}\n`);
    const links = [
      [tenant, 'owner', 'dev', 'bo', start + 4 * HOUR],
      [tenant, 'owner', 'dev', 'ada', start + 2 * HOUR],
      [tenant, 'alias', 'phone', 'ada', start + 3 * HOUR],
      ['beta', 'owner', 'bo', 'ada', start],
    ].map((link) => `${link.join('\t')}\t1\n`);
    await store.insertRows('identities', ['tenant', 'kind', 'a', 'b', 'at', 'version'], links.join(''));
  });

  test('a funnel, cohorts and attribution take the identities of one person as one', async () => {
    const of = { ...scope, tenant };
    const steps = [{ type: 'affiliate_click' }, { type: 'signup' }, { type: 'product_sale' }];
    const funnels = await answerFunnel(deps(), of, funnel('ordered', { steps }), progress);
    expect(funnels.steps.map(({ users }) => users)).toEqual([1, 1, 1]);
    const span = { fromMs: start, toMs: start + DAY };
    const attribution = await answerAttribution(
      deps(),
      of,
      {
        ...span,
        conversions: [{ type: 'product_sale' }],
        touches: [{ type: 'affiliate_click' }],
        key: 'campaign',
        lookbackMs: DAY,
      },
      progress,
    );
    expect(attribution).toMatchObject({ conversions: 1, valueMinor: 500, unattributed: { conversions: 0 } });
    const cohorts = await answerCohorts(
      deps(),
      of,
      { ...span, entry: { type: 'signup' }, returns: [{ type: 'product_sale' }], grain: 'day', periods: 1 },
      progress,
    );
    expect(cohorts.cohorts.find(({ size }) => size !== 0)).toMatchObject({
      size: 2,
      cells: [{ revenueMinor: 500 }, {}],
    });
  });
});

describe('funnels', () => {
  test('an ordered one is what windowFunnel of ClickHouse counts', async () => {
    for (const windowMs of [5 * HOUR, 9 * HOUR, 40 * HOUR]) {
      const { steps } = await answerFunnel(deps(), scope, funnel('ordered', { windowMs }), progress);
      const levels = await store.query(
        `SELECT level, count() AS n FROM (
 SELECT user, windowFunnel(${windowMs})(toUInt64(toUnixTimestamp64Milli(time)), type = 'signup', type = 'affiliate_click', type = 'product_sale') AS level
 FROM events WHERE tenant = 'alpha' AND user != '' GROUP BY user) GROUP BY level`,
        {},
        Type.Object({ level: Type.Number(), n: Type.Number() }),
      );
      const atLeast = [1, 2, 3].map((level) =>
        levels.reduce((sum, row) => sum + (row.level >= level ? row.n : 0), 0),
      );
      expect(steps.map(({ users }) => users)).toEqual(atLeast);
      expect(atLeast[2]).toBeGreaterThan(0);
    }
  });

  test.each<FunnelOrder>(['ordered', 'strict', 'any'])('%s: slices of time change nothing', async (order) => {
    const question = funnel(order, { by: 'channel' });
    const whole = await answerFunnel(deps(), scope, question, progress);
    expect(await answerFunnel(deps(steady()), scope, question, progress)).toEqual(whole);
    expect(whole).toMatchObject(byHand(question, ({ channel }) => channel));
  });

  test('filters, fields of data and their values narrow it', async () => {
    const filtered = funnel('ordered', { filters: { channel: 'c1' } });
    expect(await answerFunnel(deps(), scope, filtered, progress)).toMatchObject(byHand(filtered, () => ''));
    const count = (where: (event: Event, i: number) => boolean): number =>
      new Set(
        events.flatMap((event, i) =>
          event.tenant === 'alpha' && event.user !== '' && event.type === 'signup' && where(event, i)
            ? [event.user]
            : [],
        ),
      ).size;
    const ask = async (field: string, values: string[]): Promise<number | null | undefined> => {
      const steps = [{ type: 'signup', where: { field, in: values } }, { type: 'session' }];
      return (await answerFunnel(deps(), scope, funnel('ordered', { steps }), progress)).steps[0]?.users;
    };
    const told = (users: number): number | null => (isFew(users) ? null : users);
    expect(await ask('campaign', [`the "news's" le\\tter`])).toBe(
      told(count(({ campaign }) => campaign === `the "news's" le\\tter`)),
    );
    expect(await ask('rank', ['1', '2'])).toBe(told(count((_event, i) => i % 3 !== 0)));
    expect(await ask('nothing.at_all', ['x'])).toBe(0);
  });

  test('another tenant is another world, and an empty one gives zeros', async () => {
    const other = await answerFunnel(deps(), { ...scope, tenant: 'beta' }, funnel('ordered'), progress);
    expect(other.events).toBeLessThan(500);
    const none = await answerFunnel(deps(), { ...scope, tenant: 'nobody' }, funnel('ordered'), progress);
    expect(none).toMatchObject({ events: 0, steps: [{ users: 0 }, { users: 0 }, { users: 0 }] });
  });

  test('over an event type that nobody knows are refused, not answered with zeros; so are cohorts and attribution', async () => {
    const unknown = { type: 'sign_up' };
    const refused = { code: 'ANALYTICS_QUESTION_INVALID', message: expect.stringContaining('"sign_up"') };
    const steps = [{ type: 'signup' }, unknown];
    await expect(answerFunnel(deps(), scope, funnel('ordered', { steps }), progress)).rejects.toMatchObject(
      refused,
    );
    const span = { fromMs: start, toMs: start + DAY };
    await expect(
      answerCohorts(
        deps(),
        scope,
        { ...span, entry: unknown, returns: [{ type: 'session' }], grain: 'day', periods: 1 },
        progress,
      ),
    ).rejects.toMatchObject(refused);
    await expect(
      answerAttribution(
        deps(),
        scope,
        { ...span, touches: [{ type: 'session' }], conversions: [unknown], key: 'channel', lookbackMs: DAY },
        progress,
      ),
    ).rejects.toMatchObject(refused);
  });

  test('a range that ends before it begins is refused', async () => {
    const asked = answerFunnel(deps(), scope, funnel('ordered', { toMs: start }), progress);
    await expect(asked).rejects.toMatchObject({ code: 'ANALYTICS_QUESTION_INVALID' });
  });
});

describe('cohorts', () => {
  const question = {
    fromMs: start + DAY,
    toMs: start + 3 * DAY,
    entry: { type: 'signup' },
    returns: [{ type: 'session' }],
    grain: 'day' as const,
    periods: 2,
  };

  test('are those of the first entry of all time, in days of the zone; counted again by hand', async () => {
    const answer = await answerCohorts(deps(), scope, question, progress);
    expect(await answerCohorts(deps(steady()), scope, question, progress)).toEqual(answer);
    const entered = new Map<string, number>();
    for (const { type, user, timeMs } of own)
      if (type === 'signup' && !entered.has(user)) entered.set(user, timeMs);
    // 22:00 UTC is midnight in Berlin, so days here are days from `start` on.
    const dayOf = (timeMs: number): number => Math.floor((timeMs - start) / DAY);
    for (const [i, { size, cells, startMs }] of answer.cohorts.entries()) {
      const day = i + 1;
      expect(startMs).toBe(start + day * DAY);
      const members = new Set([...entered].filter(([, ms]) => dayOf(ms) === day).map(([user]) => user));
      expect(size).toBe(members.size);
      for (const [period, cell] of cells.entries()) {
        const within = own.filter(
          ({ timeMs, user }) =>
            members.has(user) && dayOf(timeMs) === day + period && timeMs >= (entered.get(user) ?? 0),
        );
        const back = new Set(within.filter(({ type }) => type === 'session').map(({ user }) => user));
        expect(cell.returned).toBe(period === 0 ? size : back.size);
        expect(cell.revenueMinor).toBe(within.reduce((sum, { amountMinor }) => sum + amountMinor, 0));
      }
    }
    expect(answer.cohorts.reduce((sum, { size }) => sum + (size ?? 0), 0)).toBeGreaterThan(10);
  });

  test('more than sixty are refused', async () => {
    const wide = { ...question, fromMs: start - 100 * DAY };
    await expect(answerCohorts(deps(), scope, wide, progress)).rejects.toMatchObject({
      code: 'ANALYTICS_QUESTION_INVALID',
    });
  });
});

test('attribution reads paths from the lookback on, and slices change nothing', async () => {
  const question = {
    fromMs: start + DAY,
    toMs: start + 3 * DAY,
    conversions: [{ type: 'product_sale' }],
    touches: [{ type: 'affiliate_click' }, { type: 'session' }],
    key: 'campaign',
    lookbackMs: DAY,
  };
  const answer = await answerAttribution(deps(), scope, question, progress);
  // Sums of fractions come out the same to a rounding of doubles.
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_key, each: unknown) =>
        typeof each === 'number' ? Math.round(each * 1e6) / 1e6 : each,
      ),
    );
  const sliced = await answerAttribution(deps(steady()), scope, question, progress);
  expect(rounded(sliced)).toEqual(rounded(answer));
  const sales = own.filter(({ type, timeMs }) => type === 'product_sale' && timeMs >= question.fromMs);
  expect(answer.conversions).toBe(sales.length);
  expect(answer.valueMinor).toBe(sales.reduce((sum, { amountMinor }) => sum + amountMinor, 0));
  expect(answer.touchpoints.map(({ key }) => key).toSorted()).toEqual([
    'search',
    'social',
    `the "news's" le\\tter`,
  ]);
  let last = 0;
  for (const sale of sales) {
    const before = own.filter(
      ({ user, timeMs, type }) =>
        user === sale.user &&
        timeMs < sale.timeMs &&
        timeMs >= sale.timeMs - question.lookbackMs &&
        type !== 'signup',
    );
    if (
      before.at(-1)?.type !== undefined &&
      before.at(-1)?.type !== 'product_sale' &&
      before.at(-1)?.campaign === 'search'
    )
      last += 1;
  }
  const search = answer.touchpoints.find(({ key }) => key === 'search');
  expect(search?.credits.find(({ model }) => model === 'last')?.conversions).toBe(last);
  expect(search?.credits.map(({ model }) => model)).toEqual([...attributionModels]);
});

describe('windows', () => {
  const monday = Date.UTC(2026, 5, 7, 22);
  const sums = (values: Readonly<Record<string, number>>): string =>
    `{${Object.entries(values)
      .map(([key, value]) => `'${key}':${value}`)
      .join(',')}}`;
  const row = (
    window: string,
    rollup: string,
    startMs: number,
    dim: string,
    values: Readonly<Record<string, number>>,
  ): string =>
    [1, 2]
      .map((part) =>
        [
          'alpha',
          window,
          rollup,
          startMs,
          dim,
          part,
          sums(Object.fromEntries(Object.entries(values).map(([k, v]) => [k, v / 2]))),
          1,
        ].join('\t'),
      )
      .join('\n');
  const kpiColumns = ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'version'];
  const clock = createFakeClock(monday + 14 * DAY + 30_000);

  beforeAll(async () => {
    const rows: string[] = [];
    for (let day = 0; day < 14; day += 1) {
      const at = monday + day * DAY;
      const cost = { cost: 40, production_cost: 20, marketing_cost: 10, api_cost: 6, produced: 4 };
      rows.push(
        row('1d', 'total', at, '', {
          revenue: 1_000 + 10 * day,
          view_events: 3_000,
          reported_views: 1_000,
          ...cost,
        }),
      );
      rows.push(
        row('1d', 'channel', at, 'c1', {
          revenue: 700,
          view_events: 3_000,
          reported_views: 1_000,
          cost: 30,
          production_cost: 20,
          produced: 4,
        }),
      );
      rows.push(row('1d', 'channel', at, 'c2', { revenue: 200, cost: 10 }));
      rows.push(
        row('1d', 'stream', at, 'ads', { revenue: 900 }),
        row('1d', 'stream', at, 'tips', { revenue: 100 + 10 * day }),
      );
      for (let hour = 0; hour < 24; hour += 1)
        rows.push(row('1h', 'total', at + hour * HOUR, '', { revenue: hour < 12 ? 20 : 60 }));
    }
    await store.insertRows('kpi', kpiColumns, `${rows.join('\n')}\n`);
  });

  test('a breakdown has no days while nothing of the tenant is known to be complete', async () => {
    const behind = { ...deps(clock), completeMs: () => Number.NEGATIVE_INFINITY };
    const span = { fromMs: monday, toMs: monday + 7 * DAY };
    const answer = await answerBreakdown(behind, scope, { ...span, by: 'stream', limit: 5 });
    expect(answer).toMatchObject({ pace: { days: 0, perDayMinor: null }, rpm: [] });
  });

  test('profit and loss by week: sums of both parts, fee by days, channels and what belongs to none', async () => {
    const answer = await answerPnl(deps(clock), scope, {
      fromMs: monday,
      toMs: monday + 14 * DAY,
      grain: 'week',
      plan: 'scale',
      targetPerMonth: 10_000,
    });
    expect(
      answer.periods.map(({ figures, isComplete }) => [figures.revenueMinor, figures.costMinor, isComplete]),
    ).toEqual([
      [7_210, 280, true],
      [7_700, 280, true],
    ]);
    // June has 30 days; 14 of them carry 14/30 of 797.00, of 10,000.00.
    expect(answer.total).toMatchObject({
      feeMinor: 37_194,
      revenueMinor: 14_910,
      costMinor: 560,
      profitMinor: 14_910 - 560 - 37_194,
      videos: 56,
    });
    expect(answer.total.costs).toEqual({
      productionMinor: 280,
      advertisingMinor: 140,
      apiMinor: 84,
      otherMinor: 56,
    });
    expect(answer.targetMinor).toBe(466_667);
    expect(
      answer.channels.map(({ channel, figures }) => [channel, figures.revenueMinor, figures.costMinor]),
    ).toEqual([
      ['c1', 9_800, 420],
      ['c2', 2_800, 140],
      ['', 2_310, 0],
    ]);
  });

  test('breakdown with comparison, pace, concentration, risks and RPM', async () => {
    const answer = await answerBreakdown(deps(clock), scope, {
      fromMs: monday + 7 * DAY,
      toMs: monday + 14 * DAY,
      comparedFromMs: monday,
      comparedToMs: monday + 7 * DAY,
      by: 'stream',
      limit: 10,
    });
    expect(
      answer.rows.map(({ id, revenueMinor, previousMinor }) => [id, revenueMinor, previousMinor]),
    ).toEqual([
      ['ads', 6_300, 6_300],
      ['tips', 1_400, 910],
    ]);
    expect(answer).toMatchObject({ totalMinor: 7_700, previousTotalMinor: 7_210 });
    expect(answer.pace).toEqual({
      days: 14,
      perDayMinor: 1_100,
      beforePerDayMinor: 1_030,
      growth: 70 / 1_030,
      perDayPerDayMinor: 10,
    });
    expect(answer.concentration.stream).toEqual({
      largest: 'ads',
      largestShare: 9 / 11,
      hhi: (9 / 11) ** 2 + (2 / 11) ** 2,
    });
    expect(answer.risks.map(({ code }) => code)).toEqual([
      'stream_concentration',
      'channel_concentration',
      'few_streams',
    ]);
    expect(answer.rows[0]?.rpmMinor).toBeCloseTo((6_300 / 28_000) * 1_000, 9);
    expect(answer.rpm).toHaveLength(14);
  });

  test('contents carry their newest title; what lies before the first event is compared with nothing', async () => {
    const at = monday + 2 * DAY;
    await store.insertRows(
      'kpi',
      kpiColumns,
      `${row('1d', 'content', at, 'v1', { revenue: 50, view_events: 100 })}\n${row('1d', 'content', at, 'v2', { revenue: 20 })}\n`,
    );
    const published = ['Old', 'New title'].map((title, i) =>
      ['alpha', 's', `p${i}`, 'post_published', at + i, at + i, 'v1', JSON.stringify({ title })].join('\t'),
    );
    await store.insertRows(
      'events',
      ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'content', 'data'],
      `${published.join('\n')}\n`,
    );
    const answer = await answerBreakdown(deps(clock), scope, {
      fromMs: monday,
      toMs: monday + 7 * DAY,
      comparedFromMs: monday - 7 * DAY,
      comparedToMs: monday,
      by: 'content',
      limit: 10,
    });
    expect(
      answer.rows.map(({ previousMinor, revenueMinor, title }) => [title, revenueMinor, previousMinor]),
    ).toEqual([
      ['New title', 50, null],
      ['v2', 20, null],
    ]);
    expect(answer.previousTotalMinor).toBeNull();
  });

  test('seasons of complete hours, in the hours of the zone', async () => {
    const answer = await answerDecomposition(deps(clock), scope, { fromMs: monday, toMs: monday + 30 * DAY });
    expect(answer.hours).toBe(14 * 24);
    expect(answer.points.at(-1)?.startMs).toBe(monday + 14 * DAY - HOUR);
    expect(answer.hourEffects[3]).toBeLessThan(answer.hourEffects[15] ?? 0);
    expect(answer.anomalies).toBe(0);
    await expect(
      answerDecomposition(deps(clock), scope, {
        fromMs: monday,
        toMs: monday + DAY,
        filters: { channel: 'a', stream: 'b' },
      }),
    ).rejects.toMatchObject({ code: 'ANALYTICS_QUESTION_INVALID' });
  });
});
