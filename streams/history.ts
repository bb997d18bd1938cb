import { Type } from '@sinclair/typebox';
import type { RecordBatch } from '../platform/record-batch/record-batch.ts';
import { unescapeTsv } from '../platform/store/tsv.ts';
import type { Store } from '../platform/store/store.ts';
import type { IdentitySet } from './identity-set.ts';

const StoredIdentity = Type.Object({ id: Type.String(), source: Type.String() });

/**
 * Which events of a batch were stored before the identity set's memory begins. A copy names the same event time, so only events that
 * happened no later than something forgotten are looked up: in a live stream that is none, unless a sender's clock runs ahead by more than
 * the memory spans; in an import of history it is every one, found by tenant and time range, which is the table's order.
 *
 * Rows of this partition at or after `firstSeq` do not count: after a crash they may be this very batch, inserted already.
 */
export async function findInHistory(
  store: Store,
  batch: RecordBatch,
  identities: IdentitySet,
  partition: number,
  firstSeq: number,
): Promise<ReadonlySet<number> | undefined> {
  const untilMs = identities.forgottenUntilMs;
  // What is known now may be forgotten in the middle of this batch: it is named here, so that it counts as known to its end.
  const mayForget = batch.count > identities.room;
  if (untilMs === Number.NEGATIVE_INFINITY && !mayForget) return undefined;
  const candidates = new Map<string, number[]>();
  const found = new Set<number>();
  for (let i = 0; i < batch.count; i++) {
    const isOld = (batch.eventTimeMs[i] ?? 0) <= untilMs;
    if (!isOld && !mayForget) continue;
    if (identities.has(batch.idHash, 4 * i)) {
      if (mayForget) found.add(i);
      continue;
    }
    if (!isOld) continue;
    const tenant = batch.dictionary[batch.tenant[i] ?? 0] ?? '';
    const known = candidates.get(tenant);
    if (known === undefined) candidates.set(tenant, [i]);
    else known.push(i);
  }
  for (const [tenant, indexes] of candidates) {
    const identityOf = new Map(indexes.map((i) => [i, rowIdentity(batch, i)]));
    const times = indexes.map((i) => batch.eventTimeMs[i] ?? 0);
    const rows = await store.query(
      `SELECT DISTINCT id, source FROM events WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time <= fromUnixTimestamp64Milli({to:Int64})
       AND partition = {partition:UInt16} AND seq < {firstSeq:UInt64} AND id IN {ids:Array(String)}`,
      {
        tenant,
        from: Math.min(...times),
        to: Math.max(...times),
        partition,
        firstSeq,
        ids: [...identityOf.values()].map((identity) => identity.id),
      },
      StoredIdentity,
    );
    const stored = new Set(rows.map((row) => JSON.stringify([row.source, row.id])));
    for (const [i, identity] of identityOf)
      if (stored.has(JSON.stringify([identity.source, identity.id]))) found.add(i);
  }
  return found;
}

/** Source and id of an event: columns two and three of its row. */
function rowIdentity(batch: RecordBatch, i: number): { source: string; id: string } {
  const columns = batch.text
    .toString('utf8', batch.rowStart[i] ?? 0, batch.rowStart[i + 1] ?? 0)
    .split('\t', 3);
  return { source: unescapeTsv(columns[1] ?? ''), id: unescapeTsv(columns[2] ?? '') };
}
