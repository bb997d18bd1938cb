import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDiffer } from './difference.ts';

const total = fc.option(fc.integer({ min: 0, max: 2 ** 40 }), { nil: undefined });
const snapshot = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  order: fc.integer({ min: 0, max: 5 }),
  counters: fc.tuple(total, total),
});

describe('for any snapshots', () => {
  test('the sum of the changes is the last total known, counter by counter', () => {
    fc.assert(
      fc.property(fc.array(snapshot), (snapshots) => {
        const inOrder = snapshots.toSorted((a, b) => a.order - b.order);
        const differ = createDiffer(10);
        const sums = new Map<string, number>();
        const lasts = new Map<string, number>();
        for (const { key, order, counters } of inOrder) {
          const change = differ.next(key, order, counters);
          if (change.kind === 'repeat') continue;
          expect(change.kind).toBe('delta');
          if (change.kind !== 'delta') continue;
          for (const [index, delta] of change.deltas.entries()) {
            if (delta !== undefined) sums.set(`${key}${index}`, (sums.get(`${key}${index}`) ?? 0) + delta);
          }
          expect(change.isCorrection).toBe(change.deltas.some((delta) => (delta ?? 0) < 0));
          for (const [index, count] of counters.entries()) {
            if (count !== undefined) lasts.set(`${key}${index}`, count);
          }
        }
        expect(sums).toEqual(lasts);
      }),
    );
  });

  test('keys do not touch each other', () => {
    fc.assert(
      fc.property(fc.array(snapshot), (snapshots) => {
        const inOrder = snapshots.toSorted((a, b) => a.order - b.order);
        const together = createDiffer(10);
        const alone = createDiffer(10);
        const mixed = inOrder.map((each) => [each.key, together.next(each.key, each.order, each.counters)]);
        const single = inOrder
          .filter((each) => each.key === 'a')
          .map((each) => [each.key, alone.next(each.key, each.order, each.counters)]);
        expect(mixed.filter(([key]) => key === 'a')).toEqual(single);
      }),
    );
  });
});

test('first whole, then changes, a fall is a correction', () => {
  const differ = createDiffer(1);
  expect(differ.next('v', 1, [100, 5])).toMatchObject({
    deltas: [100, 5],
    isFirst: true,
    isCorrection: false,
  });
  expect(differ.next('v', 2, [150, 4])).toMatchObject({
    deltas: [50, -1],
    isFirst: false,
    isCorrection: true,
  });
  expect(differ.next('v', 3, [150, 4])).toMatchObject({ deltas: [0, 0], isCorrection: false });
});

test('the same order again: a repeat changes nothing, a different snapshot is a second event', () => {
  const differ = createDiffer(1);
  differ.next('v', 1, [100]);
  expect(differ.next('v', 1, [100])).toEqual({ kind: 'repeat' });
  expect(differ.next('v', 1, [110])).toMatchObject({ deltas: [10], occurrence: 2 });
  expect(differ.next('v', 2, [110])).toMatchObject({ deltas: [0], occurrence: 1 });
});

test('a snapshot older than one counted is told apart and leaves no trace', () => {
  const differ = createDiffer(1);
  differ.next('v', 2, [100]);
  expect(differ.next('v', 1, [50])).toEqual({ kind: 'older' });
  expect(differ.next('v', 3, [120])).toMatchObject({ deltas: [20] });
});

test('holds no more keys than it may', () => {
  const differ = createDiffer(2);
  differ.next('a', 1, [1]);
  differ.next('b', 1, [1]);
  expect(differ.next('c', 1, [1])).toEqual({ kind: 'full' });
  expect(differ.next('a', 2, [2])).toMatchObject({ kind: 'delta', deltas: [1] });
  expect(differ.keys).toBe(2);
});
