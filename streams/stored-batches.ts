import { Type } from '@sinclair/typebox';
import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { createRecordBatchBuilder } from '../platform/record-batch/builder.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import { decodeRecordBatch, type RecordBatch } from '../platform/record-batch/record-batch.ts';
import type { Store } from '../platform/store/store.ts';
import { baseMinorOf, storedColumns, StoredRow } from './stored-row.ts';

const Highest = Type.Object({ highest: Type.Number() });

/** Highest position above `above` that this partition has stored rows of; 0 when it has none there. */
export async function highestStored(
  store: Pick<Store, 'query'>,
  partition: number,
  above: number,
): Promise<number> {
  const rows = await store.query(
    'SELECT max(seq) AS highest FROM events WHERE seq > {above:UInt64} AND partition = {partition:UInt16}',
    { partition, above },
    Highest,
  );
  return rows[0]?.highest ?? 0;
}

/** Highest position above `above` that any partition has stored rows of; 0 when there is none. */
export async function highestOfAll(store: Pick<Store, 'query'>, above: number): Promise<number> {
  const rows = await store.query(
    'SELECT max(seq) AS highest FROM events WHERE seq > {above:UInt64}',
    { above },
    Highest,
  );
  return rows[0]?.highest ?? 0;
}

const metricsOf = new Map(eventCatalogue.map((spec) => [spec.type, spec.metrics]));
const ROWS_PER_QUERY = 5_000;

/**
 * Record batches made again from the stored events of a partition, in order, for positions in (fromSeq, toSeq]. Used when the log no
 * longer holds them (its end was lost, or the only snapshot is damaged): what was stored is still counted.
 */
export async function* storedBatches(
  store: Store,
  partition: number,
  fromSeq: number,
  toSeq: number,
): AsyncGenerator<{ seq: number; batch: RecordBatch }> {
  const hasher = createIdentityHasher();
  const lanes = new Uint32Array(4);
  let after = { seq: fromSeq + 1, idx: -1 };
  for (;;) {
    const rows = await store.query(
      `SELECT ${storedColumns} FROM events WHERE partition = {partition:UInt16} AND (seq, idx) > ({seq:UInt64}, {idx:Int64}) AND seq <= {toSeq:UInt64} ORDER BY seq, idx LIMIT {limit:UInt32}`,
      { partition, seq: after.seq, idx: after.idx, toSeq, limit: ROWS_PER_QUERY },
      StoredRow,
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    const builder = createRecordBatchBuilder(hasher, Number.MAX_SAFE_INTEGER);
    for (const row of rows) {
      const event = toEvent(row);
      hasher.identity(event.tenant, event.source, event.id, lanes, 0);
      builder.add(event, lanes);
    }
    const batch = decodeRecordBatch(builder.finish());
    if (typeof batch === 'string') throw new RangeError(`stored events do not make a batch: ${batch}`);
    yield { seq: last.seq, batch };
    after = { seq: last.seq, idx: last.idx };
  }
}

function toEvent(row: StoredRow): CanonicalEvent {
  const data: unknown = JSON.parse(row.data);
  const names = metricsOf.get(row.type) ?? [];
  return {
    tenant: row.tenant,
    source: row.source,
    id: row.id,
    type: row.type,
    eventTimeMs: row.timeMs,
    receivedAtMs: row.receivedMs,
    channel: row.channel,
    content: row.content,
    country: row.country,
    stream: row.stream,
    user: row.user,
    amountMinor: row.amount_minor,
    currency: row.currency,
    amountBaseMinor: baseMinorOf(row),
    metrics: names.map((name) => numberIn(data, name)),
    flags: row.flags,
    dataJson: row.data,
  };
}

function numberIn(data: unknown, name: string): number {
  if (typeof data !== 'object' || data === null) return Number.NaN;
  const value: unknown = Object.getOwnPropertyDescriptor(data, name)?.value;
  return typeof value === 'number' ? value : Number.NaN;
}
