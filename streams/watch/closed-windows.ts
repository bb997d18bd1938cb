import { Type } from '@sinclair/typebox';
import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';
import type { Measure, MeasureState } from '../../platform/contracts/kpi.ts';
import { mergedMaps, mergedSketches, RollupRow, stateOf } from '../../platform/kpi/merged-sql.ts';
import type { Store } from '../../platform/store/store.ts';
import type { ClosedWindow } from './judge.ts';
import { seriesKey, totalKey, type WatchedKey } from './watch-state.ts';

export const lengthMs: Readonly<Record<WatchedWindow, number>> = { '1m': 60_000, '1h': 3_600_000 };

const Row = Type.Composite([
  RollupRow,
  Type.Object({
    rollup: Type.Union([
      Type.Literal('total'),
      Type.Literal('channel'),
      Type.Literal('country'),
      Type.Literal('stream'),
    ]),
  }),
]);

/**
 * The windows in [fromMs, toMs), in order, each with the merged states of the watched keys. A window nothing happened in is there too,
 * without states. Hours and minutes are aligned to UTC in every zone.
 */
export async function readClosedWindows(
  store: Store,
  question: {
    readonly tenant: string;
    readonly window: WatchedWindow;
    readonly fromMs: number;
    readonly toMs: number;
    readonly keys: readonly WatchedKey[];
    readonly measures: readonly Measure[];
  },
): Promise<ClosedWindow[]> {
  const { tenant, window, fromMs, toMs, keys, measures } = question;
  const rows = await store.query(
    `SELECT rollup, dim, toUnixTimestamp64Milli(window_start) AS start_ms, ${mergedMaps(measures)}, ${mergedSketches(measures)}, sum(kpi.revision) AS revision
     FROM kpi FINAL
     WHERE tenant = {tenant:String} AND window = {window:String} AND rollup IN ('total', 'channel', 'country', 'stream')
      AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
      AND concat('/', rollup, '/', dim) IN {keys:Array(String)}
     GROUP BY dim, window_start, rollup`,
    { tenant, window, from: fromMs, to: toMs, keys: keys.map((key) => seriesKey('', key)) },
    Row,
  );
  const byStart = new Map<number, Map<string, MeasureState>>();
  for (const row of rows) {
    const states = byStart.get(row.start_ms) ?? new Map<string, MeasureState>();
    byStart.set(row.start_ms, states);
    states.set(seriesKey('', row), stateOf(row));
  }
  const windows: ClosedWindow[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += lengthMs[window])
    windows.push({
      window,
      startMs,
      endMs: startMs + lengthMs[window],
      states: byStart.get(startMs) ?? new Map<string, MeasureState>(),
    });
  return windows;
}

/** Start of a tenant's first window not before `fromMs`; undefined when it has none. */
export async function firstWindow(
  store: Store,
  tenant: string,
  window: AlarmWindow,
  fromMs: number,
): Promise<number | undefined> {
  const rows = await store.query(
    `SELECT toUnixTimestamp64Milli(min(window_start)) AS start_ms, count() AS n FROM kpi
     WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = 'total' AND window_start >= fromUnixTimestamp64Milli({from:Int64})`,
    { tenant, window, from: fromMs },
    Type.Object({ start_ms: Type.Number(), n: Type.Number() }),
  );
  const row = rows[0];
  return row === undefined || row.n === 0 ? undefined : row.start_ms;
}

const DimVolume = Type.Object({ rollup: Type.String(), dim: Type.String(), others: Type.Number() });
/** Hours of which the volume decides which dimension values are watched. */
const VOLUME_HOURS = 7 * 24;

/**
 * The dimension values with the most events in the hours before `toMs`, at most `perDimension` of each dimension; ties in the order of
 * their names. Answers how many others there were.
 */
export async function busiestKeys(
  store: Store,
  tenant: string,
  toMs: number,
  countMeasures: readonly string[],
  perDimension: number,
): Promise<{ keys: readonly WatchedKey[]; leftOut: number }> {
  const rows = await store.query(
    `SELECT rollup, dim, others FROM (
       SELECT rollup, dim, count() OVER (PARTITION BY rollup) AS others,
         row_number() OVER (PARTITION BY rollup ORDER BY volume DESC, dim) AS place FROM (
           SELECT rollup, dim, sum(arraySum(arrayMap(k -> sums[k], {counts:Array(String)}))) AS volume FROM kpi FINAL
           WHERE tenant = {tenant:String} AND window = '1h' AND rollup IN ('channel', 'country', 'stream')
             AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64}) AND dim != ''
           GROUP BY dim, rollup))
     WHERE place <= {perDimension:UInt32} ORDER BY rollup, place`,
    {
      tenant,
      from: toMs - VOLUME_HOURS * lengthMs['1h'],
      to: toMs,
      counts: countMeasures,
      perDimension,
    },
    DimVolume,
  );
  const keys: WatchedKey[] = [totalKey];
  const others = new Map<string, number>();
  for (const { rollup, dim, others: known } of rows) {
    if (rollup !== 'channel' && rollup !== 'country' && rollup !== 'stream') continue;
    keys.push({ rollup, dim });
    others.set(rollup, Math.max(0, known - perDimension));
  }
  return { keys, leftOut: [...others.values()].reduce((sum, count) => sum + count, 0) };
}
