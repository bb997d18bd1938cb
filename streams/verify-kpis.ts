import { Type } from '@sinclair/typebox';
import {
  dimensions,
  liveWindows,
  rollups,
  windowSizes,
  type Measure,
  type Rollup,
  type WindowSize,
} from '../platform/contracts/kpi.ts';
import type { WindowDifference } from '../platform/contracts/verify.ts';
import { recountSql } from '../platform/kpi/recount-sql.ts';
import type { WindowClock } from '../platform/kpi/window-time.ts';
import type { Store } from '../platform/store/store.ts';
import {
  compareWindow,
  RECOUNT_ACCURACY,
  type LiveWindow,
  type RecountedValue,
} from './window-comparison.ts';

/** Copy of `kpi` the comparison reads, made while the processors stood still. */
export const kpiCopy = 'verify_kpi';
/** Measures recounted once by 10 s slot and all dimensions; windows of every rollup and size are merged from it. */
const fineTable = 'verify_recount';
const EVENTS_PER_STEP = 500_000;
const ROWS_PER_PAGE = 8_000;
const HOUR_MS = 3_600_000;
const SLOT_MS = 10_000;
/** Differences told one by one; the rest are counted. */
export const SHOWN_DIFFERENCES = 50;

export interface KpiAudit {
  events: number;
  windows: number;
  values: number;
  differing: number;
  readonly shown: WindowDifference[];
}

export interface TenantAudit {
  readonly tenant: string;
  readonly clock: WindowClock;
  readonly measures: readonly Measure[];
  /** Row sequence each partition had stored and counted when `kpi` was copied; later events are left out. */
  readonly upTo: ReadonlyMap<number, number>;
}

const Row = Type.Record(Type.String(), Type.Unknown());
const Hour = Type.Object({ h: Type.Number(), n: Type.Number() });
const Extent = Type.Object({ first: Type.Number(), last: Type.Number(), n: Type.Number() });
const Page = Type.Object({ b: Type.Number(), n: Type.Number() });

/**
 * Every window of a tenant in the copy of `kpi`, its partitions merged, against the same measures counted from `events` by SQL that
 * shares nothing with the processors. Sums, counts and extremes must be equal, distinct counts within the sketch's error. Reads the raw
 * events once; needs the two tables above and leaves only `kpiCopy`.
 */
