import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AudienceTopic } from '../../platform/contracts/audience.ts';
import { createRandom } from '../../platform/time/random.ts';
import { cellPlans } from './cells.ts';
import { privateCells } from './demographics-sql.ts';
import { toldRate, toldSum } from './noisy-sums.ts';
import { shapeBody, type CellCount } from './shape.ts';

/** σ of one count at ε .1, δ 1e-6. */
const SD = 36.3;
const context = {
  isExact: false,
  by: 'channel',
  field: 'device_type',
  noise: 1.96 * SD,
  sd: SD,
  splitMs: 0,
  occurrences: new Map(),
  titles: new Map(),
  pairs: [],
  population: 0,
} as const;

const cellsOf = (topic: AudienceTopic): readonly string[] =>
  cellPlans[topic].cells ?? privateCells('device_type') ?? [];

/** Counts of a private answer: those given, 0 elsewhere, with noise. */
function noisy(topic: AudienceTopic, seed: string, people: Readonly<Record<string, number>> = {}) {
  const random = createRandom(seed);
  return new Map<string, CellCount>(
    cellsOf(topic).map((cell) => [cell, { viewers: (people[cell] ?? 0) + Math.round(SD * random.normal()) }]),
  );
}

describe('an empty segment', () => {
  test.each(['watch_time', 'interaction', 'loyalty', 'demographics', 'churn'] as const)(
    '%s is nobody, within its noise, and has no rate',
    (topic) => {
      const totals = Array.from({ length: 200 }, (_, i) => {
        const body = shapeBody(topic, noisy(topic, `${topic} ${i}`), context);
        if (!('viewers' in body)) throw new Error('no total');
        if ('rate' in body && body.viewers < (body.viewersHalfWidth ?? 0)) expect(body.rate).toBeNull();
        return body;
      });
      // Cells cut at 0 before they are summed had a mean of .4 σ each: 87 people in loyalty, 98 in watch time.
      const within = totals.filter(({ viewers, viewersHalfWidth = 0 }) => viewers <= viewersHalfWidth);
      // One-sided: what is beyond to the other side is cut at 0.
      expect(within.length).toBeGreaterThanOrEqual(185);
      const zeros = totals.filter(({ viewers }) => viewers === 0).length;
      expect(zeros).toBeGreaterThan(70);
      expect(zeros).toBeLessThan(130);
    },
  );
});

test('the total of a segment is right on the average, and 95 times in 100 within what is said', () => {
  const people = { lapsed: 400, new: 300, devoted: 20, regular: 60, occasional: 90, once: 130 };
  let inside = 0;
  let sum = 0;
  let shareInside = 0;
  const runs = 600;
  for (let run = 0; run < runs; run++) {
    const body = shapeBody('loyalty', noisy('loyalty', `total ${run}`, people), context);
    if (body.kind !== 'loyalty') throw new Error('another answer');
    sum += body.viewers;
    if (Math.abs(body.viewers - 1_000) <= (body.viewersHalfWidth ?? 0)) inside++;
    const [lapsed] = body.classes;
    if (Math.abs((lapsed?.share ?? 0) - 0.4) <= (lapsed?.shareHalfWidth ?? 0)) shareInside++;
  }
  // 3 standard errors of the mean of σ √6.
  expect(Math.abs(sum / runs - 1_000)).toBeLessThan((3 * SD * Math.sqrt(6)) / Math.sqrt(runs));
  for (const share of [inside / runs, shareInside / runs]) {
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  }
});

test('returning tells the noise of what it sums', () => {
  const body = shapeBody('returning', noisy('returning', 'back', { '30.1': 900, '30.none': 600 }), context);
  if (body.kind !== 'returning') throw new Error('another answer');
  const [day] = body.horizons;
  // Twelve cells may be told after a day, three of them of people who came back by then.
  expect(day?.viewersHalfWidth).toBeCloseTo(1.96 * SD * Math.sqrt(12), 0);
  expect(day?.returnedHalfWidth).toBeCloseTo(1.96 * SD * Math.sqrt(3), 0);
  expect(Math.abs((day?.rate ?? 0) - 0.6)).toBeLessThan(day?.rateHalfWidth ?? 0);
});

test('exact answers say nothing of noise', () => {
  const counts = new Map([['lapsed', { viewers: 3 }]]);
  const body = shapeBody('loyalty', counts, { ...context, isExact: true, noise: 0, sd: 0 });
  expect(body).toMatchObject({
    viewers: 3,
    classes: expect.arrayContaining([expect.objectContaining({ share: 1 })]),
  });
  expect(JSON.stringify(body)).not.toContain('HalfWidth');
});

test('rates are shares, or none where the whole may be noise', () => {
  const anySum = fc.record({
    raw: fc.integer({ min: -500, max: 5_000 }),
    cells: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(anySum, anySum, (part, rest) => {
      const { rate, halfWidth } = toldRate(part, rest, SD);
      const whole = { raw: part.raw + rest.raw, cells: part.cells + rest.cells };
      const told = toldSum(whole, SD);
      expect(rate === null).toBe(!(whole.raw > (told.halfWidth ?? 0)));
      if (rate === null) return;
      expect(rate).toBeGreaterThanOrEqual(0);
      expect(rate).toBeLessThanOrEqual(1);
      expect(halfWidth).toBeGreaterThan(0);
    }),
  );
});
