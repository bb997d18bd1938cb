import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { boostedWindows } from './boosted-windows.ts';
import { WINDOW_FEATURES, windowed, windowFeatures } from './window-features.ts';

const SHORT = 4;
const LONG = 12;

it('features of one window, by hand', () => {
  // 0, 1, 2, … 39; asked at 35 for the sixth step, 41: the newest value at its place of four is 33, of twelve 29.
  const series = windowed(
    Float64Array.from({ length: 40 }, (_, t) => t),
    LONG,
  );
  const out = new Float64Array(WINDOW_FEATURES);
  const guess = windowFeatures(series, 35, 6, SHORT, LONG, out);
  // Level now 33.5, one long season before 21.5: last season's 29 moved by 12 is 41; the mean with 33 is 37.
  expect(guess).toBe(37);
  const [step, day, second, third, week, two, three, moved, movedTwo, mean, least, most, level] = out;
  expect([step, day, second, third]).toEqual([6, 33 - 37, 29 - 37, 25 - 37]);
  expect([week, two, three]).toEqual([29 - 37, 17 - 37, 5 - 37]);
  expect([moved, movedTwo]).toEqual([41 - 37, 41 - 37]);
  // Seven places: 33, 29, … 9.
  expect([mean, least, most, level]).toEqual([21 - 37, 9 - 37, 33 - 37, 33.5 - 37]);
  // Newest against one step, a short and a long season before; roughness of a slope of one.
  expect([out[18], out[19], out[20]]).toEqual([4, 12, 1]);
  expect([out[27], out[28], out[29]]).toEqual([1, 12, 40]);
});

it('nothing after the window has a say in its features', () => {
  const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 60, maxLength: 60 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 15 }),
      value,
      (values, now, step, later) => {
        const read = (ys: Float64Array): number[] => {
          const out = new Float64Array(WINDOW_FEATURES);
          const guess = windowFeatures(windowed(ys, LONG), now, step, SHORT, LONG, out);
          // The last three describe the whole history, which at an origin is what is known there.
          return [guess, ...out.subarray(0, WINDOW_FEATURES - 3)];
        };
        const all = Float64Array.from(values);
        expect(read(all.map((v, t) => (t <= now ? v : later)))).toEqual(read(all));
      },
    ),
    { numRuns: 50 },
  );
});

it('learns what no first guess sees, for all series at once, and is the same every time', () => {
  // Every second long season stands twice as high: last long season and today are both wrong at the turn.
  const random = createRandom('turns');
  const value = (t: number): number =>
    (Math.floor(t / LONG) % 2 === 0 ? 100 : 200) + 10 * (t % SHORT) + random.normal();
  const whole = Array.from({ length: 12 }, () =>
    Float64Array.from({ length: 30 * LONG }, (_, t) => value(t)),
  );
  const known = whole.map((y) => y.slice(0, -LONG));
  const made = boostedWindows(known, LONG, [SHORT, LONG], createRandom(1));
  let error = 0;
  whole.forEach((y, i) =>
    y
      .subarray(-LONG)
      .forEach((v, h) => (error += Math.abs(v - (made[i]?.[h] ?? Number.NaN)) / whole.length / LONG)),
  );
  // What repeats is 100 off here, at every step.
  expect(error).toBeLessThan(15);
  expect(boostedWindows(known, LONG, [SHORT, LONG], createRandom(1))).toEqual(made);
});

it('says nothing of a series without one short season, and nothing at all on a panel too short to teach', () => {
  const long = Array.from({ length: 6 }, (_, i) =>
    Float64Array.from({ length: 120 }, (__, t) => 10 + i + (t % SHORT)),
  );
  const [short, one] = boostedWindows(
    [Float64Array.of(1, 2), ...long],
    SHORT,
    [SHORT, LONG],
    createRandom(1),
  );
  expect(short).toBeUndefined();
  expect(one?.every(Number.isFinite)).toBe(true);
  expect(boostedWindows([new Float64Array(20).fill(3)], SHORT, [SHORT, LONG], createRandom(1))).toEqual([
    undefined,
  ]);
});
