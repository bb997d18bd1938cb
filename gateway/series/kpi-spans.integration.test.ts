import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition, WindowSize } from '../../platform/contracts/kpi.ts';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { encodeQuantiles, encodeSketch } from '../../platform/kpi/measure-state.ts';
import { QuantileSketch } from '../../platform/kpi/quantile-sketch.ts';
import { UniqueSketch } from '../../platform/kpi/unique-sketch.ts';
import { createIdentityHasher } from '../../platform/record-batch/identity.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createRandom } from '../../platform/time/random.ts';
import type { SeriesQuestion } from './question.ts';
import { readSeries } from './series.ts';

const DAY_MS = 86_400_000;
const firstMs = Date.UTC(2026, 0, 1);
const DAYS = 75;
const tenant = newTenant('main', 'Main', false, 0);

/** Sessions of a few users on 75 days; each with a length, and a sale. */
interface Session {
  readonly timeMs: number;
  readonly country: string;
  readonly user: string;
  readonly lengthMs: number;
  readonly minor: number;
}

const random = createRandom('spans');
const sessions = Array.from({ length: 6_000 }, (): Session => ({
  timeMs: firstMs + random.int(DAYS * DAY_MS),
  country: random.pick(['BR', 'DE']),
  user: `u${random.int(180)}`,
  lengthMs: Math.round(1_000 * random.exponential(1 / 600)),
  minor: random.int(5_000),
}));

/** Rows of `kpi` for days and months of the total, in two partitions. */
function kpiRows(): string {
  const hasher = createIdentityHasher();
  const lanes = new Uint32Array(2);
  const windows = new Map<string, Session[]>();
  for (const [i, session] of sessions.entries()) {
    for (const window of ['1d', '1mo'] as const) {
      const key = `${window} ${startOf(window, session.timeMs)} ${i % 2}`;
      windows.set(key, [...(windows.get(key) ?? []), session]);
    }
  }
  return [...windows]
    .map(([key, own]) => {
      const [window = '', start = '', part = ''] = key.split(' ');
      const lengths = new QuantileSketch();
      const users = new UniqueSketch();
      for (const { lengthMs, user } of own) {
        lengths.add(lengthMs);
        hasher.user('main', user, lanes, 0);
        users.add(lanes[0] ?? 0, lanes[1] ?? 0);
      }
      const revenue = own.reduce((sum, session) => sum + session.minor, 0);
      return `main\t${window}\ttotal\t${start}\t\t${part}\t{'revenue':${revenue}}\t{'active_users':'${encodeSketch(users)}'}\t{'session_ms':'${encodeQuantiles(lengths)}'}\t0\t1\n`;
    })
    .join('');
}

