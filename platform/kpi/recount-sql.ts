import type { Dimension, Measure, WindowSize } from '../contracts/kpi.ts';
import { measureToSql, presenceToSql, uniqueValuesSql } from './measure-sql.ts';

/** SQL for the start of the window (ms) an event of `events` lies in, for windows of fixed length. */
const fixedBucket: Readonly<Partial<Record<WindowSize, string>>> = {
  '10s': 'intDiv(toUnixTimestamp64Milli(time), 10000) * 10000',
  '1m': 'intDiv(toUnixTimestamp64Milli(time), 60000) * 60000',
  '1h': 'intDiv(toUnixTimestamp64Milli(time), 3600000) * 3600000',
};

/**
 * Expression for the window start. Days and months follow the tenant's zone: their `starts` (ms, ascending, computed by the same
 * clock as the live windows) are spelled out, so both sides agree on every change of the clocks.
 */
export function bucketSql(size: WindowSize, starts: readonly number[]): string {
  return (
    fixedBucket[size] ??
    `roundDown(toUnixTimestamp64Milli(time), [${starts.map((start) => `toInt64(${Math.trunc(start)})`).join(', ')}])`
  );
}

/**
 * SELECT that counts measures again from the stored events, one row a (window, dimension values): columns `w` (ms), one per
 * dimension, `n0 …` the measures' values and `p0 …` how many events each could read. With `uniqueValues`, distinct counts come as the
 * values themselves (`groupUniqArray`), to be hashed into a sketch; else as exact counts. `filter` is SQL over named parameters.
 */
export function recountSql(options: {
  readonly measures: readonly Measure[];
  readonly dims: readonly Dimension[];
  readonly bucket: string;
  readonly filter: string;
  readonly uniqueValues: boolean;
}): string {
  const { measures, dims, bucket, filter, uniqueValues } = options;
  const values = measures.flatMap((measure, i) => [
    `${measure.agg === 'unique' && uniqueValues ? uniqueValuesSql(measure) : measureToSql(measure)} AS n${i}`,
    `${presenceToSql(measure)} AS p${i}`,
  ]);
  const keys = ['w', ...dims];
  return `SELECT ${[`${bucket} AS w`, ...dims, ...values].join(', ')} FROM events WHERE ${filter} GROUP BY ${keys.join(', ')} ORDER BY ${keys.join(', ')}`;
}
