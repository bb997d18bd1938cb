import { curveOf, firstSince, type Post } from './posts.ts';

/** Earlier posts of the same channel that are looked at, newest first. */
const CHANNEL_POSTS = 30;
/** Earlier posts of the tenant. */
export const TENANT_POSTS = 200;
/** Posts looked through at most to find those. */
export const LOOK_BACK = 1_000;
/** The tenant's mean weighs as much as this many posts of the channel. */
const PRIOR_POSTS = 4;
const LEAST_POSTS = 5;
/** Variance of logarithms beyond which a mean says more about one outlier than about posts. */
const MOST_VARIANCE = 4;

export interface Expectation {
  readonly views: number;
  readonly engagement: number;
}

/** Sums of logarithms of a channel. */
interface Sums {
  count: number;
  views: number;
  viewsSquared: number;
  engagement: number;
  engagementSquared: number;
}

/**
 * What a post of this channel is expected to have at an edge: the mean of a lognormal law. Its centre is the mean logarithm of the channel's
 * earlier posts, drawn towards the tenant's (empirical Bayes with a fixed weight), its spread that of posts within their channels, pooled
 * over the tenant. The mean and not the median: posts are skewed, and twice the median is nothing special. Undefined with fewer than five
 * earlier posts in the tenant that had views at that age. Only posts published before count, so the edge in question is over for all.
 */
export function expectationAt(ordered: readonly Post[], post: Post, edge: number): Expectation | undefined {
  const channels = new Map<string, Sums>();
  const end = firstSince(ordered, post.publishedAtMs);
  let total = 0;
  for (let i = end - 1; i >= Math.max(0, end - LOOK_BACK) && total < TENANT_POSTS; i -= 1) {
    const earlier = ordered[i];
    if (earlier === undefined) break;
    const curve = curveOf(earlier);
    const views = curve.logViews[edge] ?? 0;
    // Not counted at this age (a platform that reports once a day, an import): says nothing about what is usual.
    if (views === 0) continue;
    const sums = channels.get(earlier.channel) ?? emptySums();
    channels.set(earlier.channel, sums);
    if (sums.count >= CHANNEL_POSTS) continue;
    const engagement = curve.logEngagement[edge] ?? 0;
    total += 1;
    sums.count += 1;
    sums.views += views;
    sums.viewsSquared += views ** 2;
    sums.engagement += engagement;
    sums.engagementSquared += engagement ** 2;
  }
  if (total < LEAST_POSTS) return undefined;
  const all = [...channels.values()];
  const own = channels.get(post.channel) ?? emptySums();
  const expected = (sum: (sums: Sums) => number, squares: (sums: Sums) => number): number => {
    const mean = all.reduce((part, sums) => part + sum(sums), 0) / total;
    const centre = (sum(own) + PRIOR_POSTS * mean) / (own.count + PRIOR_POSTS);
    return Math.expm1(centre + pooledVariance(all, total, sum, squares) / 2);
  };
  return {
    views: expected(
      ({ views }) => views,
      ({ viewsSquared }) => viewsSquared,
    ),
    engagement: expected(
      ({ engagement }) => engagement,
      ({ engagementSquared }) => engagementSquared,
    ),
  };
}

/** Variance within channels; 0 where no channel has two posts. */
function pooledVariance(
  channels: readonly Sums[],
  total: number,
  sum: (sums: Sums) => number,
  squares: (sums: Sums) => number,
): number {
  const freedom = total - channels.length;
  if (freedom < 1) return 0;
  const within = channels.reduce((part, sums) => part + squares(sums) - sum(sums) ** 2 / sums.count, 0);
  return Math.min(MOST_VARIANCE, Math.max(0, within / freedom));
}

function emptySums(): Sums {
  return { count: 0, views: 0, viewsSquared: 0, engagement: 0, engagementSquared: 0 };
}
