import { describe, expect, it } from 'vitest';
import type { Measure } from '../platform/contracts/kpi.ts';
import { BUCKET_OFFSET } from '../platform/kpi/measure-sql.ts';
import { encodeQuantiles, encodeSketch } from '../platform/kpi/measure-state.ts';
import { gammaOf, QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { UniqueSketch } from '../platform/kpi/unique-sketch.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import { recountSteps } from './verify-kpis.ts';
import {
  compareWindow,
  RECOUNT_ACCURACY,
  type LiveWindow,
  type RecountedValue,
} from './window-comparison.ts';

const count: Measure = { key: 'views', agg: 'count', types: ['video_view'] };
const sum: Measure = { key: 'watched', agg: 'sum', types: ['video_view'], field: 'm:watch_time_ms' };
const least: Measure = { key: 'least', agg: 'min', types: ['video_view'], field: 'm:watch_time_ms' };
const viewers: Measure = { key: 'viewers', agg: 'unique', types: ['video_view'], of: 'user' };

const window = (change: Partial<LiveWindow>): LiveWindow => ({
  sums: {},
  mins: {},
  maxs: {},
  uniques: [],
  quantiles: [],
  ...change,
});
const value = (value: number, events = 1): RecountedValue => ({ value, events });

const hasher = createIdentityHasher();

function sketch(from: number, to: number): string {
  const made = new UniqueSketch();
  const lanes = new Uint32Array(2);
  for (let i = from; i < to; i++) {
    hasher.user('main', `viewer-${i}`, lanes, 0);
    made.add(lanes[0] ?? 0, lanes[1] ?? 0);
  }
  return encodeSketch(made);
}

describe('a window against its recount', () => {
  it.each([
    ['equal counts', count, window({ sums: { views: 3 } }), value(3), true],
    ['one more', count, window({ sums: { views: 4 } }), value(3), false],
    ['no row for nothing', count, undefined, value(0, 0), true],
    ['no row for something', count, undefined, value(1), false],
    ['a row for nothing', count, window({ sums: { views: 1 } }), value(0, 0), false],
    ['large whole sums one apart', sum, window({ sums: { watched: 9e15 } }), value(9e15 - 1), false],
    ['fractions in another order', sum, window({ sums: { watched: 0.1 + 0.2 } }), value(0.3), true],
    ['fractions that differ', sum, window({ sums: { watched: 0.31 } }), value(0.3), false],
    ['an extreme', least, window({ mins: { least: 0 } }), value(0), true],
    ['an extreme over none', least, window({}), value(0, 0), true],
    ['an extreme that is not there', least, window({}), value(0, 2), false],
    ['an extreme of nothing', least, window({ mins: { least: 0 } }), value(0, 0), false],
  ])('%s', (_, measure, live, recounted, isSame) => {
    expect(compareWindow([measure], live, () => recounted)).toHaveLength(isSame ? 0 : 1);
  });

  it('compares the number of values of a distribution exactly and its ranks within the stated error, over partitions', () => {
    const latency: Measure = {
      key: 'ms',
      agg: 'quantile',
      types: ['system_performance'],
      field: 'm:latency_ms',
    };
    const digest = (values: readonly number[]): string => {
      const made = new QuantileSketch();
      for (const each of values) made.add(each);
      return encodeQuantiles(made);
    };
    const recount = (values: readonly number[]): RecountedValue => {
      const buckets = new Map<number, number>();
      for (const each of values) {
        const index =
          Math.ceil(Math.log(Math.abs(each)) / Math.log(gammaOf(RECOUNT_ACCURACY))) + BUCKET_OFFSET;
        const key = each === 0 ? 0 : each < 0 ? -index : index;
        buckets.set(key, (buckets.get(key) ?? 0) + 1);
      }
      return { value: 0, events: values.length, buckets: [...buckets] };
    };
    const some = [-250, 0, 0, 3, 3, 17, 420, 10_000];
    const split = window({
      quantiles: [{ ms: digest(some.slice(0, 3)) }, { ms: digest(some.slice(3)) }, {}],
    });
    expect(compareWindow([latency], split, () => recount(some))).toEqual([]);
    expect(compareWindow([latency], split, () => recount(some.slice(1)))).toEqual([
      { measure: 'ms', stored: 8, recounted: 7 },
    ]);
    const moved = compareWindow([latency], split, () => recount([...some.slice(0, -1), 10_300]));
    expect(moved).toMatchObject([{ measure: 'ms' }]);
    expect(compareWindow([latency], undefined, () => recount([]))).toEqual([]);
    expect(compareWindow([latency], undefined, () => recount([5]))).toHaveLength(1);
  });

  it('counts distinct values exactly up to 256 and within the sketch error beyond, over partitions', () => {
    const few = window({ uniques: [{ viewers: sketch(0, 100) }, { viewers: sketch(50, 150) }, {}] });
    expect(compareWindow([viewers], few, () => value(150))).toEqual([]);
    expect(compareWindow([viewers], few, () => value(151))).toEqual([
      { measure: 'viewers', stored: 150, recounted: 151 },
    ]);
    const many = window({ uniques: [{ viewers: sketch(0, 6_000) }, { viewers: sketch(4_000, 10_000) }] });
    expect(compareWindow([viewers], many, () => value(10_000))).toEqual([]);
    expect(compareWindow([viewers], many, () => value(12_000))).toHaveLength(1);
  });
});

describe('steps of a recount', () => {
  const hour = 3_600_000;
  it('join quiet hours, jump over empty ones and cut a busy one', () => {
    const steps = recountSteps([
      { h: 0, n: 10 },
      { h: hour, n: 499_990 },
      { h: 5 * hour, n: 1 },
      { h: 6 * hour, n: 1_200_000 },
      { h: 7 * hour, n: 5 },
    ]);
    expect(steps.slice(0, 2)).toEqual([
      { from: 0, to: 2 * hour },
      { from: 5 * hour, to: 6 * hour },
    ]);
    expect(steps.filter(({ from }) => from >= 6 * hour && from < 7 * hour)).toHaveLength(3);
    expect(steps.at(-1)).toEqual({ from: 7 * hour, to: 8 * hour });
  });

  it('cover every hour once, in order', () => {
    const hours = [3, 700_000, 0, 499_999, 2, 2_000_000, 1].map((n, i) => ({ h: i * 2 * hour, n }));
    const steps = recountSteps(hours);
    for (const { h } of hours)
      for (const inside of [h, h + hour - 1])
        expect(steps.filter(({ from, to }) => from <= inside && inside < to)).toHaveLength(1);
    expect([...steps].sort((a, b) => a.from - b.from)).toEqual(steps);
  });
});
