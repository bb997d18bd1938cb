import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import { createCurve } from './curve.ts';
import { createEnvelope } from './envelope.ts';
import { bestResponse } from './response.ts';

const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
const exponent = fc.double({ min: 0.2, max: 8, noNaN: true });
const curves: fc.Arbitrary<ResponseCurve> = fc.oneof(
  fc.record({ type: fc.constant('hill' as const), scale: positive, exponent, half: positive }),
  fc.record({ type: fc.constant('log' as const), scale: positive, half: positive }),
  fc.record({ type: fc.constant('power' as const), scale: positive, exponent }),
  fc.record({ type: fc.constant('linear' as const), scale: positive }),
  fc.record({ type: fc.constant('exponential' as const), scale: positive, half: positive }),
);

describe('response curves', () => {
  it.each([
    [{ type: 'hill', scale: 10, exponent: 2, half: 3 } as const, 3, 5],
    [{ type: 'hill', scale: 10, exponent: 2, half: 3 } as const, 0, 0],
    [{ type: 'hill', scale: 8, exponent: 1, half: 1 } as const, 3, 6],
    [{ type: 'log', scale: 2, half: 1 } as const, Math.E - 1, 2],
    [{ type: 'power', scale: 3, exponent: 0.5 } as const, 16, 12],
    [{ type: 'exponential', scale: 4, half: 2 } as const, 2 * Math.LN2, 2],
  ])('%o at %d is %d', (spec, x, value) => {
    expect(createCurve(spec).value(x)).toBeCloseTo(value, 12);
  });

  it('slope and bend are the differences of value and slope', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 0.5, max: 60, noNaN: true }), (spec, x) => {
        const curve = createCurve(spec);
        const h = 1e-4 * x;
        const size = Math.abs(curve.value(x)) / x + 1e-9;
        const slope = (curve.value(x + h) - curve.value(x - h)) / (2 * h);
        expect(Math.abs(curve.slope(x) - slope)).toBeLessThan(1e-4 * size + 1e-4 * curve.slope(x));
        const bend = (curve.slope(x + h) - curve.slope(x - h)) / (2 * h);
        expect(Math.abs(curve.bend(x) - bend)).toBeLessThan(1e-3 * (Math.abs(bend) + size / x));
      }),
    );
  });

  it('the answer to a price is no worse than any other amount', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        curves,
        positive,
        share,
        share,
        fc.double({ min: 1e-3, max: 30, noNaN: true }),
        (spec, hi, low, other, price) => {
          const curve = createCurve(spec);
          const lo = low * hi;
          const gain = (x: number): number => curve.value(x) - price * x;
          const best = bestResponse(curve, lo, hi, price, 0);
          expect(best).toBeGreaterThanOrEqual(lo);
          expect(best).toBeLessThanOrEqual(hi);
          const x = lo + other * (hi - lo);
          expect(gain(best)).toBeGreaterThanOrEqual(gain(x) - 1e-9 * (1 + Math.abs(gain(x))));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('an envelope lies above its curve and never bends upwards', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(curves, positive, share, share, share, (spec, hi, low, first, second) => {
        const curve = createCurve(spec);
        const lo = 0.9 * low * hi;
        const envelope = createEnvelope(curve, lo, hi);
        const a = lo + first * (hi - lo);
        const b = lo + second * (hi - lo);
        const slack = 1e-9 * (1 + envelope.value(hi));
        expect(envelope.value(a)).toBeGreaterThanOrEqual(curve.value(a) - slack);
        expect(envelope.value((a + b) / 2)).toBeGreaterThanOrEqual(
          (envelope.value(a) + envelope.value(b)) / 2 - slack,
        );
      }),
      { numRuns: 300 },
    );
  });
});
