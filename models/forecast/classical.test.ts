import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createRandom } from '../../platform/time/random.ts';
import { autoArima, fitArima, forecastArima } from './arima.ts';
import { ets, etsForecast, etsForms, etsLikelihood, type EtsForm, type EtsParameters } from './ets.ts';
import { fitLocalLevel, drawPaths, meanLevel } from './local-level.ts';
import { smape, naiveScale, intervalScore } from './metrics.ts';
import { drift, naive2, seasonalNaive } from './naive.ts';
import { mstl, stl } from './stl.ts';
import { airPassengers, nile } from './testing/series.ts';
import { theta, simpleSmoothing } from './theta.ts';

const startOfAir = [0.91, 0.88, 1, 0.98, 0.97, 1.1, 1.22, 1.2, 1.05, 0.92, 0.8, 0.9];

/**
 * Reference values with known first states. Additive errors: statsmodels 0.15.0 `ETSModel.smooth`. Multiplicative errors: the error-correction
 * equations of Hyndman et al. 2008, table 2.3, worked out in Python (statsmodels differs from them by 0.03 in the likelihood).
 */
const etsCases: readonly [
  string,
  Float64Array,
  EtsForm,
  EtsParameters,
  number,
  number,
  number[],
  number,
  number[],
][] = [
  [
    'MAM',
    airPassengers,
    { error: 'M', trend: 'A', season: 'M' },
    { alpha: 0.7, beta: 0.02, gamma: 0.1, phi: 1 },
    120,
    1.5,
    startOfAir,
    -534.3836438997469,
    [448.4684102396281, 434.39491674040744, 465.35202418854965],
  ],
  [
    'MAdM',
    airPassengers,
    { error: 'M', trend: 'Ad', season: 'M' },
    { alpha: 0.7, beta: 0.02, gamma: 0.1, phi: 0.95 },
    120,
    1.5,
    startOfAir,
    -537.9747967606063,
    [445.9040532987386, 430.09275279865597, 436.86849502882296],
  ],
  [
    'AAA',
    airPassengers,
    { error: 'A', trend: 'A', season: 'A' },
    { alpha: 0.6, beta: 0.05, gamma: 0.2, phi: 1 },
    120,
    1.5,
    startOfAir.map((x) => (x - 1) * 120),
    -656.4877597631754,
    [466.20984358760853, 455.9123490685875, 474.6990206291926],
  ],
  [
    'ANN',
    nile,
    { error: 'A', trend: 'N', season: 'N' },
    { alpha: 0.25, beta: 0, gamma: 0, phi: 1 },
    1100,
    0,
    [0],
    -638.0333152200199,
    [803.8939881631313, 803.8939881631313, 803.8939881631313],
  ],
  [
    'AMdN',
    nile,
    { error: 'A', trend: 'Md', season: 'N' },
    { alpha: 0.25, beta: 0.05, gamma: 0, phi: 0.9 },
    1100,
    1.01,
    [0],
    -642.6257346369389,
    [772.677973985574, 758.0252887116251, 669.8620216259868],
  ],
];

describe('exponential smoothing', () => {
  test.each(etsCases)(
    '%s has the likelihood and forecasts of the reference',
    (_, y, form, parameters, level, trend, season, llf, expected) => {
      const state = { level, trend, season: Float64Array.from(season) };
      const n = y.length;
      const value = etsLikelihood(y, form, parameters, state);
      expect(-0.5 * (value + n * (Math.log((2 * Math.PI) / n) + 1))).toBeCloseTo(llf, 6);
      const forecast = etsForecast(
        { form, parameters, state, period: season.length, length: n, aicc: 0 },
        14,
      );
      [0, 1, 13].forEach((h, i) => expect(forecast[h]).toBeCloseTo(expected[i] ?? 0, 6));
    },
  );

  test('there are thirty forms, and the air passengers take a multiplicative season', () => {
    expect(etsForms).toHaveLength(30);
    const fit = ets(airPassengers, 12);
    expect(fit?.form.season).toBe('M');
    expect(fit?.form.trend).not.toBe('N');
  });
});

