import { Type, type Static } from '@sinclair/typebox';
import type { EventStats, StoredEvent } from '../../platform/contracts/api.ts';
import { eventFlags } from '../../platform/contracts/event.ts';
import type { Store } from '../../platform/store/store.ts';
import type { TimeRange } from '../series/range.ts';

const CountRow = Type.Object({ name: Type.String(), count: Type.Number() });

const EventRow = Type.Object({
  id: Type.String(),
  source: Type.String(),
  type: Type.String(),
  time_ms: Type.Number(),
  received_ms: Type.Number(),
  data: Type.String(),
  flags: Type.Number(),
});

const receivedIn =
  'received_at >= fromUnixTimestamp64Milli({from:Int64}) AND received_at < fromUnixTimestamp64Milli({to:Int64})';

/** What became of everything received in a range of received time. Minutes are the grain of duplicates and late events. */
export async function readEventStats(store: Store, tenant: string, range: TimeRange): Promise<EventStats> {
  const params = { tenant, from: range.fromMs, to: range.toMs };
  const [types, outcomes, rejected] = await Promise.all([
    store.query(
      `SELECT type AS name, count() AS count FROM events WHERE tenant = {tenant:String} AND ${receivedIn} GROUP BY type ORDER BY type`,
      params,
      CountRow,
    ),
    store.query(
      `SELECT kind AS name, sum(event_outcomes.count) AS count FROM event_outcomes FINAL
WHERE tenant = {tenant:String} AND minute >= toStartOfMinute(fromUnixTimestamp64Milli({from:Int64}))
 AND minute < fromUnixTimestamp64Milli({to:Int64}) GROUP BY kind`,
      params,
      CountRow,
    ),
    store.query(
      `SELECT 'rejected' AS name, toUInt64(sum(dead_letters.count)) AS count FROM dead_letters FINAL WHERE tenant = {tenant:String} AND ${receivedIn}`,
      params,
      CountRow,
    ),
  ]);
  const outcome = new Map(outcomes.map((row) => [row.name, row.count]));
  return {
    stored: types.reduce((sum, row) => sum + row.count, 0),
    duplicates: outcome.get('duplicate') ?? 0,
    rejected: rejected[0]?.count ?? 0,
    late: outcome.get('late') ?? 0,
    byType: Object.fromEntries(types.map((row) => [row.name, row.count])),
  };
}

export interface EventQuestion {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly limit: number;
}

/** Stored events of one id, or the newest by event time. Ids are looked up through an index; the rest reads the end of the table. */
export async function readEvents(
  store: Store,
  tenant: string,
  question: EventQuestion,
): Promise<StoredEvent[]> {
  const { id, type, limit } = question;
  const conditions = ['tenant = {tenant:String}'];
  if (id !== undefined) conditions.push('id = {id:String}');
  if (type !== undefined) conditions.push('type = {type:String}');
  const rows = await store.query(
    `SELECT id, source, type, toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received_at) AS received_ms, data, flags
FROM events WHERE ${conditions.join(' AND ')} ORDER BY time DESC, seq DESC, idx DESC LIMIT {limit:UInt32}`,
    { tenant, limit, ...(id === undefined ? {} : { id }), ...(type === undefined ? {} : { type }) },
    EventRow,
  );
  return rows.map(storedEvent);
}

function storedEvent(row: Static<typeof EventRow>): StoredEvent {
  return {
    id: row.id,
    source: row.source,
    type: row.type,
    time: new Date(row.time_ms).toISOString(),
    receivedAt: new Date(row.received_ms).toISOString(),
    data: parseData(row.data),
    flags: Object.entries(eventFlags).flatMap(([name, bit]) => ((row.flags & bit) === 0 ? [] : [name])),
  };
}

/** Data is stored as the JSON it came as; whatever is not is shown as text rather than lost. */
function parseData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
