import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeTrends } from './trends.ts';
import { fitLogistic } from './trends/logistic.ts';
import { trendData } from './trends/report.ts';
import { toldChances } from './trends/told-chances.ts';
import { episodes, isHit, type Truth } from './trends/truth.ts';

const isThere = existsSync(trendData);
if (!isThere) console.warn('skipped: the YouTube file is not at ../shared/data/youtube-trending-us');

/** Truth of one topic with these views on days 100, 101 … */
function truth(views: readonly number[]): Truth {
  const series = new Map([['topic:x', new Map(views.map((value, i) => [100 + i, value]))]]);
  return { views: series, videos: series };
}

describe('the judge', () => {
  test('a hit is a peak ahead: twice the last three days, within a week, and large', () => {
    const rising = truth([100_000, 150_000, 200_000, 250_000, 600_000]);
    expect([100, 101, 102, 103, 104].map((day) => isHit(rising, 'topic:x', day))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(isHit(truth([100_000, 499_999]), 'topic:x', 100)).toBe(false);
    expect(isHit(truth([300_000, 550_000]), 'topic:x', 100)).toBe(false);
    expect(isHit(truth([10_000, 0, 0, 0, 0, 0, 0, 0, 900_000]), 'topic:x', 100)).toBe(false);
  });

  test('what was as high a week ago is a hit, but no new high', () => {
    const weekly = truth([900_000, 0, 0, 0, 0, 100_000, 100_000, 900_000]);
    expect(isHit(weekly, 'topic:x', 106)).toBe(true);
    expect(isHit(weekly, 'topic:x', 106, 7)).toBe(false);
  });

  test('an episode needs a day before its peak on which it could have been named', () => {
    const series = truth([100_000, 800_000, 100_000]);
    const named = new Map([[100, new Set(['topic:x'])]]);
    expect(episodes(series, named, 90, 120)).toEqual([{ key: 'topic:x', peakDay: 101 }]);
    expect(episodes(series, new Map(), 90, 120)).toEqual([]);
  });

  test('the fit finds the weights that made the data', () => {
    const examples = Array.from({ length: 4_000 }, (_, i) => {
      const a = ((i * 7_919) % 1_000) / 500 - 1;
      const b = ((i * 104_729) % 1_000) / 500 - 1;
      const p = 1 / (1 + Math.exp(-(0.5 + 2 * a - b)));
      // A fixed sequence stands in for chance.
      return { features: [1, a, b], isHit: ((i * 15_485_863) % 10_007) / 10_007 < p };
    });
    const [one = 0, a = 0, b = 0] = fitLogistic(examples, 1e-3);
    expect(one).toBeCloseTo(0.5, 0);
    expect(a).toBeCloseTo(2, 0);
    expect(b).toBeCloseTo(-1, 0);
  });
});

test('in the demo a chance of a peak ahead is what came of it, in every stage, and what is over is not well', () => {
  const byStage = toldChances('demo', 40, 14);
  expect(byStage.map(({ stage }) => stage).toSorted()).toEqual([
    'dead',
    'declining',
    'emerging',
    'peak',
    'rising',
  ]);
  for (const { stage, told, chance, came, highestHealth } of byStage) {
    // Some tens of trends are told over and over: what came of them is known to about a tenth.
    if (told >= 100)
      expect(Math.abs(chance - came), `${stage}: ${chance} told, ${came} came`).toBeLessThan(0.15);
    if (stage === 'dead') expect(highestHealth).toBeLessThanOrEqual(0.3);
  }
});

describe.skipIf(!isThere)('trend detection on the YouTube file', () => {
  test(
    'names twenty of which more come true than of any baseline, a day or more before the peak, and knows how sure it is',
    { timeout: 120_000 },
    async () => {
      const { days, methods, outlook } = await judgeTrends(trendData);
      expect(days).toBe(67);
      const [weir] = methods;
      const baselines = methods.filter(({ isBaseline }) => isBaseline);
      expect(baselines).toHaveLength(6);
      for (const part of ['unseen', 'whole'] as const) {
        const best = Math.max(...baselines.map((each) => each[part].precision));
        expect((weir?.[part].precision ?? 0) / best).toBeGreaterThanOrEqual(1.5);
        expect(weir?.[part].medianLeadHours).toBeGreaterThanOrEqual(24);
      }
      // Four in five; of the first half's 83 peaks, while it is still learned how wide to be, two standard errors of .044 less are chance.
      for (const { covered } of [outlook.tuned.peaks, outlook.tuned.ends, outlook.unseen.peaks]) {
        expect(covered).toBeGreaterThanOrEqual(0.71);
        expect(covered).toBeLessThanOrEqual(0.89);
      }
      for (const { weir: ours, persist, linear } of [
        ...outlook.tuned.trajectories,
        ...outlook.unseen.trajectories,
      ])
        expect(ours).toBeLessThan(Math.min(persist, linear));
    },
  );
});
