import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector, decodeDetector, encodeDetector, stepDetector } from './detector.ts';

const settings = { stepMs: 300_000, falseAlarmsPerWeek: 1 };
const reading = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: undefined });

describe('a detector', () => {
  it('goes on after it was stored and restored as if nothing had happened', () => {
    fc.assert(
      fc.property(
        fc.array(reading, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 0, max: 299 }),
        (values, cut) => {
          const through = createDetector(settings);
          let restored = createDetector(settings);
          for (const [at, value] of values.entries()) {
            if (at === cut) {
              const back = decodeDetector(encodeDetector(restored));
              if (back === undefined) throw new Error('did not decode');
              restored = back;
            }
            const point = { timeMs: at * settings.stepMs, value };
            expect(stepDetector(restored, point)).toEqual(stepDetector(through, point));
          }
        },
      ),
    );
  });

  it('takes no foreign bytes for its state', () => {
    expect(decodeDetector(new Uint8Array())).toBeUndefined();
    expect(decodeDetector(new TextEncoder().encode('nonsense'))).toBeUndefined();
  });
});