export async function auditTenant(store: Store, audit: TenantAudit, into: KpiAudit): Promise<void> {
  await store.command(`DROP TABLE IF EXISTS ${fineTable}`);
  try {
    await recountFinely(store, audit, into);
    const [extent] = await store.query(
      `SELECT min(w) AS first, max(w) AS last, count() AS n FROM ${fineTable}`,
      {},
      Extent,
    );
    for (const rollup of rollups) {
      for (const size of windowSizes) {
        if (!liveWindows[rollup].includes(size)) continue;
        const bucket = slotBucket(size, audit.clock, extent);
        for (const [from, to] of await pages(store, audit.tenant, rollup, size, bucket))
          await comparePage(store, audit, { rollup, size, bucket, from, to }, into);
      }
    }
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${fineTable}`);
  }
}

async function recountFinely(store: Store, audit: TenantAudit, into: KpiAudit): Promise<void> {
  const { tenant, measures } = audit;
  const positions = [...audit.upTo].map(([partition, seq]) => `(partition = ${partition} AND seq <= ${seq})`);
  const stored = `tenant = {tenant:String} AND (${positions.length === 0 ? 'false' : positions.join(' OR ')})`;
  const recount = (filter: string): string =>
    recountSql({
      measures,
      groups: [dimensions],
      bucket: `intDiv(toUnixTimestamp64Milli(time), ${SLOT_MS}) * ${SLOT_MS}`,
      filter,
      quantileAccuracy: RECOUNT_ACCURACY,
    });
  await store.command(`CREATE TABLE ${fineTable} ENGINE = MergeTree ORDER BY w AS ${recount('false')}`);
  const hours = await store.query(
    `SELECT intDiv(toUnixTimestamp64Milli(time), ${HOUR_MS}) * ${HOUR_MS} AS h, count() AS n FROM events WHERE ${stored} GROUP BY h ORDER BY h`,
    { tenant },
    Hour,
  );
  for (const { from, to } of recountSteps(hours)) {
    await store.command(
      `INSERT INTO ${fineTable} ${recount(`${stored} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})`)}`,
      { tenant, from, to },
    );
  }
  into.events += hours.reduce((sum, hour) => sum + hour.n, 0);
}

/** Ranges of event time with about `EVENTS_PER_STEP` events: whole hours, or equal parts of one hour that alone has more. */
export function recountSteps(
  hours: readonly { readonly h: number; readonly n: number }[],
): { readonly from: number; readonly to: number }[] {
  const steps: { from: number; to: number }[] = [];
  let open: { from: number; to: number; n: number } | undefined;
  for (const { h, n } of hours) {
    if (open !== undefined && open.n + n > EVENTS_PER_STEP) {
      steps.push({ from: open.from, to: open.to });
      open = undefined;
    }
    if (n > EVENTS_PER_STEP) {
      const parts = Math.ceil(n / EVENTS_PER_STEP);
      for (let part = 0; part < parts; part++)
        steps.push({
          from: h + Math.floor((HOUR_MS * part) / parts),
          to: h + Math.floor((HOUR_MS * (part + 1)) / parts),
        });
    } else if (open === undefined) open = { from: h, to: h + HOUR_MS, n };
    else {
      open.to = h + HOUR_MS;
      open.n += n;
    }
  }
  if (open !== undefined) steps.push({ from: open.from, to: open.to });
  return steps;
}

/** SQL for the window a 10 s slot lies in. Days and months are spelled out by the tenant's clock, as when they were counted live. */
function slotBucket(
  size: WindowSize,
  clock: WindowClock,
  extent: { readonly first: number; readonly last: number; readonly n: number } | undefined,
): string {
  if (size === '10s') return 'w';
  if (size === '1m' || size === '1h') {
    const length = size === '1m' ? 60_000 : HOUR_MS;
    return `intDiv(w, ${length}) * ${length}`;
  }
  if (extent === undefined || extent.n === 0) return 'w';
  const starts: number[] = [];
  for (let start = clock.start(size, extent.first); start <= extent.last; start = clock.end(size, start))
    starts.push(start);
  return `roundDown(w, [${starts.map((start) => `toInt64(${start})`).join(', ')}])`;
}

/** Ranges of window starts, half-open, that hold about `ROWS_PER_PAGE` rows on either side. */
async function pages(
  store: Store,
  tenant: string,
  rollup: Rollup,
  size: WindowSize,
  bucket: string,
): Promise<[number, number][]> {
  const dim = rollup === 'total' ? "''" : rollup;
  const counts = await store.query(
    `SELECT b, sum(n) AS n FROM (
       SELECT toUnixTimestamp64Milli(window_start) AS b, count() AS n FROM ${kpiCopy}
       WHERE tenant = {tenant:String} AND window = {size:String} AND rollup = {rollup:String} GROUP BY b
       UNION ALL SELECT ${bucket} AS b, uniqExact(${dim}) AS n FROM ${fineTable} GROUP BY b
     ) GROUP BY b ORDER BY b`,
    { tenant, size, rollup },
    Page,
  );
  const ranges: [number, number][] = [];
  let from: number | undefined;
  let rows = 0;
  for (const { b, n } of counts) {
    if (from !== undefined && rows + n > ROWS_PER_PAGE) {
      ranges.push([from, b]);
      from = undefined;
      rows = 0;
    }
    from ??= b;
    rows += n;
  }
  if (from !== undefined) ranges.push([from, (counts.at(-1)?.b ?? from) + 1]);
  return ranges;
}

async function comparePage(
  store: Store,
  audit: TenantAudit,
  page: {
    readonly rollup: Rollup;
    readonly size: WindowSize;
    readonly bucket: string;
    readonly from: number;
    readonly to: number;
  },
  into: KpiAudit,
): Promise<void> {
  const { tenant, measures } = audit;
  const { rollup, size, bucket, from, to } = page;
  const params = { tenant, size, rollup, from, to };
  const live = await store.query(
    `SELECT toUnixTimestamp64Milli(window_start) AS b, dim AS d, sumMap(sums) AS s, minMap(mins) AS lo, maxMap(maxs) AS hi, groupArray(uniques) AS u, groupArray(quantiles) AS q
     FROM ${kpiCopy} FINAL WHERE tenant = {tenant:String} AND window = {size:String} AND rollup = {rollup:String}
     AND b >= {from:Int64} AND b < {to:Int64} GROUP BY b, d`,
    params,
    LiveRow,
  );
  const recounted = await store.query(
    `SELECT ${bucket} AS b, ${rollup === 'total' ? "''" : rollup} AS d, ${measures.flatMap(mergedColumns).join(', ')}
     FROM ${fineTable} WHERE b >= {from:Int64} AND b < {to:Int64} GROUP BY b, d`,
    { from, to },
    Row,
  );
  const liveByKey = new Map<string, LiveWindow>();
  for (const row of live)
    liveByKey.set(`${row.b}/${row.d}`, {
      sums: row.s,
      mins: row.lo,
      maxs: row.hi,
      uniques: row.u,
      quantiles: row.q,
    });
  const compare = (
    windowStartMs: number,
    dim: string,
    window: LiveWindow | undefined,
    row: Record<string, unknown>,
  ): void => {
    into.windows++;
    into.values += measures.length;
    for (const difference of compareWindow(measures, window, (i) => valueOf(row, i))) {
      into.differing++;
      if (into.shown.length < SHOWN_DIFFERENCES)
        into.shown.push({ tenant, rollup, window: size, windowStartMs, dim, ...difference });
    }
  };
  for (const row of recounted) {
    const windowStartMs = Number(row['b']);
    const dim = typeof row['d'] === 'string' ? row['d'] : '';
    const key = `${windowStartMs}/${dim}`;
    compare(windowStartMs, dim, liveByKey.get(key), row);
    liveByKey.delete(key);
  }
  // Windows in `kpi` that no stored event belongs to.
  for (const row of live) {
    const window = liveByKey.get(`${row.b}/${row.d}`);
    if (window !== undefined) compare(row.b, row.d, window, {});
  }
}

const Values = Type.Record(Type.String(), Type.Number());
const LiveRow = Type.Object({
  b: Type.Number(),
  d: Type.String(),
  s: Values,
  lo: Values,
  hi: Values,
  u: Type.Array(Type.Record(Type.String(), Type.String())),
  q: Type.Array(Type.Record(Type.String(), Type.String())),
});

/** Columns `m<i>` (value) and `q<i>` (events that could be read) of a measure, merged from the fine recount. */
function mergedColumns(measure: Measure, i: number): string[] {
  const events = `sum(p${i}) AS q${i}`;
  switch (measure.agg) {
    case 'count':
    case 'sum':
      return [`sum(n${i}) AS m${i}`, events];
    case 'min':
    case 'max':
      return [`${measure.agg}If(n${i}, p${i} > 0) AS m${i}`, events];
    case 'quantile':
      return [`sumMap(n${i}) AS m${i}`, events];
    case 'unique':
      return [`length(groupUniqArrayArray(n${i})) AS m${i}`, events];
  }
}

function valueOf(row: Record<string, unknown>, i: number): RecountedValue {
  const value = row[`m${i}`];
  const events = Number(row[`q${i}`] ?? 0);
  if (typeof value === 'object' && value !== null)
    return {
      value: 0,
      events,
      buckets: Object.entries(value).map(([key, n]) => [Number(key), Number(n)]),
    };
  return { value: typeof value === 'number' ? value : 0, events };
}
