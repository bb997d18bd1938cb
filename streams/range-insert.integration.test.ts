import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WeirError } from '../platform/errors/weir-error.ts';
import { migrate } from '../platform/store/migrate.ts';
import { openClickHouse, type ClickHouseStore } from '../platform/store/adapters/clickhouse.ts';
import type { Store } from '../platform/store/store.ts';
import { startClickHouseHttp, type ClickHouseHttp } from '../platform/testing/clickhouse-http.ts';
import { systemClock } from '../platform/time/clock.ts';
import { rangeInsert, type RangeRows } from './range-insert.ts';

let server: ClickHouseHttp;
let store: ClickHouseStore;
let partition = 0;
let lostTokens = 0;

beforeAll(async () => {
  server = await startClickHouseHttp();
  store = await openClickHouse({ url: server.url, database: 'default', path: '' });
  await migrate(store);
});
afterAll(async () => {
  await store.close();
  await server.stop();
});
beforeEach(() => {
  partition += 1;
  lostTokens = 0;
});

/** Sequences 11 to 20, one row each; the last two received in another month, so in a part of their own. */
function range(): RangeRows {
  const rows = Array.from({ length: 10 }, (_, i) => {
    const receivedAt = i < 8 ? '2026-01-31 23:59:59.000' : '2026-02-01 00:00:01.000';
    return `${partition}\t${11 + i}\t0\tmain\t${receivedAt}\n`;
  });
  return {
    partition,
    fromSeq: 10,
    toSeq: 20,
    count: 10,
    columns: ['partition', 'seq', 'idx', 'tenant', 'received_at'],
    body: Buffer.from(rows.join('')),
    token: `p${partition}:10-20`,
  };
}

const attempt = (isDoubtful: boolean, over: Store = store): (() => Promise<void>) =>
  rangeInsert(
    { store: over, clock: systemClock, onLostToken: () => void (lostTokens += 1) },
    range(),
    isDoubtful,
  );

async function sequences(): Promise<number[]> {
  const rows = await store.query(
    'SELECT toFloat64(seq) AS seq FROM events WHERE partition = {partition:UInt16} ORDER BY seq',
    { partition },
    Type.Object({ seq: Type.Number() }),
  );
  return rows.map(({ seq }) => seq);
}

const whole = Array.from({ length: 10 }, (_, i) => 11 + i);

/** As a full disk or a kill leaves it: the token is noted, the rows are not there (`missing` says which). */
async function loseRows(missing: string): Promise<void> {
  const { columns, body, token } = range();
  await store.insertRows('events', columns, body, token);
  await store.command(
    `ALTER TABLE events DELETE WHERE partition = ${partition} AND ${missing} SETTINGS mutations_sync = 1`,
  );
  await store.insertRows('events', columns, body, token);
}

test.each(['1', 'seq > 18'])(
  'rows whose token is noted but which are not there (%s) are stored, once',
  async (missing) => {
    await loseRows(missing);
    expect(await sequences()).not.toEqual(whole);
    await attempt(true)();
    expect(await sequences()).toEqual(whole);
    expect(lostTokens).toBe(1);
    // The run that did that crashed before its checkpoint: the next one finds them.
    await attempt(true)();
    expect(await sequences()).toEqual(whole);
    expect(lostTokens).toBe(1);
  },
);

test('a lost answer, a refusal, and a former run that had stored them all leave them once', async () => {
  const answers = ['refused', 'lost'];
  const flaky: Store = {
    ...store,
    insertRows: async (...given) => {
      const answer = answers.shift();
      if (answer !== 'refused') await store.insertRows(...given);
      if (answer !== undefined) throw new WeirError('STORE_UNAVAILABLE', answer);
    },
  };
  const tryOnce = attempt(false, flaky);
  await expect(tryOnce()).rejects.toThrow('refused');
  expect(await sequences()).toEqual([]);
  await expect(tryOnce()).rejects.toThrow('lost');
  await tryOnce();
  await attempt(true)();
  expect(await sequences()).toEqual(whole);
  expect(lostTokens).toBe(0);
});
