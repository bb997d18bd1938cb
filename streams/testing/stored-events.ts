import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import type { Store } from '../../platform/store/store.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';

const columns = [
  'partition',
  'seq',
  'idx',
  'tenant',
  'source',
  'id',
  'type',
  'time',
  'received_at',
  'channel',
  'content',
  'country',
  'stream',
  'user',
  'amount_minor',
  'currency',
  'amount_base_minor',
  'flags',
  'data',
] as const;

/** Puts events into the table as the processors do, all under one sequence of one partition. */
export async function insertEvents(
  store: Store,
  events: readonly CanonicalEvent[],
  seq = 0,
  partition = 0,
): Promise<void> {
  const rows = events.map((event, idx) =>
    [
      partition,
      seq,
      idx,
      event.tenant,
      event.source,
      event.id,
      event.type,
      (event.eventTimeMs / 1_000).toFixed(3),
      (event.receivedAtMs / 1_000).toFixed(3),
      event.channel,
      event.content,
      event.country,
      event.stream,
      event.user,
      event.amountMinor,
      event.currency,
      Number.isNaN(event.amountBaseMinor) ? 0 : event.amountBaseMinor,
      event.flags,
      event.dataJson,
    ]
      .map((value) => (typeof value === 'string' ? escapeTsv(value) : String(value)))
      .join('\t'),
  );
  await store.insertRows('events', columns, `${rows.join('\n')}\n`);
}
