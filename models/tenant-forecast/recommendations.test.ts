import { describe, expect, it } from 'vitest';
import type { ForecastHorizon, SeriesForecastDetail } from '../../platform/contracts/forecast.ts';
import { withRecommendations } from './recommendations.ts';

type Made = Omit<SeriesForecastDetail, 'madeAtMs' | 'modelVersion'>;

interface Shape {
  readonly rollup?: Made['rollup'];
  readonly dim?: string;
  readonly kpi?: string;
  readonly before: number;
  readonly total: number;
  readonly low: number;
  readonly high: number;
  readonly method?: ForecastHorizon['method'];
}

function series({
  before,
  dim = '',
  high,
  kpi = 'total_revenue',
  low,
  method = 'ensemble',
  rollup = 'total',
  total,
}: Shape): Made {
  const scenario = (name: 'conservative' | 'likely' | 'optimistic', value: number) => ({
    name,
    total: value,
    growth: (value - before) / before,
    assumptions: '',
  });
  return {
    id: `${kpi}.${rollup}.${dim}`,
    grain: 'daily',
    kpi,
    rollup,
    dim,
    title: kpi === 'views' ? 'Views' : 'Total revenue',
    unit: 'count',
    isStock: false,
    originMs: 0,
    historySteps: 100,
    method,
    statement: '',
    notes: [],
    stepStarts: [],
    endMs: 0,
    points: [],
    bands: [],
    milestones: [],
    monthEnd: null,
    horizons: [
      {
        steps: 30,
        method,
        total,
        before,
        bounds: [],
        members: [],
        drivers: [],
        scenarios: [scenario('conservative', low), scenario('likely', total), scenario('optimistic', high)],
        backtest: {
          origins: 12,
          stepsTested: 30,
          meanAbsoluteError: 1,
          wape: 0.1,
          mase: 1,
          accuracy: 0.9,
          totalAccuracy: 0.9,
          relativeToSeasonalNaive: 0.9,
          beatsSeasonalNaive: true,
        },
      },
    ],
  };
}

const total = series({ before: 1_000, total: 1_100, low: 1_000, high: 1_200 });
const said = (...made: Made[]): (readonly [string, string])[] =>
  (withRecommendations(made)[0]?.recommendations ?? []).map(({ kind, words }) => [kind, words]);

describe('recommendations', () => {
  it('say what even the cautious bound says, the part that moves most money first', () => {
    const up = series({ rollup: 'channel', dim: 'music', before: 300, total: 330, low: 310, high: 350 });
    const down = series({ rollup: 'stream', dim: 'ads', before: 600, total: 500, low: 450, high: 550 });
    expect(said(total, up, down)).toEqual([
      ['mend', 'Look into stream ads: its total revenue falls.'],
      ['grow', 'Give channel music more: its total revenue grows.'],
    ]);
    expect(withRecommendations([total, up])[0]?.recommendations?.[0]?.because).toBe(
      'Over the next 30 days +10.0% on the 30 days before, and +3.3% even by the lower .68 bound.',
    );
  });

  it('say nothing of a part that may as well go the other way, is small, is a rest, or has no model', () => {
    const parts = [
      series({ rollup: 'channel', dim: 'a', before: 300, total: 330, low: 290, high: 350 }),
      series({ rollup: 'channel', dim: 'b', before: 30, total: 60, low: 50, high: 70 }),
      series({ rollup: 'channel', dim: '(rest)', before: 300, total: 600, low: 500, high: 700 }),
      series({
        rollup: 'channel',
        dim: 'c',
        before: 300,
        total: 600,
        low: 500,
        high: 700,
        method: 'seasonal-naive',
      }),
    ];
    expect(said(total, ...parts)).toEqual([]);
  });

  it('warn of a total no model is better on, and tell how the market moves', () => {
    expect(
      said({ ...series({ before: 1, total: 1, low: 1, high: 1, method: 'seasonal-naive' }) })[0]?.[0],
    ).toBe('caution');
    const views = series({ kpi: 'views', before: 100, total: 100, low: 90, high: 110 });
    const theirs = series({ kpi: 'competitor_views', before: 100, total: 300, low: 200, high: 400 });
    const [first] = withRecommendations([views, theirs])[0]?.recommendations ?? [];
    expect(first?.because).toContain('goes from 50.0% to 25.0% over the next 30 days');
  });
});