describe('ARIMA', () => {
  test('AR(3) on lh has the coefficients R documents for CSS', () => {
    // R, ?arima: arima(lh, order = c(3,0,0), method = "CSS"): 0.6578 -0.0658 -0.2348, mean 2.3918, sigma^2 0.1905.
    const fit = fitArima(lh, { p: 3, d: 0, q: 0, P: 0, D: 0, Q: 0, period: 1 });
    expect(fit?.ar[0]).toBeCloseTo(0.6578, 2);
    expect(fit?.ar[1]).toBeCloseTo(-0.0658, 2);
    expect(fit?.ar[2]).toBeCloseTo(-0.2348, 2);
    expect(fit?.mean).toBeCloseTo(2.3918, 2);
    expect(fit?.variance).toBeCloseTo(0.1905, 2);
  });

  test('the airline model on log air passengers is near the values of Box and Jenkins', () => {
    const y = airPassengers.map(Math.log);
    const fit = fitArima(y, { p: 0, d: 1, q: 1, P: 0, D: 1, Q: 1, period: 12 });
    // Box and Jenkins 1976: theta .40, Theta .61 (maximum likelihood); conditional squares are a little off.
    expect(Math.abs((fit?.ma[0] ?? 0) + 0.4)).toBeLessThan(0.05);
    expect(Math.abs((fit?.ma[11] ?? 0) + 0.61)).toBeLessThan(0.08);
    expect(fit?.ma[12]).toBeCloseTo((fit?.ma[0] ?? 0) * (fit?.ma[11] ?? 0), 10);
  });

  test('a random walk with drift is forecast as a line', () => {
    const y = new Float64Array(60).map((_, t) => 3 * t + 10);
    const fit = fitArima(y, { p: 0, d: 1, q: 0, P: 0, D: 0, Q: 0, period: 1 });
    expect(fit && [...forecastArima(fit, y, 3)]).toEqual([190, 193, 196]);
  });

  test('seasonal differences are put together again', () => {
    const y = new Float64Array(96).map((_, t) => [5, 1, 9, 3][t % 4] ?? 0);
    const fit = autoArima(y, 4);
    const forecast = fit && forecastArima(fit, y, 6);
    [5, 1, 9, 3, 5, 1].forEach((value, h) => expect(forecast?.[h]).toBeCloseTo(value, 6));
  });
});

describe('decomposition', () => {
  // statsmodels 0.15.0 STL(air, period=12, seasonal=7), two inner passes; robust: one inner pass in each of fifteen outer ones.
  test.each([
    [
      0,
      [122.25685603530043, 254.95252753037556, 495.15784540574026],
      [-10.332962942008423, -54.24929568505843, -60.24597138122612],
    ],
    [
      15,
      [122.53921354851087, 255.17507833642048, 499.01485859955335],
      [-11.167294185893068, -53.81288443274367, -64.26534181990743],
    ],
  ])('STL with %i robust passes is that of statsmodels', (robustPasses, trend, season) => {
    const parts = stl(airPassengers, 12, { seasonalSpan: 7, robustPasses });
    [0, 70, 143].forEach((t, i) => {
      expect(Math.abs((parts.trend[t] ?? 0) - (trend[i] ?? 0))).toBeLessThan(1e-6);
      expect(Math.abs((parts.season[t] ?? 0) - (season[i] ?? 0))).toBeLessThan(1e-6);
    });
  });

  test('two seasons laid over each other are told apart', () => {
    const y = new Float64Array(24 * 7 * 4).map(
      (_, t) => 50 + 10 * Math.sin((2 * Math.PI * t) / 24) + (t % 168 < 24 ? 8 : 0),
    );
    const { seasons, remainder } = mstl(y, [24, 168], { seasonalSpan: 'periodic' });
    const largest = remainder.reduce((most, r) => Math.max(most, Math.abs(r)), 0);
    expect(largest).toBeLessThan(1.5);
    expect(seasons).toHaveLength(2);
  });
});

