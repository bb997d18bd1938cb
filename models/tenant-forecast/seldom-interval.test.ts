import { expect, it } from 'vitest';
import { seldomInterval } from './seldom-interval.ts';

it('holds nothing and a sale, nests, and has the point inside', () => {
  // A sale of 20 to 39 on every fifth of a hundred days.
  const history = Float64Array.from({ length: 100 }, (_, t) => (t % 5 === 0 ? 20 + t / 5 : 0));
  const [narrow, middle, wide] = [0.68, 0.8, 0.95].map((level) =>
    seldomInterval(history, 7, Float64Array.of(0, 6), level),
  );
  expect([...(wide?.lower ?? [])]).toEqual([0, 0]);
  // Of 101 values 2 may lie above: the 99th of the hundred.
  expect([...(wide?.upper ?? [])]).toEqual([38, 38]);
  expect(middle?.upper[0]).toBe(30);
  expect(narrow?.upper[0]).toBeLessThan(30);
  expect([...seldomInterval(history, 7, Float64Array.of(50), 0.8).upper]).toEqual([50]);
});
