import { Type, type Static } from '@sinclair/typebox';
import type { Store } from '../../platform/store/store.ts';
import { baseMinorOf, storedColumns, StoredRow } from '../stored-row.ts';
import { endOf, isWhole, type StagePosition } from './position.ts';
import type { StageEvent, StageViewing } from './stage.ts';
import { pageViewings, type PageViewings } from './stored-viewings.ts';

/** Newest event time of one record batch and tenant, of events of every type, and how many of its rows a page covers. */
export interface BatchMark {
  readonly seq: number;
  readonly partition: number;
  readonly tenant: string;
  readonly newestMs: number;
  readonly rows: number;
}

export interface Page {
  /** In order. */
  readonly events: readonly StageEvent[];
  /** Marks of the batches from the asked position to `position`, in order; the batch that `position` lies inside of is among them. */
  readonly marks: readonly BatchMark[];
  readonly position: StagePosition;
  /** Of the batches that are whole at `position` and were not at the asked one, in order; empty when not asked for. */
  readonly viewings: readonly StageViewing[];
}

/** Stored events in the order of (seq, partition, idx). */
export interface StoredEvents {
  /** Events of these types after `after`, at most up to batch `frontier`; as many as one page holds. */
  read(
    after: StagePosition,
    frontier: number,
    types: readonly string[],
    withViewings: boolean,
  ): Promise<Page>;
  /** Stored rows of every type by tenant, up to a position; asked only after the log lost its end. */
  countTo(position: StagePosition): Promise<ReadonlyMap<string, number>>;
}

const Row = Type.Composite([StoredRow, Type.Object({ partition: Type.Number() })]);
type Row = Static<typeof Row>;

const Mark = Type.Object({
  seq: Type.Number(),
  partition: Type.Number(),
  tenant: Type.String(),
  newestMs: Type.Number(),
  rows: Type.Number(),
});
const Count = Type.Object({ tenant: Type.String(), rows: Type.Number() });
const isUpTo = '(seq, partition, idx) <= ({toSeq:UInt64}, {toPartition:UInt16}, {toIdx:UInt32})';

/** Batches one page covers at most: a question names a range of sequences, so that the index leaves most of the table alone. */
const MAX_SPAN = 4_096;

/**
 * Pages through `events` by position. A page covers a span of sequences that doubles while it finds little and halves when it finds more
 * than a page holds, so that each question is about what is new. A reader belongs to one stage.
 */
export function createStoredEvents(store: Store, pageRows: number): StoredEvents {
  let span = 256;
  return {
    read: async (after, frontier, types, withViewings) => {
      const widest = Math.min(frontier, after.seq + span);
      const found: PageViewings = withViewings
        ? await pageViewings(store, after, widest)
        : { viewings: [], toSeq: widest };
      const { toSeq } = found;
      const params = { ...after, toSeq };
      const rows =
        types.length === 0
          ? []
          : await store.query(
              `SELECT partition, ${storedColumns}
               FROM events
               PREWHERE seq >= {seq:UInt64} AND seq <= {toSeq:UInt64}
               WHERE type IN {types:Array(String)} AND (seq, partition, idx) > ({seq:UInt64}, {partition:UInt16}, {idx:UInt32})
               ORDER BY seq, partition, idx LIMIT {limit:UInt32}`,
              { ...params, types, limit: pageRows },
              Row,
            );
      const isCut = rows.length === pageRows;
      const last = rows.at(-1);
      const position = isCut && last !== undefined ? last : endOf(toSeq);
      const marks = await store.query(
        `SELECT seq, partition, tenant, toUnixTimestamp64Milli(max(time)) AS newestMs,
           countIf((seq, partition, idx) > ({seq:UInt64}, {partition:UInt16}, {idx:UInt32}) AND ${isUpTo}) AS rows
         FROM events
         PREWHERE seq >= {seq:UInt64} AND seq <= {toSeq:UInt64}
         WHERE (seq, partition) >= ({seq:UInt64}, {partition:UInt16})
         GROUP BY seq, partition, tenant ORDER BY seq, partition, tenant`,
        { ...after, ...endParams(position) },
        Mark,
      );
      if (isCut || toSeq < widest) span = Math.max(1, Math.floor(span / 2));
      else if (rows.length < pageRows / 2) span = Math.min(MAX_SPAN, span * 2);
      return {
        events: rows.map(toEvent),
        marks,
        viewings: found.viewings.filter((each) => isComplete(each, position)),
        position: { seq: position.seq, partition: position.partition, idx: position.idx },
      };
    },
    countTo: async (position) => {
      const counts = await store.query(
        `SELECT tenant, count() AS rows FROM events PREWHERE seq <= {toSeq:UInt64} WHERE ${isUpTo} GROUP BY tenant`,
        endParams(position),
        Count,
      );
      return new Map(counts.map(({ tenant, rows }) => [tenant, rows]));
    },
  };
}

/** A page that ends inside a batch leaves what viewers did in it to the next. */
function isComplete({ seq, partition }: StageViewing, position: StagePosition): boolean {
  if (isWhole(position)) return seq <= position.seq;
  return seq < position.seq || (seq === position.seq && partition < position.partition);
}

function endParams({ seq, partition, idx }: StagePosition) {
  return { toSeq: seq, toPartition: partition, toIdx: idx };
}

function toEvent(row: Row): StageEvent {
  const { data: json, timeMs, receivedMs, amount_minor, amount_base_minor: _, ...rest } = row;
  let parsed: { readonly value: unknown } | undefined;
  return {
    ...rest,
    eventTimeMs: timeMs,
    receivedAtMs: receivedMs,
    amountMinor: amount_minor,
    amountBaseMinor: baseMinorOf(row),
    get data(): unknown {
      parsed ??= { value: JSON.parse(json) };
      return parsed.value;
    },
  };
}
