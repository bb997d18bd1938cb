import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import {
  liveWindows,
  rollups,
  windowSizes,
  type KpiDefinition,
  type WindowSize,
} from '../../platform/contracts/kpi.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { encodeSketch } from '../../platform/kpi/measure-state.ts';
import { UniqueSketch } from '../../platform/kpi/unique-sketch.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { createIdentityHasher } from '../../platform/record-batch/identity.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import { createRandom } from '../../platform/time/random.ts';
import type { SeriesQuestion } from './question.ts';
import { readSeries } from './series.ts';
import { readTop } from './top.ts';

// Sao Paulo had days that began at one in the morning: 4 November 2018 has no midnight.
const tenant: Tenant = {
  id: 'alpha',
  name: 'Alpha',
  currency: 'BRL',
  timeZone: 'America/Sao_Paulo',
  rates: {},
  simulated: false,
  createdAtMs: 0,
  limits: { eventsPerSecond: 1, requestsPerSecond: 1 },
};
const firstMs = Date.UTC(2018, 10, 2, 20);
const spanMs = 4 * 86_400_000;
const range = { fromMs: Date.UTC(2018, 9, 1, 3), toMs: Date.UTC(2018, 11, 1, 2) };
const clock = createWindowClock(tenant.timeZone);

interface Event {
  readonly tenant: string;
  readonly type: 'video_view' | 'ad_impression' | 'post_metrics' | 'content_generation';
  readonly timeMs: number;
  readonly channel: string;
  readonly content: string;
  readonly country: string;
  readonly stream: string;
  readonly user: string;
  readonly amountMinor: number;
  readonly data: Readonly<Record<string, number>>;
  readonly part: number;
}

const events = createEvents();
let directory: string;
let store: ClickHouseStore;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-series-'));
  store = await openClickHouse({ database: 'default', path: join(directory, 'chdb') });
  await migrate(store);
  await store.insertRows('events', eventColumns, events.map((event) => eventRow(event)).join(''));
  const rows = kpiRows(events);
  // An older version of every row first: readers must take the newest alone.
  await store.insertRows('kpi', kpiColumns, rows.map((row) => kpiRow(row, 1, 0.5)).join(''));
  await store.insertRows('kpi', kpiColumns, rows.map((row) => kpiRow(row, 2, 1)).join(''));
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each([...windowSizes])('windows of %s', (window) => {
  test.each(['views', 'total_revenue', 'rpm', 'engagement_rate', 'unique_viewers', 'profit'])(
    '%s in total agrees with a count by hand',
    async (key) => {
      const [series] = await readSeries(store, question(key, window, []), tenant);
      const expected = byHand(key, window, () => '');
      expect(series?.dims).toEqual({});
      expect(pointsOf(series?.points ?? [])).toEqual(expected.get(''));
    },
  );

  test.each(['channel', 'content', 'country'] as const)('views by %s, each cut once', async (dimension) => {
    const series = await readSeries(store, question('views', window, [dimension]), tenant);
    // Counted from events, a window in which nothing was viewed has no point at all.
    const shown = ({ 1: value }: Points[number]): boolean => value !== 0;
    const found = new Map(
      series.map(({ dims, points }) => [dims[dimension] ?? '', pointsOf(points).filter(shown)]),
    );
    const expected = byHand('views', window, (event) => event[dimension]);
    expect(found).toEqual(new Map([...expected].map(([cut, points]) => [cut, points.filter(shown)])));
  });

  test('two dimensions and a filter come from the events', async () => {
    const asked = { ...question('rpm', window, ['channel', 'country']), filters: { content: 'v1' } };
    const series = await readSeries(store, asked, tenant);
    const found = new Map(
      series.map(({ dims, points }) => [
        `${dims['channel']}/${dims['country']}/${dims['content']}`,
        pointsOf(points),
      ]),
    );
    const expected = byHand(
      'rpm',
      window,
      (event) => `${event.channel}/${event.country}/v1`,
      (event) => event.content === 'v1' && event.type !== 'content_generation',
    );
    expect(found).toEqual(expected);
  });
});

