import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAges } from '../../platform/contracts/posts.ts';
import { createRandom } from '../../platform/time/random.ts';
import { expectationAt } from './expectation.ts';
import {
  addPublication,
  countMinute,
  countPast,
  curveOf,
  decodePosts,
  dueAtMs,
  emptyPosts,
  encodePosts,
  moveWatermark,
  tenantPosts,
  type MinuteCount,
  type TenantPosts,
} from './posts.ts';
import { predictAt } from './prediction.ts';
import { owedSignal } from './signals.ts';
import { studentT90 } from './student.ts';
import { viewPost } from './track.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = Date.UTC(2026, 10, 1, 12, 0, 30);
const minuteOf = (ms: number): number => Math.floor(ms / MINUTE);

function minute(content: string, atMs: number, change: Partial<MinuteCount> = {}): MinuteCount {
  return {
    tenant: 'main',
    content,
    minute: minuteOf(atMs),
    countedViews: 0,
    countedEngagement: 0,
    reportedViews: 0,
    reportedEngagement: 0,
    ...change,
  };
}

function publish(posts: TenantPosts, content: string, publishedAtMs: number, channel = 'c1'): void {
  addPublication(posts, { content, channel, title: content.toUpperCase(), publishedAtMs }, 1_000);
  const post = posts.byContent.get(content);
  if (post !== undefined) countPast(posts, post, []);
}

const postsOf = (): TenantPosts => tenantPosts(emptyPosts(), 'main');
const get = (posts: TenantPosts, content: string) => {
  const post = posts.byContent.get(content);
  if (post === undefined) throw new Error(content);
  return post;
};

/** Posts of a channel with the same curve, a day apart: 15 min, 1 h, 4 h, 12 h, 24 h, 7 d. */
function history(posts: TenantPosts, count: number, curve: readonly number[], channel = 'c1'): void {
  const ages = [0, 15, 60, 240, 720, 1_440];
  for (let i = 0; i < count; i += 1) {
    const publishedAtMs = start - (count - i) * 24 * HOUR - 8 * 24 * HOUR;
    publish(posts, `${channel}-${i}`, publishedAtMs, channel);
    for (const [edge, age] of ages.entries())
      countMinute(
        posts,
        minute(`${channel}-${i}`, publishedAtMs + age * MINUTE, {
          countedViews: (curve[edge] ?? 0) - (curve[edge - 1] ?? 0),
          countedEngagement: ((curve[edge] ?? 0) - (curve[edge - 1] ?? 0)) / 10,
        }),
      );
  }
}

