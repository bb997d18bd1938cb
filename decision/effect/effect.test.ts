import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { proposal } from '../testing/fixtures.ts';
import { calibrate } from './calibration.ts';
import { realisedEffect } from './effect.ts';
import { studentT } from './student.ts';

describe('Student’s t', () => {
  it.each([
    // NIST/SEMATECH e-Handbook, table 1.3.6.7.2, upper critical values for .975.
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [5, 2.571],
    [10, 2.228],
    [30, 2.042],
    [100, 1.984],
  ])('df %d: %d', (df, t) => {
    expect(studentT(0.05, df)).toBeCloseTo(t, 2);
  });
});

describe('realised effect', () => {
  it('is the difference of means over the horizon, by hand', () => {
    // Alternating values have a negative lag-1 correlation of −3/4, raised by the bias of 1/4 to −1/2 and so counted as 0: plain Welch.
    // mean 0 and 10, variance 4/3 each, n 4: se² = 2/3, df = 6, t = 2.4469; total = 10 · 4 ± 2.4469 · .8165 · 4.
    const outcome = realisedEffect([1, -1, 1, -1], [11, 9, 11, 9], 0);
    expect(outcome.realised).toBe(40);
    expect(outcome.high).toBeCloseTo(40 + 2.4469 * Math.sqrt(2 / 3) * 4, 1);
    expect(outcome.low).toBeCloseTo(40 - 2.4469 * Math.sqrt(2 / 3) * 4, 1);
  });

  it('says nothing where too few windows tell, and never NaN', () => {
    expect(realisedEffect([1, 2, 3], [1, 2, 3, 4], 0).realised).toBeNull();
    expect(realisedEffect([5, 5, 5, 5], [5, 5, 5, 5], 0)).toMatchObject({ realised: 0, low: 0, high: 0 });
  });

  it('its interval covers the truth, also where hours hang together', () => {
    for (const correlation of [0, 0.5]) {
      const random = createRandom(`coverage ${correlation}`);
      const series = (n: number, level: number): number[] => {
        const scale = Math.sqrt(1 - correlation ** 2);
        let value = random.normal();
        return Array.from({ length: n }, () => (value = correlation * value + scale * random.normal())).map(
          (x) => x + level,
        );
      };
      let covered = 0;
      const runs = 1_000;
      for (let run = 0; run < runs; run += 1) {
        const { low, high } = realisedEffect(series(72, 0), series(48, 0.4), 0);
        if (low !== null && high !== null && low <= 0.4 * 48 && high >= 0.4 * 48) covered += 1;
      }
      // 95% promised; 1,000 runs tell it to ±1.4% (2 sigma). The correction is an estimate: 92.5% is the least accepted.
      expect(covered / runs).toBeGreaterThan(0.925);
      expect(covered / runs).toBeLessThan(0.99);
    }
  });
});

describe('calibration', () => {
  it('holds realised against predicted, policy by policy', () => {
    const one = (realised: number, low: number | null) =>
      proposal(
        {},
        {
          expected: { kpi: 'views', delta: 10, low, high: low === null ? null : 20, horizonMs: 1 },
          outcome: { method: '', windows: 9, realised, low: 0, high: 0, measuredAtMs: 0 },
        },
      );
    const { policies } = calibrate([one(8, 5), one(12, 15), one(10, null), proposal()]);
    expect(policies).toHaveLength(1);
    // Errors −2, 2, 0: mean 0, s = 2, half = 4.303 · 2/√3.
    expect(policies[0]).toMatchObject({
      measured: 3,
      predicted: 10,
      realised: 10,
      meanError: 0,
      inside: 1,
      withInterval: 2,
    });
    expect(policies[0]?.high).toBeCloseTo((4.303 * 2) / Math.sqrt(3), 2);
  });
});