test('revenue by stream is cut without being asked and leaves out what belongs to no stream', async () => {
  const series = await readSeries(store, question('revenue_by_stream', '1d', ['stream']), tenant);
  expect(series.map(({ dims }) => dims)).toEqual([{ stream: 'ads' }, { stream: 'sponsorship' }]);
});

test('a filter narrows a rollup to one value and says so', async () => {
  const asked = { ...question('views', '1d', []), filters: { channel: 'c2' } };
  const [series, ...others] = await readSeries(store, asked, tenant);
  expect(others).toEqual([]);
  expect(series?.dims).toEqual({ channel: 'c2' });
  expect(pointsOf(series?.points ?? [])).toEqual(byHand('views', '1d', (event) => event.channel).get('c2'));
});

describe('distinct viewers of a narrow cut', () => {
  const viewers = async (window: WindowSize, by: SeriesQuestion['by'], filters: SeriesQuestion['filters']) =>
    (await readSeries(store, { ...question('unique_viewers', window, by), filters }, tenant)).flatMap(
      ({ points }) => points,
    );
  const isTold = ({ value, isFewPeople }: { value: number | null; isFewPeople?: true }): boolean =>
    isFewPeople === true ? value === null : value === 0 || (value ?? 0) >= 10;

  test.each([
    ['a content in a country, by ten seconds', '10s', [], { content: 'v1', country: 'DE' }],
    ['contents by country, by the day', '1d', ['content', 'country'], {}],
    ['a channel, by the minute', '1m', [], { channel: 'c1' }],
  ] as const)('%s: one to nine are not told', async (_name, window, by, filters) => {
    const points = await viewers(window, [...by], filters);
    expect(points.length).toBeGreaterThan(5);
    expect(points.filter((point) => !isTold(point))).toEqual([]);
    if (window !== '1d') expect(points.some(({ isFewPeople }) => isFewPeople === true)).toBe(true);
    else expect(points.some(({ value }) => value !== null)).toBe(true);
  });

  test('one dimension by the hour, and the tenant’s own totals in any window, are exact', async () => {
    expect((await viewers('10s', [], {})).every(({ value }) => value !== null)).toBe(true);
    expect((await viewers('1h', ['channel'], {})).every(({ value }) => value !== null)).toBe(true);
  });

  test('views of the same cut count events, and are told', async () => {
    const views = await readSeries(store, question('views', '1d', ['content', 'country']), tenant);
    expect(views.flatMap(({ points }) => points).every(({ value }) => value !== null)).toBe(true);
  });
});

test('a tenant without rows gets one empty series', async () => {
  const asked = { ...question('views', '1d', []), tenant: 'nobody' };
  expect(await readSeries(store, asked, tenant)).toEqual([{ dims: {}, points: [] }]);
});

describe('trailing windows', () => {
  const over = async (key: string, trailing: number, by: SeriesQuestion['by'] = []) =>
    await readSeries(store, { ...question(key, '1d', by), trailing }, tenant);

  test('of one window are the windows', async () => {
    expect(await over('rpm', 1)).toEqual(await readSeries(store, question('rpm', '1d', []), tenant));
  });

  test.each(['views', 'total_revenue', 'rpm', 'engagement_rate', 'profit'])(
    '%s over everything is the formula over everything, once',
    async (key) => {
      const [series] = await over(key, 30);
      const whole = byHand(key, 'all', () => '').get('');
      expect(pointsOf(series?.points ?? []).at(-1)?.[1]).toEqual(whole?.[0]?.[1]);
    },
  );

  test('views of three days are those of three days, each channel by itself', async () => {
    const days = byHand('views', '1d', (event) => event.channel);
    for (const { dims, points } of await over('views', 3, ['channel'])) {
      const own = new Map(days.get(dims['channel'] ?? ''));
      const starts = points.map(({ windowStartMs }) => windowStartMs);
      expect(starts.length).toBeGreaterThan(3);
      for (const [i, { value }] of points.entries()) {
        const last = starts.slice(Math.max(0, i - 2), i + 1);
        expect(value).toBe(last.reduce((sum, start) => sum + (own.get(start) ?? 0), 0));
      }
    }
  });

  test('reach back before the range that was asked for', async () => {
    const [whole] = await over('views', 3);
    const from = whole?.points[2]?.windowStartMs ?? 0;
    const asked = { ...question('views', '1d', []), trailing: 3, range: { ...range, fromMs: from } };
    const [series] = await readSeries(store, asked, tenant);
    expect(series?.points).toEqual(whole?.points.slice(2));
  });

  test.each([
    [['channel', 'country'], 'views'],
    [[], 'dau_mau'],
  ] as const)('by %j of %s are refused', async (by, key) => {
    await expect(over(key, 2, by)).rejects.toMatchObject({ code: 'GATEWAY_REQUEST_INVALID' });
  });
});

