import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventFlags } from '../../platform/contracts/event.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { readCash } from './cash-facts.ts';
import { readForecastBefore } from './forecast-facts.ts';

/** Positions and movements as ClickHouse has them; a profit of 100 and ads of 30 a day stand in for the processors. */

const DAY_MS = 86_400_000;
const clock = createWindowClock('Asia/Kolkata');
/** Midnight in Kolkata is 18:30 UTC. */
const day = (n: number): number => Date.UTC(2026, 4, 1) - 5.5 * 3_600_000 + n * DAY_MS;
let home: string;
let store: ClickHouseStore;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'weir-cash-'));
  store = await openClickHouse({ database: 'weir', path: home });
  await migrate(store);
});
afterAll(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

let count = 0;
async function event(
  tenant: string,
  type: 'cash_movement' | 'cash_balance',
  timeMs: number,
  amount: number,
  data: Readonly<Record<string, unknown>> = {},
  { stream = '', flags = 0 } = {},
): Promise<void> {
  const row = [
    tenant,
    's',
    `k${(count += 1)}`,
    type,
    timeMs,
    timeMs,
    stream,
    amount,
    flags,
    JSON.stringify(data),
  ];
  await store.insertRows(
    'events',
    ['tenant', 'source', 'id', 'type', 'time', 'received_at', 'stream', 'amount_base_minor', 'flags', 'data'],
    `${row.join('\t')}\n`,
  );
}

const asked: string[] = [];
const cashOf = async (tenant: string, from: number, to: number, priorFrom?: number) => {
  asked.length = 0;
  return await readCash({
    store,
    tenant,
    clock,
    fromMs: day(from),
    toMs: day(to),
    priorFromMs: priorFrom === undefined ? undefined : day(priorFrom),
    figuresOf: async (fromMs, toMs) => {
      asked.push(`${Math.round((fromMs - day(0)) / DAY_MS)}..${Math.round((toMs - day(0)) / DAY_MS)}`);
      const days = Math.round((toMs - fromMs) / DAY_MS);
      return await Promise.resolve({
        profitMinor: 100 * days,
        streams: new Map([
          ['ads', 30 * days],
          ['tips', 5 * days],
        ]),
      });
    },
  });
};

test('movements by kind and span, by local days; payouts by stream; what has no rate or no kind is left out', async () => {
  await event('a', 'cash_movement', day(10), -40, { kind: 'tax' });
  await event('a', 'cash_movement', day(10) - 1, -7, { kind: 'tax' });
  await event('a', 'cash_movement', day(20), -9, { kind: 'tax' });
  await event('a', 'cash_movement', day(12), 250, { kind: 'payout' }, { stream: 'ads' });
  await event('a', 'cash_movement', day(13), 999, { kind: 'payout' });
  await event('a', 'cash_movement', day(14), 999, { kind: 'capital' }, { flags: eventFlags.unconverted });
  await event('a', 'cash_movement', day(15), 999, { kind: 'magic' });
  // Told later than it happened.
  await event('a', 'cash_movement', day(40), -60, {
    kind: 'equipment',
    effective_at: new Date(day(16)).toISOString(),
  });
  const cash = await cashOf('a', 10, 20, 0);
  expect(cash.now.flow).toEqual({
    profitMinor: 1_000,
    accruedMinor: 300,
    payoutsMinor: 250,
    kinds: { tax: -40, equipment: -60 },
  });
  expect(cash.prior?.flow).toMatchObject({ payoutsMinor: 0, kinds: { tax: -7 } });
  expect(cash).toMatchObject({
    accruedStreams: ['ads'],
    directStreams: ['tips'],
    recordedKinds: ['equipment', 'payout', 'tax'],
    strayPayouts: 1,
  });
  // No balance, no first event: nothing to open with.
  expect(cash.now).toMatchObject({ basis: 'unknown', openingMinor: null });
});

test('positions follow from balances, carried on by the flow of whole days; accounts add up', async () => {
  await event('b', 'cash_balance', day(5), 1_000, { account: 'bank' });
  await event('b', 'cash_balance', day(5), 1_500, { account: 'card' });
  // Within day 8: it holds at the end of it.
  await event('b', 'cash_balance', day(8) + 3_600_000, 1_300, { account: 'bank' });
  await event('b', 'cash_movement', day(9), -50, { kind: 'dividend' });
  await event('b', 'cash_balance', day(18), 5_000, { account: 'bank' });
  const cash = await cashOf('b', 10, 20, 6);
  // 1,300 + 1,500 as of the start of day 9, one day of 100, less the dividend.
  expect(cash.now).toMatchObject({
    basis: 'balances',
    openingMinor: 2_850,
    closingMinor: 5_000 + 1_500 + 200,
    asOfMs: day(18),
  });
  expect(cash.prior).toMatchObject({ basis: 'balances', openingMinor: 2_600, closingMinor: 2_850 });
  expect((await cashOf('b', 12, 15)).now).toMatchObject({
    basis: 'opening',
    openingMinor: 3_050,
    closingMinor: 3_350,
  });
  expect((await cashOf('b', 2, 7)).now).toMatchObject({
    basis: 'back',
    openingMinor: 2_700 - 500,
    closingMinor: 2_700,
  });
});

test('without a balance both ends count from the first event, two years back in pieces the processors answer', async () => {
  await store.insertRows(
    'kpi',
    ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'revision', 'version'],
    `${['c', '1d', 'total', day(-800), '', 0, "{'revenue':1}", 1, 1].join('\t')}\n`,
  );
  const cash = await cashOf('c', 0, 10);
  expect(cash.now).toMatchObject({
    basis: 'since',
    openingMinor: 80_000,
    closingMinor: 81_000,
    asOfMs: day(-800),
  });
  expect(asked).toContain('-800..-434');
  expect(asked).toContain('-434..-68');
});

test('the last forecast made before the period counts, if it covers every day of it', async () => {
  const columns = ['tenant', 'grain', 'kpi', 'rollup', 'dim', 'target', 'origin', 'point', 'version'];
  const forecast = (origin: number, days: readonly number[], point: number): string =>
    days
      .map((each) =>
        ['d', 'daily', 'total_revenue', 'total', '', day(each), day(origin), point, 1].join('\t'),
      )
      .join('\n');
  await store.insertRows(
    'forecasts',
    columns,
    `${[forecast(-2, [0, 1, 2], 10), forecast(-1, [0, 1, 2, 3], 20), forecast(0, [1, 2], 30), forecast(1, [0, 1, 2], 40)].join('\n')}\n`,
  );
  const period = { fromMs: day(0), toMs: day(3) };
  expect(await readForecastBefore(store, 'd', period, 3, 100)).toEqual({
    madeAtMs: day(-1),
    revenueMinor: 6_000,
  });
  expect(await readForecastBefore(store, 'd', { fromMs: day(0), toMs: day(5) }, 5, 100)).toBeUndefined();
});
