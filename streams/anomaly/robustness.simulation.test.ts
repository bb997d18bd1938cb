import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector, stepDetector } from './detector.ts';
import { FIVE_MINUTES_MS, watch } from './testing/series.ts';

const DAY = 288;
const season = (at: number): number => 100 + 40 * Math.sin((2 * Math.PI * at) / DAY);
const seeds = [11, 12, 13];

describe('what a series may do', () => {
  it.each(seeds)('a lasting shift is one episode, then the new normal (seed %i)', (seed) => {
    const at = 6 * DAY;
    const { episodes, verdicts } = watch(12 * DAY, (i, r) => season(i) + (i < at ? 0 : 90) + 5 * r.normal(), {
      seed,
      falseAlarmsPerWeek: 0.2,
    });
    const after = episodes.filter(({ startMs }) => startMs >= at * FIVE_MINUTES_MS);
    expect(after).toHaveLength(1);
    expect(after[0]?.startMs).toBeLessThan((at + 3) * FIVE_MINUTES_MS);
    expect((after[0]?.endMs ?? 0) / FIVE_MINUTES_MS - at).toBeLessThan(DAY);
    const settled = verdicts[verdicts.length - 1];
    expect(Math.abs((settled?.expected ?? 0) - (season(12 * DAY - 1) + 90))).toBeLessThan(15);
  });

  it.each(seeds)('a shift in a series without season (seed %i)', (seed) => {
    const { episodes } = watch(4_000, (i, r) => (i < 2_000 ? 100 : 160) + 5 * r.normal(), {
      seed,
      falseAlarmsPerWeek: 0.2,
    });
    const after = episodes.filter(({ startMs }) => startMs >= 2_000 * FIVE_MINUTES_MS);
    expect(after.map(({ startMs }) => startMs / FIVE_MINUTES_MS)).toEqual([2_000]);
    expect(after[0]?.severity).not.toBe('info');
  });

  it.each(seeds)('missing points, and a day without any, raise no alarm (seed %i)', (seed) => {
    const holes = watch(4_000, (i, r) => (r.next() < 0.1 ? undefined : season(i) + 5 * r.normal()), { seed });
    const gap = watch(
      4_000,
      (i, r) => (i >= 2_000 && i < 2_000 + DAY ? undefined : season(i) + 5 * r.normal()),
      { seed },
    );
    // Two weeks at one false alarm a week.
    expect(holes.episodes.length).toBeLessThanOrEqual(4);
    expect(gap.episodes.length).toBeLessThanOrEqual(4);
    const around = gap.episodes.filter(
      ({ severity, startMs }) => severity !== 'info' && Math.abs(startMs / FIVE_MINUTES_MS - 2_288) < 20,
    );
    expect(around).toEqual([]);
    expect(gap.verdicts[2_100]).toMatchObject({ score: 0, isAnomalous: false, phase: 'watching' });
    expect(gap.verdicts[2_100]?.expected).toBeDefined();
  });

  it('constant and all-zero series are silent, and their first change is an alarm', () => {
    for (const value of [0, 5, -1e-9, 0.1 + 0.2]) expect(watch(2_000, () => value).episodes).toEqual([]);
    const stepped = watch(2_000, (i) => (i < 1_000 ? 5 : 6));
    expect(stepped.episodes.map(({ startMs }) => startMs / FIVE_MINUTES_MS)).toEqual([1_000]);
    const blip = watch(2_000, (i) => (i === 1_000 ? 1 : 0));
    expect(blip.episodes.map(({ startMs }) => startMs / FIVE_MINUTES_MS)).toEqual([1_000]);
  });

  it('rounding of a constant is no change', () => {
    expect(watch(2_000, (i) => 1e6 * (1 / 3) + (i % 7) * 1e-11).episodes).toEqual([]);
  });

  it('a counter that resets alarms at the resets and goes on', () => {
    const { episodes, verdicts } = watch(4_000, (i, r) => (i % 1_000) * 10 + r.normal());
    expect(episodes.map(({ startMs }) => startMs)).toContain(1_000 * FIVE_MINUTES_MS);
    expect(episodes.length).toBeLessThanOrEqual(6);
    expect(verdicts.slice(1_200, 1_900).some(({ isAnomalous }) => isAnomalous)).toBe(false);
  });

  it('whatever comes in, only finite numbers come out', () => {
    const value = fc.oneof(
      fc.double(),
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.constantFrom(0, 1e308, -1e308, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, undefined),
    );
    const settings = fc.record({
      stepMs: fc.constantFrom(10_000, 60_000, 300_000, 3_600_000, 86_400_000, 2_678_400_000),
      falseAlarmsPerWeek: fc.constantFrom(1e-6, 0.1, 1, 100),
    });
    fc.assert(
      fc.property(
        settings,
        fc.array(value, { minLength: 1, maxLength: 40 }),
        fc.nat(20),
        (given, cycle, lag) => {
          const detector = createDetector(given);
          for (let at = 0; at < 400; at++) {
            const v = stepDetector(detector, {
              timeMs: (at - lag) * given.stepMs,
              value: cycle[(at * (1 + (at >> 6))) % cycle.length],
            });
            for (const each of [v.score, v.expected ?? 0, v.lower ?? 0, v.upper ?? 0])
              expect(Number.isFinite(each)).toBe(true);
            expect(v.score >= 0 && v.score <= 1).toBe(true);
            if (v.lower !== undefined) expect(v.lower <= (v.upper ?? Number.NaN)).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
