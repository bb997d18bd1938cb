import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { readFrom } from '../platform/bus/reader.ts';
import { buckets, deadLetterStream } from '../platform/contracts/subjects.ts';
import type { Log } from '../platform/log/log.ts';
import { escapeTsv } from '../platform/store/tsv.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';

const Position = Type.Object({ seq: Type.Integer() });
const Letter = Type.Object({
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
const columns = [
  'seq',
  'tenant',
  'received_at',
  'dialect',
  'source',
  'code',
  'message',
  'idx',
  'item',
  'count',
] as const;

/**
 * Copies dead letters from their stream into ClickHouse, where they are listed and counted. Rows replace each other by (tenant,
 * sequence), so repeating a batch after a crash changes nothing; the position is saved after the insert.
 */
export async function startDeadLetterSink(deps: {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<{ stop(): Promise<void> }> {
  const { bus, store, clock, log } = deps;
  const positions = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  const key = 'deadletter.position';
  const stopping = new AbortController();

  const copy = async (): Promise<void> => {
    const saved = await positions.get(key);
    const from = saved !== undefined && Value.Check(Position, saved.value) ? saved.value.seq : 0;
    for await (const messages of readFrom({
      bus,
      stream: deadLetterStream,
      subject: `${deadLetterStream}.*`,
      fromSeq: from + 1,
      signal: stopping.signal,
    })) {
      const rows = messages.map((message) => row(message.seq, message.data)).join('');
      await store.insertRows('dead_letters', columns, rows);
      await positions.put(key, { seq: messages.at(-1)?.seq ?? from });
    }
  };
  const loop = (async (): Promise<void> => {
    let failing = false;
    while (!stopping.signal.aborted) {
      try {
        await copy();
        failing = false;
      } catch (error) {
        if (!failing)
          log.warn(
            { error: error instanceof Error ? error.message : String(error) },
            'dead letters could not be copied, repeating',
          );
        failing = true;
        await clock.sleep(1_000, stopping.signal).catch(() => undefined);
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

function row(seq: number, data: Uint8Array): string {
  const letter: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  if (!Value.Check(Letter, letter)) return '';
  return `${seq}\t${letter.tenant}\t${letter.receivedAtMs}\t${escapeTsv(letter.dialect)}\t${escapeTsv(letter.source)}\t${escapeTsv(letter.code)}\t${escapeTsv(letter.message)}\t${letter.index}\t${escapeTsv(letter.item)}\t${letter.count ?? 1}\n`;
}
