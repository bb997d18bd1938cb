import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { checkAges, FINAL_AGE } from '../../platform/contracts/posts.ts';

const MINUTE_MS = 60_000;
/** Ages at which sums are kept; events of a post count into the first that is above their age. */
export const edges: readonly number[] = [...checkAges, FINAL_AGE];
/** A sender's clock may be a little behind the publisher's. */
const EARLY_MINUTES = 10;

/** What one minute of events adds to a content. */
export interface MinuteCount {
  readonly tenant: string;
  readonly content: string;
  /** Minutes since 1970 of event time. */
  readonly minute: number;
  /** Single events that were sent: views, interactions. */
  readonly countedViews: number;
  readonly countedEngagement: number;
  /** Changes of a platform's counters (`post_metrics`); corrections are negative. */
  readonly reportedViews: number;
  readonly reportedEngagement: number;
}

const Sums = Type.Array(Type.Number(), { minItems: edges.length, maxItems: edges.length });

const PostSchema = Type.Object({
  content: Type.String(),
  channel: Type.String(),
  title: Type.String(),
  publishedAtMs: Type.Number(),
  /** Whether what was stored before the post was known has been counted in. */
  isCounted: Type.Boolean(),
  countedViews: Sums,
  countedEngagement: Sums,
  reportedViews: Sums,
  reportedEngagement: Sums,
  /** State of the signal: revisions told so far, 0 when it never fired. */
  told: Type.Integer({ minimum: 0, maximum: 2 }),
});
export type Post = Static<typeof PostSchema>;

export interface PostsState {
  readonly tenants: Map<string, TenantPosts>;
  /** Log sequence up to which minutes are counted. */
  countedSeq: number;
}

export interface TenantPosts {
  /** By content; in order of publication in `ordered`. */
  readonly byContent: Map<string, Post>;
  readonly ordered: Post[];
  watermarkMs: number;
  /** Posts whose own row is out of date. */
  readonly changed: Set<Post>;
  /** Those of them with a check that came due, and new ones: not to be kept waiting. */
  readonly urgent: Set<Post>;
  /** Publication of the earliest post that changed since all later ones were looked through: they build on it. */
  changedFromMs: number;
}

export function emptyPosts(): PostsState {
  return { tenants: new Map(), countedSeq: 0 };
}

export function tenantPosts(state: PostsState, tenant: string): TenantPosts {
  const known = state.tenants.get(tenant);
  if (known !== undefined) return known;
  const made: TenantPosts = {
    byContent: new Map(),
    ordered: [],
    watermarkMs: Number.NEGATIVE_INFINITY,
    changed: new Set(),
    urgent: new Set(),
    changedFromMs: Number.POSITIVE_INFINITY,
  };
  state.tenants.set(tenant, made);
  return made;
}

export interface Publication {
  readonly content: string;
  readonly channel: string;
  readonly title: string;
  readonly publishedAtMs: number;
}

/** Takes up a post; the first publication of a content counts. Beyond `maxPosts` of a tenant the oldest leave. */
export function addPublication(posts: TenantPosts, publication: Publication, maxPosts: number): void {
  if (publication.content === '' || posts.byContent.has(publication.content)) return;
  const zeros = (): number[] => edges.map(() => 0);
  const post: Post = {
    ...publication,
    isCounted: false,
    countedViews: zeros(),
    countedEngagement: zeros(),
    reportedViews: zeros(),
    reportedEngagement: zeros(),
    told: 0,
  };
  posts.byContent.set(post.content, post);
  posts.ordered.splice(insertAt(posts.ordered, post), 0, post);
  while (posts.ordered.length > maxPosts) {
    const oldest = posts.ordered.shift();
    if (oldest === undefined) break;
    posts.byContent.delete(oldest.content);
    posts.changed.delete(oldest);
    posts.urgent.delete(oldest);
  }
  if (!posts.byContent.has(post.content)) return;
  touch(posts, post);
  posts.urgent.add(post);
}

/**
 * Adds a minute to its post. Minutes of unknown posts, of long before publication or after seven days are left out, and those of a post whose
 * past is still to be counted: that count holds them.
 */
export function countMinute(posts: TenantPosts, count: MinuteCount): void {
  const post = posts.byContent.get(count.content);
  if (post?.isCounted === true) addMinute(posts, post, count);
}

/** Counts in what was stored before the post was known, and takes it up for what comes. */
export function countPast(posts: TenantPosts, post: Post, past: readonly MinuteCount[]): void {
  for (const count of past) addMinute(posts, post, count);
  post.isCounted = true;
}

function addMinute(posts: TenantPosts, post: Post, count: MinuteCount): void {
  const age = count.minute - Math.floor(post.publishedAtMs / MINUTE_MS);
  if (age < -EARLY_MINUTES || age >= FINAL_AGE) return;
  const bucket = edges.findIndex((edge) => age < edge);
  add(post.countedViews, bucket, count.countedViews);
  add(post.countedEngagement, bucket, count.countedEngagement);
  add(post.reportedViews, bucket, count.reportedViews);
  add(post.reportedEngagement, bucket, count.reportedEngagement);
  curves.delete(post);
  touch(posts, post);
}

