import { Type } from '@sinclair/typebox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startClickHouseHttp, type ClickHouseHttp } from '../../testing/clickhouse-http.ts';
import { migrate } from '../migrate.ts';
import { openClickHouse, type ClickHouseStore } from './clickhouse.ts';

const Count = Type.Object({ n: Type.Number() });

/** The store given by URL: our side over the wire, the engine behind it. */
describe('ClickHouse by URL', () => {
  let server: ClickHouseHttp;
  let store: ClickHouseStore;
  const count = async (table: string): Promise<number> =>
    (await store.query(`SELECT count() AS n FROM ${table}`, {}, Count))[0]?.n ?? -1;

  beforeAll(async () => {
    server = await startClickHouseHttp();
    store = await openClickHouse({ url: server.url, database: 'default', path: '' });
  });
  afterEach(() => server.fail(undefined));
  afterAll(async () => {
    await store.close();
    await server.stop();
  });

  it('answers a ping, and is migrated once', async () => {
    expect(await store.ping()).toBe(true);
    expect((await migrate(store)).length).toBeGreaterThan(1);
    expect(await migrate(store)).toEqual([]);
    expect(await count('events')).toBe(0);
  });

  it('stores rows as they are, compressed on the way, and the same token once', async () => {
    await store.command(
      'CREATE TABLE rows (n UInt64, text String) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
    );
    const rows = '1\ttab \\t and newline \\n\n2\tquote \' " and ü €\n';
    await store.insertRows('rows', ['n', 'text'], rows, 'token:1');
    await store.insertRows('rows', ['n', 'text'], rows, 'token:1');
    await store.insertRows('rows', ['n', 'text'], Buffer.from('3\tx\n'), 'token:2');
    await store.insertRows('rows', ['n', 'text'], '', 'token:3');
    expect(
      await store.query(
        'SELECT n, text FROM rows ORDER BY n',
        {},
        Type.Object({ n: Type.Number(), text: Type.String() }),
      ),
    ).toEqual([
      { n: 1, text: 'tab \t and newline \n' },
      { n: 2, text: 'quote \' " and ü €' },
      { n: 3, text: 'x' },
    ]);
    expect(server.compressedBodies()).toBeGreaterThan(0);
  });

  it('binds parameters instead of pasting them', async () => {
    const evil = "x' OR 1 = 1 --\\";
    const rows = await store.query(
      'SELECT {text:String} AS text, {list:Array(Int64)} AS list',
      { text: evil, list: [1, 2, 3] },
      Type.Object({ text: Type.String(), list: Type.Array(Type.Number()) }),
    );
    expect(rows).toEqual([{ text: evil, list: [1, 2, 3] }]);
  });

  it('tells a statement that is wrong from a server that is away', async () => {
    await expect(store.query('SELECT nonsense FROM nowhere', {}, Count)).rejects.toMatchObject({
      code: 'STORE_QUERY_FAILED',
    });
    server.fail('refuse');
    await expect(count('events')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await store.ping()).toBe(false);
    server.fail(undefined);
    expect(await count('events')).toBe(0);
  });

  it('stores once what it sends again because the answer was lost', async () => {
    await store.command(
      'CREATE TABLE twice (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100',
    );
    server.fail('lose-answer');
    await expect(store.insertRows('twice', ['n'], '1\n2\n', 'lost:1')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    server.fail(undefined);
    await store.insertRows('twice', ['n'], '1\n2\n', 'lost:1');
    expect(await count('twice')).toBe(2);
  });
});
