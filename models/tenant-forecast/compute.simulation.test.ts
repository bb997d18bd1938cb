import fc from 'fast-check';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { SeriesForecastDetail } from '../../platform/contracts/forecast.ts';
import { createRandom } from '../../platform/time/random.ts';
import type { ComputeContext } from '../tasks/compute-context.ts';
import { computeForecasts } from './compute.ts';
import type { ForecastResult } from './result.ts';
import { nothingPassed } from './order.ts';
import type { Panel } from './panel.ts';
import { madePanel, madeSeries, panelOf } from './testing/panels.ts';

const context = (): ComputeContext => ({
  backend: 'wasm',
  random: createRandom('compute'),
  progress: () => {},
});
const forecast = (panel: Panel, train = false): Promise<ForecastResult> =>
  computeForecasts({ panel, train, current: undefined, passed: nothingPassed }, context());
const DAY = { grain: 'daily', period: 7, stepMs: 86_400_000, ahead: 30, horizons: [1, 7, 30] } as const;

/** What must hold of every forecast whatever came in. */
function check(panel: Panel, { forecasts }: ForecastResult): void {
  expect(forecasts).toHaveLength(panel.series.length);
  for (const each of forecasts) {
    const whole = { ...each, madeAtMs: 0, modelVersion: 0 };
    expect([...Value.Errors(SeriesForecastDetail, whole)].map(({ path }) => path)).toEqual([]);
    expect(JSON.stringify(whole)).not.toContain('null,null');
    const [narrow, middle, wide] = each.bands;
    each.points.forEach((point, h) => {
      for (const [inner, outer] of [
        [narrow, middle],
        [middle, wide],
      ] as const) {
        expect(outer?.lower[h]).toBeLessThanOrEqual((inner?.lower[h] ?? 0) + 1e-9);
        expect(outer?.upper[h]).toBeGreaterThanOrEqual((inner?.upper[h] ?? 0) - 1e-9);
      }
      expect(narrow?.lower[h]).toBeLessThanOrEqual(point);
      expect(narrow?.upper[h]).toBeGreaterThanOrEqual(point);
    });
    for (const horizon of each.horizons) {
      expect(horizon.total).toBeCloseTo(
        each.points.slice(0, horizon.steps).reduce((sum, p) => sum + p, 0),
        4,
      );
      if (horizon.drivers.length > 0) {
        const parts = horizon.drivers.reduce((sum, { amount }) => sum + amount, 0);
        // What is left of subtracting is counted as nothing, against the larger of both totals.
        const size = Math.max(1, Math.abs(horizon.total), Math.abs(horizon.before ?? 0));
        expect(Math.abs(parts - horizon.total) / size).toBeLessThan(1e-6);
      }
    }
  }
  for (const { parts, whole } of panel.sums) {
    (forecasts[whole]?.points ?? []).forEach((point, h) => {
      const sum = parts.reduce((total, p) => total + (forecasts[p]?.points[h] ?? 0), 0);
      expect(Math.abs(sum - point) / Math.max(1, Math.abs(point))).toBeLessThan(1e-6);
    });
  }
}

