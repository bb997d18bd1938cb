import type { MessagePort } from 'node:worker_threads';
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { WeirError } from '../errors/weir-error.ts';
import type { SqlParams, Store } from './store.ts';

/** Requests over the channel from the main thread to the thread that holds the engine. */
const Request = Type.Union([
  Type.Object({
    id: Type.Integer(),
    kind: Type.Literal('query'),
    sql: Type.String(),
    params: Type.Record(Type.String(), Type.Unknown()),
  }),
  Type.Object({
    id: Type.Integer(),
    kind: Type.Literal('command'),
    sql: Type.String(),
    params: Type.Record(Type.String(), Type.Unknown()),
  }),
  Type.Object({
    id: Type.Integer(),
    kind: Type.Literal('insert'),
    table: Type.String(),
    columns: Type.Array(Type.String()),
    tsv: Type.Union([Type.String(), Type.Uint8Array()]),
    token: Type.Optional(Type.String()),
  }),
  Type.Object({ id: Type.Integer(), kind: Type.Literal('ping') }),
]);
const Reply = Type.Object({
  id: Type.Integer(),
  ok: Type.Boolean(),
  value: Type.Optional(Type.Unknown()),
  code: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});

const SqlParamsSchema = Type.Record(
  Type.String(),
  Type.Union([
    Type.String(),
    Type.Number(),
    Type.Boolean(),
    Type.Array(Type.String()),
    Type.Array(Type.Number()),
  ]),
);

/** Answers requests on `port` from `store`. Rows cross as they came from the engine; the asking side checks their form. */
export function serveStore(store: Store, port: MessagePort): void {
  const answer = async (request: Static<typeof Request>): Promise<unknown> => {
    switch (request.kind) {
      case 'query':
        return store.query(request.sql, checkedParams(request.params), Type.Unknown());
      case 'command':
        return store.command(request.sql, checkedParams(request.params));
      case 'insert':
        return store.insertRows(request.table, request.columns, request.tsv, request.token);
      case 'ping':
        return store.ping();
    }
  };
  port.on('message', (message: unknown) => {
    if (!Value.Check(Request, message)) return;
    answer(message).then(
      (value) => port.postMessage({ id: message.id, ok: true, value }),
      (error: unknown) =>
        port.postMessage({
          id: message.id,
          ok: false,
          code: error instanceof WeirError ? error.code : 'STORE_QUERY_FAILED',
          message: error instanceof Error ? error.message : String(error),
        }),
    );
  });
}

/** A store whose engine lives behind `port`. At most `maxPending` requests wait; one more is refused as unavailable. */
export function createRemoteStore(port: MessagePort, maxPending = 256): Store {
  const pending = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: WeirError) => void }
  >();
  let nextId = 1;
  port.on('message', (message: unknown) => {
    if (!Value.Check(Reply, message)) return;
    const waiting = pending.get(message.id);
    if (waiting === undefined) return;
    pending.delete(message.id);
    if (message.ok) waiting.resolve(message.value);
    else
      waiting.reject(
        new WeirError(
          message.code === 'STORE_UNAVAILABLE' ? 'STORE_UNAVAILABLE' : 'STORE_QUERY_FAILED',
          message.message ?? 'the store failed',
        ),
      );
  });
  port.on('close', () => {
    for (const waiting of pending.values())
      waiting.reject(new WeirError('STORE_UNAVAILABLE', 'The thread that holds ClickHouse has ended.'));
    pending.clear();
  });
  const ask = (request: Record<string, unknown>): Promise<unknown> => {
    if (pending.size >= maxPending)
      return Promise.reject(
        new WeirError('STORE_UNAVAILABLE', `${maxPending} statements are waiting for ClickHouse already.`),
      );
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      port.postMessage({ id, ...request });
    });
  };
  return {
    query: async <T extends TSchema>(sql: string, params: SqlParams, row: T): Promise<Static<T>[]> => {
      const rows = await ask({ kind: 'query', sql, params });
      const expected = Type.Array(row);
      if (Value.Check(expected, rows)) return rows;
      const first = Value.Errors(expected, rows).First();
      throw new WeirError(
        'STORE_QUERY_FAILED',
        `A row does not have the expected form at ${first?.path ?? '/'}: ${first?.message ?? ''}`,
        { details: { sql } },
      );
    },
    command: async (sql, params = {}) => {
      await ask({ kind: 'command', sql, params });
    },
    insertRows: async (table, columns, tsv, token) => {
      await ask({
        kind: 'insert',
        table,
        columns: [...columns],
        tsv,
        ...(token === undefined ? {} : { token }),
      });
    },
    ping: async () => (await ask({ kind: 'ping' }).catch(() => false)) === true,
  };
}

function checkedParams(params: Record<string, unknown>): SqlParams {
  if (Value.Check(SqlParamsSchema, params)) return params;
  throw new WeirError(
    'STORE_QUERY_FAILED',
    'Query parameters must be strings, numbers, booleans or lists of them.',
  );
}
