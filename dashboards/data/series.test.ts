import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignPoints, changeOf, figuresOf, isComparable, sumOf, verdictOf } from './series.ts';

describe('points of a range', () => {
  const starts = [0, 10, 20, 30];

  test('a window without events is nothing for a sum and no value for a rate; windows to come have none', () => {
    const points = [{ windowStartMs: 10, value: 5 }];
    expect(alignPoints(points, starts, { isAdditive: true, begunCount: 3 })).toEqual([0, 5, 0, null]);
    expect(alignPoints(points, starts, { isAdditive: false, begunCount: 3 })).toEqual([null, 5, null, null]);
  });

  test('money adds up to the last minor unit in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 }), (cents) => {
        const values = cents.map((cent) => cent / 100);
        const expected = cents.reduce((a, b) => a + b, 0) / 100;
        expect(sumOf(values, 'currency', 2)).toBe(expected);
        expect(sumOf(values.toReversed(), 'currency', 2)).toBe(expected);
      }),
    );
    expect(sumOf([0.1, 0.2], 'currency', 2)).toBe(0.3);
    expect(sumOf([null, null], 'count', 2)).toBeNull();
  });
});

test.each([
  [[0, 10, 20, 30], true],
  [[20, 30], true],
  [[30], false],
  [[], false],
])('a range with events from %j on can be compared with: %s', (from, expected) => {
  const points = from.map((windowStartMs) => ({ windowStartMs, value: 1 }));
  expect(isComparable(points, [0, 10, 20, 30])).toBe(expected);
});

describe('a change', () => {
  test.each([
    [110, 100, 'count', 0.1, 'relative'],
    [-50, -100, 'currency', 0.5, 'relative'],
    [0, 0, 'count', 0, 'relative'],
    [0.05, 0.04, 'ratio', 0.01, 'points'],
  ] as const)('from %s to %s in %s', (current, previous, unit, amount, kind) => {
    const change = changeOf(current, previous, unit);
    expect(change?.kind).toBe(kind);
    expect(change?.amount).toBeCloseTo(amount, 12);
  });

  test.each([
    [1, 0],
    [null, 5],
    [5, null],
    [undefined, 5],
  ])('there is none from %s to %s', (current, previous) => {
    expect(changeOf(current, previous, 'count')).toBeUndefined();
  });

  test('is good or bad by the direction of the KPI, and nothing when nobody could see it', () => {
    const change = (amount: number) => ({ current: 1, previous: 1, amount, kind: 'relative' }) as const;
    expect(verdictOf(change(0.1), 'up')).toBe('good');
    expect(verdictOf(change(0.1), 'down')).toBe('bad');
    expect(verdictOf(change(-0.1), 'down')).toBe('good');
    expect(verdictOf(change(0.0001), 'up')).toBe('same');
  });
});

describe('figures of a tile', () => {
  const base = { unit: 'count', minorDigits: 2, current: [10, 20, 7], previous: [10, 10, 100] } as const;

  test('the running window counts for the value and not for the change', () => {
    const figures = figuresOf({ ...base, isAdditive: true, completeCount: 2 });
    expect(figures.value).toBe(37);
    expect(figures.change).toEqual({ current: 30, previous: 20, amount: 0.5, kind: 'relative' });
  });

  test('whatever the running window holds, the change is the same', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (running, counterpart) => {
        const figures = figuresOf({
          ...base,
          current: [10, 20, running],
          previous: [10, 10, counterpart],
          isAdditive: true,
          completeCount: 2,
        });
        expect(figures.change?.amount).toBe(0.5);
      }),
    );
  });

  test('before the first complete window there is no change', () => {
    expect(figuresOf({ ...base, isAdditive: true, completeCount: 0 }).change).toBeUndefined();
  });

  test('a rate takes the totals of the server', () => {
    const totals = { total: 0.5, completeTotal: 0.4, previousTotal: 0.3 };
    const figures = figuresOf({ ...base, ...totals, unit: 'ratio', isAdditive: false, completeCount: 2 });
    expect([figures.value, figures.valueSpan]).toEqual([0.5, 'range']);
    expect(figures.changeSpan).toBe('range');
    expect(figures.change?.amount).toBeCloseTo(0.1, 12);
  });

  test('without totals a rate speaks of its last complete window and says so', () => {
    const figures = figuresOf({ ...base, isAdditive: false, completeCount: 2 });
    expect([figures.value, figures.valueSpan]).toEqual([7, 'window']);
    expect(figures.changeSpan).toBe('window');
    expect(figures.change?.amount).toBe(1);
  });
});
