import { expect, test } from 'vitest';
import { forecastOf } from './forecast-facts.ts';

const detail = {
  madeAtMs: 5,
  stepStarts: [10, 20],
  points: [1.5, 2],
  bands: [
    { level: 0.68, lower: [1.2, 1], upper: [1.8, 3] },
    { level: 0.8, lower: [1, 0.5], upper: [2, 3.25] },
  ],
  horizons: [
    { steps: 1, backtest: { wape: 0.05 } },
    { steps: 30, backtest: { wape: 0.12 } },
    { steps: 90, backtest: { wape: 0.3 } },
  ],
  more: 'that is not shown',
};

test('a stored forecast in minor units, with the interval of .8 and the backtest of its horizon', () => {
  expect(forecastOf(JSON.stringify(detail), 100)).toEqual({
    madeAtMs: 5,
    days: [
      { startMs: 10, expected: 150, low: 100, high: 200 },
      { startMs: 20, expected: 200, low: 50, high: 325 },
    ],
    backtest: 0.12,
  });
});

test.each(['', 'no JSON', '{}', JSON.stringify({ ...detail, points: ['x'] })])('%j is none', (text) => {
  expect(forecastOf(text, 100)).toBeUndefined();
});