test('a range of more points than allowed is refused', async () => {
  const wide = Array.from({ length: 50_001 }, (_, i) => ({ ...sample, timeMs: firstMs + i * 10_000 }));
  const rows = wide.map((event) => ({ ...event, tenant: 'wide' }));
  await store.insertRows(
    'kpi',
    kpiColumns,
    kpiRows(rows, ['10s'], ['total'])
      .map((row) => kpiRow(row, 1, 1))
      .join(''),
  );
  const asked = { ...question('views', '10s', []), tenant: 'wide' };
  await expect(readSeries(store, asked, tenant)).rejects.toMatchObject({ code: 'GATEWAY_RANGE_TOO_WIDE' });
});

describe('top', () => {
  test.each(['views', 'total_revenue', 'rpm'])('channels by %s agree with a count by hand', async (key) => {
    const asked = { by: 'channel', definition: kpi(key), window: '1d', range, limit: 2 } as const;
    const found = await readTop(store, asked, tenant);
    const totals = [...byHand(key, 'all', (event) => event.channel)].map(([id, points]) => ({
      id,
      title: id,
      value: points[0]?.[1] ?? 0,
    }));
    const rounded = found.map(({ id, title, value }) => ({ id, title, value: round(value) }));
    expect(rounded).toEqual(totals.toSorted((a, b) => b.value - a.value).slice(0, 2));
  });

  test('another KPI stands beside, without a value where its formula has none', async () => {
    const asked = {
      by: 'content',
      definition: kpi('views'),
      beside: [kpi('rpm')],
      window: '1d',
      range,
      limit: 3,
    } as const;
    const byRpm = byHand('rpm', 'all', (event) => event.content);
    for (const { id, beside } of await readTop(store, asked, tenant)) {
      expect(beside.map(round)).toEqual([byRpm.get(id)?.[0]?.[1]]);
    }
    const perCost = { ...kpi('views'), key: 'per_cost', formula: 'view_events / 0' };
    const [first] = await readTop(store, { ...asked, beside: [perCost] }, tenant);
    expect(first?.beside).toEqual([null]);
  });

  test('contents carry the newest title they were published under', async () => {
    const published = [
      { ...sample, timeMs: firstMs, title: 'First' },
      { ...sample, timeMs: firstMs + 5, title: 'Second \\ "quoted"' },
    ];
    const rows = published.map((event) =>
      eventRow({ ...event, data: {} }, JSON.stringify({ title: event.title }), 'post_published'),
    );
    await store.insertRows('events', eventColumns, rows.join(''));
    const asked = { by: 'content', definition: kpi('views'), window: '1d', range, limit: 10 } as const;
    const titles = new Map((await readTop(store, asked, tenant)).map((entry) => [entry.id, entry.title]));
    expect(titles.get(sample.content)).toBe('Second \\ "quoted"');
    expect(titles.get('v2')).toBe('v2');
  });

  test.each([
    ['unique_viewers', '1d', /distinct/],
    ['views', '1m', /content are kept from/],
  ] as const)('%s over %s is refused', async (key, window, why) => {
    const asked = { by: 'content', definition: kpi(key), window, range, limit: 2 } as const;
    await expect(readTop(store, asked, tenant)).rejects.toThrow(why);
  });
});

