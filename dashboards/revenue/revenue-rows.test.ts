import fc from 'fast-check';
import { expect, test } from 'vitest';
import { revenueRows } from './revenue-rows.ts';

const entry = fc.record({
  id: fc.string({ minLength: 1 }),
  title: fc.string(),
  value: fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100),
});

test('rows add up to the total to the last minor unit', () => {
  fc.assert(
    fc.property(fc.array(entry), fc.integer({ min: -1e11, max: 1e11 }), (values, cents) => {
      const rows = revenueRows(values, cents / 100, 2);
      expect(rows.reduce((sum, row) => sum + Math.round(row.value * 100), 0)).toBe(cents);
    }),
  );
});

test('where the list is the whole there is no rest', () => {
  const values = [
    { id: 'a', title: 'A', value: 0.1 },
    { id: 'b', title: 'B', value: 0.2 },
  ];
  expect(revenueRows(values, 0.3, 2).map((row) => row.title)).toEqual(['A', 'B']);
  expect(revenueRows(values, 0.35, 2).at(-1)).toMatchObject({ value: 0.05, canChoose: false });
});
