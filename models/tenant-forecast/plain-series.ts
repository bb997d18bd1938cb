import type { ForecastMethod } from '../../platform/contracts/forecast.ts';
import { LEAST_HISTORY } from './origins.ts';

/** What needs no model: why, and the forecast. */
export interface PlainForecast {
  readonly method: ForecastMethod;
  readonly value: number;
  /** Standard deviation its rule-of-thumb bounds are made of; 0 for none. */
  readonly deviation: number;
  readonly statement: string;
}

const QUIET_SEASONS = 8;
const MIN_CHANGES = 2;
/** With fewer than this share of its values known, since the first, most of what a model saw would be made up. */
const LEAST_KNOWN = 1 / 3;

/** A series that is too short, has never changed or has gone quiet; undefined for one that models can work on. Never NaN. */
export function plainForecast(values: Float64Array, period: number): PlainForecast | undefined {
  const known = values.filter((v) => Number.isFinite(v));
  const n = known.length;
  if (n === 0)
    return {
      method: 'short',
      value: 0,
      deviation: 0,
      statement: 'There is no value yet: nothing can be said, zero stands in.',
    };
  const recent = known.slice(-QUIET_SEASONS * period);
  if (recent.every((v) => v === 0) && n >= LEAST_HISTORY)
    return {
      method: 'zero',
      value: 0,
      deviation: 0,
      statement: `All of the last ${recent.length} values are zero: zero is the forecast until something comes.`,
    };
  const mean = known.reduce((sum, v) => sum + v / n, 0);
  const since = values.length - Math.max(0, values.findIndex(Number.isFinite));
  const isSparse = n < LEAST_KNOWN * since;
  if (n < LEAST_HISTORY || isSparse) {
    const squares = known.reduce((sum, v) => sum + (v - mean) ** 2, 0);
    const deviation = n > 1 ? Math.sqrt(squares / (n - 1)) : Math.abs(mean) / 2;
    return {
      method: 'short',
      value: mean,
      deviation: Math.max(deviation, 0.1 * Math.abs(mean)),
      statement: `Only ${n} value${n === 1 ? '' : 's'}${isSparse ? ` known of ${since} steps` : ''}: the mean, with bounds by a rule of thumb; nothing could be tried on the past.`,
    };
  }
  const changes = recent.reduce((count, v, i) => count + (i > 0 && v !== recent[i - 1] ? 1 : 0), 0);
  if (changes < MIN_CHANGES && recent.every((v) => v === recent.at(-1)))
    return {
      method: 'constant',
      value: recent.at(-1) ?? mean,
      deviation: 0,
      statement: `It has not changed over the last ${recent.length} values: the same is the forecast.`,
    };
  return undefined;
}