describe('local level', () => {
  test('the Nile has the variances of Durbin and Koopman', () => {
    const fit = fitLocalLevel(nile);
    expect(fit).toBeDefined();
    if (fit === undefined) return;
    // 15,099 and 1,469.1 (2012, 2.10.3): q = 0.0973; the mode of the grid lies within one step of it.
    const mode = fit.ratios[fit.probabilities.indexOf(Math.max(...fit.probabilities))] ?? 0;
    expect(Math.abs(Math.log10(mode / 0.0973))).toBeLessThan(0.11);
    expect(meanLevel(fit)).toBeGreaterThan(760);
    expect(meanLevel(fit)).toBeLessThan(840);
    const paths = drawPaths(fit, 10, 2_000, createRandom(1));
    const spread = (h: number): number => {
      const values = Float64Array.from(paths, (path) => path[h] ?? 0).sort();
      return (values[1_950] ?? 0) - (values[50] ?? 0);
    };
    // Known one-step 95 % width: 2 * 1.96 * sqrt(15,099 + 4,032 + 1,469) = 563.
    expect(Math.abs(spread(0) / 563 - 1)).toBeLessThan(0.12);
    expect(spread(9)).toBeGreaterThan(spread(0));
  });
});

describe('simple methods', () => {
  test('Naive, drift and smoothing by hand', () => {
    expect([...seasonalNaive(Float64Array.of(1, 2, 3, 4), 5, 2)]).toEqual([3, 4, 3, 4, 3]);
    expect([...drift(Float64Array.of(1, 2, 5), 2)]).toEqual([7, 9]);
    expect(simpleSmoothing(nile).alpha).toBeCloseTo(0.246, 1);
  });

  test('metrics by hand', () => {
    expect(smape(Float64Array.of(100, 0), Float64Array.of(110, 0))).toBeCloseTo(2000 / 210 / 2, 10);
    expect(naiveScale(Float64Array.of(1, 2, 4, 8), 2)).toBe(4.5);
    expect(
      intervalScore(Float64Array.of(5, 12), Float64Array.of(4, 4), Float64Array.of(10, 10), 0.95, 2),
    ).toEqual({ score: expect.closeTo(23, 9), coverage: 0.5 });
  });

  test.each([
    ['constant', new Float64Array(80).fill(7)],
    ['all zero', new Float64Array(80)],
    ['huge', new Float64Array(80).map((_, t) => 1e15 * (1 + (t % 5)))],
    ['tiny', new Float64Array(80).map((_, t) => 1e-12 * (1 + (t % 5)))],
    ['negative', new Float64Array(80).map((_, t) => -50 + 10 * Math.sin(t))],
    ['one value', Float64Array.of(3)],
    ['two values', Float64Array.of(3, 4)],
  ])('every method answers finite numbers on a series that is %s', (_, y) => {
    const arima = autoArima(y, 4);
    const smoothing = ets(y, 4);
    const all = [
      theta(y, 8, 4),
      naive2(y, 8, 4),
      ...(arima ? [forecastArima(arima, y, 8)] : []),
      ...(smoothing ? [etsForecast(smoothing, 8)] : []),
    ];
    for (const forecast of all) expect([...forecast].every(Number.isFinite)).toBe(true);
  });

  test('Theta and smoothing follow the units of a series', () => {
    const values = fc.array(fc.double({ min: 1, max: 1e3, noNaN: true }), { minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 4, 1024), (list, factor) => {
        const y = Float64Array.from(list);
        const scaled = theta(
          y.map((x) => x * factor),
          6,
          4,
        );
        theta(y, 6, 4).forEach((value, h) => expect(scaled[h]).toBeCloseTo(value * factor, 4));
      }),
      { numRuns: 40 },
    );
  });
});

/** Luteinizing hormone in 48 blood samples (Diggle 1990), R's `lh`. */
const lh = Float64Array.of(
  2.4,
  2.4,
  2.4,
  2.2,
  2.1,
  1.5,
  2.3,
  2.3,
  2.5,
  2,
  1.9,
  1.7,
  2.2,
  1.8,
  3.2,
  3.2,
  2.7,
  2.2,
  2.2,
  1.9,
  1.9,
  1.8,
  2.7,
  3,
  2.3,
  2,
  2,
  2.9,
  2.9,
  2.7,
  2.7,
  2.3,
  2.6,
  2.4,
  1.8,
  1.7,
  1.5,
  1.4,
  2.1,
  3.3,
  3.5,
  3.5,
  3.1,
  2.6,
  2.1,
  3.4,
  3,
  2.9,
);
