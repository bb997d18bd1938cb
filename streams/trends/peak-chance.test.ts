import { expect, test } from 'vitest';
import { chanceInputs } from './chance-inputs.ts';
import { createPeakChances, learnPeakChance, peakChanceOf } from './peak-chance.ts';
import { measureOf } from './testing/measures.ts';
import { peakLevelOf, viralityOf } from './virality.ts';

const attention = [2, 3, 9, 20, 21, 14, 6];
const bursting = measureOf({
  attention,
  mentions: [40, 10, 2, 0, 0, 0, 0],
  burst: { mentions: 40, expected: 3, pValue: 1e-9 },
  qValue: 1e-4,
});

test('before anything was learned the chance is that of virality, whatever the stage', () => {
  const chances = createPeakChances();
  expect(chances.weights).toHaveLength(chanceInputs(bursting, 'dead').length);
  for (const measure of [measureOf({ attention }), bursting])
    for (const stage of ['emerging', 'dead'] as const)
      expect(peakChanceOf(chances, chanceInputs(measure, stage))).toBeCloseTo(viralityOf(measure), 9);
});

test('a stage in which no peak came says so after some tens of trends, and the others hardly change', () => {
  const chances = createPeakChances();
  const dead = chanceInputs(bursting, 'dead');
  const rising = chanceInputs(bursting, 'rising');
  const before = peakChanceOf(chances, dead);
  expect(before).toBeGreaterThan(0.45);
  for (let i = 0; i < 60; i++) {
    learnPeakChance(chances, dead, i % 10 === 0);
    learnPeakChance(chances, rising, i % 2 === 0);
  }
  expect(peakChanceOf(chances, dead)).toBeLessThan(0.3);
  expect(peakChanceOf(chances, rising)).toBeGreaterThan(0.38);
});

test('chances stay chances after any number of truths', () => {
  const chances = createPeakChances();
  const inputs = chanceInputs(bursting, 'rising');
  for (let i = 0; i < 3_000; i++) learnPeakChance(chances, inputs, true);
  const chance = peakChanceOf(chances, inputs);
  expect(chance).toBeGreaterThan(0.9);
  expect(chance).toBeLessThan(1);
  for (const value of chances.covariance) expect(Number.isFinite(value)).toBe(true);
});

test('a burst that is less than yesterday has had its peak', () => {
  const falling = { ...bursting, mentions: [40, 60, 2, 0, 0, 0, 0] };
  expect(viralityOf(bursting) - viralityOf(falling)).toBeGreaterThan(0.3);
});

test('a peak is twice the highest of three days, and a percent of a day at least', () => {
  expect(peakLevelOf([2, 3, 9, 20])).toBe(18);
  expect(peakLevelOf([0.1, 0.2, 0.1])).toBe(1);
});
