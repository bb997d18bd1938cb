import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import {
  addPublication,
  countMinute,
  countPast,
  curveOf,
  dueAtMs,
  edges,
  emptyPosts,
  tenantPosts,
  type TenantPosts,
} from './posts.ts';
import { predictAt } from './prediction.ts';

const file = fileURLToPath(
  new URL('../../../shared/data/youtube-trending-us/2017-11-14_2018-01-21.csv', import.meta.url),
);
const isThere = existsSync(file);
if (!isThere) console.warn('skipped: the YouTube file is not at ../shared/data/youtube-trending-us');

const MINUTE = 60_000;

/** Videos of the file as they would have come in: a publication each, and the change of the counters at noon of each trending day. */
function readPosts(): { readonly posts: TenantPosts; readonly untilMs: number } {
  const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true });
  const byVideo = new Map<string, { atMs: number; views: number; likes: number; comments: number }[]>();
  let untilMs = 0;
  for (const row of rows) {
    const [year, day, month] = (row['trending_date'] ?? '').split('.');
    const atMs = Date.parse(`20${year}-${month}-${day}T12:00:00Z`);
    untilMs = Math.max(untilMs, atMs);
    const key = `${row['channel_title']}\n${row['publish_time']}`;
    const seen = byVideo.get(key) ?? [];
    byVideo.set(key, seen);
    seen.push({
      atMs,
      views: Number(row['views']),
      likes: Number(row['likes']),
      comments: Number(row['comment_count']),
    });
  }
  const posts = tenantPosts(emptyPosts(), 'main');
  for (const [key, seen] of byVideo) {
    const [channel = '', published = ''] = key.split('\n');
    addPublication(
      posts,
      { content: key, channel, title: '', publishedAtMs: Date.parse(published) },
      100_000,
    );
    const post = posts.byContent.get(key);
    if (post === undefined) continue;
    countPast(posts, post, []);
    let last = { views: 0, likes: 0, comments: 0 };
    for (const row of seen.toSorted((a, b) => a.atMs - b.atMs)) {
      countMinute(posts, {
        tenant: 'main',
        content: key,
        minute: Math.floor(row.atMs / MINUTE),
        countedViews: 0,
        countedEngagement: 0,
        reportedViews: row.views - last.views,
        reportedEngagement: row.likes - last.likes + row.comments - last.comments,
      });
      last = row;
    }
  }
  return { posts, untilMs };
}

interface Score {
  asked: number;
  inside: number;
  readonly errors: number[];
  readonly lastValue: number[];
  readonly tenantGrowth: number[];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

describe.skipIf(!isThere)('predictions for the trending videos of YouTube', () => {
  test('hold what they promise, in order of time, each from what was known then', () => {
    const { posts, untilMs } = readPosts();
    expect(posts.ordered.length).toBeGreaterThan(2_900);
    const day = edges.indexOf(1_440);
    const week = edges.length - 1;
    const score: Score = { asked: 0, inside: 0, errors: [], lastValue: [], tenantGrowth: [] };
    const growth: { readonly dueMs: number; readonly log: number }[] = [];
    for (const post of posts.ordered) {
      const { logViews, views } = curveOf(post);
      // Seen within a day of publication, and for a week: the others have nothing to predict from, or no outcome in the file.
      if ((views[day] ?? 0) === 0 || dueAtMs(post, 10_080) > untilMs) continue;
      const outcome = logViews[week] ?? 0;
      const predicted = predictAt(posts.ordered, post, day, week);
      const known = growth.filter(({ dueMs }) => dueMs <= dueAtMs(post, 1_440)).slice(-200);
      growth.push({ dueMs: dueAtMs(post, 10_080), log: outcome - (logViews[day] ?? 0) });
      if (predicted === undefined || known.length < 8) continue;
      score.asked += 1;
      const actual = views[week] ?? 0;
      if (actual >= predicted.low && actual <= predicted.high) score.inside += 1;
      score.errors.push(Math.abs(Math.log1p(predicted.views) - outcome));
      score.lastValue.push(outcome - (logViews[day] ?? 0));
      score.tenantGrowth.push(Math.abs((logViews[day] ?? 0) + median(known.map(({ log }) => log)) - outcome));
    }
    // 697 predictions, 80.5% inside, median error .411 in log views, against .907 when the views of the day are taken for those of the
    // week and .416 when they grow as earlier videos did. Bounds: three standard deviations, and what must be beaten.
    expect(score.asked).toBeGreaterThan(600);
    expect(Math.abs(score.inside / score.asked - 0.8)).toBeLessThan(3 * Math.sqrt(0.16 / score.asked));
    expect(median(score.errors)).toBeLessThan(0.6 * median(score.lastValue));
    expect(median(score.errors)).toBeLessThan(1.02 * median(score.tenantGrowth));
  });
});
