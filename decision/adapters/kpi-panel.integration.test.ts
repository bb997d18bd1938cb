import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createHistory } from './clickhouse.ts';

const hourMs = 3_600_000;
const t0 = Date.UTC(2026, 2, 2, 12);
const cut = { rollup: 'channel', dim: 'a' } as const;

let store: ClickHouseStore;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-panel-'));
  store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  const row = (window: string, rollup: string, dim: string, startMs: number, part: number, revenue: number) =>
    ['main', window, rollup, startMs, dim, part, `{'revenue':${revenue}}`, 1, 1].join('\t') + '\n';
  const rows: string[] = [];
  for (let hour = 0; hour < 4; hour += 1) {
    for (const [dim, revenue] of [
      ['a', 1_000],
      ['b', 500],
    ] as const) {
      // Two partitions saw each window; b had nothing in the third hour.
      if (dim === 'b' && hour === 2) continue;
      for (const part of [0, 1])
        rows.push(row('1h', 'channel', dim, t0 + hour * hourMs, part, revenue * (hour + 1)));
    }
    rows.push(row('1h', 'total', '', t0 + hour * hourMs, 0, 99_900));
  }
  rows.push(
    row('1m', 'channel', 'a', t0 + 4 * hourMs, 0, 700),
    row('1m', 'channel', 'a', t0 + 4 * hourMs + 60_000, 0, 100),
  );
  await store.insertRows(
    'kpi',
    ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'revision', 'version'],
    rows.join(''),
  );
});
afterAll(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

const history = () =>
  createHistory(
    store,
    () => 'USD',
    async () => kpisOf([]),
  );

describe('KPIs of parts of a tenant', () => {
  it('come by hour in their unit, the others of their kind beside them, 0 where nothing happened', async () => {
    const panel = await history().panel('main', 'total_revenue', cut, t0 - 1, t0 + 4 * hourMs);
    expect(panel?.hoursMs).toEqual([0, 1, 2, 3].map((hour) => t0 + hour * hourMs));
    expect([...(panel?.series ?? [])]).toEqual([
      ['a', [20, 40, 60, 80]],
      ['b', [10, 20, 0, 40]],
    ]);
  });

  it('there are none of a KPI that has no value by cuts, or of none', async () => {
    expect(await history().panel('main', 'no_such_kpi', cut, t0, t0 + hourMs)).toBeUndefined();
    expect(await history().panel('main', 'revenue_growth_rate', cut, t0, t0 + hourMs)).toBeUndefined();
  });

  it('a guardrail sees the newest whole window of a cut the watch does not judge', async () => {
    const at = (nowMs: number, window: '1m' | '1h' = '1m', dim = 'a') =>
      history().newestValue({
        tenant: 'main',
        kpi: 'total_revenue',
        window,
        sinceMs: t0,
        nowMs,
        cut: { rollup: 'channel', dim },
      });
    expect(await at(t0 + 4 * hourMs + 300_000)).toBe(1);
    // The second minute is not whole and counted yet.
    expect(await at(t0 + 4 * hourMs + 200_000)).toBe(7);
    expect(await at(t0 + 4 * hourMs + 200_000, '1h')).toBe(80);
    expect(await at(t0 + 4 * hourMs + 200_000, '1h', 'nobody')).toBeUndefined();
  });

  it('what the watch judged of a cut comes first', async () => {
    await store.insertRows(
      'expectations',
      [
        'tenant',
        'kpi',
        'window',
        'rollup',
        'dim',
        'window_start',
        'observed',
        'expected',
        'score',
        'judged_at',
        'version',
      ],
      [
        'main',
        'total_revenue',
        '1h',
        'channel',
        'a',
        t0 + 3 * hourMs,
        55,
        60,
        0,
        Math.round(t0 / 1_000),
        1,
      ].join('\t') + '\n',
    );
    const question = {
      tenant: 'main',
      kpi: 'total_revenue',
      window: '1h',
      sinceMs: t0,
      nowMs: t0 + 9 * hourMs,
    } as const;
    expect(await history().newestValue({ ...question, cut })).toBe(55);
    expect(await history().newestValue({ ...question, cut: undefined })).toBeUndefined();
  });
});
