import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Type } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { readFrom } from '../../platform/bus/reader.ts';
import { resolveConfig } from '../../platform/config/config.ts';
import type { DeadLetter } from '../../platform/contracts/event.ts';
import { deadLetterStream, eventsStream } from '../../platform/contracts/subjects.ts';
import type { Access, Principal, Tenant } from '../../platform/contracts/tenant.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics, type Metrics } from '../../platform/metrics/metrics.ts';
import { rowColumns } from '../../platform/record-batch/layout.ts';
import { decodeRecordBatch } from '../../platform/record-batch/record-batch.ts';
import { unescapeTsv } from '../../platform/store/tsv.ts';
import { createTestBus, startTestNats } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { ingestConfig, type IngestConfig } from '../config.ts';
import { start, type Ingest } from '../main.ts';
import { tenantOf } from './fixtures.ts';

/** A row of the log: its columns by name, all as text, and the subject it lies in. */
export type LoggedRow = Readonly<Record<string, string>>;

const LetterShape = Type.Object({
  tenant: Type.String(),
  source: Type.String(),
  receivedAtMs: Type.Number(),
  dialect: Type.String(),
  code: Type.String(),
  message: Type.String(),
  index: Type.Integer(),
  item: Type.String(),
  count: Type.Optional(Type.Integer()),
});
const letterCodec = createJsonCodec(LetterShape);

/** Sees a request before ingest does; answers true when it has dealt with it. */
export type Interceptor = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Ingest behind a real HTTP server, on a real nats-server, with keys of its own. */
export interface Rig {
  readonly url: string;
  readonly bus: Bus;
  readonly nats: Awaited<ReturnType<typeof startTestNats>>;
  readonly ingest: Ingest;
  readonly metrics: Metrics;
  /** Every event in the log, in the order of the log. */
  rows(): Promise<LoggedRow[]>;
  deadLetters(): Promise<DeadLetter[]>;
  intercept: Interceptor | undefined;
  close(): Promise<void>;
}

/** Keys of the rig: what they stand for. */
export const keys = {
  main: 'key-main',
  other: 'key-other',
  slow: 'key-slow',
  reader: 'key-reader',
  revoked: 'key-revoked',
  expired: 'key-expired',
  orphan: 'key-orphan',
} as const;

const tenants: readonly Tenant[] = [
  tenantOf(),
  tenantOf({ id: 'other', currency: 'EUR' }),
  tenantOf({ id: 'slow', limits: { eventsPerSecond: 5, requestsPerSecond: 2 } }),
];

const writer = (tenant: string): Principal => ({
  tenant,
  subject: 'k',
  kind: 'apikey',
  scopes: ['ingest:write'],
});

const principals: Readonly<Record<string, ReturnType<Access['authenticate']>>> = {
  [keys.main]: writer('main'),
  [keys.other]: writer('other'),
  [keys.slow]: writer('slow'),
  [keys.reader]: { ...writer('main'), scopes: ['query:read'] },
  [keys.revoked]: 'revoked',
  [keys.expired]: 'expired',
  [keys.orphan]: writer('nobody'),
};

const access: Access = {
  authenticate: (key) => {
    if (!key.startsWith('key-')) return 'malformed';
    return (Object.hasOwn(principals, key) ? principals[key] : undefined) ?? 'unknown';
  },
  tenant: (id) => tenants.find((tenant) => tenant.id === id),
};

export async function createRig(
  over: Partial<IngestConfig> = {},
  natsOptions: Parameters<typeof startTestNats>[0] = {},
): Promise<Rig> {
  const nats = await startTestNats(natsOptions);
  const bus = await createTestBus(nats);
  const metrics = createMetrics({ processMetrics: false });
  const config = { ...resolveConfig([ingestConfig], {}, undefined).get(ingestConfig), ...over };
  const ingest = await start({ bus, access, clock: systemClock, log: silentLog, metrics }, config);
  const rig: { intercept: Interceptor | undefined } = { intercept: undefined };
  const server = createServer((request, response) => {
    if (rig.intercept?.(request, response) === true || ingest.handle(request, response)) return;
    response.writeHead(404).end('not ingest');
  });
  const url = await listen(server);

  return Object.assign(rig, {
    url,
    bus,
    nats,
    ingest,
    metrics,
    rows: async () => {
      const rows: LoggedRow[] = [];
      for await (const { data, subject } of stored(bus, eventsStream)) rows.push(...rowsOf(data, subject));
      return rows;
    },
    deadLetters: async () => {
      const letters: DeadLetter[] = [];
      for await (const { data } of stored(bus, deadLetterStream)) {
        const letter = letterCodec.decode(data);
        if (!letter.ok) throw new Error(letter.fault);
        letters.push(letter.value);
      }
      return letters;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await ingest.stop();
      await bus.close();
      await nats.stop();
    },
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}

async function* stored(bus: Bus, stream: string): AsyncGenerator<{ data: Uint8Array; subject: string }> {
  const { messages } = await bus.streamState(stream);
  if (messages === 0) return;
  const { signal } = new AbortController();
  for await (const batch of readFrom({
    bus,
    stream,
    subject: `${stream}.*`,
    fromSeq: 1,
    signal,
    untilCaughtUp: true,
  }))
    yield* batch;
}

function rowsOf(data: Uint8Array, subject: string): LoggedRow[] {
  const batch = decodeRecordBatch(data);
  if (typeof batch === 'string') throw new Error(batch);
  return batch.text
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => rowOf(subject, line.split('\t').map(unescapeTsv)));
}

function rowOf(subject: string, values: readonly string[]): LoggedRow {
  const row: Record<string, string> = { subject };
  for (const [i, name] of rowColumns.entries()) row[name] = values[i] ?? '';
  return row;
}

/** For `toSorted` of ids in whatever order the partitions had them. */
export function byText(a: string | undefined, b: string | undefined): number {
  return (a ?? '') < (b ?? '') ? -1 : 1;
}
