import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeExcess, isObject, nestingDepth, withinLimits } from './json-limits.ts';

const limits = { maxDepth: 3, maxValues: 10, maxKeyLength: 8 };

describe('limits of data', () => {
  test.each([
    ['flat', { a: 1, b: 'x', c: null, d: true }],
    ['three levels', { a: { b: { c: 1 } } }],
    ['arrays count as levels', { a: [[1]] }],
    ['ten values', { a: [1, 2, 3, 4, 5, 6, 7, 8, 9] }],
    ['a long string', { a: 'x'.repeat(10_000) }],
  ])('%s is within', (_name, value) => {
    expect(withinLimits(value, limits)).toBe(true);
  });

  test.each([
    ['four levels', { a: { b: { c: { d: 1 } } } }, 'size', 'nests deeper than 3 levels at data.a.b.c'],
    ['four levels of arrays', { a: [[[1]]] }, 'size', 'data.a.0.0'],
    ['eleven values', { a: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, 'size', 'more than 10 values'],
    ['a long key', { a: { ['k'.repeat(9)]: 1 } }, 'size', 'data.a has a key longer'],
    ['an infinite number', { a: [1, JSON.parse('1e400')] }, 'number', 'data.a.1 is a number too large'],
    ['an infinite number on top', { a: JSON.parse('-1e999') }, 'number', 'data.a is a number'],
  ])('%s is beyond', (_name, value, kind, message) => {
    expect(withinLimits(value, limits)).toBe(false);
    expect(describeExcess(value, limits)).toEqual({ kind, message: expect.stringContaining(message) });
  });

  test('keys that name parts of Object.prototype are keys like others', () => {
    const value: unknown = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    );
    expect(isObject(value) && withinLimits(value, { ...limits, maxKeyLength: 16 })).toBe(true);
    expect('polluted' in {}).toBe(false);
  });
});

describe('nestingDepth', () => {
  test.each([
    ['', 0],
    ['1', 0],
    ['{}', 1],
    ['[{"a":[]}]', 3],
    ['"[[[["', 0],
    ['["\\"[[["]', 1],
    ['["\\\\",[[]]]', 3],
    ['[[]][[', 2],
    ['"unterminated [[[', 0],
    [']]]][', 0],
  ])('%j nests %i deep', (text, depth) => {
    expect(nestingDepth(Buffer.from(text), 100)).toBe(depth);
  });

  test('stops where it is told', () => {
    expect(nestingDepth(Buffer.from('['.repeat(5_000)), 100)).toBe(100);
  });

  test('agrees with the value that the text stands for', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(nestingDepth(Buffer.from(JSON.stringify(value)), 1_000)).toBe(depthOf(value));
      }),
    );
  });
});
