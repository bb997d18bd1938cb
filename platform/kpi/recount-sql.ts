import type { Dimension, Measure, WindowSize } from '../contracts/kpi.ts';
import { bucketsToSql, measureToSql, presenceToSql, uniqueValuesSql } from './measure-sql.ts';

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
 * SELECT that counts measures again from the stored events, one row a window and value of each group of dimensions: columns `w` (ms),
 * one per dimension, `in_<dimension>` = 1 when the row is of a group with it, `n0 …` the measures' values and `p0 …` how many events each
 * could read. Distinct counts come as the values themselves (`groupUniqArray`), to be hashed into a sketch; distributions as counts by
 * bucket of the relative accuracy asked for. `filter` is SQL over named parameters.
 */
export function recountSql(options: {
  readonly measures: readonly Measure[];
  /** Sets of dimensions to group by; [] is the total. */
  readonly groups: readonly (readonly Dimension[])[];
  readonly bucket: string;
  readonly filter: string;
  readonly quantileAccuracy: number;
}): string {
  const { measures, groups, bucket, filter, quantileAccuracy } = options;
  const dims = [...new Set(groups.flat())];
  const values = measures.flatMap((measure, i) => [
    `${mergeableSql(measure, quantileAccuracy)} AS n${i}`,
    `${presenceToSql(measure)} AS p${i}`,
  ]);
  // Standard SQL: grouping(x) is 0 when x is part of the row's group.
  const membership = dims.map((dim) => `1 - grouping(${dim}) AS in_${dim}`);
  const sets = groups.map((group) => `(${['w', ...group].join(', ')})`).join(', ');
  return `SELECT ${[`${bucket} AS w`, ...dims, ...membership, ...values].join(', ')} FROM events WHERE ${filter} GROUP BY GROUPING SETS (${sets})`;
}

/** A measure in a form that can be merged further. */
function mergeableSql(measure: Measure, quantileAccuracy: number): string {
  if (measure.agg === 'unique') return uniqueValuesSql(measure);
  return measure.agg === 'quantile' ? bucketsToSql(measure, quantileAccuracy) : measureToSql(measure);
}
