import { describe, expect, test } from 'vitest';
import { fillGaps } from './fill-gaps.ts';
import { croston, demandPattern, teunter } from './intermittent.ts';
import { interpolationMatrix, poolingMatrix } from './neural/linear-maps.ts';
import { reconcile } from './reconcile.ts';

const gap = Number.NaN;

describe('gaps', () => {
  test.each([
    ['between two values', [1, gap, 3], 1, [1, 2, 3]],
    ['at both ends', [gap, 4, gap, gap], 1, [4, 4, 4, 4]],
    ['with the season of one period before', [0, 10, 0, 10, 0, gap, 0, 10], 4, [0, 10, 0, 10, 0, 10, 0, 10]],
    ['none', [1, 2], 1, [1, 2]],
  ])('%s', (_, values, period, expected) => {
    expect([...(fillGaps(Float64Array.from(values), period) ?? [])]).toEqual(expected);
  });

  test('nothing known stays unknown', () => {
    expect(fillGaps(Float64Array.of(gap, gap), 1)).toBeUndefined();
  });
});

describe('intermittent demand', () => {
  test('Croston by hand: sizes 4 then 6, intervals 2 then 3, alpha .5', () => {
    const y = Float64Array.of(0, 4, 0, 0, 6, 0);
    expect(croston(y, 2, 0.5, false)[0]).toBeCloseTo(5 / 2.5, 12);
    expect(croston(y, 2, 0.5)[1]).toBeCloseTo((5 / 2.5) * 0.75, 12);
  });

  test('what died out goes to zero with Teunter and stays with Croston', () => {
    const y = Float64Array.of(5, 0, 5, 0, 5, ...new Float64Array(60));
    expect(teunter(y, 1)[0]).toBeLessThan(0.01);
    expect(croston(y, 1)[0]).toBeGreaterThan(2);
  });

  test('all zeros are forecast as zero', () => {
    expect([...croston(new Float64Array(9), 2), ...teunter(new Float64Array(9), 2)]).toEqual([0, 0, 0, 0]);
  });

  test.each([
    [[5, 5, 6, 5], 'smooth'],
    [[1, 9, 1, 20], 'erratic'],
    [[0, 5, 0, 5], 'intermittent'],
    [[0, 1, 0, 50], 'lumpy'],
  ])('%j is %s', (values, kind) => {
    expect(demandPattern(Float64Array.from(values)).kind).toBe(kind);
  });
});

describe('reconciliation', () => {
  const hierarchy = [[0, 1], [0], [1]];

  test('forecasts add up, and equal variances share the difference equally', () => {
    // Total 12 against 5 + 4: the least-squares answer moves each of the three by 1 (projection on the plane of coherent ones).
    const [total, a, b] = reconcile(Float64Array.of(12, 5, 4), Float64Array.of(1, 1, 1), hierarchy, 2);
    expect([total, a, b].map((x) => Math.round((x ?? 0) * 1e6) / 1e6)).toEqual([11, 6, 5]);
  });

  test('what was forecast well is moved least, and coherent forecasts not at all', () => {
    const [total] = reconcile(Float64Array.of(12, 5, 4), Float64Array.of(1e-6, 1, 1), hierarchy, 2);
    expect(total).toBeCloseTo(12, 4);
    expect(
      [...reconcile(Float64Array.of(9, 5, 4), Float64Array.of(1, 2, 3), hierarchy, 2)].map(
        (x) => Math.round(x * 1e6) / 1e6,
      ),
    ).toEqual([9, 5, 4]);
  });
});

test('pooling averages and interpolation passes through its knots', () => {
  expect([...poolingMatrix(3, 2)]).toEqual([1, 0, 0, 0.5, 0, 0.5]);
  expect([...interpolationMatrix(2, 2)]).toEqual([1, 0, 0, 1]);
  const [a = 0, b = 0, c = 0, d = 0] = interpolationMatrix(1, 4);
  expect([a, b, c, d]).toEqual([1, 1, 1, 1]);
});
