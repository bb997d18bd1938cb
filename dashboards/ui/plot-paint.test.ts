import { expect, test } from 'vitest';
import { stretches } from './plot-paint.ts';

test.each([
  ['nothing is expected', [], [], []],
  ['all is', [1, 2], [3, 4], [[0, 1]]],
  [
    'a hole parts it',
    [1, null, 2, 2],
    [3, null, 4, 4],
    [
      [0, 0],
      [2, 3],
    ],
  ],
  ['one edge alone is no band', [1, 1, null], [2, null, 2], [[0, 0]]],
])('a band where %s', (_what, lower, upper, found) => {
  expect(stretches(lower, upper)).toEqual(found);
});
