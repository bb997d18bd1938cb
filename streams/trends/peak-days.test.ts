import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { createPeakDays, learnPeakDay, peakIntervalOf, peakRunOf } from './peak-days.ts';
import { createShrinkage, learnShrinkage, partOf } from './shrinkage.ts';

const DAY = 86_400_000;

describe('days to a peak', () => {
  test('an interval is the shortest run of days that held four in five, half a day to either side', () => {
    const peaks = createPeakDays();
    // Nine on the second day for each on the sixth, long enough to outweigh what was assumed.
    for (let i = 0; i < 2_000; i += 1) learnPeakDay(peaks, 'rising', (i % 10 === 0 ? 6 : 2) * DAY, undefined);
    const counts = peaks.rising.days.reduce((sum, each) => sum + each, 0);
    // 1 ÷ (1 − .95) truths count.
    expect(counts).toBeCloseTo(20, 1);
    const [from, middle, to] = peakIntervalOf(peaks, 'rising');
    // 20 truths against ten assumed: the run takes in the days beside the second one, and never half of a day.
    expect((from + DAY / 2 - 1) % DAY).toBe(0);
    expect((to - DAY / 2 + 1) % DAY).toBe(0);
    expect(from).toBeLessThan(2 * DAY);
    expect(to).toBeGreaterThan(2 * DAY);
    expect(to).toBeLessThan(5 * DAY);
    expect(Math.round(middle / DAY)).toBe(2);
    // The other stage has learned nothing.
    expect(peaks.emerging).toEqual(createPeakDays().emerging);
  });

  test('holds about four in five where a day more or less makes little difference, also after a change', () => {
    const random = createRandom('peaks');
    const peaks = createPeakDays();
    let held = 0;
    let judged = 0;
    for (let i = 0; i < 3_000; i += 1) {
      // Early peaks first, late ones from the middle on.
      const days = Math.min(7, Math.max(0, Math.round(random.normal() * 1.6 + (i < 1_500 ? 2.5 : 4.5))));
      const [from, , to] = peakIntervalOf(peaks, 'emerging');
      if (i % 1_500 > 100) {
        judged += 1;
        if (days * DAY >= from && days * DAY <= to) held += 1;
      }
      learnPeakDay(peaks, 'emerging', days * DAY, peakRunOf(peaks, 'emerging'));
    }
    expect(held / judged).toBeGreaterThan(0.75);
    expect(held / judged).toBeLessThan(0.9);
  });

  test('is ordered and never in the past, whatever was learned', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 9 * DAY, noNaN: true }), { maxLength: 60 }), (truths) => {
        const peaks = createPeakDays();
        for (const ms of truths) learnPeakDay(peaks, 'rising', ms, peakRunOf(peaks, 'rising'));
        const [from, middle, to] = peakIntervalOf(peaks, 'rising');
        expect(from >= 0 && middle >= from && to >= middle && to < 8 * DAY).toBe(true);
      }),
    );
  });
});

describe('how far a median is believed', () => {
  test('whole up to four days, not at all from eight on, where nothing was learned', () => {
    const shrinkage = createShrinkage();
    expect([1, 4, 5, 6, 7, 8, 30].map((days) => partOf(shrinkage, days))).toEqual([
      1, 1, 0.75, 0.5, 0.25, 0, 0,
    ]);
  });

  test('the part that would have erred least, of the day and the days beside it', () => {
    const shrinkage = createShrinkage();
    for (let i = 0; i < 40; i += 1) learnShrinkage(shrinkage, 14, 2, 1.5);
    // .75 × 2 is what came.
    expect([12, 13, 14, 15, 16].map((days) => partOf(shrinkage, days))).toEqual([0, 0.75, 0.75, 0.75, 0]);
    for (let i = 0; i < 200; i += 1) learnShrinkage(shrinkage, 14, 2, 0);
    expect(partOf(shrinkage, 14)).toBe(0);
  });
});
