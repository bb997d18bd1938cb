import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import type { Static, TSchema } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import { WeirError } from '../../errors/weir-error.ts';
import type { Store } from '../store.ts';
import { createBranch, type Branch } from './branch.ts';
import { createLane } from './lane.ts';
import { openEmbedded, type Connections } from './embedded.ts';

export interface ClickHouseStore extends Store {
  /** The same engine for somebody whose statements may have to be given up before the others: those that wait fail, those that run are cancelled; `giveUp` resolves when none runs. */
  branch(): { readonly store: Store; giveUp(): Promise<void> };
  /**
   * Refuses new statements, lets those that wait fail, waits for those that run, cancels what takes longer than a moment, then closes. No statement runs when it
   * resolves. Throws STORE_UNAVAILABLE when one does not let itself be cancelled; then nothing is closed and the thread must not end:
   * chdb aborts the process when a thread is torn down before the answer of its statement (see exit-for-sure.ts).
   */
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
/** At a close, what still runs may end by itself for so long, and has so long to obey after it was cancelled. */
const CANCEL_AFTER_MS = 300;
const CANCELLED_WITHIN_MS = 5_000;
const CANCEL_AGAIN_MS = 100;
const LOOK_MS = 5;
/** One runs, one waits inside so that the engine never idles. */
const EMBEDDED_AT_ONCE = 2;
const SERVER_AT_ONCE = 8;

/** Opens ClickHouse: the same client and SQL for a server and for the embedded engine. */
export async function openClickHouse(config: ClickHouseStoreConfig): Promise<ClickHouseStore> {
  const { client, control } =
    config.url === undefined ? openEmbedded(config.path) : openServer(config.url, config.database);
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

  /** The store whose statements carry the mark of `branch`. */
  const storeOf = (branch: Branch): Store => ({
    query: async (sql, params, row) => {
      const rows = await branch.run('read', sql, async () => {
        const result = await client.query({
          query: `${sql}\nSETTINGS ${querySettings}, log_comment = '${branch.mark}'`,
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
      await branch.run('write', sql, () => client.command({ query: sql, query_params: { ...params } }));
    },
    insertRows: async (table, columns, tsv, token) => {
      if (tsv.length === 0) return;
      const deduplicated =
        token === undefined
          ? ''
          : `, insert_deduplicate = 1, insert_deduplication_token = '${checkedToken(token)}'`;
      const statement = `INSERT INTO ${qualified(table)} (${columns.join(', ')}) SETTINGS ${insertSettings}${deduplicated} FORMAT TabSeparated`;
      await branch.run('write', statement, async () => {
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
  });

  const mine = randomUUID();
  const lane = createLane(config.url === undefined ? EMBEDDED_AT_ONCE : SERVER_AT_ONCE);
  let isClosing = false;
  const branches: Branch[] = [];
  const newBranch = (): Branch => {
    const branch = createBranch(`${mine}.${branches.length}`, lane, () => isClosing);
    branches.push(branch);
    return branch;
  };
  const root = newBranch();
  const isAnyRunning = (): boolean => branches.some((branch) => branch.isRunning());
  /** Again and again: one that has begun a moment ago may not be known to the engine yet. */
  const cancelUntil = async (isOver: () => boolean, where: string, withinMs: number): Promise<void> => {
    const deadlineMs = performance.now() + withinMs;
    while (!isOver() && performance.now() < deadlineMs) {
      await control.command({ query: `KILL QUERY WHERE ${where} ASYNC` }).catch(() => undefined);
      await until(isOver, CANCEL_AGAIN_MS);
    }
  };
  return {
    ...storeOf(root),
    branch: () => {
      const branch = newBranch();
      return {
        store: storeOf(branch),
        giveUp: async () => {
          branch.giveUp();
          await cancelUntil(
            () => !branch.isRunning(),
            `Settings['log_comment'] = '${branch.mark}'`,
            Number.POSITIVE_INFINITY,
          );
        },
      };
    },
    close: async () => {
      isClosing = true;
      await until(() => !isAnyRunning(), CANCEL_AFTER_MS);
      // The embedded engine is ours alone: inserts and mutations too. Each is repeated from the log, whole or not at all.
      const where = config.url === undefined ? '1' : `startsWith(Settings['log_comment'], '${mine}')`;
      await cancelUntil(() => !isAnyRunning(), where, CANCELLED_WITHIN_MS);
      if (isAnyRunning())
        throw new WeirError(
          'STORE_UNAVAILABLE',
          'A statement of ClickHouse runs on although it was cancelled.',
        );
      await client.close();
      await control.close();
    },
  };
}

/** Resolves when `isTrue`, after `ms` at the latest. */
async function until(isTrue: () => boolean, ms: number): Promise<void> {
  const deadlineMs = performance.now() + ms;
  while (!isTrue() && performance.now() < deadlineMs)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

function openServer(url: string, database: string): Connections {
  const client = serverClient(url, database);
  return { client, control: client };
}

function serverClient(url: string, database: string): ClickHouseClient {
  return createClient({
    url,
    request_timeout: 60_000,
    max_open_connections: SERVER_AT_ONCE,
    keep_alive: { enabled: true },
    compression: { request: true, response: false },
    clickhouse_settings: { wait_end_of_query: 1 },
    application: `weir/${database}`,
    // Every failure reaches our callers as an error; the client would print it to the console as well, with the statement.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

function checkedToken(token: string): string {
  if (!/^[\w:.-]+$/.test(token))
    throw new RangeError('a deduplication token holds letters, digits and _ : . -');
  return token;
}
