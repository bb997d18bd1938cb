import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecurringSeries } from '../../gateway/recurring/recurring-series.ts';
import { readSeries } from '../../gateway/series/series.ts';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { defaultMrrPolicy } from '../../platform/contracts/recurring.ts';
import { encodeSketch } from '../../platform/kpi/measure-state.ts';
import { UniqueSketch } from '../../platform/kpi/unique-sketch.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createRandom } from '../../platform/time/random.ts';
import { movementColumns, statusColumns } from '../recurring/recurring-stage.ts';
import { planKpis } from './kpi-plan.ts';
import { firstMovement, readSlowPoints } from './slow-values.ts';

// Days of 23 and 25 hours are among them.
const tenant = { ...newTenant('main', 'Main', false, 0), timeZone: 'America/New_York' };
const clock = createWindowClock(tenant.timeZone);
const random = createRandom('slow values');
const firstMs = clock.start('1mo', Date.UTC(2026, 0, 15));
const lastMs = clock.start('1mo', Date.UTC(2026, 3, 15));

function startsOf(window: '1d' | '1mo'): number[] {
  const starts: number[] = [];
  for (let start = firstMs; start < lastMs; start = clock.end(window, start)) starts.push(start);
  return starts;
}

/** Two partitions a window, each with users and money of its own; the 20th day has no rows. */
function kpiRows(): string {
  return (['1d', '1mo'] as const)
    .flatMap((window) =>
      startsOf(window).flatMap((start, i) =>
        window === '1d' && i === 19
          ? []
          : [0, 1].map((part) => {
              const users = new UniqueSketch();
              for (let n = 0; n < 40; n++) users.add(random.int(90) * 7_919, random.int(2));
              return `main\t${window}\ttotal\t${start}\t\t${part}\t{'revenue':${random.int(9_000)},'marketing_cost':${random.int(900)}}\t{'active_users':'${encodeSketch(users)}'}\t{}\t0\t1\n`;
            }),
      ),
    )
    .join('');
}

/** Customers who come on some days; the months say the same. */
function movementRows(): string {
  const row = (window: string, start: number, customer: string, values: readonly number[]): string =>
    `main\t0\t${window}\t${start}\t${customer}\tpro\tUSD\t${values.join('\t')}\t${values.join('\t')}\t1\n`;
  const days = startsOf('1d');
  return [3, 20, 47, 70]
    .flatMap((day, i) => {
      const start = days[day] ?? 0;
      const minor = 1_000 * (i + 1);
      return [
        row('1d', start, `c${i}`, [0, minor, 0, 0, 0, 0, 0, 0, minor, 0]),
        row('1mo', clock.start('1mo', start), `c${i}`, [0, minor, 0, 0, 0, 0, 0, 0, minor, 0]),
      ];
    })
    .join('');
}

let directory: string;
let store: ClickHouseStore;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-slow-'));
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
  await store.insertRows('mrr_movements', movementColumns, movementRows());
  await store.insertRows('mrr_status', statusColumns, `main\t0\t${lastMs}\t4\t0\t0\t[]\t1\n`);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const kpi = (key: string): KpiDefinition => {
  const found = kpiCatalogue.find((each) => each.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
};

// What the watch judges must be what the screens show.
test.each([
  ['dau_mau', '1d'],
  ['advertising_cost', '1d'],
  ['revenue_growth_rate', '1mo'],
  ['mrr', '1d'],
  ['arpa', '1d'],
  ['customers', '1mo'],
  ['cac', '1mo'],
] as const)('%s of each %s is what the API answers', async (key, window) => {
  const definition = kpi(key);
  const source = definition.basis === undefined ? 'rows' : 'recurring';
  const points = await readSlowPoints(store, {
    tenant: 'main',
    source,
    window,
    fromMs: firstMs,
    toMs: lastMs,
    clock,
    kpis: planKpis([definition], 100).kpis,
    minorPerMajor: 100,
    policy: defaultMrrPolicy,
  });
  expect(points.map(({ startMs }) => startMs)).toEqual(startsOf(window));
  const question = {
    tenant: 'main',
    definition,
    window,
    trailing: 1,
    range: { fromMs: firstMs, toMs: lastMs },
    by: [],
    filters: {},
  };
  const [series] =
    source === 'rows'
      ? await readSeries(store, question, tenant)
      : await readRecurringSeries(store, question, tenant, () => defaultMrrPolicy);
  const shown = new Map(
    series?.points.flatMap(({ value, windowStartMs }) => (value === null ? [] : [[windowStartMs, value]])),
  );
  const judged = new Map(
    points.flatMap(({ startMs, values }) => {
      const value = values.get(key);
      return value === undefined ? [] : [[startMs, value]];
    }),
  );
  expect(judged.size).toBeGreaterThan(1);
  expect(judged).toEqual(shown);
});

test('recurring revenue begins with its first movement, by the policy that is asked for', async () => {
  expect(await firstMovement(store, 'main', '1d', 0)).toBe(startsOf('1d')[3]);
  expect(await firstMovement(store, 'main', '1d', 1)).toBeUndefined();
});
