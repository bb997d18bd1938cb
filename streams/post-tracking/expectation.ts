import { curveOf, firstSince, type Post } from './posts.ts';

/** Earlier posts of the same channel that are looked at, newest first. */
const CHANNEL_POSTS = 30;
/** Earlier posts of the tenant. */
export const TENANT_POSTS = 200;
/** The tenant's mean weighs as much as this many posts of the channel. */
const PRIOR_POSTS = 4;
const LEAST_POSTS = 5;

export interface Expectation {
  readonly views: number;
  readonly engagement: number;
}

/**
 * What a post of this channel has at an edge: geometric mean of what earlier posts had at the same age, the channel's own drawn towards the
 * tenant's (empirical Bayes with a fixed weight). Undefined with fewer than five earlier posts in the tenant. Only posts published before
 * count, so the edge in question is over for all of them.
 */
export function expectationAt(ordered: readonly Post[], post: Post, edge: number): Expectation | undefined {
  const end = firstSince(ordered, post.publishedAtMs);
  const tenant = { count: 0, views: 0, engagement: 0 };
  const channel = { count: 0, views: 0, engagement: 0 };
  for (let i = end - 1; i >= 0 && tenant.count < TENANT_POSTS; i -= 1) {
    const earlier = ordered[i];
    if (earlier === undefined) break;
    const curve = curveOf(earlier);
    const views = curve.logViews[edge] ?? 0;
    const engagement = curve.logEngagement[edge] ?? 0;
    tenant.count += 1;
    tenant.views += views;
    tenant.engagement += engagement;
    if (earlier.channel !== post.channel || channel.count >= CHANNEL_POSTS) continue;
    channel.count += 1;
    channel.views += views;
    channel.engagement += engagement;
  }
  if (tenant.count < LEAST_POSTS) return undefined;
  const shrunk = (own: number, all: number): number =>
    Math.expm1((own + (PRIOR_POSTS * all) / tenant.count) / (channel.count + PRIOR_POSTS));
  return {
    views: shrunk(channel.views, tenant.views),
    engagement: shrunk(channel.engagement, tenant.engagement),
  };
}
