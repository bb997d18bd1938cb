import { expect, test } from 'vitest';
import { isArriving } from './arrivals.ts';

const HOUR_MS = 3_600_000;
const at = (newestHours: number, atHours: number) => ({
  newestMs: newestHours * HOUR_MS,
  atMs: atHours * HOUR_MS,
});

test.each([
  ['live data', undefined, at(99.9, 100), false],
  ['old data, never looked at', undefined, at(20, 100), true],
  ['history that fills in: a day in a minute', at(20, 100), at(44, 100 + 1 / 60), true],
  ['history that has come to the present', at(44, 100), at(100, 100 + 1 / 60), false],
  ['a feed that stands still', at(20, 100), at(20, 100 + 1 / 60), false],
  ['a feed that is late and keeps its pace', at(90, 100), at(91, 101), false],
  ['a feed that is late and catches up', at(90, 100), at(94, 101), true],
])('%s', (_what, before, now, expected) => {
  expect(isArriving(before, now)).toBe(expected);
});
