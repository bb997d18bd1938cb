import type { ForecastMethod } from '../../platform/contracts/forecast.ts';
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
