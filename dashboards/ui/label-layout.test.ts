import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spreadLabels } from './label-layout.ts';

test('labels that do not touch stay where they are', () => {
  expect(spreadLabels([100, 20, 60], 18, 200)).toEqual([100, 20, 60]);
});

test('labels keep their order and their distance, and stay inside when there is room', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 }), (wanted) => {
      const placed = spreadLabels(wanted, 20, 300);
      const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y || a.i - b.i);
      for (const [at, { i }] of order.entries()) {
        const next = order[at + 1];
        if (next !== undefined) expect((placed[next.i] ?? 0) - (placed[i] ?? 0)).toBeGreaterThanOrEqual(20);
        expect(placed[i]).toBeGreaterThanOrEqual(10);
        expect(placed[i]).toBeLessThanOrEqual(290);
      }
    }),
  );
});
