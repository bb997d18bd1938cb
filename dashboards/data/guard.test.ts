import { describe, expect, test } from 'vitest';
import {
  arrayOf,
  isNumber,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';

interface Point {
  readonly at: number;
  readonly value: number | null;
  readonly note?: string;
  readonly kind: 'a' | 'b';
}

const isPoint: Guard<Point> = object<Point>({
  at: isNumber,
  value: nullable(isNumber),
  note: optional(isString),
  kind: oneOf(['a', 'b']),
});

describe('guards', () => {
  test.each([
    [{ at: 1, value: null, kind: 'a' }, true],
    [{ at: 1, value: 2, kind: 'b', note: 'x', more: true }, true],
    [{ at: '1', value: 2, kind: 'a' }, false],
    [{ at: 1, kind: 'a' }, false],
    [{ at: 1, value: 2, kind: 'c' }, false],
    [{ at: 1, value: 2, kind: 'a', note: 5 }, false],
    [[], false],
    [null, false],
    ['at', false],
  ])('an object is what its members say: %j', (value, expected) => {
    expect(isPoint(value)).toBe(expected);
  });

  test('lists and records are checked to the last item', () => {
    expect(arrayOf(isNumber)([1, 2, '3'])).toBe(false);
    expect(arrayOf(isNumber)([])).toBe(true);
    expect(recordOf(isNumber)({ a: 1, b: 'x' })).toBe(false);
    expect(recordOf(isNumber)({ a: 1, b: 2 })).toBe(true);
  });
});
