import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import type { ComputeContext } from '../tasks/compute-context.ts';
import { computeForecasts } from './compute.ts';
import type { LearnedModel } from './learned-model.ts';
import { members } from './members.ts';
import { nothingPassed } from './order.ts';
import type { Panel } from './panel.ts';
import type { ForecastResult } from './result.ts';
import { madePanel, madeSeries, panelOf } from './testing/panels.ts';

/** What a forecast may say of itself: nothing it could not have known. */
const context = (seed = 'compute'): ComputeContext => ({
  backend: 'wasm',
  random: createRandom(seed),
  progress: () => {},
});
const forecast = (
  panel: Panel,
  change: {
    readonly train?: boolean;
    readonly current?: LearnedModel | undefined;
    readonly seed?: string;
  } = {},
): Promise<ForecastResult> =>
  computeForecasts(
    { panel, train: change.train ?? false, current: change.current, passed: nothingPassed },
    context(change.seed),
  );
const WEEK = { grain: 'daily', period: 7, stepMs: 86_400_000, ahead: 7, horizons: [1, 7] } as const;

describe('days without income', () => {
  // Sales of about 100 on Tuesdays and Fridays (the panel begins on a Monday), nothing on other days.
  const random = createRandom('market days');
  const sales = Float64Array.from({ length: 120 }, (_, t) =>
    t % 7 === 1 || t % 7 === 4 ? 100 + 10 * random.normal() : 0,
  );

  it('count as days without income: a week of market days is forecast at what market days bring', async () => {
    const [made] = (await forecast(panelOf([madeSeries('total', '', sales)], WEEK))).forecasts;
    const week = made?.horizons[1];
    expect(week?.before).toBeGreaterThan(150);
    expect(week?.total).toBeGreaterThan(150);
    expect(week?.total).toBeLessThan(250);
    expect(week?.backtest.meanAbsoluteError).toBeLessThan(30);
  });

  it('of which nothing is known are left out of every figure', async () => {
    const flat = Float64Array.from({ length: 120 }, (_, t) => 100 + 20 * ((t % 7) - 3) + random.normal());
    const gap = flat.map((v, t) => (t >= 100 && t < 110 ? Number.NaN : v));
    const [made] = (await forecast(panelOf([madeSeries('total', '', gap)], WEEK))).forecasts;
    expect(made?.historySteps).toBe(110);
    // Of the ten origins two (11 and 14 days before the end) lie before a day of the gap, and a step further nothing can be said.
    expect(made?.horizons[1]?.backtest.origins).toBe(10);
    expect(made?.horizons[0]?.backtest.origins).toBe(8);
    expect(made?.notes.join(' ')).toContain('10 days of which nothing is known');
  });

  it('nine known days of 441 are no history to model', async () => {
    const few = Float64Array.from({ length: 441 }, (_, t) => (t % 49 === 48 ? 80 + t / 49 : Number.NaN));
    const [made] = (await forecast(panelOf([madeSeries('total', '', few)], WEEK))).forecasts;
    expect(made?.method).toBe('short');
    expect(made?.historySteps).toBe(9);
    expect(made?.statement).toContain('Only 9 values known of 393 steps');
    expect(made?.horizons[1]?.backtest.origins).toBe(0);
  });
});

describe('what a backtest says', () => {
  it('is the same whatever weights are stored: they were learned on the origins it is of', async () => {
    const panel = madePanel({ length: 90, channels: 2, horizons: [1, 7] });
    const plain = (await forecast(panel)).forecasts;
    // All the weight on one member, as a training might have left it.
    const model = (only: string): LearnedModel => ({
      members: members.map(({ name }) => name),
      boosted: undefined,
      neural: undefined,
      trainedUntilMs: 0,
      weights: Object.fromEntries(
        panel.series.map(({ id }) => [
          id,
          [0, 1].map(() => members.map(({ name }) => (name === only ? 1 : 0))),
        ]),
      ),
    });
    for (const only of ['local-level', 'theta']) {
      const stored = (await forecast(panel, { current: model(only) })).forecasts;
      expect(stored.map(({ horizons }) => horizons.map(({ backtest }) => backtest))).toEqual(
        plain.map(({ horizons }) => horizons.map(({ backtest }) => backtest)),
      );
      expect(stored[0]?.points).not.toEqual(plain[0]?.points);
    }
  });

  it('a challenger is taken when it did better on the past and refused when it did worse', async () => {
    const panel = madePanel({ length: 60, channels: 2, horizons: [1, 7] });
    const [a, b] = [
      await forecast(panel, { train: true, seed: 'a' }),
      await forecast(panel, { train: true, seed: 'b' }),
    ];
    const errors = [a, b].map(({ trained }) => trained?.score.error ?? Number.NaN);
    expect(errors[0]).not.toBe(errors[1]);
    const [better, worse] = (errors[0] ?? 0) < (errors[1] ?? 0) ? ['a', 'b'] : ['b', 'a'];
    const modelOf = (seed: string | undefined): LearnedModel | undefined =>
      (seed === 'a' ? a : b).trained?.model;
    const refused = await forecast(panel, { train: true, current: modelOf(better), seed: worse ?? '' });
    expect(refused.by).toBe('current');
    // In force or newly trained, the same model has the same error: neither is flattered.
    expect(refused.trained?.currentScore?.error).toBeCloseTo(Math.min(...errors), 9);
    const taken = await forecast(panel, { train: true, current: modelOf(worse), seed: better ?? '' });
    expect(taken.by).toBe('trained');
    expect(taken.trained?.currentScore?.error).toBeCloseTo(Math.max(...errors), 9);
  }, 180_000);
});

it('one absurd series does not widen the intervals of other KPIs', async () => {
  const sane = madePanel({ length: 120, channels: 2, horizons: [1, 7], seed: 'sane' });
  const views = sane.series.map((series) => ({ ...series }));
  const random = createRandom('absurd');
  const money = [0, 1, 2, 3, 4, 5].map((c) => ({
    ...madeSeries(
      'channel',
      `m${c}`,
      Float64Array.from({ length: 120 }, (_, t) => (t % 13 === 12 ? 1e13 * random.next() : random.next())),
    ),
    id: `total_revenue.channel.m${c}`,
    kpi: 'total_revenue',
  }));
  const alone = (await forecast(sane)).forecasts[0];
  const beside = (await forecast({ ...sane, series: [...views, ...money] })).forecasts[0];
  for (const k of [0, 1]) {
    const width = (made: typeof alone): number =>
      (made?.horizons[k]?.bounds[2]?.upper ?? 0) - (made?.horizons[k]?.bounds[2]?.lower ?? 0);
    expect(width(beside) / width(alone)).toBeLessThan(1.5);
    expect(width(beside) / width(alone)).toBeGreaterThan(0.6);
  }
});

it('a series that seldom sells has bounds that hold both nothing and a sale, also where it is made to add up', async () => {
  let inside = 0;
  let all = 0;
  for (const seed of ['a', 'b', 'c']) {
    const whole = madePanel({ length: 207, channels: 4, horizons: [1, 7], seed });
    const series = whole.series.map((each) => ({ ...each, values: each.values.slice(0, 200) }));
    const rare = (await forecast(panelOf(series, WEEK))).forecasts.at(-1);
    rare?.bands[2]?.lower.forEach((lower, h) => {
      const came = whole.series.at(-1)?.values[200 + h] ?? Number.NaN;
      inside += came >= lower && came <= (rare.bands[2]?.upper[h] ?? 0) ? 1 : 0;
      all += 1;
    });
  }
  expect(all).toBe(21);
  expect(inside / all).toBeGreaterThan(0.85);
});
