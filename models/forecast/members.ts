import { createRandom } from '../../platform/time/random.ts';
import { autoArima, forecastArima } from './arima.ts';
import { boostedWindows } from './boosted-windows.ts';
import { doubleSeasonal } from './double-seasonal.ts';
import { ets, etsForecast, etsStableForms } from './ets.ts';
import { naive2 } from './naive.ts';
import { pooledAutoregression } from './pooled-autoregression.ts';
import { mstl, type StlOptions } from './stl.ts';
import { theta } from './theta.ts';

/** What the members of the ensemble forecast from: clean histories of the same kind, and the lengths of their seasons. */
export interface Panel {
  readonly histories: readonly Float64Array[];
  readonly horizon: number;
  /** Steps of the season; 1 where none is known. */
  readonly period: number;
}

/** A forecaster of a whole panel: pure, one forecast a history, in its order. */
export interface Member {
  readonly name: string;
  forecast(panel: Panel): Float64Array[];
}

export type OneSeries = (history: Float64Array, horizon: number) => Float64Array | undefined;

/** Values of a history that the slower forecasters look at. */
const RECENT = 1_000;

/**
 * The ensemble for a period, best first. With a season of 24, the week of 168 is a second season. Without a known season the
 * lags reach over half a year, one and two of weekly data, and a season of 52 is taken out before smoothing where there are three of it.
 */
export function membersFor(period: number): readonly Member[] {
  return period > 1 ? seasonalMembers(period) : plainMembers();
}

function seasonalMembers(period: number): readonly Member[] {
  const week = 7 * period;
  return [
    // Twice: by far the best on the panels it was tried on, and two draws of its rows are better than one.
    boosted('boosted-windows', period, week),
    boosted('boosted-windows-again', period, week),
    pooled('pooled-15', 15 * period, period),
    pooled('pooled-9', 9 * period, period),
    pooledAdjusted(period, [period, week]),
    each('arima', period, (history, horizon) => arima(history, horizon, period)),
    each(
      'double-seasonal',
      period,
      onLogs((history, horizon) =>
        history.length < 2 * week ? undefined : doubleSeasonal(history, horizon, [period, week]),
      ),
    ),
  ];
}

function plainMembers(): readonly Member[] {
  const year: StlOptions = { seasonalSpan: 'periodic' };
  return [
    pooled('pooled-56', 56, 1),
    pooled('pooled-108', 108, 1),
    pooled('pooled-27', 27, 1),
    each(
      'ets',
      1,
      onLogs((y, h) => smoothing(y, h)),
    ),
    each(
      'theta',
      1,
      onLogs((y, h) => theta(y, h, 1)),
    ),
    each('arima', 1, (y, h) => arima(y, h, 1)),
    each('stl-ets', 1, onLogs(adjusted([52], year, smoothing))),
    each('stl-theta', 1, onLogs(adjusted([52], year, (y, h) => theta(y, h, 1)))),
    each('stl-arima', 1, onLogs(adjusted([52], year, (y, h) => arima(y, h, 1)))),
  ];
}

function pooled(name: string, lags: number, period: number): Member {
  const stride = period > 1 ? 4 : 1;
  const halfLife = period > 1 ? 5 * period : 200;
  return {
    name,
    forecast: ({ histories, horizon }) =>
      pooledAutoregression(histories, horizon, { lags, period, pooling: 1, ridge: 1e-3, stride, halfLife }),
  };
}

/** Trees over windows of all series; Naive2 for a series, or a panel, that is too short for them. */
function boosted(name: string, period: number, week: number): Member {
  return {
    name,
    forecast: ({ histories, horizon }) =>
      // The seed is part of the method: the same panel has the same forecasts, wherever and whenever it is asked for.
      boostedWindows(histories, horizon, [period, week], createRandom(name)).map((made, i) =>
        made?.every(Number.isFinite) === true
          ? made
          : naive2(histories[i] ?? new Float64Array(1), horizon, period),
      ),
  };
}

/** Takes fixed seasons out of each series, forecasts all the rest together from the last period, and puts the seasons back. */
function pooledAdjusted(period: number, periods: readonly number[]): Member {
  return {
    name: 'stl-pooled',
    forecast: ({ histories, horizon }) => {
      const parts = histories.map((history) => {
        const isLog = history.every((x) => x > 0);
        const values = isLog ? history.map(Math.log) : history;
        const seen = periods.filter((each) => history.length >= 3 * each);
        const { seasons } = mstl(values, seen, { seasonalSpan: 'periodic' });
        const rest = values.map((y, t) => seasons.reduce((sum, season) => sum - (season[t] ?? 0), y));
        return { isLog, seen, seasons, rest: isLog ? rest.map(Math.exp) : rest };
      });
      const options = { lags: period, period, pooling: 1, ridge: 1e-3, stride: 4, halfLife: 10 * period };
      const forecasts = pooledAutoregression(
        parts.map(({ rest }) => rest),
        horizon,
        options,
      );
      return forecasts.map((forecast, i) => {
        const part = parts[i];
        const n = histories[i]?.length ?? 0;
        return forecast.map((value, h) => {
          if (part === undefined) return value;
          const season = part.seasons.reduce((sum, each, k) => {
            const length = part.seen[k] ?? 1;
            return sum + (each[n - length + (h % length)] ?? 0);
          }, 0);
          return part.isLog ? value * Math.exp(season) : value + season;
        });
      });
    },
  };
}

/** A member that looks at one series at a time and falls back to Naive2 where its method does not apply or breaks down. */
function each(name: string, period: number, forecast: OneSeries): Member {
  return {
    name,
    forecast: ({ histories, horizon }) =>
      histories.map((history) => {
        const made = forecast(history.slice(-RECENT), horizon);
        return made !== undefined && made.every(Number.isFinite) ? made : naive2(history, horizon, period);
      }),
  };
}

function arima(history: Float64Array, horizon: number, period: number): Float64Array | undefined {
  const fit = autoArima(history, period);
  return fit === undefined ? undefined : forecastArima(fit, history, horizon);
}

/** Exponential smoothing without a season, the form by AICc. */
export function smoothing(history: Float64Array, horizon: number): Float64Array | undefined {
  const fit = ets(history, 1, etsStableForms);
  return fit === undefined ? undefined : etsForecast(fit, horizon);
}

/** On logarithms where every value is positive. */
export function onLogs(forecast: OneSeries): OneSeries {
  return (history, horizon) =>
    history.every((x) => x > 0)
      ? forecast(history.map(Math.log), horizon)?.map(Math.exp)
      : forecast(history, horizon);
}

/** Takes the seasons out, forecasts the rest, and puts the last of each season back. */
export function adjusted(periods: readonly number[], options: StlOptions, rest: OneSeries): OneSeries {
  return (history, horizon) => {
    const seen = periods.filter((period) => history.length >= 3 * period);
    if (seen.length === 0) return rest(history, horizon);
    const { seasons } = mstl(history, seen, options);
    const n = history.length;
    const forecast = rest(
      history.map((y, t) => seasons.reduce((sum, season) => sum - (season[t] ?? 0), y)),
      horizon,
    );
    return forecast?.map((value, h) =>
      seasons.reduce((sum, season, i) => {
        const period = seen[i] ?? 1;
        return sum + (season[n - period + (h % period)] ?? 0);
      }, value),
    );
  };
}
