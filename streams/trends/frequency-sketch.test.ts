import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addToSketch,
  createFrequencySketch,
  scaleSketch,
  sketchErrorBound,
  sketchEstimate,
} from './frequency-sketch.ts';

test('never counts too little', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 400 }), (numbers) => {
      const sketch = createFrequencySketch(16);
      const truth = new Map<string, number>();
      for (const n of numbers) {
        addToSketch(sketch, `t${n}`, 1);
        truth.set(`t${n}`, (truth.get(`t${n}`) ?? 0) + 1);
      }
      for (const [key, count] of truth) expect(sketchEstimate(sketch, key)).toBeGreaterThanOrEqual(count);
    }),
  );
});

test('counts too much by more than e × total ÷ width for fewer than 1.8% of the terms', () => {
  const sketch = createFrequencySketch(1_024);
  for (let i = 0; i < 20_000; i++) addToSketch(sketch, `t${i % 5_000}`, 1);
  const bound = sketchErrorBound(sketch);
  expect(bound).toBeCloseTo((Math.E * 20_000) / 1_024, 9);
  const over = Array.from({ length: 5_000 }, (_, i) => sketchEstimate(sketch, `t${i}`) - 4).filter(
    (error) => error > bound,
  );
  expect(over.length / 5_000).toBeLessThan(Math.exp(-4));
});

test('ages', () => {
  const sketch = createFrequencySketch(64);
  addToSketch(sketch, 'a', 8);
  scaleSketch(sketch, 0.5);
  expect(sketchEstimate(sketch, 'a')).toBe(4);
  expect(sketch.total).toBe(4);
});
