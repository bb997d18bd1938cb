import { describe, expect, test } from 'vitest';
import { stageFigures } from '../../platform/contracts/trend.ts';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { beginEpisode, endIfOver, followEpisode, missEpisode } from './episode.ts';
import { bandOf, healthOf, type HealthBand } from './health.ts';
import { categoryOf, competitionOf, rpmEstimateUsd } from './market.ts';
import { accelerationOf, stageOf, velocityOf } from './stages.ts';
import { measureOf } from './testing/measures.ts';
import { timingOf } from './timing.ts';
import { createPeakDays } from './peak-days.ts';
import { createTimings } from './timings.ts';
import { validationOf } from './validation.ts';

const T = Date.UTC(2026, 1, 10, 12);

describe('stages', () => {
  const young = { onsetMs: T - DAY_MS, peakAttention: 8 };
  const old = { onsetMs: T - 9 * DAY_MS, peakAttention: 8 };
  test.each([
    ['emerging', [4, 1, 0], young],
    ['rising', [4, 1, 0], old],
    ['rising', [5, 4.5, 4], old],
    ['peak', [8, 7.8, 6], old],
    ['declining', [5, 8, 8], old],
    ['declining', [6, 8, 8], old],
    ['dead', [0.5, 0.5, 1], old],
    ['dead', [0.1, 1, 2], old],
  ] as const)('%s at %j', (stage, attention, episode) => {
    expect(stageOf(attention, episode, T)).toBe(stage);
  });

  test('velocity is doublings a day, acceleration its change', () => {
    expect(velocityOf([8, 4, 2])).toBeCloseTo(1, 1);
    expect(accelerationOf([16, 4, 2])).toBeCloseTo(1, 1);
    expect(velocityOf([0, 0, 0])).toBe(0);
  });

  test('a trend goes through its stages, and is over when it was dead for three days', () => {
    const series = [1, 3, 9, 20, 21, 14, 6, 1.5, 1, 1, 1, 1];
    const attention = (day: number): number[] =>
      Array.from({ length: 7 }, (_, back) => series[day - back] ?? 0.1);
    const timings = createTimings();
    const episode = beginEpisode(measureOf({ attention: attention(0), knownHours: 12 }), T);
    const stages: string[] = [];
    let overAt = 0;
    for (let day = 0; day < series.length && overAt === 0; day++) {
      followEpisode(episode, measureOf({ attention: attention(day) }), T + day * DAY_MS);
      stages.push(episode.stage);
      if (endIfOver(episode, timings, T + day * DAY_MS)) overAt = day;
    }
    expect(stages).toEqual([
      'emerging',
      'emerging',
      'emerging',
      'rising',
      'peak',
      'declining',
      'declining',
      'dead',
      'dead',
      'dead',
      'dead',
    ]);
    expect(overAt).toBe(10);
    expect(episode.peakMs).toBe(T + 4 * DAY_MS);
    expect(timings['end.emerging'].durations.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    // Seven days from emerging to the end, which lie in the class from 154 to 231 hours.
    expect(timings['end.emerging'].durations[9]).toBeCloseTo(1, 9);
  });

  test('a trend of which nothing is heard dies after a day', () => {
    const episode = beginEpisode(measureOf({ attention: [4, 1] }), T);
    expect(missEpisode(episode, T + 23 * HOUR_MS)).toBe(false);
    expect(missEpisode(episode, T + DAY_MS)).toBe(true);
    expect(episode.stage).toBe('dead');
  });
});

describe('timing', () => {
  test('advice follows stage and time left', () => {
    const timings = createTimings();
    const episode = beginEpisode(measureOf({ attention: [4, 1] }), T);
    const early = timingOf(episode, timings, createPeakDays(), T);
    expect(early.advice).toBe('publish now');
    expect(early.peak.isPast).toBe(false);
    expect(early.peak.fromMs).toBeLessThanOrEqual(early.peak.expectedMs);
    expect(early.end.expectedMs).toBeGreaterThan(early.peak.expectedMs);
    const late = timingOf({ ...episode, stage: 'declining' }, timings, createPeakDays(), T);
    expect(late).toMatchObject({ advice: 'too late', peak: { isPast: true, expectedMs: episode.peakMs } });
  });
});

describe('figures', () => {
  test('health passes the marks of the seeds', () => {
    const middle = {
      stage: 'rising',
      height: 1,
      againstExpected: 1,
      reaction: 1,
      competition: 0.3,
      saturation: 0,
      searchVelocity: null,
    } as const;
    expect(healthOf({ ...middle, velocity: 2 })).toBeGreaterThan(0.8);
    expect(healthOf({ ...middle, velocity: 0 })).toBeCloseTo(0.54, 1);
    expect(healthOf({ ...middle, velocity: -1 })).toBeLessThan(0.36);
    expect(healthOf({ ...middle, velocity: -2 })).toBeLessThan(0.3);
    expect(healthOf({ ...middle, velocity: 50, againstExpected: 10, reaction: 9, competition: 0 })).toBe(1);
    // Searches that grow while attention stands still are a sign; a trend that is full has no room.
    expect(healthOf({ ...middle, velocity: 0, searchVelocity: 2 })).toBeGreaterThan(
      healthOf({ ...middle, velocity: 0 }),
    );
    expect(healthOf({ ...middle, velocity: 0, saturation: 0.9 })).toBeLessThan(
      healthOf({ ...middle, velocity: 0 }),
    );
  });

  test('past its peak a trend is as healthy as what is left of it', () => {
    const lively = {
      velocity: 0.4,
      searchVelocity: 1,
      againstExpected: 2,
      reaction: 2,
      competition: 0,
      saturation: 0,
    };
    // What the demo showed: dead and at 69%.
    expect(healthOf({ ...lively, stage: 'rising', height: 0.09 })).toBeGreaterThan(0.69);
    expect(healthOf({ ...lively, stage: 'dead', height: 0.09 })).toBeCloseTo(0.27, 9);
    expect(healthOf({ ...lively, stage: 'dead', height: 0 })).toBe(0);
    expect(healthOf({ ...lively, stage: 'declining', height: 0.4 })).toBeCloseTo(0.65, 9);
    expect(healthOf({ ...lively, stage: 'declining', height: 1, velocity: -0.1 })).toBeGreaterThan(0.6);
  });

  test('a band of health is left only well beyond its mark', () => {
    const path = [0.5, 0.81, 0.75, 0.79, 0.69, 0.29, 0.35, 0.41].reduce<HealthBand[]>(
      (bands, health) => [...bands, bandOf(health, bands.at(-1) ?? 'middle')],
      [],
    );
    expect(path).toEqual(['middle', 'up', 'up', 'up', 'middle', 'down', 'down', 'middle']);
  });

  test('revenue of a thousand views by category and quarter (SYSTEMS A8)', () => {
    expect(rpmEstimateUsd('finance', Date.UTC(2026, 3, 1))).toBeCloseTo(12.5, 9);
    expect(rpmEstimateUsd('gaming', Date.UTC(2026, 11, 1))).toBeCloseTo(3.75 * 1.4, 9);
    expect(rpmEstimateUsd('education', Date.UTC(2026, 0, 1))).toBeCloseTo(6.25 * 0.8, 9);
    expect(rpmEstimateUsd('technology', Date.UTC(2026, 7, 1))).toBeCloseTo(8.75 * 0.9, 9);
    expect(categoryOf('Science & Technology')).toBe('technology');
    expect(categoryOf('Howto & Style')).toBe('education');
    expect(categoryOf('Music')).toBe('entertainment');
  });

  test('competition grows with channels and stage', () => {
    expect(competitionOf('emerging', 0)).toBe(stageFigures.emerging.competition / 2);
    expect(competitionOf('peak', 10)).toBeCloseTo(0.6, 9);
    expect(competitionOf('peak', 1_000)).toBeLessThan(0.86);
  });

  test('each kind of evidence makes a trend better founded', () => {
    const bare = measureOf({ qValue: 1, contents: [1], channels: 1 });
    expect(validationOf(bare, 1)).toBe(0.5);
    const scores = [
      validationOf({ ...bare, qValue: 0.01 }, 1),
      validationOf({ ...bare, contents: [1, 2, 3] }, 1),
      validationOf({ ...bare, channels: 4 }, 1),
      validationOf(bare, 3),
    ];
    for (const score of scores) expect(score).toBeGreaterThan(0.5);
    expect(validationOf({ ...bare, qValue: 0, contents: [1, 2, 3], channels: 9 }, 4)).toBeLessThan(1);
  });
});
