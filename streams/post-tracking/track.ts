import {
  checkAges,
  type PostCheck,
  type PostPrediction,
  type TrackedPost,
} from '../../platform/contracts/posts.ts';
import { expectationAt } from './expectation.ts';
import { curveOf, dueAtMs, edges, type Post, type TenantPosts } from './posts.ts';
import { predictAt } from './prediction.ts';

/** The seeds' rule: engagement above 2.0 times and reach above 1.5 times what was expected. */
export const VIRAL_ENGAGEMENT = 2;
export const VIRAL_REACH = 1.5;
/** Twice next to nothing is nothing. */
const LEAST_EXPECTED = 1;

/** A post as it stands at the tenant's watermark. */
export function viewPost(posts: TenantPosts, post: Post): TrackedPost {
  const { ordered, watermarkMs } = posts;
  const checks = checkAges.map((_, edge) => checkOf(ordered, post, edge, watermarkMs));
  const viral = checks.find((check) => check.isViral === true);
  const last = edges.length - 1;
  return {
    content: post.content,
    channel: post.channel,
    title: post.title,
    publishedAtMs: post.publishedAtMs,
    ...valuesAt(post, last),
    isViral: viral !== undefined,
    viralAtMs: viral?.dueAtMs ?? null,
    checks,
    predictions: checks.flatMap((check, edge) => (check.isDue ? predictionsOf(ordered, post, edge) : [])),
  };
}

function checkOf(ordered: readonly Post[], post: Post, edge: number, watermarkMs: number): PostCheck {
  const ageMinutes = edges[edge] ?? 0;
  const dueMs = dueAtMs(post, ageMinutes);
  const expected = expectationAt(ordered, post, edge);
  const expectations = {
    expectedViews: expected?.views ?? null,
    expectedEngagement: expected?.engagement ?? null,
  };
  const place = { ageMinutes, dueAtMs: dueMs };
  if (dueMs > watermarkMs)
    return { ...place, isDue: false, views: null, engagement: null, ...expectations, isViral: null };
  const values = valuesAt(post, edge);
  return {
    ...place,
    isDue: true,
    ...values,
    ...expectations,
    isViral:
      expected === undefined
        ? null
        : values.engagement > VIRAL_ENGAGEMENT * Math.max(LEAST_EXPECTED, expected.engagement) &&
          values.views > VIRAL_REACH * Math.max(LEAST_EXPECTED, expected.views),
  };
}

function valuesAt(post: Post, edge: number): { readonly views: number; readonly engagement: number } {
  const { engagement, views } = curveOf(post);
  return { views: views[edge] ?? 0, engagement: engagement[edge] ?? 0 };
}

function predictionsOf(ordered: readonly Post[], post: Post, check: number): readonly PostPrediction[] {
  const points = [];
  let basedOnPosts = 0;
  for (let target = check + 1; target < edges.length; target += 1) {
    const predicted = predictAt(ordered, post, check, target);
    if (predicted === undefined) continue;
    basedOnPosts = predicted.basedOn;
    const { high, low, views } = predicted;
    points.push({ ageMinutes: edges[target] ?? 0, views, low, high });
  }
  return points.length === 0 ? [] : [{ atAgeMinutes: edges[check] ?? 0, basedOnPosts, points }];
}
