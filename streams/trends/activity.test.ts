import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addActivity,
  addVoice,
  createActivity,
  dayProfile,
  daySum,
  growActivity,
  sourceMentions,
  sumHours,
  voiceOf,
} from './activity.ts';

test('sums are those of the hours held, whatever order they came in', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ hour: fc.integer({ min: 1_000, max: 1_400 }), mentions: fc.integer({ min: 1, max: 9 }) }),
        {
          minLength: 1,
          maxLength: 60,
        },
      ),
      (all) => {
        const ordered = createActivity(1);
        for (const each of [...all].sort((a, b) => a.hour - b.hour)) addActivity(ordered, 0, each.hour, each);
        const newest = Math.max(...all.map(({ hour }) => hour));
        const expected = (from: number, to: number): number =>
          all
            .filter(({ hour }) => hour >= from && hour < to && hour > newest - 168)
            .reduce((s, e) => s + e.mentions, 0);
        expect(sumHours(ordered, 0, 'mentions', 0, 2_000)).toBe(expected(0, 2_000));
        expect(sumHours(ordered, 0, 'mentions', newest - 23, newest + 1)).toBe(
          expected(newest - 23, newest + 1),
        );
        // In any order, an hour that is still held when it comes counts the same.
        const shuffled = createActivity(1);
        addActivity(shuffled, 0, newest, { mentions: 0, views: 0 });
        for (const each of all) addActivity(shuffled, 0, each.hour, each);
        expect(sumHours(shuffled, 0, 'mentions', 0, 2_000)).toBe(expected(0, 2_000));
      },
    ),
  );
});

test('days outlive the hours, sources are told apart, growing keeps all', () => {
  const activity = createActivity(1);
  addActivity(activity, 0, 24 * 100 + 3, { mentions: 2, views: 7, source: 'news' });
  addActivity(activity, 0, 24 * 110, { mentions: 1, source: 'social' });
  growActivity(activity, 4);
  expect(daySum(activity, 0, 'mentions', 100)).toBe(2);
  expect(daySum(activity, 0, 'views', 100)).toBe(7);
  expect(sumHours(activity, 0, 'mentions', 24 * 100, 24 * 101)).toBe(0);
  expect(sourceMentions(activity, 0, 110)).toEqual({
    social: 1,
    search: 0,
    news: 0,
    competitor: 0,
    platform: 0,
  });
  expect(daySum(activity, 1, 'mentions', 110)).toBe(0);
});

test('the profile of the day holds what came by hour, without today and yesterday, older days weighing less', () => {
  const activity = createActivity(1);
  const day = 20_000;
  for (let back = 40; back >= 0; back--) {
    addActivity(activity, 0, (day - back) * 24 + 7, { mentions: 10 });
    addActivity(activity, 0, (day - back) * 24 + 20, { mentions: back === 0 ? 500 : 1 });
  }
  // Σ .95^k over 39 days.
  const weight = (1 - 0.95 ** 39) / 0.05;
  const profile = dayProfile(activity, 0, day);
  expect(profile[7]).toBeCloseTo(10 * weight, 3);
  expect(profile[20]).toBeCloseTo(weight, 3);
  expect(profile.filter((mentions) => mentions > 0)).toHaveLength(2);
  // Nothing came for four days: the days in between have gone in, and all weigh less.
  const later = dayProfile(activity, 0, day + 4);
  expect(later[20]).toBeCloseTo(weight * 0.95 ** 4 + 0.95 ** 3 + 500 * 0.95 ** 2, 3);
});

test('voices of two days: reach adds up, sentiments are a mean of those that told one', () => {
  const activity = createActivity(1);
  const hour = 24 * 200;
  for (const [at, reach, sentiment] of [
    [hour - 48, 1_000, -1],
    [hour - 24, 100, -0.5],
    [hour, 50, undefined],
    [hour + 1, 10, 0.1],
  ] as const) {
    addActivity(activity, 0, at, { mentions: 1 });
    addVoice(activity, 0, at, { reach, sentiment });
  }
  const voice = voiceOf(activity, 0, 200);
  expect(voice).toMatchObject({ reach: 160, rated: 2 });
  expect(voice.sentiment).toBeCloseTo(-0.2, 6);
  expect(voiceOf(activity, 0, 210)).toEqual({ reach: 0, sentiment: null, rated: 0 });
});
