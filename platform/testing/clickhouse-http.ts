import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { unescapeTsv } from '../store/tsv.ts';

/** ClickHouse's HTTP interface in front of the real engine, as far as the client speaks it: `stop` ends both. */
export interface ClickHouseHttp {
  readonly url: string;
  /** Bodies seen so far that came compressed. */
  compressedBodies(): number;
  /** From now on connections are cut before (`refuse`) or after (`lose-answer`) the statement ran; undefined = serve. */
  fail(how: 'refuse' | 'lose-answer' | undefined): void;
  stop(): Promise<void>;
}

/**
 * No ClickHouse server can be had where the tests run, but its engine can: this serves the same wire format (statement in the `query` parameter or
 * the body, parameters escaped as `param_<name>`, gzip bodies, exceptions as text with X-ClickHouse-Exception-Code) from it.
 */
export async function startClickHouseHttp(): Promise<ClickHouseHttp> {
  const path = mkdtempSync(join(tmpdir(), 'weir-clickhouse-http-'));
  const engine: unknown = createRequire(import.meta.url)('chdb/connection');
  if (!isEngine(engine)) throw new Error('chdb has no connection');
  const client = createClient({ connection: engine.createChdbConnection({ path }), database: 'default' });
  let compressed = 0;
  let failure: 'refuse' | 'lose-answer' | undefined;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (failure === 'refuse') {
        request.socket.destroy();
        return;
      }
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (pathname === '/ping') {
        response.end('Ok.\n');
        return;
      }
      const received = Buffer.concat(chunks);
      const isGzip = request.headers['content-encoding'] === 'gzip';
      if (isGzip) compressed++;
      const body = isGzip ? gunzipSync(received) : received;
      const inUrl = searchParams.get('query');
      const params = Object.fromEntries(
        [...searchParams]
          .filter(([name]) => name.startsWith('param_'))
          .map(([name, value]) => [name.slice(6), unescapeTsv(value)]),
      );
      client
        .exec({
          query: inUrl ?? body.toString('utf8'),
          query_params: params,
          ...(inUrl === null ? {} : { values: Readable.from([body], { objectMode: false }) }),
        })
        .then(async ({ stream }) => {
          const answer: Buffer[] = [];
          const chunks: AsyncIterable<unknown> = stream;
          for await (const chunk of chunks) if (chunk instanceof Uint8Array) answer.push(Buffer.from(chunk));
          if (failure === 'lose-answer') request.socket.destroy();
          else response.end(Buffer.concat(answer));
        })
        .catch((error: unknown) => {
          response.writeHead(500, { 'x-clickhouse-exception-code': '1' });
          response.end(error instanceof Error ? error.message : String(error));
        });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    compressedBodies: () => compressed,
    fail: (how) => {
      failure = how;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await client.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

function isEngine(value: unknown): value is { createChdbConnection(options: { path: string }): Connection } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'createChdbConnection' in value &&
    typeof value.createChdbConnection === 'function'
  );
}
