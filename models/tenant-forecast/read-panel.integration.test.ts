import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { noCalendar } from '../../platform/contracts/calendar.ts';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { storeWindows } from '../testing/stored-windows.ts';
import { readPanel, readSpan } from './read-panel.ts';

const DAY_MS = 86_400_000;
const tenant = newTenant('market', 'Market', false, 0);
const monday = Date.UTC(2026, 0, 5);
/** Days with sales: Tuesdays and Fridays of eight weeks, the last one a Friday. */
const days = Array.from({ length: 56 }, (_, t) => t).filter((t) => t % 7 === 1 || t % 7 === 4);

let store: ClickHouseStore;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-panel-'));
  store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  for (const day of days)
    await storeWindows(store, {
      tenant: 'market',
      window: '1d',
      fromMs: monday + day * DAY_MS,
      steps: 1,
      channels: 1,
    });
});
afterAll(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

const at = (day: number): number => monday + day * DAY_MS;

it('days without any event have no income; days of a recorded outage are unknown', async () => {
  const span = await readSpan(store, tenant, 'daily', at(54) + 3_600_000);
  if (span === undefined) throw new Error('there is no span');
  // From the day after the first event on: the first is seldom whole.
  expect(span.starts[0]).toBe(at(2));
  const panel = await readPanel(store, tenant, 'daily', span, kpisOf([]), {
    country: null,
    events: [
      {
        id: 'lost',
        kind: 'data outage',
        label: 'The till was off line',
        from: '2026-01-13',
        to: '2026-01-14',
        knownFrom: '2026-01-15',
        createdAtMs: 0,
      },
    ],
  });
  const revenue = panel.series.find(({ id }) => id === 'total_revenue.total.')?.values ?? new Float64Array(0);
  const kinds = Array.from(revenue, (v) => (Number.isNaN(v) ? '?' : v > 0 ? '+' : '0'));
  expect(kinds.join('')).toBe('00+000??0+000+00+000+00+000+00+000+00+000+00+000+00+');
  expect(panel.quietSteps).toBe(revenue.length - days.length + 1);
});

it('silence at the end counts as long as there has been one like it; then the data end', async () => {
  const endOf = async (nowMs: number): Promise<number | undefined> =>
    (await readSpan(store, tenant, 'daily', nowMs))?.starts.at(-1);
  // The last sale is of day 53; up to four days lie between two.
  expect(await endOf(at(54) + 3_600_000)).toBe(at(54));
  expect(await endOf(at(56) + 3_600_000)).toBe(at(56));
  expect(await endOf(at(57) + 3_600_000)).toBe(at(57));
  expect(await endOf(at(58) + 3_600_000)).toBe(at(54));
  expect(
    (await readPanel(store, tenant, 'daily', await spanAt(56), kpisOf([]), noCalendar)).series[0]?.values.at(
      -1,
    ),
  ).toBe(0);
});

it('prices are what products were sold at, by the day of the tenant’s zone, and later ones change nothing before', async () => {
  const sale = (day: number, minor: number, quantity: number, type = 'product_sale'): string =>
    [
      'market',
      'test',
      `${type} ${day} ${minor}`,
      type,
      (at(day) / 1_000 + 3_600).toFixed(3),
      (at(day) / 1_000 + 3_600).toFixed(3),
      minor,
      'USD',
      minor,
      JSON.stringify({ product_id: 'p', quantity }),
    ].join('\t');
  const columns = [
    'tenant',
    'source',
    'id',
    'type',
    'time',
    'received_at',
    'amount_minor',
    'currency',
    'amount_base_minor',
    'data',
  ] as const;
  const rows = [sale(8, 3_000, 3), sale(15, 1_200, 1), sale(22, 99_999, 1, 'refund'), sale(29, 1_200, 2)];
  await store.insertRows('events', columns, `${rows.join('\n')}\n`);
  const { prices } = await readPanel(store, tenant, 'daily', await spanAt(56), kpisOf([]), noCalendar);
  // The span begins with day 2: 10 a piece on day 8, 12 on day 15, 6 on day 29.
  const on = (day: number): number => prices?.[day - 2] ?? Number.NaN;
  expect([8, 14, 15, 28, 29, 55].map((day) => Number(on(day).toFixed(6)))).toEqual([
    1, 1, 1.2, 1.2, 0.6, 0.6,
  ]);
});

async function spanAt(day: number) {
  const span = await readSpan(store, tenant, 'daily', at(day) + 3_600_000);
  if (span === undefined) throw new Error('there is no span');
  return span;
}
