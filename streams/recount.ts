import { Type } from '@sinclair/typebox';
import {
  dimensions,
  rollups,
  windowSizes,
  type Measure,
  type MeasureState,
  type Rollup,
  type WindowSize,
} from '../platform/contracts/kpi.ts';
import { BUCKET_OFFSET } from '../platform/kpi/measure-sql.ts';
import { encodeQuantiles, encodeSketch } from '../platform/kpi/measure-state.ts';
import { QUANTILE_ACCURACY, QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { bucketSql, recountSql } from '../platform/kpi/recount-sql.ts';
import { UniqueSketch } from '../platform/kpi/unique-sketch.ts';
import type { WindowClock } from '../platform/kpi/window-time.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import type { Store } from '../platform/store/store.ts';
import { liveSizes } from './tenant-state.ts';

/** One window of one rollup key counted again from the stored events of one partition. */
export interface Recounted {
  readonly rollup: Rollup;
  readonly size: WindowSize;
  readonly windowStartMs: number;
  readonly dim: string;
  readonly state: MeasureState;
}

const Row = Type.Record(Type.String(), Type.Unknown());
const hasher = createIdentityHasher();
/** Window starts spelled out in one statement. */
const WINDOWS_PER_QUERY = 5_000;

/**
 * Counts windows again from `events`: what this partition stored up to `upToSeq`, in every rollup that keeps windows of this size.
 * Money and counts are whole numbers below 2^53, so the sums equal the live ones exactly.
 */
export async function recountWindows(
  store: Store,
  query: {
    readonly tenant: string;
    readonly partition: number;
    readonly upToSeq: number;
    readonly size: WindowSize;
    readonly starts: readonly number[];
    readonly clock: WindowClock;
    readonly measures: readonly Measure[];
  },
): Promise<Recounted[]> {
  const { size, clock, measures } = query;
  const sizeIndex = windowSizes.indexOf(size);
  const wantedRollups = rollups.filter((_, index) => liveSizes[index]?.includes(sizeIndex) === true);
  const dims = dimensions.filter((dim) => wantedRollups.includes(dim));
  const out: Recounted[] = [];
  const ordered = [...new Set(query.starts)].sort((a, b) => a - b);
  for (let from = 0; from < ordered.length; from += WINDOWS_PER_QUERY) {
    const starts = ordered.slice(from, from + WINDOWS_PER_QUERY);
    const first = starts[0];
    const last = starts.at(-1);
    if (first === undefined || last === undefined) continue;
    // roundDown needs the ends too, or an event between two wanted windows would fall into the earlier one.
    const boundaries = [...new Set(starts.flatMap((start) => [start, clock.end(size, start)]))].sort(
      (a, b) => a - b,
    );
    // All rollups in one pass over the rows: reading fields out of JSON is what costs.
    const sql = recountSql({
      measures,
      groups: wantedRollups.map((rollup) => (rollup === 'total' ? [] : [rollup])),
      bucket: bucketSql(size, boundaries),
      filter:
        'tenant = {tenant:String} AND partition = {partition:UInt16} AND seq <= {upToSeq:UInt64} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64}) AND w IN {starts:Array(Int64)}',
      quantileAccuracy: QUANTILE_ACCURACY,
    });
    const params = {
      tenant: query.tenant,
      partition: query.partition,
      upToSeq: query.upToSeq,
      from: first,
      to: clock.end(size, last),
      starts,
    };
    for (const row of await store.query(sql, params, Row)) {
      const rollup = dims.find((dim) => row[`in_${dim}`] === 1) ?? 'total';
      const dim = rollup === 'total' ? '' : row[rollup];
      const windowStartMs = Number(row['w']);
      out.push({
        rollup,
        size,
        windowStartMs,
        dim: typeof dim === 'string' ? dim : '',
        state: rowState(query.tenant, measures, row),
      });
    }
  }
  return out;
}

function rowState(tenant: string, measures: readonly Measure[], row: Record<string, unknown>): MeasureState {
  const sums: Record<string, number> = {};
  const mins: Record<string, number> = {};
  const maxs: Record<string, number> = {};
  const uniques: Record<string, string> = {};
  const quantiles: Record<string, string> = {};
  for (const [i, measure] of measures.entries()) {
    const value = row[`n${i}`];
    if (Number(row[`p${i}`]) === 0) continue;
    if (measure.agg === 'unique') {
      if (Array.isArray(value)) uniques[measure.key] = encodeSketch(sketchOf(tenant, value));
    } else if (measure.agg === 'quantile') {
      quantiles[measure.key] = encodeQuantiles(quantilesOf(value));
    } else if (typeof value === 'number') {
      if (measure.agg === 'min') mins[measure.key] = value;
      else if (measure.agg === 'max') maxs[measure.key] = value;
      else if (value !== 0) sums[measure.key] = value;
    }
  }
  return { sums, mins, maxs, uniques, quantiles };
}

/** The sketch of counts by bucket, as `bucketsToSql` gives them. */
function quantilesOf(buckets: unknown): QuantileSketch {
  const sketch = new QuantileSketch();
  if (typeof buckets !== 'object' || buckets === null) return sketch;
  for (const [key, times] of Object.entries(buckets)) {
    const at = Number(key);
    if (at === 0) sketch.addZeros(Number(times));
    else sketch.addBucket(at < 0, Math.abs(at) - BUCKET_OFFSET, Number(times));
  }
  return sketch;
}

function sketchOf(tenant: string, values: readonly unknown[]): UniqueSketch {
  const sketch = new UniqueSketch();
  const lanes = new Uint32Array(2);
  for (const value of values) {
    if (typeof value !== 'string') continue;
    hasher.user(tenant, value, lanes, 0);
    sketch.add(lanes[0] ?? 0, lanes[1] ?? 0);
  }
  return sketch;
}
