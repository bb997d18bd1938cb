import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { trendStages } from '../../platform/contracts/trend.ts';
import { createRandom } from '../../platform/time/random.ts';
import { HOUR_MS } from './activity.ts';
import { addDuration, hoursAt, logNormalShares, massesAfter, shareBelow } from './durations.ts';
import { createTimings, intervalOf, learnTiming } from './timings.ts';
import { createTrajectories, fanOf, learnTrajectory } from './trajectory.ts';

describe('durations', () => {
  test('shares of a log-normal: half lie below its median, 84% below one spread more', () => {
    const shares = logNormalShares(48, 0.8);
    expect(shareBelow(shares, 0, 48)).toBeCloseTo(0.5, 1);
    expect(shareBelow(shares, 0, 48 * Math.exp(0.8))).toBeCloseTo(0.841, 1);
    expect(hoursAt(shares, 0, 0.5)).toBeGreaterThan(43);
    expect(hoursAt(shares, 0, 0.5)).toBeLessThan(53);
  });

  test('what has gone by counts no more, and what is left adds up', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3_000, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (elapsed, share) => {
          const masses = massesAfter(logNormalShares(60, 1), elapsed);
          const hours = hoursAt(masses, elapsed, share);
          expect(hours).toBeGreaterThanOrEqual(elapsed);
          if (hours > elapsed && hours < 3_900)
            expect(shareBelow(masses, elapsed, hours)).toBeCloseTo(share, 6);
        },
      ),
    );
  });

  test('a duration known to half a day is spread over what it may have been', () => {
    const counts = Array.from({ length: 17 }, () => 0);
    addDuration(counts, 24, 12);
    expect(counts.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    // 12 to 36 h: classes to 13.5, 20.25, 30.4 and 45.6 h.
    expect(counts.slice(2, 6).map((count) => Math.round(100 * count))).toEqual([6, 28, 42, 23]);
  });
});

describe('intervals of times', () => {
  test('hold about four in five of what comes, whatever the durations are', () => {
    for (const [median, sigma] of [
      [60, 0.9],
      [120, 0.7],
      [200, 0.5],
    ] as const) {
      const timings = createTimings();
      const random = createRandom(`${median}`);
      const draw = (): number => median * Math.exp(sigma * random.normal()) * HOUR_MS;
      for (let i = 0; i < 300; i++) learnTiming(timings, 'end.rising', draw());
      let held = 0;
      for (let i = 0; i < 1_000; i++) {
        const ms = draw();
        const [from, , to] = intervalOf(timings, 'end.rising', 0);
        if (ms >= from - 12 * HOUR_MS && ms <= to + 12 * HOUR_MS) held++;
        learnTiming(timings, 'end.rising', ms);
      }
      expect(held).toBeGreaterThan(740);
      expect(held).toBeLessThan(880);
    }
  });

  test('are ordered and never in what has gone by', () => {
    const timings = createTimings();
    for (const elapsed of [0, 10, 72, 9_600]) {
      const [from, middle, to] = intervalOf(timings, 'end.peak', elapsed * HOUR_MS);
      expect(from).toBeGreaterThanOrEqual(elapsed * HOUR_MS);
      expect(middle).toBeGreaterThanOrEqual(from);
      expect(to).toBeGreaterThanOrEqual(middle);
    }
  });
});

describe('trajectories', () => {
  test('follow what was learned of the stage, and of it alone', () => {
    const trajectories = createTrajectories();
    const before = fanOf(trajectories, 'rising', [4, 4, 4]);
    for (let i = 0; i < 300; i++) learnTrajectory(trajectories, 'rising', 2, [4, 4, 4], 8);
    const after = fanOf(trajectories, 'rising', [4, 4, 4]);
    expect(after.expected[1]).toBeGreaterThan(7);
    expect(after.expected[1]).toBeLessThan(9.5);
    // A day's neighbours learn with it, from the third day on; others do not.
    expect([after.expected[0], after.expected[4]]).toEqual([before.expected[0], before.expected[4]]);
    expect(fanOf(trajectories, 'peak', [4, 4, 4])).toEqual(fanOf(createTrajectories(), 'peak', [4, 4, 4]));
  });

  test('tomorrow starts from today, later days from the mean of three', () => {
    const fan = fanOf(createTrajectories(), 'rising', [6, 0, 0]);
    const even = fanOf(createTrajectories(), 'rising', [2, 2, 2]);
    expect(fan.expected[0]).toBeGreaterThan(2.5 * (even.expected[0] ?? 0));
    expect(fan.expected[4]).toBeCloseTo(even.expected[4] ?? 0, 9);
  });

  test('intervals hold about four in five of what comes', () => {
    const trajectories = createTrajectories();
    const random = createRandom(3);
    const draw = (): number => 5 * Math.exp(-0.6 + 1.1 * random.normal());
    for (let i = 0; i < 400; i++) learnTrajectory(trajectories, 'peak', 3, [5, 5, 5], draw());
    const { low, high } = fanOf(trajectories, 'peak', [5, 5, 5]);
    const held = Array.from({ length: 2_000 }, draw).filter((x) => x >= (low[2] ?? 0) && x <= (high[2] ?? 0));
    expect(held.length / 2_000).toBeGreaterThan(0.75);
    expect(held.length / 2_000).toBeLessThan(0.86);
  });

  test('are finite, ordered and not negative for any attention', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...trendStages),
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 4 }),
        (stage, attention) => {
          const { low, expected, high } = fanOf(createTrajectories(), stage, attention);
          for (let i = 0; i < 30; i++) {
            const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = [low[i], expected[i], high[i]];
            expect(a >= 0 && b >= a && c >= b && Number.isFinite(c)).toBe(true);
          }
        },
      ),
    );
  });
});
