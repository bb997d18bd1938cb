import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { createBaseline, expectationAt, learnBaseline } from './baseline.ts';
import { createGrain, grainOf, learnGrain } from './grain.ts';
import { createHourScale, learnHourScale, normalisedByHour } from './hour-scale.ts';
import { createNextValue, learnNextValue, nextValueOf } from './next-value.ts';
import { createPattern, stepPattern } from './pattern.ts';
import { createRing, meanOf, meanOfLast, medianOfLastThree, pushRing } from './ring.ts';
import { binOf, DAY_MS, planSeasons, WEEK_MS } from './seasons.ts';
import { createStillness, stepStillness } from './stillness.ts';
import { barOf, quietMsOf, scoreOf, severityOf } from './verdict.ts';

const HOUR_MS = DAY_MS / 24;

describe('seasons', () => {
  it.each([
    [10_000, 336, 24],
    [300_000, 336, 24],
    [HOUR_MS, 168, 24],
    // A day holds one daily point: the week is all there is.
    [DAY_MS, 7, 7],
    [30 * DAY_MS, 0, 1],
  ])('of a step of %i ms', (stepMs, bins, scaleBins) => {
    expect(planSeasons(stepMs)).toMatchObject({ bins, scaleBins });
  });

  it('are as configured', () => {
    expect(planSeasons(HOUR_MS, [8 * HOUR_MS])).toMatchObject({ bins: 8, levelPoints: 20 });
    expect(planSeasons(HOUR_MS, [])).toMatchObject({ bins: 0 });
  });

  it('have bins before 1970 too', () => {
    expect(binOf(-1, WEEK_MS, 336)).toBe(335);
    expect(binOf(0, WEEK_MS, 336)).toBe(0);
    expect(binOf(WEEK_MS - 1, WEEK_MS, 336)).toBe(335);
  });
});

describe('a baseline', () => {
  it('learns a week, and expects a flat series to be flat', () => {
    const plan = planSeasons(HOUR_MS);
    const shape = (t: number): number => (Math.floor(t / DAY_MS) % 7 < 5 ? 100 : 40) + ((t / HOUR_MS) % 24);
    for (const [valueAt, most] of [[shape, 3] as const, [() => 7, 1e-6] as const]) {
      const baseline = createBaseline(plan);
      let off = 0;
      for (let at = 0; at < 24 * 7 * 8; at++) {
        const expectation = expectationAt(baseline, plan, at * HOUR_MS);
        const value = valueAt(at * HOUR_MS);
        if (at === 0) baseline.level = value;
        else if (at >= 24 * 7 * 7) off += Math.abs(value - expectation.expected) / (24 * 7);
        learnBaseline(baseline, plan, value, expectation);
      }
      expect(off).toBeLessThan(most);
    }
  });
});

describe('an hour’s scale', () => {
  it('makes a quiet and a busy hour equal', () => {
    const plan = planSeasons(300_000);
    const scale = createHourScale(plan);
    const random = createRandom(3);
    const unit = (t: number): number => (t % DAY_MS < DAY_MS / 2 ? 1 : 10);
    let night = 0;
    let day = 0;
    for (let at = 0; at < 288 * 30; at++) {
      const t = at * 300_000;
      const residual = unit(t) * random.normal();
      if (at > 288 * 20) {
        const size = Math.abs(normalisedByHour(scale, plan, t, residual, 1e-9));
        if (unit(t) === 1) night += size;
        else day += size;
      }
      learnHourScale(scale, plan, t, residual);
    }
    // Ten to one before; the overall scale, which each hour starts from, fades with the days.
    expect(night / day).toBeGreaterThan(0.6);
    expect(night / day).toBeLessThan(1.4);
  });
});

describe('the next value', () => {
  it('is the last of a wandering series, the mean of a noisy one, the season of a seasonal one', () => {
    const random = createRandom(4);
    let place = 0;
    const kinds: readonly (readonly [(at: number) => number, (at: number) => number | undefined, number])[] =
      [
        [() => (place += random.normal()), () => undefined, 0.9],
        [() => random.normal(), () => undefined, 0.9],
        [(at) => 10 * (at % 5) + random.normal(), (at) => 10 * (at % 5), 0.85],
      ];
    for (const [valueAt, seasonalAt, most] of kinds) {
      const next = createNextValue();
      let off = 0;
      for (let at = 0; at < 3_000; at++) {
        const value = valueAt(at);
        if (at >= 1_500) off += Math.abs(value - nextValueOf(next, seasonalAt(at))) / 1_500;
        learnNextValue(next, value, seasonalAt(at));
      }
      // The mean absolute deviation of the noise is 0.80: little is lost on top of it.
      expect(off).toBeLessThan(most);
    }
  });
});

