import { LOOK_BACK, TENANT_POSTS } from './expectation.ts';
import { curveOf, dueAtMs, edges, firstSince, type Post } from './posts.ts';
import { studentT90 } from './student.ts';

export interface Predicted {
  readonly views: number;
  readonly low: number;
  readonly high: number;
  readonly basedOn: number;
}

/** A channel's mean weighs against the tenant's as in expectations. */
const PRIOR_POSTS = 4;
const LEAST_POSTS = 8;
const LEAST_FREEDOM = 3;

/**
 * Views at a later edge from the views at an edge that is over, with an interval of .80. Regression of log views at the target on log views
 * at the check, both less the channel's mean drawn towards the tenant's: a post that started twice as well as usual keeps as much of that
 * as earlier posts did. Earlier posts count only if they had reached the target when the check came due, so that nothing of the future
 * enters. The interval is Student's, from the residuals, widened for what is not known of the line and of the channel. Undefined with
 * fewer than eight such posts.
 */
export function predictAt(
  ordered: readonly Post[],
  post: Post,
  check: number,
  target: number,
): Predicted | undefined {
  const known = earlierPosts(ordered, post, check, target);
  const n = known.length;
  if (n < LEAST_POSTS) return undefined;
  const centre = channelMeans(known);
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (const { channel, x, y } of known) {
    const mean = centre.of(channel);
    sxx += (x - mean.x) ** 2;
    sxy += (x - mean.x) * (y - mean.y);
    syy += (y - mean.y) ** 2;
  }
  const slope = sxx > 0 ? sxy / sxx : 0;
  // Means that were drawn from the same posts make residuals small: each takes the freedom of what it weighs (trace of the smoother).
  const freedom = Math.max(LEAST_FREEDOM, n - 2 - centre.weight);
  const variance = Math.max(0, syy - slope * sxy) / freedom;
  const x = curveOf(post).logViews[check] ?? 0;
  const mean = centre.of(post.channel);
  const off = x - mean.x;
  const y = mean.y + slope * off;
  const spread =
    studentT90(freedom) *
    Math.sqrt(variance * (1 + 1 / (mean.count + PRIOR_POSTS) + (sxx > 0 ? off ** 2 / sxx : 0)));
  // Views do not go down (a correction may, and is counted when it comes).
  const atLeast = (log: number): number => Math.expm1(Math.max(x, log));
  return { views: atLeast(y), low: atLeast(y - spread), high: atLeast(y + spread), basedOn: n };
}

interface Known {
  readonly channel: string;
  readonly x: number;
  readonly y: number;
}

function earlierPosts(ordered: readonly Post[], post: Post, check: number, target: number): readonly Known[] {
  const known: Known[] = [];
  const dueMs = dueAtMs(post, edges[check] ?? 0);
  const isSeen = (curveOf(post).logViews[check] ?? 0) > 0;
  const end = firstSince(ordered, post.publishedAtMs);
  for (let i = end - 1; i >= Math.max(0, end - LOOK_BACK) && known.length < TENANT_POSTS; i -= 1) {
    const earlier = ordered[i];
    if (earlier === undefined || dueAtMs(earlier, edges[target] ?? 0) > dueMs) continue;
    const { logViews } = curveOf(earlier);
    const x = logViews[check] ?? 0;
    const y = logViews[target] ?? 0;
    // A post nobody ever counted anything of says nothing about growth, and one first seen later nothing about one seen already.
    if (y > 0 && x > 0 === isSeen) known.push({ channel: earlier.channel, x, y });
  }
  return known;
}

interface ChannelMeans {
  of(channel: string): { readonly x: number; readonly y: number; readonly count: number };
  /** How many free parameters the channels' means stand for. */
  readonly weight: number;
}

function channelMeans(known: readonly Known[]): ChannelMeans {
  const sums = new Map<string, { x: number; y: number; count: number }>();
  let allX = 0;
  let allY = 0;
  for (const { channel, x, y } of known) {
    const sum = sums.get(channel) ?? { x: 0, y: 0, count: 0 };
    sums.set(channel, sum);
    sum.x += x;
    sum.y += y;
    sum.count += 1;
    allX += x / known.length;
    allY += y / known.length;
  }
  return {
    weight: [...sums.values()].reduce((total, { count }) => total + count / (count + PRIOR_POSTS), 0),
    of: (channel) => {
      const { count, x, y } = sums.get(channel) ?? { x: 0, y: 0, count: 0 };
      const weight = count + PRIOR_POSTS;
      return { x: (x + PRIOR_POSTS * allX) / weight, y: (y + PRIOR_POSTS * allY) / weight, count };
    },
  };
}
