import { createHash } from 'node:crypto';
import type { TrackedPost } from '../../platform/contracts/posts.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { SignalPublisher } from '../../platform/signals/publisher.ts';
import type { Frontier } from '../stage/frontier.ts';
import type { Stage, StageEvent } from '../stage/stage.ts';
import type { PostEvents, PostRows } from './ports.ts';
import {
  addPublication,
  countMinute,
  countPast,
  decodePosts,
  emptyPosts,
  encodePosts,
  firstSince,
  moveWatermark,
  tenantPosts,
  type Post,
  type PostsState,
  type TenantPosts,
} from './posts.ts';
import { owedSignal } from './signals.ts';
import { viewPost } from './track.ts';

export interface PostTrackingDeps {
  readonly counts: PostEvents;
  readonly rows: PostRows;
  readonly frontier: Pick<Frontier, 'read'>;
  readonly signals: Pick<SignalPublisher, 'publish'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Posts of a tenant that are kept; beyond, the oldest leave the state (not the table) and are counted no more. */
const MAX_POSTS = 20_000;
/** Of these, whose rows follow when an earlier post changes. */
const MAX_FOLLOWING = 3_000;
/** Between two writes of rows that only counted on: most live posts do so every second, and people look once in a while. */
const REFRESH_INTERVAL_MS = 10_000;
/** Between two times that later posts follow an earlier one. */
const FOLLOW_INTERVAL_MS = 60_000;
/** Batches counted by one question. */
const SEQ_SPAN = 512;
const POSTS_PER_QUESTION = 500;
const ROWS_PER_INSERT = 500;
const POSTS_PER_BREATH = 100;

/**
 * Follows posts for seven days from publication (SYSTEMS E10). Publications come as events; views and interactions are counted in ClickHouse by
 * minute, in the order of the log up to the same frontier as everything else: reading each view here would cost more than all the rest.
 *
 * Order and what a crash leaves: count (memory) → rows and signals (absolute; message ids by revision) → snapshot by the runner. The counts
 * and `countedSeq` are one state, so a restart counts again exactly what came after the snapshot.
 */
export function createPostTrackingStage(deps: PostTrackingDeps): Stage<PostsState> {
  const { clock, counts, frontier, rows, signals } = deps;
  const tracked = deps.metrics.gauge('weir_streams_tracked_posts', 'Posts followed, all tenants');
  /** Digest of the row last written; empty after a restart, when all are written once more. */
  const written = new WeakMap<Post, string>();
  let refreshDueMs = Number.NEGATIVE_INFINITY;
  let followDueMs = Number.NEGATIVE_INFINITY;

  const count = async (state: PostsState): Promise<void> => {
    const toSeq = await frontier.read();
    const isFresh = [...state.tenants.values()].every(({ ordered }) =>
      ordered.every((post) => !post.isCounted),
    );
    // Nothing to add to: posts that are taken up count their past themselves.
    if (isFresh) state.countedSeq = Math.max(state.countedSeq, toSeq);
    while (state.countedSeq < toSeq) {
      const end = Math.min(toSeq, state.countedSeq + SEQ_SPAN);
      const minutes = await counts.minutes(state.countedSeq, end);
      for (const minute of minutes) {
        const posts = state.tenants.get(minute.tenant);
        if (posts !== undefined) countMinute(posts, minute);
      }
      state.countedSeq = end;
    }
    for (const [tenant, posts] of state.tenants) await countPasts(tenant, posts, state.countedSeq);
  };

  const countPasts = async (tenant: string, posts: TenantPosts, toSeq: number): Promise<void> => {
    const fresh = [...posts.changed].filter((post) => !post.isCounted);
    for (let from = 0; from < fresh.length; from += POSTS_PER_QUESTION) {
      const part = fresh.slice(from, from + POSTS_PER_QUESTION);
      const found = Map.groupBy(await counts.past(tenant, part, toSeq), ({ content }) => content);
      for (const post of part) countPast(posts, post, found.get(post.content) ?? []);
    }
  };

  /** Posts whose rows are due. */
  const due = (posts: TenantPosts, round: Round): readonly Post[] => {
    if (!round.isFollowing) return [...(round.isRefreshing ? posts.changed : posts.urgent)];
    const since = firstSince(posts.ordered, posts.changedFromMs);
    const following = posts.ordered.slice(Math.max(since, posts.ordered.length - MAX_FOLLOWING));
    return [...new Set([...posts.changed, ...following])];
  };

  /** Writes the rows that are due and tells of what is viral. */
  const write = async (
    state: PostsState,
    tenant: string,
    posts: TenantPosts,
    round: Round,
  ): Promise<void> => {
    const news: { readonly post: Post; readonly view: TrackedPost; readonly digest: string }[] = [];
    for (const [i, post] of due(posts, round).entries()) {
      if (i % POSTS_PER_BREATH === POSTS_PER_BREATH - 1) await clock.sleep(0);
      const view = viewPost(posts, post);
      const digest = createHash('md5').update(JSON.stringify(view)).digest('base64');
      if (written.get(post) === digest) settle(posts, post);
      else news.push({ post, view, digest });
    }
    for (let from = 0; from < news.length; from += ROWS_PER_INSERT) {
      const part = news.slice(from, from + ROWS_PER_INSERT);
      await rows.write(
        part.map(({ view }) => ({ tenant, post: view })),
        state.countedSeq,
      );
      for (const { digest, post, view } of part) {
        await tell(posts, tenant, post, view);
        written.set(post, digest);
        settle(posts, post);
      }
    }
    if (round.isFollowing) posts.changedFromMs = Number.POSITIVE_INFINITY;
  };

  const settle = (posts: TenantPosts, post: Post): void => {
    posts.changed.delete(post);
    posts.urgent.delete(post);
  };

  const tell = async (posts: TenantPosts, tenant: string, post: Post, view: TrackedPost): Promise<void> => {
    for (
      let owed = owedSignal(tenant, post, view, posts.watermarkMs);
      owed !== undefined;
      owed = owedSignal(tenant, post, view, posts.watermarkMs)
    ) {
      await signals.publish([owed]);
      post.told += 1;
    }
  };

  return {
    name: 'posts',
    types: ['post_published'],
    tables: ['posts'],
    create: emptyPosts,
    encode: encodePosts,
    decode: decodePosts,
    apply: (state, batch, context) => {
      for (const event of batch)
        if (event.type === 'post_published')
          addPublication(tenantPosts(state, event.tenant), publicationOf(event), MAX_POSTS);
      for (const [tenant, posts] of state.tenants) moveWatermark(posts, context.watermarkMs(tenant));
    },
    // What is counted is none of the events it reads, so it looks in every round.
    isFlushDue: () => true,
    flush: async (state, nowMs) => {
      await count(state);
      const round: Round = { isRefreshing: nowMs >= refreshDueMs, isFollowing: nowMs >= followDueMs };
      if (round.isRefreshing) refreshDueMs = nowMs + REFRESH_INTERVAL_MS;
      if (round.isFollowing) followDueMs = nowMs + FOLLOW_INTERVAL_MS;
      let total = 0;
      for (const [tenant, posts] of state.tenants) {
        total += posts.ordered.length;
        await write(state, tenant, posts, round);
      }
      tracked.set(total);
    },
    forget: (state, tenant) => {
      state.tenants.delete(tenant);
    },
  };
}

/** What is written besides what cannot wait. */
interface Round {
  readonly isRefreshing: boolean;
  readonly isFollowing: boolean;
}

function publicationOf(event: StageEvent) {
  const { data } = event;
  const title = typeof data === 'object' && data !== null && 'title' in data ? data.title : undefined;
  return {
    content: event.content,
    channel: event.channel,
    title: typeof title === 'string' ? title : '',
    publishedAtMs: event.eventTimeMs,
  };
}
