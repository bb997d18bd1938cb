import { Type } from '@sinclair/typebox';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';

export interface RangeRows {
  readonly partition: number;
  /** Sequences after this one up to `toSeq`. */
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly count: number;
  readonly columns: readonly string[];
  readonly body: Uint8Array;
  readonly token: string;
}

const Count = Type.Object({ n: Type.Number() });
/** An insert that has noted its token shows its rows within far less. */
const SETTLE_MS = 1_000;

/**
 * One try of storing a range of events, to be repeated until it succeeds; `isDoubtful` when a former run may have tried already.
 *
 * ClickHouse notes the token before it shows the rows. What fails between (a full disk: seen; a kill: the same order) leaves a token whose
 * repeat is dropped although nothing is stored. So a try that is not the first looks whether the rows are there, sends them under the token,
 * looks again, and only when they are still missing sends them under another one. A crash at any point leaves either no row of the range or
 * all; the next run looks first.
 */
export function rangeInsert(
  deps: { readonly store: Store; readonly clock: Clock; readonly onLostToken: () => void },
  range: RangeRows,
  isDoubtful: boolean,
): () => Promise<void> {
  const { store, clock, onLostToken } = deps;
  const { partition, fromSeq, toSeq, count, columns, body, token } = range;
  const where = 'partition = {partition:UInt16} AND seq > {fromSeq:UInt64} AND seq <= {toSeq:UInt64}';
  const params = { partition, fromSeq, toSeq };
  const stored = async (): Promise<number> =>
    (await store.query(`SELECT count() AS n FROM events WHERE ${where}`, params, Count))[0]?.n ?? 0;
  let mayBeThere = isDoubtful;
  let others = 0;

  return async () => {
    if (mayBeThere && (await stored()) >= count) return;
    const isRepeat = mayBeThere;
    mayBeThere = true;
    await store.insertRows('events', columns, body, token);
    if (!isRepeat || (await stored()) >= count) return;
    await clock.sleep(SETTLE_MS);
    const found = await stored();
    if (found >= count) return;
    onLostToken();
    // Rows of two months are two parts, of which one may be there.
    if (found > 0)
      await store.command(`ALTER TABLE events DELETE WHERE ${where} SETTINGS mutations_sync = 1`, params);
    await store.insertRows('events', columns, body, `${token}.${clock.nowMs()}.${(others += 1)}`);
  };
}