function startOf(window: WindowSize, timeMs: number): number {
  if (window === '1d') return Math.floor(timeMs / DAY_MS) * DAY_MS;
  const date = new Date(timeMs);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function eventRows(): string {
  return sessions
    .flatMap(({ timeMs, country, user, lengthMs, minor }, i) => [
      `main\ts\ts${i}\tsession\t${timeMs}\t${timeMs}\t${country}\t${user}\t0\t\t0\t{"duration_ms":${lengthMs}}\n`,
      `main\ts\tr${i}\ttip\t${timeMs}\t${timeMs}\t${country}\t${user}\t${minor}\tUSD\t${minor}\t{}\n`,
    ])
    .join('');
}

let directory: string;
let store: ClickHouseStore;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-spans-'));
  store = await openClickHouse({ database: 'weir', path: directory });
  await migrate(store);
  await store.insertRows(
    'kpi',
    [
      'tenant',
      'window',
      'rollup',
      'window_start',
      'dim',
      'part',
      'sums',
      'uniques',
      'quantiles',
      'revision',
      'version',
    ],
    kpiRows(),
  );
  await store.insertRows(
    'events',
    [
      'tenant',
      'source',
      'id',
      'type',
      'time',
      'received_at',
      'country',
      'user',
      'amount_minor',
      'currency',
      'amount_base_minor',
      'data',
    ],
    eventRows(),
  );
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function kpi(key: string): KpiDefinition {
  const found = kpiCatalogue.find((definition) => definition.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
}

async function points(key: string, window: WindowSize, change: Partial<SeriesQuestion> = {}) {
  const range = { fromMs: firstMs, toMs: Date.UTC(2026, 3, 1) };
  const question: SeriesQuestion = {
    tenant: 'main',
    definition: kpi(key),
    window,
    trailing: 1,
    range,
    by: [],
    filters: {},
    ...change,
  };
  return await readSeries(store, question, tenant);
}

const within = (window: WindowSize, start: number) =>
  sessions.filter((each) => startOf(window, each.timeMs) === start);

describe('a quantile', () => {
  test('from rollups is within 1% of the exact one, from events it is exact', async () => {
    const [rollup] = await points('session_duration', '1mo');
    // Two dimensions are not kept together: these are counted from the events.
    const cut = await points('session_duration', '1mo', { by: ['channel', 'country'] });
    expect(rollup?.points).toHaveLength(3);
    for (const { value, windowStartMs } of rollup?.points ?? []) {
      const ascending = within('1mo', windowStartMs)
        .map((each) => each.lengthMs)
        .toSorted((a, b) => a - b);
      const exact = (ascending[Math.floor(0.5 * (ascending.length - 1))] ?? 0) / 60_000;
      expect(Math.abs((value ?? 0) / exact - 1)).toBeLessThanOrEqual(0.01);
    }
    for (const { dims, points: own } of cut) {
      for (const { value, windowStartMs } of own) {
        const ascending = within('1mo', windowStartMs)
          .filter((each) => each.country === dims['country'])
          .map((each) => each.lengthMs / 60_000)
          .toSorted((a, b) => a - b);
        // The engine may take either of the two in the middle.
        const middle = Math.floor(0.5 * (ascending.length - 1));
        expect(ascending.slice(middle, middle + 2)).toContain(value);
      }
    }
  });
});

describe('the window before', () => {
  test('is there for the first window asked for, from rollups and from events alike', async () => {
    const range = { fromMs: Date.UTC(2026, 1, 1), toMs: Date.UTC(2026, 3, 1) };
    const revenue = (month: number): number =>
      within('1mo', Date.UTC(2026, month, 1)).reduce((sum, each) => sum + each.minor, 0);
    const [rollup] = await points('revenue_growth_rate', '1mo', { range });
    expect(rollup?.points.map((point) => point.value)).toEqual([
      revenue(1) / revenue(0) - 1,
      revenue(2) / revenue(1) - 1,
    ]);
    const [events] = await points('revenue_growth_rate', '1mo', {
      range,
      filters: { country: 'DE', channel: '' },
    });
    const german = (month: number): number =>
      within('1mo', Date.UTC(2026, month, 1)).reduce(
        (sum, each) => sum + (each.country === 'DE' ? each.minor : 0),
        0,
      );
    expect(events?.points[0]?.value).toBeCloseTo(german(1) / german(0) - 1, 12);
  });

  test('without anything in it leaves no value', async () => {
    const [series] = await points('revenue_growth_rate', '1mo');
    expect(series?.points[0]).toMatchObject({ windowStartMs: firstMs, value: null });
  });

  test('has no meaning in windows the KPI does not have', async () => {
    expect(await points('revenue_growth_rate', '1d')).toEqual([{ dims: {}, points: [] }]);
  });
});

describe('thirty days', () => {
  test('are the union of the days that end with each day, not their sum', async () => {
    const range = { fromMs: firstMs + 20 * DAY_MS, toMs: firstMs + 60 * DAY_MS };
    const [series] = await points('dau_mau', '1d', { range });
    expect(series?.points).toHaveLength(40);
    for (const { value, windowStartMs } of series?.points ?? []) {
      const between = (fromMs: number): number =>
        new Set(
          sessions
            .filter((each) => each.timeMs >= fromMs && each.timeMs < windowStartMs + DAY_MS)
            .map((each) => each.user),
        ).size;
      expect(value).toBe(between(windowStartMs) / between(windowStartMs - 29 * DAY_MS));
    }
  });

  test('are refused where no sketches are kept', async () => {
    await expect(points('dau_mau', '1d', { by: ['channel', 'country'] })).rejects.toThrow(
      'one dimension at a time',
    );
  });
});
