import { newFrame, type Frame } from '../frames/danfo.ts';
import type { Calendar } from './panel.ts';
import { isActive, type Regressor } from './regressors.ts';

/** A row: series `s` as it stood after `end` values, and the step `h` (from 0) that is asked for. */
export interface FrameRow {
  readonly series: number;
  readonly end: number;
  readonly step: number;
}

/** What is known besides a series' own values: place in week, day and year, holidays and what was planned; prices; the series beside it. */
export interface Days {
  readonly calendar: Calendar;
  readonly regressors: readonly Regressor[];
  /** Index of selling prices by step of the history. */
  readonly prices?: Float64Array | undefined;
  /** By series: where among them what it is a part of is, and the views of the same channel (or of all). */
  readonly beside?: readonly Beside[];
}

export interface Beside {
  readonly whole: number | undefined;
  readonly views: number | undefined;
}

/** Names of the features, in the order trees number them. */
export const featureNames = [
  'step',
  'season_lag_1',
  'season_lag_2',
  'season_lag_mean',
  'last',
  'mean_short',
  'mean_before',
  'spread',
  'slope',
  'weekday',
  'hour',
  'monthday',
  'month',
  'holiday',
  'planned',
  'lag_holiday',
  'lag_planned',
  'price_now',
  'price_lag',
  'channel_share',
  'whole_move',
  'views_move',
] as const;

/**
 * Features of rows as a danfojs frame: lags at the same place of the season, recent means, spread and slope, all over the recent level of the
 * series so that series of any size look alike, and the calendar of the step asked for: with holidays, and what is
 * planned as far as it was known at the row's origin, on that step and on the one its first lag is of. Prices are the index at the origin and at the first lag over
 * its mean of the last four seasons. Of the channel: its share of what it is a part of, and how that, and the views of the same channel, moved from the season before to the last;
 * neutral values where there is none. `level` is that level (mean size of the last four seasons; 1
 * where it is 0); a row whose past is too short holds NaN and is dropped by the caller.
 */
export function featureFrame(
  histories: readonly Float64Array[],
  rows: readonly FrameRow[],
  { beside, calendar, prices, regressors }: Days,
  period: number,
): Frame {
  const columns: Record<string, number[]> = { level: [], row: [] };
  for (const name of featureNames) columns[name] = [];
  rows.forEach(({ series, end, step }, r) => {
    const y = histories[series] ?? new Float64Array(0);
    const target = end + step;
    const four = Math.min(end, 4 * period);
    const size = meanOf(y, end - four, end, true);
    const level = size > 0 ? size : 1;
    // The newest value at the same place of the season, and those before it.
    const back = period * Math.ceil((step + 1) / period);
    const lagAt = (k: number): number => {
      const at = target - back - (k - 1) * period;
      return at >= 0 ? (y[at] ?? Number.NaN) / level : Number.NaN;
    };
    const lags = [1, 2, 3, 4].map(lagAt).filter(Number.isFinite);
    const put = (name: string, value: number): void => void columns[name]?.push(value);
    const short = meanOf(y, Math.max(0, end - period), end);
    const before = meanOf(y, Math.max(0, end - 2 * period), Math.max(1, end - period));
    put('row', r);
    put('level', level);
    put('step', step);
    put('season_lag_1', lagAt(1));
    put('season_lag_2', lags[1] ?? lagAt(1));
    put('season_lag_mean', lags.reduce((sum, v) => sum + v, 0) / Math.max(1, lags.length));
    put('last', (y[end - 1] ?? 0) / level);
    put('mean_short', short / level);
    put('mean_before', before / level);
    put('spread', spreadOf(y, Math.max(0, end - 2 * period), end) / level);
    put('slope', (short - before) / level);
    put('weekday', calendar.weekday[target] ?? 0);
    put('hour', calendar.hour[target] ?? 0);
    put('monthday', calendar.monthday[target] ?? 0);
    put('month', calendar.month[target] ?? 0);
    const isOn = (t: number, ofHoliday: boolean): number =>
      regressors.some((each) => each.isHoliday === ofHoliday && isActive(each, t, end)) ? 1 : 0;
    put('holiday', isOn(target, true));
    put('planned', isOn(target, false));
    put('lag_holiday', isOn(target - back, true));
    put('lag_planned', isOn(target - back, false));
    const usual = prices === undefined ? 0 : meanOf(prices, end - four, end);
    const priceAt = (t: number): number => (usual > 0 ? (prices?.[Math.max(0, t)] ?? usual) / usual : 1);
    put('price_now', priceAt(end - 1));
    put('price_lag', priceAt(target - back));
    const { views, whole } = beside?.[series] ?? { views: undefined, whole: undefined };
    const of = (at: number | undefined): Float64Array | undefined =>
      at === undefined ? undefined : histories[at];
    const all = of(whole);
    const larger = all === undefined ? 0 : meanOf(all, end - four, end, true);
    put('channel_share', larger > 0 ? Math.min(1, size / larger) : 1);
    put('whole_move', move(all, end, period));
    put('views_move', move(of(views), end, period));
  });
  return newFrame(columns);
}

/** Change from the season before to the last, over their mean size: within -2 and 2; 0 where there is nothing to change. */
function move(y: Float64Array | undefined, end: number, period: number): number {
  if (y === undefined || end < 2 * period) return 0;
  const [short, before] = [meanOf(y, end - period, end), meanOf(y, end - 2 * period, end - period)];
  const size = (Math.abs(short) + Math.abs(before)) / 2;
  return size > 0 ? (short - before) / size : 0;
}

function meanOf(y: Float64Array, from: number, to: number, isSize = false): number {
  let sum = 0;
  for (let t = from; t < to; t += 1) sum += isSize ? Math.abs(y[t] ?? 0) : (y[t] ?? 0);
  return to > from ? sum / (to - from) : 0;
}

function spreadOf(y: Float64Array, from: number, to: number): number {
  const mean = meanOf(y, from, to);
  let sum = 0;
  for (let t = from; t < to; t += 1) sum += ((y[t] ?? 0) - mean) ** 2;
  return to > from ? Math.sqrt(sum / (to - from)) : 0;
}