describe('counting', () => {
  test('an event counts into the first age above its own, by whole minutes from the minute of publication', () => {
    const posts = postsOf();
    publish(posts, 'v', start);
    const at: readonly (readonly [number, number])[] = [
      [-11, 1],
      [-10, 2],
      [0, 4],
      [14, 8],
      [15, 16],
      [59, 32],
      [60, 64],
      [239, 128],
      [1_439, 256],
      [1_440, 512],
      [10_079, 1_024],
      [10_080, 2_048],
    ];
    for (const [age, views] of at)
      countMinute(posts, minute('v', dueAtMs(get(posts, 'v'), age), { countedViews: views }));
    expect(curveOf(get(posts, 'v')).views).toEqual([14, 62, 254, 254, 510, 2_046]);
  });

  test('counters of a platform and single events tell of the same views: the larger counts', () => {
    const posts = postsOf();
    publish(posts, 'v', start);
    countMinute(
      posts,
      minute('v', start, {
        countedViews: 10,
        reportedViews: 100,
        countedEngagement: 5,
        reportedEngagement: 2,
      }),
    );
    countMinute(posts, minute('v', start + HOUR, { reportedViews: -40 }));
    expect(curveOf(get(posts, 'v'))).toMatchObject({
      views: [100, 100, 60, 60, 60, 60],
      engagement: [5, 5, 5, 5, 5, 5],
    });
  });

  test('order, cuts and a restart do not matter', () => {
    const counts = fc.array(
      fc.record({
        content: fc.constantFrom('a', 'b', 'c', 'unknown'),
        age: fc.integer({ min: -20, max: 11_000 }),
        views: fc.integer({ min: 0, max: 50 }),
        reported: fc.integer({ min: -5, max: 50 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.nat(), { maxLength: 60 }),
        (all, cut, keys) => {
          const build = (order: typeof all, restartAt: number) => {
            let state = emptyPosts();
            const publishAll = (posts: TenantPosts): void => {
              for (const [i, content] of ['a', 'b', 'c'].entries()) publish(posts, content, start + i * HOUR);
            };
            publishAll(tenantPosts(state, 'main'));
            for (const [i, { age, content, reported, views }] of order.entries()) {
              if (i === restartAt) {
                const restored = decodePosts(encodePosts(state));
                if (restored === undefined) throw new Error('not restored');
                state = restored;
              }
              const base = start + ['a', 'b', 'c'].indexOf(content) * HOUR;
              countMinute(
                tenantPosts(state, 'main'),
                minute(content, base + age * MINUTE, { countedViews: views, reportedViews: reported }),
              );
            }
            const posts = tenantPosts(state, 'main');
            moveWatermark(posts, start + 30 * HOUR);
            return posts.ordered.map((post) => viewPost(posts, post));
          };
          const shuffled = all
            .map((count, i) => ({ count, key: keys[i] ?? 0 }))
            .toSorted((x, y) => x.key - y.key)
            .map(({ count }) => count);
          expect(build(shuffled, cut)).toEqual(build(all, -1));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the first publication counts, and the oldest post leaves when there are too many', () => {
    const posts = postsOf();
    const add = (content: string, publishedAtMs: number): void =>
      addPublication(posts, { content, channel: '', title: '', publishedAtMs }, 2);
    add('a', start);
    add('a', start + HOUR);
    expect(get(posts, 'a').publishedAtMs).toBe(start);
    add('c', start + 2 * HOUR);
    add('b', start + HOUR);
    expect(posts.ordered.map(({ content }) => content)).toEqual(['b', 'c']);
    add('older', start);
    expect(posts.ordered.map(({ content }) => content)).toEqual(['b', 'c']);
    expect(posts.changed.size).toBe(2);
  });

  test('bytes of another format are not taken', () => {
    expect(decodePosts(new TextEncoder().encode('{"format":0}'))).toBeUndefined();
  });
});

describe('checks', () => {
  test('come due at 15 min, 1, 4, 12 and 24 h of event time, and only then have values', () => {
    const posts = postsOf();
    publish(posts, 'v', start);
    countMinute(posts, minute('v', start + 5 * MINUTE, { countedViews: 7 }));
    const due = (atMs: number): number[] => {
      moveWatermark(posts, atMs);
      return viewPost(posts, get(posts, 'v')).checks.flatMap((check) =>
        check.isDue ? [check.ageMinutes] : [],
      );
    };
    expect(due(start + 14 * MINUTE)).toEqual([]);
    expect(viewPost(posts, get(posts, 'v')).checks[0]).toMatchObject({ views: null, isViral: null });
    expect(due(start + 15 * MINUTE)).toEqual([15]);
    expect(due(start + 4 * HOUR)).toEqual([15, 60, 240]);
    expect(due(start + 24 * HOUR)).toEqual([...checkAges]);
    expect(viewPost(posts, get(posts, 'v')).checks[4]).toMatchObject({ views: 7, engagement: 0 });
  });

  test('expect what the channel had at that age, its centre drawn towards the tenant by the weight of four posts', () => {
    const posts = postsOf();
    history(posts, 6, [99, 199, 299, 399, 499, 999], 'c1');
    history(posts, 6, [9, 19, 29, 39, 49, 99], 'c2');
    publish(posts, 'v', start, 'c1');
    publish(posts, 'new', start, 'c3');
    const expected = expectationAt(posts.ordered, get(posts, 'v'), 0);
    // By hand: channel mean log 100, tenant mean (log 100 + log 10) / 2, weights 6 and 4.
    const log = (6 * Math.log(100) + 4 * ((Math.log(100) + Math.log(10)) / 2)) / 10;
    expect(expected?.views).toBeCloseTo(Math.exp(log) - 1, 9);
    expect(expectationAt(posts.ordered, get(posts, 'new'), 0)?.views).toBeCloseTo(Math.sqrt(1_000) - 1, 9);
    // Fewer than five earlier posts say nothing; later posts do not count.
    expect(expectationAt(posts.ordered, posts.ordered[4] ?? get(posts, 'v'), 0)).toBeUndefined();
  });

  test('expect the mean of skewed posts, not their median', () => {
    const posts = postsOf();
    for (let i = 0; i < 10; i += 1) {
      const at = start - (20 - i) * 24 * HOUR;
      publish(posts, `h${i}`, at);
      countMinute(posts, minute(`h${i}`, at, { countedViews: i % 2 === 0 ? 9 : 999 }));
    }
    publish(posts, 'v', start);
    // By hand: logarithms alternate log 10 and log 1000, mean log 100, variance 10/9 · (log 10)², capped at 4.
    const expected = Math.exp(Math.log(100) + Math.min(4, (10 / 9) * Math.log(10) ** 2) / 2) - 1;
    expect(expectationAt(posts.ordered, get(posts, 'v'), 0)?.views).toBeCloseTo(expected, 6);
  });

  // History of 99 views and 9.9 interactions at 15 min, one channel: expected 99 and 9.9.
  test.each([
    ['both above', 150, 21, true],
    ['reach not above 1.5 times', 148, 30, false],
    ['engagement not above 2.0 times', 1_000, 19, false],
  ])('%s: viral is engagement > 2.0× and reach > 1.5×', (_name, views, engagement, isViral) => {
    const posts = postsOf();
    history(posts, 6, [99, 199, 299, 399, 499, 999]);
    publish(posts, 'v', start);
    countMinute(posts, minute('v', start, { countedViews: views, countedEngagement: engagement }));
    moveWatermark(posts, start + 20 * MINUTE);
    const view = viewPost(posts, get(posts, 'v'));
    expect(view.checks[0]).toMatchObject({ isViral });
    expect(view.checks[0]?.expectedViews).toBeCloseTo(99, 6);
    expect([view.isViral, view.viralAtMs]).toEqual(
      isViral ? [true, dueAtMs(get(posts, 'v'), 15)] : [false, null],
    );
  });
});

describe('prediction', () => {
  test('of posts that all grow alike is that growth; nothing of the future enters', () => {
    const posts = postsOf();
    history(posts, 12, [99, 199, 299, 399, 499, 999]);
    publish(posts, 'v', start);
    countMinute(posts, minute('v', start, { countedViews: 99 }));
    const predicted = predictAt(posts.ordered, get(posts, 'v'), 0, 5);
    expect(predicted?.views).toBeCloseTo(999, 6);
    expect(predicted?.basedOn).toBe(12);
    // A post of the history at its own time: only those a week older count.
    const early = posts.ordered[9];
    if (early === undefined) throw new Error('no post');
    expect(predictAt(posts.ordered, early, 0, 5)).toBeUndefined();
    expect(predictAt(posts.ordered, early, 0, 4)?.basedOn).toBe(9);
  });

  test('never ends below what is there already', () => {
    const posts = postsOf();
    history(posts, 12, [99, 199, 299, 399, 499, 999]);
    publish(posts, 'v', start);
    countMinute(posts, minute('v', start, { countedViews: 50_000 }));
    const predicted = predictAt(posts.ordered, get(posts, 'v'), 0, 4);
    expect(predicted?.low).toBeGreaterThanOrEqual(50_000 - 1e-6);
  });

  // Quantiles .90 of Student's t, tables of the NIST handbook.
  test.each([
    [6, 1.44],
    [10, 1.372],
    [30, 1.31],
    [100, 1.29],
  ])('t(.90; %d) = %d', (freedom, expected) => {
    expect(studentT90(freedom)).toBeCloseTo(expected, 3);
  });

  test('80% intervals hold 80% of posts that follow the model', () => {
    const random = createRandom('prediction');
    const posts = postsOf();
    let inside = 0;
    let asked = 0;
    for (let i = 0; i < 500; i += 1) {
      const publishedAtMs = start + i * 24 * HOUR;
      const channel = `c${random.int(5)}`;
      publish(posts, `v${i}`, publishedAtMs, channel);
      const first = Math.exp(4 + Number(channel.slice(1)) + 0.5 * random.normal());
      const end = first * Math.exp(1.5 + 0.4 * random.normal());
      countMinute(posts, minute(`v${i}`, publishedAtMs, { countedViews: first }));
      const predicted = predictAt(posts.ordered, get(posts, `v${i}`), 0, 5);
      countMinute(
        posts,
        minute(`v${i}`, publishedAtMs + 48 * HOUR, { countedViews: Math.max(0, end - first) }),
      );
      if (predicted === undefined) continue;
      asked += 1;
      if (end >= predicted.low && end <= predicted.high) inside += 1;
    }
    expect(asked).toBeGreaterThan(450);
    expect(inside / asked).toBeGreaterThan(0.75);
    expect(inside / asked).toBeLessThan(0.86);
  });
});

describe('the signal', () => {
  const viral = (watermarkMs: number, told = 0) => {
    const posts = postsOf();
    history(posts, 6, [99, 199, 299, 399, 499, 999]);
    publish(posts, 'v', start);
    countMinute(posts, minute('v', start, { countedViews: 900, countedEngagement: 90 }));
    moveWatermark(posts, watermarkMs);
    const post = get(posts, 'v');
    post.told = told;
    return owedSignal('main', post, viewPost(posts, post), watermarkMs);
  };

  test('fires once at the first viral check and is resolved when the day is over', () => {
    expect(viral(start + 10 * MINUTE)).toBeUndefined();
    const fired = viral(start + 20 * MINUTE);
    expect(fired).toMatchObject({
      state: 'firing',
      revision: 1,
      window: '15m',
      dims: { content: 'v', channel: 'c1' },
    });
    expect(viral(start + 2 * HOUR, 1)).toBeUndefined();
    expect(viral(start + 25 * HOUR, 1)).toMatchObject({ id: fired?.id, state: 'resolved', revision: 2 });
    expect(viral(start + 25 * HOUR, 2)).toBeUndefined();
  });

  test('history that is imported stays silent', () => {
    expect(viral(start + 40 * 24 * HOUR)).toBeUndefined();
  });
});
