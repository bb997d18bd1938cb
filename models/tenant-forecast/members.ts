import { croston, demandPattern, teunter } from '../forecast/intermittent.ts';
import { fitLocalLevel, meanLevel } from '../forecast/local-level.ts';
import { adjusted, onLogs, smoothing, type OneSeries } from '../forecast/members.ts';
import { seasonalNaive } from '../forecast/naive.ts';
import { pooledAutoregression } from '../forecast/pooled-autoregression.ts';
import { theta } from '../forecast/theta.ts';
import { seasonalArima, seasonalSmoothing, type ChosenForms } from './chosen-forms.ts';

export type Family = 'gradient boosting' | 'neural' | 'Bayesian and classical' | 'intermittent' | 'reference';

export interface MemberInfo {
  readonly name: string;
  readonly family: Family;
}

/** Members in the order of every matrix of forecasts. The first is the yardstick. */
export const members: readonly MemberInfo[] = [
  { name: 'seasonal-naive', family: 'reference' },
  { name: 'boosted-trees', family: 'gradient boosting' },
  { name: 'n-hits', family: 'neural' },
  { name: 'local-level', family: 'Bayesian and classical' },
  { name: 'theta', family: 'Bayesian and classical' },
  { name: 'smoothing', family: 'Bayesian and classical' },
  { name: 'seasonal-smoothing', family: 'Bayesian and classical' },
  { name: 'arima', family: 'Bayesian and classical' },
  { name: 'mstl', family: 'Bayesian and classical' },
  { name: 'pooled', family: 'Bayesian and classical' },
  { name: 'croston', family: 'intermittent' },
  { name: 'teunter', family: 'intermittent' },
];

export const REFERENCE = 0;
export const BOOSTED = 1;
export const NEURAL = 2;

/** Weights the families start from, before any backtest: those of the product's first description. */
export const startingWeights: Readonly<Record<Family, number>> = {
  'gradient boosting': 0.4,
  neural: 0.3,
  'Bayesian and classical': 0.3,
  intermittent: 0,
  reference: 0,
};

/** Values the slower members look at. */
const RECENT = 800;
/** Seasons over which a series is looked at for how often it is zero. */
const PATTERN_SEASONS = 8;

/** Whether zeros are so many that size and frequency are forecast apart (Syntetos, Boylan and Croston 2005). */
export function isIntermittent(history: Float64Array, period: number): boolean {
  const { kind } = demandPattern(history.slice(-PATTERN_SEASONS * period));
  return kind === 'intermittent' || kind === 'lumpy';
}

/**
 * Forecasts of the members that are fitted anew each time, by member and series; those that do not apply to a series answer NaN. `raw` is
 * the history with its gaps filled and nothing else done, which the yardstick repeats. `chosen` holds the forms chosen at earlier origins, by series.
 */
export function classicalForecasts(
  raw: readonly Float64Array[],
  repaired: readonly Float64Array[],
  period: number,
  steps: number,
  chosen: readonly ChosenForms[],
): (readonly Float64Array[] | undefined)[] {
  const none = (): Float64Array => new Float64Array(steps).fill(Number.NaN);
  const each = (forecast: OneSeries): Float64Array[] => eachWith(() => forecast);
  const eachWith = (of: (series: number) => OneSeries): Float64Array[] =>
    repaired.map((y, i) => {
      const made = of(i)(y.slice(-RECENT), steps);
      return made?.every(Number.isFinite) === true ? made : none();
    });
  const intermittent = repaired.map((y) => isIntermittent(y, period));
  const only = (forecast: (y: Float64Array, h: number) => Float64Array): Float64Array[] =>
    repaired.map((y, i) => (intermittent[i] === true ? forecast(y, steps) : none()));
  const stl = { seasonalSpan: 'periodic' } as const;
  return members.map(({ name }) => {
    switch (name) {
      case 'seasonal-naive':
        return raw.map((y) => seasonalNaive(y, steps, period));
      case 'local-level':
        return each(onLogs(adjusted([period], stl, localLevel)));
      case 'theta':
        return each(onLogs((y, h) => theta(y, h, period)));
      case 'smoothing':
        return each(onLogs(adjusted([period], stl, smoothing)));
      case 'seasonal-smoothing':
        return eachWith((i) => onLogs(seasonalSmoothing(period, chosen[i] ?? {})));
      case 'arima':
        return eachWith((i) => onLogs(seasonalArima(period, chosen[i] ?? {})));
      case 'mstl':
        return each(
          onLogs((y, h) =>
            y.length >= 3 * 7 * period && period === 24
              ? adjusted([period, 7 * period], stl, smoothing)(y, h)
              : undefined,
          ),
        );
      case 'pooled':
        return pooled(repaired, period, steps);
      case 'croston':
        return only((y, h) => croston(y, h));
      case 'teunter':
        return only((y, h) => teunter(y, h));
      default:
        return undefined;
    }
  });
}

function localLevel(y: Float64Array, horizon: number): Float64Array | undefined {
  const fit = fitLocalLevel(y);
  return fit === undefined ? undefined : new Float64Array(horizon).fill(meanLevel(fit));
}

/** Direct autoregression needs a window of lags and horizon several times over; shorter pasts have none. */
function pooled(histories: readonly Float64Array[], period: number, steps: number): Float64Array[] {
  const lags = 2 * period;
  const reach = Math.min(steps, 30);
  return pooledAutoregression(histories, reach, {
    lags,
    period,
    pooling: 1,
    ridge: 1e-3,
    stride: 1,
    halfLife: 20 * period,
  }).map((forecast, i) =>
    Float64Array.from({ length: steps }, (_, h) =>
      (histories[i]?.length ?? 0) >= lags + 2 * reach && h < reach ? (forecast[h] ?? Number.NaN) : Number.NaN,
    ),
  );
}
