import { describe, expect, test } from 'vitest';
import { byHour, extremes, heatValue, type ActivityCell } from './heat-values.ts';
import { agePlace, curveOf } from './post-curve-points.ts';
import { ageText, timesUsual } from './post-words.ts';
import { minutesText } from './topic-words.ts';

const cell = (weekday: number, hour: number, views: number | null, occurrences = 4): ActivityCell => ({
  weekday,
  hour,
  occurrences,
  viewers: 7,
  views,
  watchMinutes: null,
});

describe('the heat map', () => {
  test('compares hours that came a different number of times', () => {
    expect(heatValue(cell(1, 0, 20, 5), 'views')).toBe(4);
    expect(heatValue(cell(7, 2, 0, 0), 'views')).toBeNull();
    expect(heatValue(cell(1, 0, null), 'views')).toBeNull();
    expect(heatValue(cell(1, 0, null), 'viewers')).toBe(7);
  });

  test('names the busiest and the quietest hour', () => {
    const cells = [cell(1, 0, 8), cell(2, 5, 40), cell(3, 9, 4)];
    expect(extremes(cells, 'views')).toMatchObject({ most: { weekday: 2 }, least: { weekday: 3 } });
    expect(extremes([], 'views')).toBeUndefined();
    expect(byHour(cells).flatMap((row) => row.map(({ hour }) => hour))).toEqual([0, 5, 9]);
  });
});

test.each([
  [0, 1, 'under 1 min'],
  [5, 15, '5–15 min'],
  [30, 60, '30–60 min'],
  [120, 300, '2–5 h'],
  [600, null, '10 h or more'],
])('%d to %s minutes', (from, to, text) => {
  expect(minutesText(from, to)).toBe(text);
});

test.each([
  [10, 3, 3.3],
  [1, 4, 0.3],
  [250, 20, 13],
])('%d against %d is %d times', (value, usual, times) => {
  expect(timesUsual(value, usual)).toBe(times);
});

test('ages', () => {
  expect([15, 60, 240, 1_440, 10_080].map(ageText)).toEqual(['15 min', '1 h', '4 h', '24 h', '7 days']);
});

describe('the curve of a post', () => {
  const check = (ageMinutes: number, views: number | null, expectedViews: number | null) => ({
    ageMinutes,
    dueAtMs: 0,
    isDue: views !== null,
    views,
    engagement: views,
    expectedViews,
    expectedEngagement: null,
    isViral: null,
  });
  const post = {
    content: 'v',
    channel: '',
    title: '',
    publishedAtMs: 0,
    views: 20,
    engagement: 0,
    ageMinutes: 70,
    isViral: false,
    viralAtMs: null,
    checks: [check(15, 10, 8), check(60, 20, null), check(240, null, 30)],
    predictions: [
      { atAgeMinutes: 15, basedOnPosts: 9, points: [{ ageMinutes: 60, views: 15, low: 10, high: 20 }] },
      { atAgeMinutes: 60, basedOnPosts: 9, points: [{ ageMinutes: 240, views: 50, low: 30, high: 90 }] },
    ],
  };

  test('goes on from the last check with the latest prediction', () => {
    expect(curveOf(post)).toEqual({
      actual: [
        { ageMinutes: 15, views: 10 },
        { ageMinutes: 60, views: 20 },
      ],
      predicted: [
        { ageMinutes: 60, views: 20, low: 20, high: 20 },
        { ageMinutes: 240, views: 50, low: 30, high: 90 },
      ],
      usual: [
        { ageMinutes: 15, views: 8 },
        { ageMinutes: 240, views: 30 },
      ],
      highest: 90,
    });
  });

  test('a post without checks has nothing to draw, and no division by zero', () => {
    expect(curveOf({ ...post, checks: [], predictions: [] })).toEqual({
      actual: [],
      predicted: [],
      usual: [],
      highest: 1,
    });
    expect([agePlace(15, 10_080), agePlace(10_080, 10_080)]).toEqual([0, 1]);
  });
});
