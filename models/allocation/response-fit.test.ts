import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { knownHistory, type KnownResponse } from './known-history.ts';
import { readMediaFile } from './media-file.ts';
import { responseOf } from './response-curve.ts';
import { backtestResponse, fitResponse, hasMoved, valueOf } from './response-fit.ts';
import { carry } from './response-shapes.ts';
import { solveAllocation } from './solve.ts';

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2023, 0, 2);

describe('carry-over', () => {
  it('a steady amount stays what it is; a single one fades by the share that is left', () => {
    expect([...carry(Float64Array.of(5, 5, 5), 0.6)]).toEqual([5, 5, 5]);
    const faded = carry(Float64Array.of(0, 10, 0, 0), 0.5);
    expect([...faded]).toEqual([0, 5, 2.5, 1.25]);
  });
});

describe('responses', () => {
  const truths: KnownResponse[] = [
    { scale: 400, exponent: 1.2, half: 100, carryOver: 0.3 },
    { scale: 150, exponent: 2, half: 100, carryOver: 0 },
    { scale: 60, exponent: 1.2, half: 50, carryOver: 0.6 },
  ];
  const history = knownHistory(truths, 156, 15, 'known');
  const fit = fitResponse(history, createRandom('fit'), 60);
  const curves = fit.inputs.map(({ carryOver, draws }) => responseOf(draws, carryOver, 300, 1));

  it('the return at the mean amount lies in the band, and the band is no wider than the question', () => {
    for (const [i, truth] of truths.entries()) {
      const band = curves[i]?.band ?? [];
      const point = band.reduce((a, b) => (Math.abs(b.amount - 100) < Math.abs(a.amount - 100) ? b : a));
      const known = valueOf(truth, point.amount);
      expect(point.low).toBeLessThanOrEqual(known * 1.02);
      expect(point.high).toBeGreaterThanOrEqual(known * 0.98);
    }
    const first = curves[0]?.band.at(8);
    expect((first?.high ?? Infinity) - (first?.low ?? 0)).toBeLessThan(1.5 * (first?.value ?? 0));
  });

  it('dividing by what was learned costs under the true curves at most 2% of the best, and far less than dividing evenly', () => {
    const clock = createFakeClock();
    const problem = (of: (i: number) => (typeof curves)[number]['curve']) => ({
      resources: [{ id: 'money', total: 300 }],
      channels: truths.map((_, i) => ({ id: `r${i}`, curves: { money: of(i) } })),
    });
    const trueCurve = (i: number) => {
      const { exponent = 1, half = 1, scale = 0 } = truths[i] ?? {};
      return { type: 'hill' as const, scale, exponent, half };
    };
    const best = solveAllocation(problem(trueCurve), { clock, linearSolver: undefined });
    const learned = solveAllocation(
      problem((i) => curves[i]?.curve ?? trueCurve(i)),
      { clock, linearSolver: undefined },
    );
    const worth = (amounts: readonly number[]): number =>
      amounts.reduce((sum, x, i) => sum + valueOf(trueCurve(i), x), 0);
    const got = worth(truths.map((_, i) => learned.allocation[`r${i}`]?.['money'] ?? 0));
    const even = worth([100, 100, 100]);
    expect(got).toBeGreaterThan(0.98 * best.objective);
    expect(got).toBeGreaterThan(even);
  });

  it('forecasts the last fifth better than level, trend and season alone', () => {
    const back = backtestResponse(history);
    expect(back?.periods).toBe(31);
    expect(back?.wape ?? 1).toBeLessThan(0.6 * (back?.wapeWithout ?? 0));
  });

  it('the same seed fits the same; too short a history has no backtest', () => {
    expect(fitResponse(history, createRandom('fit'), 5)).toEqual(
      fitResponse(history, createRandom('fit'), 5),
    );
    expect(backtestResponse(knownHistory(truths, 20, 1, 'short'))).toBeUndefined();
  });

  it('amounts that never moved tell nothing, and none at all are no input', () => {
    expect(hasMoved(new Float64Array(30).fill(10))).toBe(false);
    expect(hasMoved(new Float64Array(30))).toBe(false);
    expect(hasMoved(Float64Array.from({ length: 30 }, (_, i) => 10 + (i % 3)))).toBe(true);
  });

  it('whatever the history, every draw is a number of 0 or more', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1e9, noNaN: true }),
            fc.double({ min: 0, max: 1e9, noNaN: true }),
          ),
          {
            minLength: 26,
            maxLength: 40,
          },
        ),
        (rows) => {
          const found = fitResponse(
            {
              startsMs: rows.map((_, t) => START_MS + t * WEEK_MS),
              outcome: Float64Array.from(rows, ([y]) => y),
              inputs: [{ id: 'x', amounts: Float64Array.from(rows, ([, x]) => x), priorReturn: 10 }],
            },
            createRandom('any'),
            3,
          );
          for (const { draws } of found.inputs)
            for (const { scale, half } of draws)
              expect(Number.isFinite(scale) && scale >= 0 && half > 0).toBe(true);
          expect(Number.isFinite(found.noise)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});

const file = fileURLToPath(new URL('../../../shared/data/mmm/robyn_simulated_weekly.csv', import.meta.url));
const isThere = existsSync(file);
if (!isThere) console.warn('skipped: the marketing file is not at ../shared/data/mmm');

describe.skipIf(!isThere)('weekly marketing data of Robyn', () => {
  it('the last 41 weeks are forecast better with the media than without', () => {
    const back = backtestResponse(readMediaFile(file));
    expect(back?.periods).toBe(41);
    expect(back?.wape ?? 1).toBeLessThan(back?.wapeWithout ?? 0);
  });
});
