import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkShape } from './spark-shape.ts';

test('complete windows are a line, the step to the running one is its own, gaps stay gaps', () => {
  const shape = sparkShape([0, 10, null, 5, 10, null], 4, true, undefined);
  expect(shape.line).toBe('M0 26L20 2M60 14');
  expect(shape.running).toBe('M60 14L80 2');
  expect(shape.area).toBe('M0 28L0 26L20 2L20 28ZM60 28L60 14L60 28Z');
});

test('a target that is near is drawn, one far off is not', () => {
  expect(sparkShape([4, 5, 6], 3, false, 7).targetY).toBe(2);
  expect(sparkShape([4, 5, 6], 3, false, 100).targetY).toBeUndefined();
});

test('every course can be drawn inside its box', () => {
  const value = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }));
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 40 }),
      fc.nat(40),
      fc.boolean(),
      (values, complete, fromZero) => {
        const shape = sparkShape(values, Math.min(complete, values.length), fromZero, undefined);
        for (const number of `${shape.line}${shape.running}`.match(/-?[\d.]+(e-?\d+)?/g) ?? []) {
          expect(Number(number)).toBeGreaterThanOrEqual(0);
          expect(Number(number)).toBeLessThanOrEqual(100);
        }
        expect(`${shape.line}${shape.area}`).not.toContain('NaN');
      },
    ),
  );
});

test('the expected band is an area behind the course, a far edge is cut at the box, a window without one leaves it open', () => {
  const band = { lower: [2, -900, null, 4], upper: [8, 12, null, 900] };
  const shape = sparkShape([0, 10, 5, 5], 4, true, undefined, band);
  // The course is 10 high, so the band may go to 20 and not below zero.
  expect(shape.band).toBe('M0 16.4L33.33 11.6L33.33 26L0 23.6Z');
  expect(shape.line).toBe('M0 26L33.33 14L66.67 20L100 20');
  expect(sparkShape([1, 2], 2, true, undefined).band).toBe('');
});
