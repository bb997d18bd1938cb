import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Static, TSchema } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import { WeirError } from '../../errors/weir-error.ts';
import type { Store } from '../store.ts';
import { pinEngine } from './pin-engine.ts';

export interface ClickHouseStore extends Store {
  close(): Promise<void>;
}

export interface ClickHouseStoreConfig {
  /** http(s) URL of a server; absent = the engine runs in this process on `path`. */
  readonly url?: string;
  readonly database: string;
  /** Data directory of the embedded engine; one process and one thread at a time. */
  readonly path: string;
}

/**
 * Settings stand in the statement itself, never in `clickhouse_settings`: the embedded engine's adapter turns those into SET statements
 * of the shared session, so one insert's deduplication token would stay in force for whatever comes next (and the whole text would be
 * scanned for further statements: 4 times the CPU).
 *
 * One insert is one block: the token covers blocks one by one, so a repeat that is split otherwise would be stored again (seen: the same
 * 50,000 rows under one token with and without parallel parsing were kept twice). Never change these between a try and its repeat.
 */
const insertSettings =
  'async_insert = 0, input_format_parallel_parsing = 0, max_insert_threads = 1, max_insert_block_size = 4000000, min_insert_block_size_rows = 0, min_insert_block_size_bytes = 0';
const querySettings =
  'output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 0, max_threads = 2, max_memory_usage = 2000000000';

/** A busy engine answers late; only one that does not answer at all is down. */
const PING_TIMEOUT_MS = 3_000;

/** Opens ClickHouse: the same client and SQL for a server and for the embedded engine. */
export async function openClickHouse(config: ClickHouseStoreConfig): Promise<ClickHouseStore> {
  const client =
    config.url === undefined ? embeddedClient(config) : serverClient(config.url, config.database);
  // The embedded engine's session stays in its own database; a data directory of its own needs no other name.
  const database = config.url === undefined ? 'default' : config.database;
  await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
  const checks = new WeakMap<TSchema, TypeCheck<TSchema>>();
  const checkOf = (schema: TSchema): TypeCheck<TSchema> => {
    const known = checks.get(schema);
    if (known !== undefined) return known;
    const made = TypeCompiler.Compile(schema);
    checks.set(schema, made);
    return made;
  };
  const isRow = <T extends TSchema>(schema: T, value: unknown): value is Static<T> =>
    checkOf(schema).Check(value);
  const qualified = (table: string): string => `${database}.${table}`;

  return {
    query: async (sql, params, row) => {
      const rows = await guarded(sql, async () => {
        const result = await client.query({
          query: `${sql}\nSETTINGS ${querySettings}`,
          query_params: { ...params },
          format: 'JSONEachRow',
        });
        return result.json<unknown>();
      });
      return rows.map((candidate) => {
        if (isRow(row, candidate)) return candidate;
        const first = checkOf(row).Errors(candidate).First();
        throw new WeirError(
          'STORE_QUERY_FAILED',
          `A row does not have the expected form at ${first?.path ?? '/'}: ${first?.message ?? ''}`,
          { details: { sql } },
        );
      });
    },
    command: async (sql, params = {}) => {
      await guarded(sql, () => client.command({ query: sql, query_params: { ...params } }));
    },
    insertRows: async (table, columns, tsv, token) => {
      if (tsv.length === 0) return;
      const deduplicated =
        token === undefined
          ? ''
          : `, insert_deduplicate = 1, insert_deduplication_token = '${checkedToken(token)}'`;
      const statement = `INSERT INTO ${qualified(table)} (${columns.join(', ')}) SETTINGS ${insertSettings}${deduplicated} FORMAT TabSeparated`;
      await guarded(statement, async () => {
        const { stream } = await client.exec({
          query: statement,
          values: Readable.from([tsv], { objectMode: false }),
        });
        // The server's answer has to be read to its end, or its connection is never free again.
        stream.resume();
      });
    },
    ping: async () => {
      const answer = await Promise.race([
        client.ping(),
        new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PING_TIMEOUT_MS).unref()),
      ]);
      return answer?.success === true;
    },
    close: () => client.close(),
  };
}

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

interface Engine {
  createChdbConnection(options: { path: string }): Connection;
}

function embeddedClient(config: ClickHouseStoreConfig): ClickHouseClient {
  // Loaded only here: a second thread of the process that loads the engine breaks it. Through require, because chdb declares the
  // client's interface from its own copy of the client's types and two copies of a private field never match.
  pinEngine();
  const engine: unknown = createRequire(import.meta.url)('chdb/connection');
  if (!isEngine(engine))
    throw new WeirError('STORE_UNAVAILABLE', 'The chdb package has no connection for @clickhouse/client.');
  return createClient({
    connection: engine.createChdbConnection({ path: config.path }),
    database: 'default',
  });
}

function isEngine(value: unknown): value is Engine {
  return (
    typeof value === 'object' &&
    value !== null &&
    'createChdbConnection' in value &&
    typeof value.createChdbConnection === 'function'
  );
}

function serverClient(url: string, database: string): ClickHouseClient {
  return createClient({
    url,
    request_timeout: 60_000,
    max_open_connections: 8,
    keep_alive: { enabled: true },
    compression: { request: true, response: false },
    clickhouse_settings: { wait_end_of_query: 1 },
    application: `weir/${database}`,
    // Every failure reaches our callers as an error; the client would print it to the console as well, with the statement.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

async function guarded<T>(sql: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WeirError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const unavailable =
      /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|socket hang up|Timeout|ENOTFOUND|EAI_AGAIN|MEMORY_LIMIT|NOT_ENOUGH_SPACE|No space left/i.test(
        message,
      );
    throw new WeirError(unavailable ? 'STORE_UNAVAILABLE' : 'STORE_QUERY_FAILED', message, {
      cause: error,
      details: { sql: sql.slice(0, 500) },
    });
  }
}

function checkedToken(token: string): string {
  if (!/^[\w:.-]+$/.test(token))
    throw new RangeError('a deduplication token holds letters, digits and _ : . -');
  return token;
}
