import { expect, test } from 'vitest';
import { cellAt, cellText, convert, jsonText } from './cell.ts';

test.each([
  ['integer', '42', 42],
  ['integer', ' -7 ', -7],
  ['integer', '-0', 0],
  ['integer', '12.00', 12],
  ['integer', '9007199254740991', 9_007_199_254_740_991],
  ['integer', '9007199254740992', undefined],
  ['integer', '1e3', undefined],
  ['integer', '1,234', undefined],
  ['integer', '12.5', undefined],
  ['number', '12.5', 12.5],
  ['number', '.5', 0.5],
  ['number', '-1e-3', -0.001],
  ['number', 'NaN', undefined],
  ['number', 'Infinity', undefined],
  ['number', '0x10', undefined],
  ['number', '1e999', undefined],
  ['money', '12.34', '12.34'],
  ['money', '+0.1', '0.1'],
  ['money', '-3', '-3'],
  ['money', '12.3456789', undefined],
  ['money', '$5', undefined],
  ['boolean', 'TRUE', true],
  ['boolean', 'no', false],
  ['boolean', '1', true],
  ['boolean', 'maybe', undefined],
  ['string', ' as is ', ' as is '],
] as const)('%s of %o', (type, text, expected) => {
  expect(convert(text, type)).toBe(expected);
});

test.each([
  [undefined, undefined],
  [null, undefined],
  ['', undefined],
  ['  ', undefined],
  ['x', 'x'],
  [0, '0'],
  [false, 'false'],
  [12n, '12'],
  [new Date('2020-01-01T00:00:00Z'), '2020-01-01T00:00:00.000Z'],
  [[1, 'a'], '[1,"a"]'],
])('%o as text', (cell, expected) => {
  expect(cellText(cell)).toBe(expected);
});

test('finds nested fields, exact names first, and only own ones', () => {
  expect(cellAt({ a: { b: 1 } }, 'a.b')).toBe(1);
  expect(cellAt({ 'a.b': 2, a: { b: 1 } }, 'a.b')).toBe(2);
  expect(cellAt({ a: 'text' }, 'a.length')).toBeUndefined();
  expect(cellAt({}, 'constructor.name')).toBeUndefined();
});

test('whole numbers beyond 2^53 become text, not a wrong number', () => {
  expect(jsonText({ a: 5n, b: 9_007_199_254_740_993n })).toBe('{"a":5,"b":"9007199254740993"}');
});
