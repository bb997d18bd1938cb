import { describe, expect, test } from 'vitest';
import type { StageViewing } from '../stage/stage.ts';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { lastDayGain, viewedLastDay } from './gather.ts';
import { previewTrends, applyTrendEvent, applyViewing } from './step.ts';
import { createTrendState, type TrendState } from './state.ts';
import { START_MS } from './testing/events.ts';
import { addViewing, createViewing, viewedIn } from './viewing.ts';

let number = 0;
function post(state: TrendState, content: string, title: string, atMs: number, data: object = {}): void {
  const type = 'title' in data || title !== '' ? 'post_published' : 'post_metrics';
  applyTrendEvent(state, {
    tenant: 'main',
    source: 'test',
    id: `e${number++}`,
    type,
    eventTimeMs: atMs,
    receivedAtMs: atMs,
    channel: `c-${content}`,
    content,
    data: title === '' ? data : { title },
  });
}

function viewed(
  content: string,
  atMs: number,
  views: number,
  change: Partial<StageViewing> = {},
): StageViewing {
  return {
    tenant: 'main',
    content,
    channel: '',
    hour: Math.floor(atMs / HOUR_MS),
    newestMs: atMs,
    views,
    reactions: 0,
    watched: 0,
    watchMs: 0,
    partition: 0,
    seq: 1,
    ...change,
  };
}

const trendsOf = (state: TrendState) => {
  const trends = state.tenants.get('main');
  if (trends === undefined) throw new Error('no trends');
  return trends;
};

test('two sliding days of views by the hour', () => {
  const viewing = createViewing();
  addViewing(viewing, 100, 5);
  addViewing(viewing, 130, 7);
  addViewing(viewing, 99, 1);
  expect([viewedIn(viewing, 99, 101), viewedIn(viewing, 100, 131), viewedIn(viewing, 131, 150)]).toEqual([
    6, 12, 0,
  ]);
  addViewing(viewing, 148, 2);
  // Hour 100 has left, and what comes late for it counts nowhere.
  addViewing(viewing, 100, 9);
  expect(viewedIn(viewing, 0, 1_000)).toBe(9);
  addViewing(viewing, 10_000, 1);
  expect(viewedIn(viewing, 0, 20_000)).toBe(1);
});

describe('what the tenant’s own viewers do', () => {
  test('counts for the subjects of the content, by the time watched, and is told apart', () => {
    const state = createTrendState();
    post(state, 'a', 'Solar sail explained', START_MS);
    post(state, 'b', 'Solar sail again', START_MS + 1);
    applyViewing(state, viewed('a', START_MS + HOUR_MS, 100));
    // Ten of a minute each set what is usual; then ten of five minutes, of which three minutes count.
    applyViewing(state, viewed('b', START_MS + HOUR_MS, 10, { watched: 10, watchMs: 600_000 }));
    applyViewing(state, viewed('b', START_MS + 2 * HOUR_MS, 10, { watched: 10, watchMs: 3_000_000 }));
    const trends = trendsOf(state);
    const b = trends.contents.byId.get('b');
    if (b === undefined) throw new Error('b is not followed');
    expect(trends.watchMeanMs).toBe(180_000);
    expect(viewedLastDay(b, START_MS + 3 * HOUR_MS)).toBeCloseTo(10 + 3_000_000 / 180_000, 4);
    const sail = previewTrends(state, trends).trends.find(({ key }) => key === 'topic:solar sail');
    expect(sail?.evidence.audience).toEqual({ views24h: 127, contents: 2 });
    expect(sail?.evidence.views24h).toBe(127);
  });

  test('says nothing for a content that nobody has told of', () => {
    const state = createTrendState();
    applyViewing(state, viewed('a', START_MS, 100));
    expect(state.tenants.size).toBe(0);
    post(state, 'b', 'Solar sail', START_MS);
    applyViewing(state, viewed('a', START_MS, 100));
    expect(trendsOf(state).undescribedViews).toBe(100);
    expect(trendsOf(state).contents.byId.size).toBe(1);
  });

  test('is not counted beside the reports of a platform, which have it in them', () => {
    const state = createTrendState();
    post(state, 'a', 'Solar sail', START_MS);
    applyViewing(state, viewed('a', START_MS + HOUR_MS, 100));
    post(state, 'a', '', START_MS + 2 * HOUR_MS, { views: 400 });
    applyViewing(state, viewed('a', START_MS + 3 * HOUR_MS, 50));
    const a = trendsOf(state).contents.byId.get('a');
    if (a === undefined) throw new Error('a is not followed');
    expect(a.views).toBe(400);
    expect(lastDayGain(a, START_MS + 4 * HOUR_MS)).toBe(400);
  });

  test('names a subject that own viewers take to, before they do so most', () => {
    const state = createTrendState();
    const subjects = ['kayak glacier', 'saffron origami', 'tundra zeppelin', 'walnut comet', 'fjord lichen'];
    const named: string[][] = [];
    for (let day = 0; day < 8; day++) {
      const atMs = START_MS + day * DAY_MS;
      for (const [i, subject] of subjects.entries()) post(state, `v${day}-${i}`, `${subject} part`, atMs + i);
      for (let hour = 0; hour < 24; hour += 3)
        for (const [i] of subjects.entries())
          for (let old = 0; old <= Math.min(day, 2); old++) {
            // The fourth doubles each day from the fifth day on.
            const growth = i === 3 && day >= 5 ? 2 ** (day - 4) : 1;
            applyViewing(
              state,
              viewed(
                `v${day - old}-${i}`,
                atMs + hour * HOUR_MS + 60_000,
                Math.round((100 * growth) / 2 ** old),
              ),
            );
          }
      named.push(
        previewTrends(state, trendsOf(state))
          .trends.slice(0, 1)
          .map(({ key }) => key),
      );
    }
    expect(named.slice(6).flat()).toEqual(['topic:walnut comet', 'topic:walnut comet']);
  });
});
