import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { levelShift, repairHistory } from './repair-history.ts';

const random = createRandom('repair');
const weekly = (n: number, level: (t: number) => number): Float64Array =>
  Float64Array.from(
    { length: n },
    (_, t) => level(t) * (1 + 0.3 * Math.sin((2 * Math.PI * t) / 7)) * (1 + 0.03 * random.normal()),
  );

describe('a history repaired for learning', () => {
  it('an outlier is replaced by about what was to be expected; the last season keeps its values', () => {
    const clean = weekly(84, () => 100);
    const spoilt = clean.slice();
    spoilt[40] = 2_000;
    spoilt[83] = 2_000;
    const repaired = repairHistory(spoilt, 7);
    expect(repaired?.replaced).toBe(1);
    expect(repaired?.values[40]).toBeGreaterThan(0.7 * (clean[40] ?? 0));
    expect(repaired?.values[40]).toBeLessThan(1.4 * (clean[40] ?? 0));
    expect(repaired?.values[83]).toBeCloseTo(2_000, 6);
  });

  it('what came before a lasting jump is moved to the level after it', () => {
    const repaired = repairHistory(
      weekly(98, (t) => (t < 60 ? 100 : 300)),
      7,
    );
    expect(repaired?.shift?.at).toBe(60);
    expect(repaired?.shift?.ratio).toBeGreaterThan(2.6);
    expect(repaired?.shift?.ratio).toBeLessThan(3.4);
    const mean = (from: number, to: number): number =>
      (repaired?.values ?? new Float64Array(0)).subarray(from, to).reduce((sum, v) => sum + v, 0) /
      (to - from);
    expect(mean(0, 56) / mean(63, 98)).toBeGreaterThan(0.9);
    expect(mean(0, 56) / mean(63, 98)).toBeLessThan(1.1);
  });

  it('a trend and pure chance are no shift', () => {
    expect(
      repairHistory(
        weekly(98, (t) => 100 + 3 * t),
        7,
      )?.shift,
    ).toBeUndefined();
    expect(
      repairHistory(
        weekly(98, () => 100),
        7,
      )?.shift,
    ).toBeUndefined();
    expect(levelShift(new Float64Array(50).fill(3), 14)).toBeUndefined();
  });

  it('gaps are filled and counted; a short history is only filled; nothing known is undefined', () => {
    const gappy = weekly(70, () => 50);
    for (const t of [10, 11, 30]) gappy[t] = Number.NaN;
    const repaired = repairHistory(gappy, 7);
    expect(repaired?.filled).toBe(3);
    expect(repaired?.values.every(Number.isFinite)).toBe(true);
    expect([...(repairHistory(Float64Array.of(1, Number.NaN, 3), 7)?.values ?? [])]).toEqual([1, 2, 3]);
    expect(repairHistory(Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY), 7)).toBeUndefined();
  });
});
