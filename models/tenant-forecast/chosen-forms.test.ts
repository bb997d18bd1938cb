import { expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { seasonalArima, seasonalSmoothing, type ChosenForms } from './chosen-forms.ts';
import { structuralWidth } from './structural-width.ts';

const random = createRandom('forms');
const week = [0, 5, 9, 12, 9, 5, 0];
const y = Float64Array.from(
  { length: 140 },
  (_, t) => 100 + 0.2 * t + (week[t % 7] ?? 0) + 0.1 * random.normal(),
);

it.each([
  ['smoothing', seasonalSmoothing],
  ['arima', seasonalArima],
] as const)(
  '%s goes on with week and trend, and keeps its form until the history has grown by a third',
  (name, make) => {
    const chosen: ChosenForms = {};
    const forecast = make(7, chosen);
    const lengths: number[] = [];
    for (const n of [84, 91, 105, 112, 133]) {
      const made = forecast(y.slice(0, n), 7);
      made?.forEach((value, h) => expect(Math.abs(value - (y[n + h] ?? 0))).toBeLessThan(1));
      expect(made).toHaveLength(7);
      lengths.push(chosen[name]?.length ?? 0);
    }
    expect(lengths).toEqual([84, 84, 84, 112, 112]);
  },
);

it('the structural model states the width of noise, and a wider one the farther a random walk goes', () => {
  const noise = Float64Array.from({ length: 300 }, () => 50 + random.normal());
  const stated = structuralWidth(noise, 7, 28, createRandom('paths'));
  // Half the .68 width of a normal with deviation 1 is 0.99; 120 draws tell it to about a tenth.
  for (const half of stated) expect(Math.abs(half - 1)).toBeLessThan(0.4);
  let level = 500;
  const walk = Float64Array.from({ length: 300 }, () => (level += random.normal()));
  const wide = structuralWidth(walk, 7, 28, createRandom('paths'));
  expect((wide[27] ?? 0) / (wide[1] ?? 1)).toBeGreaterThan(2);
  expect(structuralWidth(new Float64Array(50), 7, 7, random).every(Number.isNaN)).toBe(true);
});
