import type { ForecastMethod } from '../../platform/contracts/forecast.ts';
import { PROMISED_ACCURACY } from '../../platform/contracts/forecast-promise.ts';
import type { Formatter } from '../data/format.ts';

export const methodWords: Readonly<Record<ForecastMethod, string>> = {
  ensemble: 'ensemble',
  'seasonal-naive': 'seasonal-naive',
  constant: 'unchanged',
  zero: 'zero',
  short: 'mean',
};

/** "▲ up 4.2%", with sign by shape and word. */
export function growthWords(growth: number | null, format: Formatter): string {
  if (growth === null) return '–';
  if (Math.abs(growth) < 0.0005) return '● the same';
  return `${growth > 0 ? '▲ up' : '▼ down'} ${format.percent(Math.abs(growth))}`;
}

/** What was promised of forecasts of revenue against what this series shows over a horizon. */
export function promiseWords(accuracy: number, over: string, format: Formatter): string {
  const promised = format.percent(PROMISED_ACCURACY);
  const measured = `measured over ${over} on this series: ${format.percent(accuracy)}`;
  return accuracy >= PROMISED_ACCURACY
    ? `The ${promised} once promised are kept, ${measured}.`
    : `The ${promised} once promised are missed by ${((PROMISED_ACCURACY - accuracy) * 100).toFixed(1)} points, ${measured}.`;
}
