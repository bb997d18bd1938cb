import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { campaigns, createJourneys, JOURNEY_LIFE_MS, payChance, returnChance } from './journeys.ts';

const DAY_MS = 86_400_000;
const start = Date.UTC(2025, 10, 18);
/** Many people, so that shares are near what they are drawn from. */
const config = { seed: 'test', ratePerSecond: 500 };
const twoWeeks = createJourneys(config).events(start, start + 14 * DAY_MS);
const text = (value: unknown): string => String(value);

test('any stretch is the same in any company', () => {
  const small = { seed: 'cuts', ratePerSecond: 5 };
  const whole = createJourneys(small).events(start, start + 2 * DAY_MS);
  const moment = fc.integer({ min: 0, max: 2 * DAY_MS });
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 5 }), (cuts) => {
      const journeys = createJourneys(small);
      const edges = [0, ...cuts.toSorted((a, b) => a - b), 2 * DAY_MS];
      const made = edges.flatMap((from, i) =>
        i === 0 ? [] : journeys.events(start + (edges[i - 1] ?? 0), start + from),
      );
      expect(made).toEqual(whole);
    }),
    { numRuns: 10 },
  );
});

test('nobody does anything before the first touch or after the end', () => {
  const journeys = createJourneys({ seed: 'life', ratePerSecond: 20 });
  const all = journeys.events(start - JOURNEY_LIFE_MS, start + JOURNEY_LIFE_MS);
  const born = all.filter(({ data }) => text(data['user_id']).startsWith(`member-${start / DAY_MS}-`));
  const first = new Map<string, string>();
  for (const { type, data } of born) {
    const user = text(data['user_id']);
    first.set(user, first.get(user) ?? type);
  }
  expect(new Set(first.values())).toEqual(new Set(['page_view']));
  expect(Math.max(...born.map(({ atMs }) => atMs))).toBeLessThan(start + JOURNEY_LIFE_MS);
});

describe('the truth shows in the events', () => {
  const users = Map.groupBy(twoWeeks, ({ data }) => text(data['user_id']));
  /** People whose whole time before a sign-up lies in the two weeks. */
  const early = [...users].filter(([user]) => {
    const day = Number(user.split('-')[1]);
    return day >= start / DAY_MS && day < start / DAY_MS + 7;
  });

  test('single touches lead to sign-ups as often as their campaign says', () => {
    for (const { name, effect } of campaigns) {
      const alone = early.filter(([, events]) => {
        const touches = events.filter(({ type }) => type === 'page_view');
        return touches.length === 1 && touches[0]?.data['campaign'] === name;
      });
      const signedUp = alone.filter(([, events]) => events.some(({ type }) => type === 'signup')).length;
      const deviation = Math.sqrt(alone.length * effect * (1 - effect));
      expect(alone.length).toBeGreaterThan(20);
      expect(Math.abs(signedUp - alone.length * effect)).toBeLessThan(4 * deviation + 1);
    }
  });

  test('members come back and pay as often as they should', () => {
    const members = early.filter(([, events]) => events.some(({ type }) => type === 'signup'));
    const expected = Array.from({ length: 5 }, (_each, i) => returnChance(i + 1)).reduce((a, b) => a + b, 0);
    const sessions = members.reduce((sum, [, events]) => {
      const signedUpMs = events.find(({ type }) => type === 'signup')?.atMs ?? 0;
      const soon = events.filter(({ type, atMs }) => type === 'session' && atMs < signedUpMs + 5.5 * DAY_MS);
      return sum + soon.length;
    }, 0);
    expect(Math.abs(sessions / members.length / expected - 1)).toBeLessThan(0.12);
    const paying = members.filter(([, events]) => events.some(({ type }) => type === 'membership')).length;
    expect(Math.abs(paying / members.length - payChance)).toBeLessThan(0.06);
  });
});
