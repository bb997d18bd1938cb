import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { Explanation } from '../../platform/contracts/anomaly.ts';
import { encodeSketch } from '../../platform/kpi/measure-state.ts';
import { UniqueSketch } from '../../platform/kpi/unique-sketch.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createDetector } from '../anomaly/detector.ts';
import type { Episode } from '../anomaly/episode.ts';
import { readClosedWindows } from './closed-windows.ts';
import { explainOpened } from './explain-opened.ts';
import { distinctMeasures } from '../directory.ts';
import { planKpis } from './kpi-plan.ts';
import { createTenantWatch, newSeries, seriesKey, totalKey, type WatchedKey } from './watch-state.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AT_MS = Date.UTC(2026, 4, 12, 15);
const channel: WatchedKey = { rollup: 'channel', dim: 'a' };
const definitions = kpiCatalogue.filter(({ key }) => ['views', 'rpm', 'arpu', 'latency'].includes(key));

/** Views of channel `a` by country and content in one hour; in the hour of the episode, Germany saw next to nothing of one content. */
const usual = [
  ['DE', 'x', 60],
  ['DE', 'y', 20],
  ['BR', 'x', 20],
] as const;
const viewsIn = (startMs: number): readonly (readonly [string, string, number])[] =>
  startMs === AT_MS
    ? [
        ['DE', 'x', 2],
        ['DE', 'y', 20],
        ['BR', 'x', 20],
      ]
    : usual;

let directory: string;
let store: ClickHouseStore;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-why-'));
  store = await openClickHouse({ database: 'weir', path: directory });
  await migrate(store);
  const events: string[] = [];
  const rows: string[] = [];
  const viewers = new UniqueSketch();
  for (let n = 0; n < 50; n++) viewers.add(n * 7_919, n);
  for (const startMs of [7, 6, 5, 4, 3, 2, 1, 0].map((days) => AT_MS - days * DAY_MS)) {
    let views = 0;
    for (const [country, content, count] of viewsIn(startMs)) {
      views += count;
      for (let n = 0; n < count; n++) {
        const at = startMs + n * 1_000;
        events.push(
          `main\ts\t${at}-${country}-${content}\tvideo_view\t${at}\t${at}\ta\t${content}\t${country}\n`,
        );
      }
    }
    // What channel `a` had an hour earlier must not be mistaken for its usual.
    events.push(`main\ts\t${startMs}-before\tvideo_view\t${startMs - 1}\t${startMs - 1}\ta\tz\tFR\n`);
    for (const [rollup, dim] of [
      ['total', ''],
      ['channel', 'a'],
    ])
      rows.push(
        `main\t1h\t${rollup}\t${startMs}\t${dim}\t0\t{'view_events':${views},'revenue':${startMs === AT_MS ? 35_000 : 50_000}}\t{'viewers':'${encodeSketch(viewers)}'}\t{}\t0\t1\n`,
      );
  }
  await store.insertRows(
    'events',
    ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'channel', 'content', 'country'],
    events.join(''),
  );
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
    rows.join(''),
  );
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Explains an episode of a KPI that began at the hour, as the judge left it. */
async function explained(
  kpi: string,
  key: WatchedKey,
  expected: number,
  observed: number,
  from: Store = store,
): Promise<Explanation> {
  const plan = planKpis(definitions, 100);
  const tenant = createTenantWatch('main');
  const grain = tenant.grains['1h'];
  grain.keys = [totalKey, channel];
  const series = newSeries(createDetector({ stepMs: HOUR_MS, falseAlarmsPerWeek: 1 }), '1h');
  const episode: Episode = {
    startMs: AT_MS,
    endMs: AT_MS,
    peakMs: AT_MS,
    peakScore: 0.9,
    observed,
    expected,
    lower: undefined,
    upper: undefined,
    severity: 'warning',
  };
  series.episode = { open: episode };
  series.alarm = {
    id: 'it',
    startedMs: AT_MS,
    parentId: '',
    explanation: undefined,
    severity: 'warning',
    reason: 'value',
    revision: 1,
    signalRevision: 0,
  };
  grain.series.set(seriesKey(kpi, key), series);
  const [closed] = await readClosedWindows(store, {
    tenant: 'main',
    window: '1h',
    fromMs: AT_MS,
    toMs: AT_MS + HOUR_MS,
    keys: grain.keys,
    measures: distinctMeasures(definitions),
  });
  if (closed === undefined) throw new Error('no window');
  await explainOpened(tenant, closed, { store: from, plan });
  expect(tenant.outbox.anomalies).toHaveLength(1);
  const explanation = series.alarm?.explanation;
  if (explanation === undefined) throw new Error('not explained');
  return explanation;
}

describe('why', () => {
  it('a channel is explained by its countries and contents, which add up', async () => {
    const { dimensions, unsaid } = await explained('views', channel, 110, 42);
    expect(unsaid).toBeUndefined();
    expect(dimensions.map(({ dimension }) => dimension)).toEqual(['country', 'content']);
    for (const { contributions } of dimensions)
      expect(contributions.reduce((sum, each) => sum + each.contribution, 0)).toBeCloseTo(42 - 110, 9);
    // Of 110 expected Germany had four fifths, and content x too.
    expect(dimensions[0]?.contributions[0]).toMatchObject({ value: 'DE', expected: 88, observed: 22 });
    expect(dimensions[1]?.contributions[0]).toMatchObject({ value: 'x', expected: 88, observed: 22 });
  });

  it('the total is explained by contents too', async () => {
    const { dimensions } = await explained('views', totalKey, 100, 42);
    expect(dimensions.map(({ dimension }) => dimension)).toEqual(['content']);
    expect(dimensions[0]?.contributions[0]).toMatchObject({ value: 'x', observed: 22, expected: 80 });
  });

  it('a ratio says how its parts moved, and splits into rate and mix', async () => {
    const { inputs } = await explained('rpm', channel, 5_000, 8_333);
    expect(inputs).toContainEqual({ name: 'view_events', isMoney: false, observed: 42, usual: 100 });
    expect(inputs).toContainEqual({ name: 'revenue', isMoney: true, observed: 350, usual: 500 });
  });

  it('distinct counts are told in words: revenue fell, viewers did not, and no parts add up', async () => {
    const { dimensions, inputs, unsaid } = await explained('arpu', channel, 10, 7);
    expect(dimensions).toEqual([]);
    expect(unsaid).toBe('distinct');
    expect(inputs).toEqual([
      { name: 'revenue', isMoney: true, observed: 350, usual: 500 },
      { name: 'viewers', isMoney: false, observed: 50, usual: 50 },
    ]);
  });

  it('what takes too long to count is told as that, and the alarm goes out', async () => {
    const away: Store = {
      ...store,
      query: async (sql, params, row) => {
        if (sql.includes('FROM events')) throw new WeirError('STORE_QUERY_FAILED', 'TIMEOUT_EXCEEDED');
        return await store.query(sql, params, row);
      },
    };
    expect(await explained('views', channel, 110, 42, away)).toMatchObject({
      dimensions: [],
      unsaid: 'long',
    });
  });

  it('a quantile says that it has no parts', async () => {
    expect(await explained('latency', totalKey, 1, 3)).toMatchObject({
      dimensions: [],
      unsaid: 'distribution',
    });
  });
});