const eventColumns = [
  'tenant',
  'source',
  'id',
  'type',
  'time',
  'received_at',
  'channel',
  'content',
  'country',
  'stream',
  'user',
  'amount_minor',
  'currency',
  'amount_base_minor',
  'data',
];
const kpiColumns = [
  'tenant',
  'window',
  'rollup',
  'window_start',
  'dim',
  'part',
  'sums',
  'mins',
  'maxs',
  'uniques',
  'revision',
  'version',
];

function createEvents(): Event[] {
  const random = createRandom('series');
  return Array.from({ length: 3_000 }, (_, i): Event => {
    const type = random.pick([
      'video_view',
      'video_view',
      'ad_impression',
      'post_metrics',
      'content_generation',
    ] as const);
    const isMoney = type === 'ad_impression' || type === 'content_generation';
    return {
      tenant: i % 10 === 0 ? 'beta' : 'alpha',
      type,
      timeMs: firstMs + random.int(spanMs),
      channel: random.pick(['c1', 'c2', "c'3\t\\"]),
      content: random.pick(['v1', 'v2', 'v3', 'v4']),
      country: random.pick(['BR', 'DE', '']),
      stream: type === 'ad_impression' ? random.pick(['ads', 'sponsorship']) : '',
      user: type === 'video_view' ? `u${random.int(400)}` : '',
      amountMinor: isMoney ? random.int(100_000) - 2_000 : 0,
      data: type === 'post_metrics' ? { views: random.int(1_000) - 50, likes: random.int(100) } : {},
      part: random.int(3),
    };
  });
}

const sample: Event = {
  tenant: 'alpha',
  type: 'video_view',
  timeMs: firstMs,
  channel: 'c1',
  content: 'v1',
  country: 'BR',
  stream: '',
  user: 'u1',
  amountMinor: 0,
  data: {},
  part: 0,
};

function eventRow(event: Event, data?: unknown, type?: string): string {
  const time = new Date(event.timeMs).toISOString().replace('T', ' ').replace('Z', '');
  const text = typeof data === 'string' ? data : JSON.stringify(event.data);
  const columns = [
    event.tenant,
    's',
    'id',
    type ?? event.type,
    time,
    time,
    event.channel,
    event.content,
    event.country,
    event.stream,
    event.user,
    event.amountMinor,
    event.amountMinor === 0 ? '' : 'BRL',
    event.amountMinor,
    text,
  ];
  return `${columns.map((column) => escapeTsv(String(column))).join('\t')}\n`;
}

interface Row {
  readonly tenant: string;
  readonly window: WindowSize;
  readonly rollup: string;
  readonly startMs: number;
  readonly dim: string;
  readonly part: number;
  readonly events: readonly Event[];
}

function kpiRows(
  from: readonly Event[],
  windows = windowSizes as readonly WindowSize[],
  over: readonly (typeof rollups)[number][] = rollups,
): Row[] {
  const rows = new Map<string, { row: Omit<Row, 'events'>; events: Event[] }>();
  for (const event of from) {
    for (const rollup of over) {
      const dim = rollup === 'total' ? '' : event[rollup];
      for (const window of windows) {
        if (!liveWindows[rollup].includes(window)) continue;
        const startMs = clock.start(window, event.timeMs);
        const row = { tenant: event.tenant, window, rollup, startMs, dim, part: event.part };
        const key = JSON.stringify(row);
        const held = rows.get(key) ?? { row, events: [] };
        held.events.push(event);
        rows.set(key, held);
      }
    }
  }
  return [...rows.values()].map(({ row, events }) => ({ ...row, events }));
}

