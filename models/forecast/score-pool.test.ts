import { describe, expect, it } from 'vitest';
import { errorFloor, poolScores, quantileOf, type Score } from './score-pool.ts';

const many = (group: string, count: number, score: (i: number) => number): Score[] =>
  Array.from({ length: count }, (_, i) => ({ group, score: score(i) }));

describe('scores pooled by KPI', () => {
  it('a KPI with enough of its own goes by them alone', () => {
    const pool = poolScores([...many('views', 100, (i) => i / 100), ...many('money', 500, () => 1e12)]);
    expect(quantileOf(pool.of('views'), 0.95)).toBeCloseTo(0.95, 2);
  });

  it('one with few borrows the rest: rank by rank the median of the other KPIs, so that one gone wild is outvoted', () => {
    const scores = [
      ...many('mrr', 2, () => 1),
      ...many('views', 40, () => 2),
      ...many('signups', 40, () => 3),
      ...many('money', 5_000, () => 1e9),
    ];
    expect([...poolScores(scores).of('mrr')]).toEqual([1, 1, 3, 3, 3, 3, 3, 3]);
  });

  it('what is off twenty times what was to be expected says no more than that', () => {
    const pool = poolScores([...many('mrr', 2, () => 1), ...many('money', 200, () => 7e12)]);
    expect(Math.max(...pool.of('mrr'))).toBe(20);
  });

  it('nothing tried is nothing known; a lucky past has a least error', () => {
    expect(poolScores([]).of('mrr')).toHaveLength(0);
    expect(errorFloor(Float64Array.of(348, 348, 348))).toBeCloseTo(3.48);
    expect(errorFloor(new Float64Array(0))).toBe(0);
  });
});
