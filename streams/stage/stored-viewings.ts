import { Type } from '@sinclair/typebox';
import type { Store } from '../../platform/store/store.ts';
import { isWhole, type StagePosition } from './position.ts';
import type { StageViewing } from './stage.ts';

/** What viewers did in the batches up to `toSeq`, in order. */
export interface PageViewings {
  readonly viewings: readonly StageViewing[];
  readonly toSeq: number;
}

const Row = Type.Object({
  tenant: Type.String(),
  content: Type.String(),
  channel: Type.String(),
  hour: Type.Number(),
  newestMs: Type.Number(),
  views: Type.Number(),
  reactions: Type.Number(),
  watched: Type.Number(),
  watchMs: Type.Number(),
  partition: Type.Number(),
  seq: Type.Number(),
});

/** Sums one page holds at most; a batch that has more by itself is read whole. */
const MAX_VIEWINGS = 20_000;

const isWatched = "type = 'video_view' AND JSONHas(data, 'watch_time_ms')";
const count = "if(JSONHas(data, 'count'), JSONExtractFloat(data, 'count'), 1)";

/**
 * Sums of views, interactions and time watched by record batch, content and hour, of the batches after `after`, a batch that it lies inside of
 * included. Where they are too many the page ends earlier.
 */
export async function pageViewings(
  store: Pick<Store, 'query'>,
  after: StagePosition,
  toSeq: number,
  most = MAX_VIEWINGS,
): Promise<PageViewings> {
  const first = isWhole(after) ? { seq: after.seq + 1, partition: 0 } : after;
  const ask = async (last: number, limit: number) =>
    store.query(
      `SELECT seq, partition, tenant, content, max(channel) AS channel, intDiv(toUnixTimestamp64Milli(at), 3600000) AS hour,
         toUnixTimestamp64Milli(max(at)) AS newestMs, countIf(type = 'video_view') AS views,
         sumIf(${count}, type = 'share' OR (type = 'engagement' AND JSONExtractString(data, 'kind') != 'dislike')) AS reactions,
         countIf(${isWatched}) AS watched, sumIf(JSONExtractFloat(data, 'watch_time_ms'), ${isWatched}) AS watchMs
       FROM (
         SELECT seq, partition, tenant, content, events.channel AS channel, type, data, least(time, received_at) AS at FROM events
         PREWHERE seq >= {seq:UInt64} AND seq <= {last:UInt64}
         WHERE (seq, partition) >= ({seq:UInt64}, {partition:UInt16}) AND content != '' AND type IN ('video_view', 'engagement', 'share')
       )
       GROUP BY seq, partition, tenant, content, hour ORDER BY seq, partition, tenant, content, hour
       LIMIT {limit:UInt32}`,
      { seq: first.seq, partition: first.partition, last, limit },
      Row,
    );
  const viewings = await ask(toSeq, most + 1);
  const beyond = viewings.length > most ? viewings.at(-1)?.seq : undefined;
  if (beyond === undefined) return { viewings, toSeq };
  // The last batch may be there in part: it begins the next page, or is the only one of this.
  if (beyond > first.seq) return { viewings: viewings.filter(({ seq }) => seq < beyond), toSeq: beyond - 1 };
  return { viewings: await ask(beyond, 0xff_ff_ff_ff), toSeq: beyond };
}