describe('forecasts of a panel', () => {
  it('a trained panel adds up, nests, beats seasonal-naive, and leaves no tensor', async () => {
    const panel = madePanel({ length: 120, channels: 4, horizons: [1, 7, 30] });
    const result = await forecast(panel, true);
    check(panel, result);
    expect(result.by).toBe('trained');
    expect(result.leakedTensors).toBe(0);
    expect(result.trained?.score.relativeToSeasonalNaive).toBeLessThan(1);
    const names = result.forecasts[0]?.horizons[1]?.members.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['boosted-trees', 'n-hits', 'local-level', 'theta', 'pooled']),
    );
    const rare = result.forecasts.at(-1)?.horizons[1]?.members.map(({ name }) => name);
    expect(rare).toEqual(expect.arrayContaining(['croston', 'teunter']));
    // The same order again is the same answer.
    const model = result.trained?.model;
    const again = await computeForecasts(
      { panel, train: false, current: model, passed: nothingPassed },
      context(),
    );
    expect(again.by).toBe('current');
    check(panel, again);
  }, 180_000);

  const odd: readonly (readonly [string, readonly number[]])[] = [
    ['nothing', [Number.NaN, Number.NaN]],
    ['one value', [5]],
    ['three values', [5, 6, 7]],
    ['constant', Array.from({ length: 40 }, () => 7)],
    ['all zero', Array.from({ length: 70 }, () => 0)],
    ['gappy', Array.from({ length: 40 }, (_, t) => (t % 3 === 0 ? Number.NaN : 10 + (t % 7)))],
    ['infinite', Array.from({ length: 40 }, (_, t) => (t === 20 ? Number.POSITIVE_INFINITY : 10 + (t % 7)))],
    ['huge', Array.from({ length: 40 }, (_, t) => 1e290 * (1 + (t % 7)))],
    ['tiny', Array.from({ length: 40 }, (_, t) => 1e-290 * (1 + (t % 7)))],
    ['negative', Array.from({ length: 40 }, (_, t) => -10 + (t % 7) * 4)],
    ['one spike', Array.from({ length: 40 }, (_, t) => (t === 39 ? 1e6 : 1))],
  ];
  it.each(odd)('%s: a stated answer, never NaN', async (_, values) => {
    const panel = panelOf([madeSeries('total', '', Float64Array.from(values))], DAY);
    const result = await forecast(panel);
    check(panel, result);
    expect(result.forecasts[0]?.statement).not.toBe('');
  });

  it.each([
    ['short', 3, 'short'],
    ['constant', 40, 'constant'],
    ['zero', 70, 'zero'],
  ] as const)('%s is said', async (name, length, method) => {
    const values = Float64Array.from({ length }, (_, t) => (name === 'zero' ? 0 : name === 'short' ? t : 7));
    const result = await forecast(panelOf([madeSeries('total', '', values)], DAY));
    expect(result.forecasts[0]?.method).toBe(method);
    expect(result.forecasts[0]?.horizons.map(({ steps }) => steps)).toEqual(
      name === 'short' ? [1] : [1, 7, 30],
    );
  });

  it('of a level the total is what it comes to at the end, with the interval of that step', async () => {
    const level = Float64Array.from({ length: 60 }, (_, t) => 1_000 + 10 * t + (t % 3));
    const panel = panelOf([{ ...madeSeries('total', '', level), isStock: true }], DAY);
    const [made] = (await forecast(panel)).forecasts;
    const month = made?.horizons[2];
    expect(month?.total).toBe(made?.points[29]);
    expect(month?.bounds[2]?.upper).toBe(made?.bands[2]?.upper[29]);
    expect(month?.before).toBe(level[59]);
    expect(month?.drivers).toEqual([]);
    expect(month?.total).toBeGreaterThan(1_700);
    expect(month?.total).toBeLessThan(2_100);
  });

  it('a promotion that is planned moves the forecast of its days, and only where it moved the past', async () => {
    const plain = madePanel({ length: 150, channels: 2, horizons: [1, 7], seed: 'sale' });
    // Every fourth Wednesday and Thursday the first channel sells double; the next such days are steps 152 and 153.
    const isSale = (t: number): boolean => t % 28 === 12 || t % 28 === 13;
    const a = (plain.series[1]?.values ?? new Float64Array(0)).map((v, t) => (isSale(t) ? 2 * v : v));
    const b = plain.series[2]?.values ?? new Float64Array(0);
    const panel: Panel = {
      ...plain,
      series: [
        madeSeries(
          'total',
          '',
          a.map((v, t) => v + (b[t] ?? 0)),
        ),
        madeSeries('channel', 'a', a),
        madeSeries('channel', 'b', b),
      ],
    };
    const dayOf = (t: number): string => new Date(panel.starts[t] ?? 0).toISOString().slice(0, 10);
    const events = [12, 40, 68, 96, 124, 152].map((t) => ({
      id: String(t),
      kind: 'promotion' as const,
      label: 'Sale',
      from: dayOf(t),
      to: dayOf(t + 1),
      knownFrom: dayOf(Math.max(0, t - 10)),
      createdAtMs: 0,
    }));
    const known = await forecast({ ...panel, planned: { country: null, events } });
    check(panel, known);
    const unknown = await forecast({ ...panel, planned: { country: null, events: events.slice(0, -1) } });
    const factor = (series: number, h: number): number =>
      (known.forecasts[series]?.points[h] ?? 0) / (unknown.forecasts[series]?.points[h] ?? 1);
    // Steps 152 and 153 are the third and fourth to come.
    expect(factor(1, 2)).toBeGreaterThan(1.5);
    expect(factor(1, 3)).toBeGreaterThan(1.5);
    expect(factor(1, 5)).toBeCloseTo(1, 1);
    expect(factor(2, 2)).toBeCloseTo(1, 1);
    const week = known.forecasts[1]?.horizons[1];
    expect(week?.drivers.find(({ name }) => name === 'holidays and events')?.amount).toBeGreaterThan(30);
    expect(known.forecasts[1]?.notes.join(' ')).toContain('Reckons with promotion');
    expect(known.forecasts[2]?.notes.join(' ')).not.toContain('Reckons with');
  }, 180_000);

  it('intervals hold about as much of what then comes as they say', async () => {
    let inside80 = 0;
    let inside95 = 0;
    let all = 0;
    for (const seed of ['a', 'b', 'c']) {
      const whole = madePanel({ length: 150, channels: 8, horizons: [1, 7], seed });
      const series = whole.series.map((each) => ({ ...each, values: each.values.slice(0, 143) }));
      const { forecasts } = await forecast(panelOf(series, { ...DAY, ahead: 7, horizons: [1, 7] }));
      forecasts.forEach(({ bands, points }, i) => {
        points.forEach((_, h) => {
          const y = whole.series[i]?.values[143 + h] ?? Number.NaN;
          const isInside = (k: number): boolean =>
            y >= (bands[k]?.lower[h] ?? 0) && y <= (bands[k]?.upper[h] ?? 0);
          inside80 += isInside(1) ? 1 : 0;
          inside95 += isInside(2) ? 1 : 0;
          all += 1;
        });
      });
    }
    expect(inside80 / all).toBeGreaterThan(0.68);
    expect(inside80 / all).toBeLessThan(0.92);
    expect(inside95 / all).toBeGreaterThan(0.88);
  });

  it('whatever comes in adds up, nests and is finite', async () => {
    const value = fc.oneof(
      { weight: 8, arbitrary: fc.double({ min: 0, max: 1e6, noNaN: true }) },
      { weight: 2, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 30 })
          .chain((n) =>
            fc.tuple(
              fc.array(value, { minLength: n, maxLength: n }),
              fc.array(value, { minLength: n, maxLength: n }),
            ),
          ),
        async ([a, b]) => {
          const total = a.map((v, t) => v + (b[t] ?? 0));
          const panel = panelOf(
            [
              madeSeries('total', '', Float64Array.from(total)),
              madeSeries('channel', 'a', Float64Array.from(a)),
              madeSeries('channel', 'b', Float64Array.from(b)),
            ],
            { ...DAY, ahead: 7, horizons: [1, 7] },
          );
          check(panel, await forecast(panel));
        },
      ),
      { numRuns: 60 },
    );
  }, 180_000);
});