describe('a ring', () => {
  it('has the mean and median of what it was given last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 3, max: 12 }),
        (values, capacity) => {
          const ring = createRing(capacity);
          for (const value of values) pushRing(ring, value);
          const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
          expect(meanOf(ring)).toBeCloseTo(mean(values.slice(-capacity)), 6);
          expect(meanOfLast(ring, 3)).toBeCloseTo(mean(values.slice(-3)), 6);
          if (values.length >= 3)
            expect(medianOfLastThree(ring, 3)).toBe(values.slice(-3).sort((a, b) => a - b)[1]);
        },
      ),
    );
  });

  it('forgets a huge value wholly within two rounds', () => {
    const ring = createRing(8);
    pushRing(ring, 1e30);
    for (let at = 0; at < 16; at++) pushRing(ring, 1);
    expect(meanOf(ring)).toBe(1);
  });
});

describe('a pattern', () => {
  it('is novel once', () => {
    const pattern = createPattern();
    const distances = Array.from({ length: 600 }, (_, at) =>
      stepPattern(pattern, at % 150 === 149 ? 50 : at % 3, 1e-9),
    );
    const first = distances[149] ?? 0;
    expect(first).toBeGreaterThan(5);
    expect(distances[449]).toBeLessThan(first / 4);
  });
});

describe('the grain', () => {
  it('is the smallest step of a series that moves, and nothing for one that hardly does', () => {
    const counts = createGrain();
    const still = createGrain();
    const random = createRandom(9);
    for (let at = 0; at < 2_000; at++) {
      learnGrain(counts, random.poisson(2), 1e-9);
      learnGrain(still, at % 1_000 === 999 ? 5 : 0, 1e-9);
    }
    expect(grainOf(counts)).toBe(1);
    expect(grainOf(still)).toBeLessThan(0.2);
    expect(grainOf(createGrain())).toBe(0);
  });
});

describe('stillness', () => {
  it('is rare where the series hardly ever stays, and usual where it often does', () => {
    const runOf = (length: number, every: number): number => {
      const still = createStillness();
      for (let at = 0; at < 3_000; at++) stepStillness(still, at % every !== 0);
      stepStillness(still, false);
      let found = 0;
      for (let at = 0; at < length; at++) found = stepStillness(still, true);
      return found;
    };
    // Every other point stays once and never twice: six further ones are beyond one in a million.
    expect(runOf(7, 2)).toBe(8);
    // Runs of 49: sixty equal values are not even one in a hundred. Runs of 9: 280 are beyond one in 100 million.
    expect(runOf(60, 50)).toBe(0);
    expect(runOf(280, 10)).toBe(8);
  });
});

describe('a verdict', () => {
  it('has one half at the bar of once a week, at every step', () => {
    for (const stepMs of [10_000, 300_000, HOUR_MS]) {
      const bar = barOf({ stepMs, falseAlarmsPerWeek: 1 });
      expect(scoreOf(bar, stepMs)).toBeCloseTo(0.5, 9);
      // Ten times as rare: once in ten weeks, 10/11.
      expect(scoreOf(bar + 1, stepMs)).toBeCloseTo(10 / 11, 9);
      expect(barOf({ stepMs, falseAlarmsPerWeek: 0.1 })).toBeCloseTo(bar + 1, 9);
    }
    expect(scoreOf(0, HOUR_MS)).toBe(0);
    expect(scoreOf(1e6, HOUR_MS)).toBe(1);
  });

  it('grows more severe by decades', () => {
    expect([0, 0.9, 1, 2.9, 3, 50].map(severityOf)).toEqual([
      'info',
      'info',
      'warning',
      'warning',
      'critical',
      'critical',
    ]);
  });

  it('is quiet after half a day, within 3 and 300 points', () => {
    expect([10_000, 300_000, HOUR_MS, DAY_MS].map((step) => quietMsOf(step))).toEqual([
      3_000_000,
      43_200_000,
      43_200_000,
      3 * DAY_MS,
    ]);
  });
});