function kpiRow(row: Row, version: number, share: number): string {
  const measured = measuresOf(row.events.slice(0, Math.ceil(row.events.length * share)));
  const sketch = new UniqueSketch();
  const hash = new Uint32Array(2);
  for (const user of measured.users) {
    createIdentityHasher().user(row.tenant, user, hash, 0);
    sketch.add(hash[0] ?? 0, hash[1] ?? 0);
  }
  const sums = Object.entries(measured.sums).map(([key, value]) => `'${key}':${value}`);
  const columns = [
    row.tenant,
    row.window,
    row.rollup,
    new Date(row.startMs).toISOString().replace('T', ' ').replace('Z', ''),
    row.dim,
    row.part,
    `{${sums.join(',')}}`,
    '{}',
    '{}',
    measured.users.size === 0 ? '{}' : `{'viewers':'${encodeSketch(sketch)}'}`,
    0,
    version,
  ];
  return `${columns.map((column) => escapeTsv(String(column))).join('\t')}\n`;
}

const revenueTypes = new Set(
  eventCatalogue.filter((spec) => spec.money === 'revenue').map((spec) => spec.type),
);

type Sums = Record<'revenue' | 'cost' | 'view_events' | 'reported_views' | 'reported_likes', number>;

function measuresOf(of: readonly Event[]): { sums: Sums; users: Set<string> } {
  const sums = { revenue: 0, cost: 0, view_events: 0, reported_views: 0, reported_likes: 0 };
  const users = new Set<string>();
  for (const event of of) {
    if (event.type === 'video_view') {
      sums.view_events += 1;
      users.add(event.user);
    } else if (event.type === 'post_metrics') {
      sums.reported_views += event.data['views'] ?? 0;
      sums.reported_likes += event.data['likes'] ?? 0;
    } else if (revenueTypes.has(event.type)) sums.revenue += event.amountMinor;
    else sums.cost += event.amountMinor;
  }
  return { sums, users };
}

function valueByHand(key: string, of: readonly Event[]): number | null {
  const { sums, users } = measuresOf(of);
  const views = sums.view_events + sums.reported_views;
  const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
  switch (key) {
    case 'views':
      return views;
    case 'total_revenue':
      return sums.revenue / 100;
    case 'rpm':
      return ratio(sums.revenue / 100, views / 1000);
    case 'engagement_rate':
      return ratio(sums.reported_likes, views);
    case 'unique_viewers':
      return users.size;
    case 'profit':
      return sums.revenue / 100 - sums.cost / 100;
    default:
      throw new RangeError(key);
  }
}

type Points = [number, number | null][];

function byHand(
  key: string,
  window: WindowSize | 'all',
  cut: (event: Event) => string,
  where: (event: Event) => boolean = () => true,
): Map<string, Points> {
  const groups = new Map<string, Map<number, Event[]>>();
  for (const event of events) {
    if (event.tenant !== 'alpha' || !where(event)) continue;
    const windows = groups.get(cut(event)) ?? new Map<number, Event[]>();
    const start = window === 'all' ? 0 : clock.start(window, event.timeMs);
    windows.set(start, [...(windows.get(start) ?? []), event]);
    groups.set(cut(event), windows);
  }
  return new Map(
    [...groups].map(([name, windows]) => [
      name,
      [...windows].sort(([a], [b]) => a - b).map(([start, of]) => [start, round(valueByHand(key, of))]),
    ]),
  );
}

function pointsOf(points: readonly { windowStartMs: number; value: number | null }[]): Points {
  return points.map(({ windowStartMs, value }) => [windowStartMs, round(value)]);
}

/** Ratios may differ in the last bit by the order of operations. */
function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(12));
}

function kpi(key: string): KpiDefinition {
  const found = kpiCatalogue.find((definition) => definition.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
}

function question(key: string, window: WindowSize, by: SeriesQuestion['by']): SeriesQuestion {
  return { tenant: 'alpha', definition: kpi(key), window, trailing: 1, range, by, filters: {} };
}
