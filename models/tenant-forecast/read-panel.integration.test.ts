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

async function spanAt(day: number) {
  const span = await readSpan(store, tenant, 'daily', at(day) + 3_600_000);
  if (span === undefined) throw new Error('there is no span');
  return span;
}
