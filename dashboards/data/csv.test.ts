import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test.each([
  [['plain', 5, null], 'plain,5,'],
  [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"'],
  [['=SUM(A1)', '+1', '@x'], "'=SUM(A1),'+1,'@x"],
  [[-5, '-5', undefined], "-5,'-5,"],
])('%j is written %s', (row, expected) => {
  expect(csvOf(['h'], [row])).toBe(`\uFEFFh\r\n${expected}\r\n`);
});
