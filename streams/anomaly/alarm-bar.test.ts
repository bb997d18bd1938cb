import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { alarmBarOf, createAlarmBar, learnAlarmBar } from './alarm-bar.ts';
import { barOf, quietMsOf } from './verdict.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEK_MS = 168 * HOUR_MS;

/** Alarms a week of points whose rarity is `draw()`, after the bar has learned for `learningWeeks`. */
function alarmsPerWeek(
  draw: () => number,
  {
    stepMs,
    falseAlarmsPerWeek,
    weeks,
    learningWeeks,
  }: Record<'stepMs' | 'falseAlarmsPerWeek' | 'weeks' | 'learningWeeks', number>,
): number {
  const bar = createAlarmBar(stepMs);
  let lastMs = Number.NEGATIVE_INFINITY;
  let alarms = 0;
  for (let timeMs = 0; timeMs < weeks * WEEK_MS; timeMs += stepMs) {
    const rarity = draw();
    if (rarity >= alarmBarOf(bar, { stepMs, falseAlarmsPerWeek })) {
      if (timeMs >= learningWeeks * WEEK_MS && timeMs - lastMs > quietMsOf(stepMs, falseAlarmsPerWeek))
        alarms++;
      lastMs = timeMs;
    }
    learnAlarmBar(bar, stepMs, timeMs, rarity);
  }
  return alarms / (weeks - learningWeeks);
}

const random = createRandom('alarm bar');
/** −log10 of a probability that is uniform: a rarity that says the truth of single points. */
const truthful = (): number => -Math.log10(1 - random.next());
let off = 0;

describe('the bar of a series', () => {
  it.each([
    ['a rarity that is right', truthful],
    ['one that calls everything ten times too rare', () => truthful() + 0.9],
    ['one that calls everything ten times too common', () => truthful() - 0.9],
    ['a tail a third longer than told', () => 1.33 * truthful()],
    ['neighbours that depend on each other', () => (off = 0.7 * off + 0.7 * truthful())],
  ])('comes to the rate that was asked for, whatever the rarity is worth: %s', (_what, draw) => {
    for (const [stepMs, falseAlarmsPerWeek] of [
      [HOUR_MS, 1],
      [HOUR_MS, 3],
      [MINUTE_MS * 10, 1],
      [MINUTE_MS * 10, 10],
    ] as const) {
      const found = alarmsPerWeek(draw, { stepMs, falseAlarmsPerWeek, weeks: 70, learningWeeks: 10 });
      // 60 weeks at one a week: two deviations of a Poisson count are 26 %.
      expect(found / falseAlarmsPerWeek).toBeGreaterThan(0.6);
      expect(found / falseAlarmsPerWeek).toBeLessThan(1.5);
    }
  });

  it('is higher for fewer alarms, at every age', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 8, noNaN: true }), { maxLength: 400 }), (rarities) => {
        const bar = createAlarmBar(HOUR_MS);
        for (let at = 0; at < 10 * rarities.length; at++)
          learnAlarmBar(bar, HOUR_MS, at * HOUR_MS, rarities[at % rarities.length] ?? 0);
        const bars = [0.001, 0.1, 1, 1.5, 2, 3, 5, 10, 100].map((falseAlarmsPerWeek) =>
          alarmBarOf(bar, { stepMs: HOUR_MS, falseAlarmsPerWeek }),
        );
        for (const [at, each] of bars.entries())
          if (at > 0) expect(each).toBeLessThanOrEqual((bars[at - 1] ?? 0) + 1e-9);
      }),
    );
  });

  it('rises by a decade at most, however often a series goes off, and sinks by two', () => {
    const settings = { stepMs: HOUR_MS, falseAlarmsPerWeek: 1 };
    const loud = createAlarmBar(HOUR_MS);
    const still = createAlarmBar(HOUR_MS);
    for (let at = 0; at < 20_000; at++) {
      learnAlarmBar(loud, HOUR_MS, at * 20 * HOUR_MS, 12);
      learnAlarmBar(still, HOUR_MS, at * HOUR_MS, Number.NEGATIVE_INFINITY);
    }
    expect(alarmBarOf(loud, settings) - barOf(settings)).toBeCloseTo(1, 9);
    expect(alarmBarOf(still, settings) - barOf(settings)).toBeCloseTo(-2, 9);
  });

  it('one long outage moves it as little as a short one', () => {
    const settings = { stepMs: HOUR_MS, falseAlarmsPerWeek: 1 };
    const after = (hours: number): number => {
      const bar = createAlarmBar(HOUR_MS);
      for (let at = 0; at < 2_000; at++)
        learnAlarmBar(bar, HOUR_MS, at * HOUR_MS, at >= 1_000 && at < 1_000 + hours ? 12 : 0);
      return alarmBarOf(bar, settings);
    };
    expect(after(48)).toBeCloseTo(after(1), 9);
  });

  it('learns nothing where points come too seldom for one alarm a week, and stays where it began', () => {
    const stepMs = 24 * HOUR_MS;
    const bar = createAlarmBar(stepMs);
    const before = alarmBarOf(bar, { stepMs, falseAlarmsPerWeek: 0.1 });
    for (let at = 0; at < 400; at++) learnAlarmBar(bar, stepMs, at * stepMs, 9);
    expect(alarmBarOf(bar, { stepMs, falseAlarmsPerWeek: 0.1 })).toBe(before);
  });
});
