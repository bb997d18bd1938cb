import { expect, test } from 'vitest';
import { isSameSpelling } from './spelling.ts';

test.each([
  ['star war', 'starwar', true],
  ['spider man', 'spiderman', true],
  ['thanksgiving', 'thanksgivng', true],
  ['thanksgiving', 'thanksgivign', true],
  ['jumanji', 'jumangi', true],
  ['iphone 8', 'iphone 9', false],
  ['kelly', 'kelli', false],
  ['marvel', 'carvel', false],
  ['thanksgiving', 'thanksgiving special', false],
])('%s and %s: %s', (a, b, same) => {
  expect(isSameSpelling(a, b)).toBe(same);
  expect(isSameSpelling(b, a)).toBe(same);
});
