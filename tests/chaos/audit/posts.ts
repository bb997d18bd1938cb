import { Type } from '@sinclair/typebox';
import { createMetrics } from '../../../platform/metrics/metrics.ts';
import type { Signal } from '../../../platform/contracts/signal.ts';
import type { TrackedPost } from '../../../platform/contracts/posts.ts';
import type { Store } from '../../../platform/store/store.ts';
import { systemClock } from '../../../platform/time/clock.ts';
import { createPostEvents } from '../../../streams/post-tracking/adapters/clickhouse.ts';
import { createPostTrackingStage } from '../../../streams/post-tracking/stage.ts';
import { differences, type StageFindings } from './finding.ts';
import { rerunStage } from './rerun.ts';

const Row = Type.Object({
  tenant: Type.String(),
  content: Type.String(),
  views: Type.Number(),
  engagement: Type.Number(),
  detail: Type.String(),
});

/**
 * Posts as they stand, counts, checks and predictions, against one undisturbed life over the same stored events. `viral` are the signals
 * that must have been told by the end; a post that took off on the way and was overtaken later may have been told too.
 */
export async function auditPosts(
  store: Store,
  frontier: number,
): Promise<StageFindings & { readonly viral: ReadonlySet<string> }> {
  const again = new Map<string, string>();
  const viral = new Set<string>();
  await rerunStage(
    store,
    createPostTrackingStage({
      counts: createPostEvents(store),
      rows: {
        write: async (rows) => {
          for (const { tenant, post } of rows) again.set(`${tenant}/${post.content}`, textOf(post));
        },
      },
      frontier: { read: async () => frontier },
      signals: {
        publish: async (signals: readonly Signal[]) => {
          for (const { id, tenant } of signals) viral.add(`${tenant}/viral/${id}`);
        },
      },
      clock: systemClock,
      metrics: createMetrics({ processMetrics: false }),
    }),
    frontier,
    true,
  );
  const rows = await store.query(
    'SELECT tenant, content, views, engagement, detail FROM posts FINAL',
    {},
    Row,
  );
  const killed = new Map(
    rows.map(({ tenant, content, views, engagement, detail }) => {
      const parsed: unknown = JSON.parse(detail);
      return [`${tenant}/${content}`, textOf({ views, engagement, ...shaped(parsed) })];
    }),
  );
  return { compared: { posts: killed.size }, problems: differences('post', killed, again), viral };
}

function shaped(detail: unknown): { checks: readonly unknown[]; predictions: readonly unknown[] } {
  if (typeof detail === 'object' && detail !== null && 'checks' in detail && 'predictions' in detail) {
    const { checks, predictions } = detail;
    if (Array.isArray(checks) && Array.isArray(predictions)) return { checks, predictions };
  }
  throw new TypeError(`not the detail of a post: ${JSON.stringify(detail)}`);
}

function textOf({
  views,
  engagement,
  checks,
  predictions,
}: Pick<TrackedPost, 'views' | 'engagement'> & {
  readonly checks: readonly unknown[];
  readonly predictions: readonly unknown[];
}): string {
  return JSON.stringify({ views, engagement, checks, predictions });
}