function touch(posts: TenantPosts, post: Post): void {
  posts.changed.add(post);
  posts.changedFromMs = Math.min(posts.changedFromMs, post.publishedAtMs);
}

/** Moves the watermark; posts with a check between the old and the new one have changed. */
export function moveWatermark(posts: TenantPosts, watermarkMs: number): void {
  if (!(watermarkMs > posts.watermarkMs)) return;
  const before = posts.watermarkMs;
  posts.watermarkMs = watermarkMs;
  // Ages end at whole minutes.
  if (Math.floor(before / MINUTE_MS) === Math.floor(watermarkMs / MINUTE_MS)) return;
  const passed = (post: Post): boolean =>
    edges.some((edge) => dueAtMs(post, edge) > before && dueAtMs(post, edge) <= watermarkMs);
  for (
    let i = firstSince(posts.ordered, before - FINAL_AGE * MINUTE_MS - MINUTE_MS);
    i < posts.ordered.length;
    i += 1
  ) {
    const post = posts.ordered[i];
    // Only its own row: what others expect of an age does not depend on when it came due.
    if (post === undefined || !passed(post)) continue;
    posts.changed.add(post);
    posts.urgent.add(post);
  }
}

/** When an age is over: its events have minutes before. */
export function dueAtMs(post: Pick<Post, 'publishedAtMs'>, ageMinutes: number): number {
  return (Math.floor(post.publishedAtMs / MINUTE_MS) + ageMinutes) * MINUTE_MS;
}

export interface Curve {
  /** Up to each edge. */
  readonly views: readonly number[];
  readonly engagement: readonly number[];
  readonly logViews: readonly number[];
  readonly logEngagement: readonly number[];
}

const curves = new WeakMap<Post, Curve>();

/**
 * Views and engagement up to each edge. Single events and a platform's counters tell of the same views: the larger is the more complete,
 * their sum would count twice.
 */
export function curveOf(post: Post): Curve {
  const known = curves.get(post);
  if (known !== undefined) return known;
  const larger = (counted: readonly number[], reported: readonly number[]): number[] => {
    let ofCounted = 0;
    let ofReported = 0;
    return edges.map((_, edge) => {
      ofCounted += counted[edge] ?? 0;
      ofReported += reported[edge] ?? 0;
      return Math.max(0, ofCounted, ofReported);
    });
  };
  const views = larger(post.countedViews, post.reportedViews);
  const engagement = larger(post.countedEngagement, post.reportedEngagement);
  const made = {
    views,
    engagement,
    logViews: views.map((value) => Math.log1p(value)),
    logEngagement: engagement.map((value) => Math.log1p(value)),
  };
  curves.set(post, made);
  return made;
}

/** Index of the first post published at `ms` or later. */
export function firstSince(ordered: readonly Post[], ms: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ordered[middle]?.publishedAtMs ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertAt(ordered: readonly Post[], post: Post): number {
  let at = firstSince(ordered, post.publishedAtMs);
  // Equal times in order of content, so that the order does not depend on which came first.
  for (
    let next = ordered[at];
    next?.publishedAtMs === post.publishedAtMs && next.content < post.content;
    next = ordered[at]
  )
    at += 1;
  return at;
}

function add(sums: number[], bucket: number, value: number): void {
  sums[bucket] = (sums[bucket] ?? 0) + value;
}

const Snapshot = Type.Object({
  format: Type.Literal(1),
  countedSeq: Type.Number(),
  tenants: Type.Array(
    Type.Object({
      tenant: Type.String(),
      watermarkMs: Type.Union([Type.Number(), Type.Null()]),
      posts: Type.Array(PostSchema),
    }),
  ),
});

export function encodePosts(state: PostsState): Uint8Array {
  const snapshot: Static<typeof Snapshot> = {
    format: 1,
    countedSeq: state.countedSeq,
    tenants: [...state.tenants].map(([tenant, { ordered, watermarkMs }]) => ({
      tenant,
      watermarkMs: Number.isFinite(watermarkMs) ? watermarkMs : null,
      posts: ordered,
    })),
  };
  return new TextEncoder().encode(JSON.stringify(snapshot));
}

/** Undefined when the bytes are of another format. Everything counts as changed: rows are written again once. */
export function decodePosts(bytes: Uint8Array): PostsState | undefined {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!Value.Check(Snapshot, value)) return undefined;
  const state = emptyPosts();
  state.countedSeq = value.countedSeq;
  for (const { posts, tenant, watermarkMs } of value.tenants) {
    const held = tenantPosts(state, tenant);
    held.watermarkMs = watermarkMs ?? Number.NEGATIVE_INFINITY;
    held.ordered.push(...posts);
    for (const post of posts) {
      held.byContent.set(post.content, post);
      touch(held, post);
      held.urgent.add(post);
    }
  }
  return state;
}
