import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countTerm, createTermTable } from './term-table.ts';

test('holds every term whose count exceeds the floor, and its count is at most the stated error too high', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 1_500 }), (numbers) => {
      const table = createTermTable(16, 256);
      const truth = new Map<string, number>();
      for (const n of numbers) {
        // Squared: few common terms, many rare ones.
        const key = `t${Math.floor((n * n) / 200)}`;
        countTerm(table, key, key, 5, 1);
        truth.set(key, (truth.get(key) ?? 0) + 1);
      }
      expect(table.slotOf.size).toBeLessThanOrEqual(16);
      for (const [key, count] of truth) {
        const slot = table.slotOf.get(key);
        if (slot === undefined) {
          expect(count).toBeLessThanOrEqual(table.floor + 1e-9);
          continue;
        }
        expect(table.weights[slot] ?? 0).toBeGreaterThanOrEqual(count - 1e-6);
        // Conservative update may only add what collisions brought in before the term entered.
        expect((table.weights[slot] ?? 0) - count).toBeLessThanOrEqual(numbers.length);
      }
    }),
  );
});

test('an old favourite gives way to what is counted now', () => {
  const table = createTermTable(8, 1_024);
  for (let i = 0; i < 50; i++) countTerm(table, 'old', 'old', 0, 1);
  const later = 24 * 7 * 12;
  for (let i = 0; i < 40; i++) for (let k = 0; k < 8; k++) countTerm(table, `new${k}`, 'new', later, 1);
  expect(table.slotOf.has('old')).toBe(false);
  expect(table.slotOf.size).toBeGreaterThanOrEqual(7);
});

test('a slot that is used again starts empty', () => {
  const table = createTermTable(8, 1_024);
  for (let k = 0; k < 9; k++) for (let i = 0; i <= k; i++) countTerm(table, `t${k}`, `t${k}`, 1, 1);
  expect(table.evicted).toBeGreaterThan(0);
  const slot = table.slotOf.get('t8') ?? -1;
  expect(
    table.activity.rings.mentions.slice(slot * 168, slot * 168 + 168).every((value) => value === 0),
  ).toBe(true);
});
