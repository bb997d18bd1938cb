import { Type } from '@sinclair/typebox';
import type { TenantCalendar } from '../../platform/contracts/calendar.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import {
  forecastHorizons,
  forecastLevels,
  REST_DIM,
  type ForecastGrain,
  type ForecastRollup,
} from '../../platform/contracts/forecast.ts';
import type { KpiDefinition, WindowSize } from '../../platform/contracts/kpi.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { competitorViews } from '../../platform/contracts/kpis/measures.ts';
import { isAdditive } from '../../platform/contracts/additive.ts';
import { compileKpi } from '../../platform/kpi/kpi.ts';
import { emptyState } from '../../platform/kpi/measure-state.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Sum } from '../forecast/reconcile.ts';
import type { Calendar, Panel, PanelSeries } from './panel.ts';
import { priceIndex, type SoldInStep } from './price-index.ts';
import { outageSteps } from './regressors.ts';

/** Views of the competitors a tenant follows: no KPI of its own, but half of what the market is. */
const competition: KpiDefinition = {
  key: 'competitor_views',
  version: 1,
  title: 'Competitors’ views',
  unit: 'count',
  direction: 'down',
  description: 'Views of the competitors whose counters are told.',
  formula: competitorViews.key,
  measures: [competitorViews],
  dimensions: [],
  origin: 'catalogue',
};
/** KPIs forecast as totals, in this order, and by what they are cut. */
const wanted: readonly { readonly kpi: string; readonly by: readonly ForecastRollup[] }[] = [
  { kpi: 'total_revenue', by: ['stream', 'channel', 'content'] },
  { kpi: 'views', by: ['channel'] },
  { kpi: 'profit', by: [] },
  { kpi: 'subscribers_gained', by: [] },
  { kpi: 'signups', by: [] },
  { kpi: competition.key, by: [] },
];
/** Additive KPIs of the tenant's own beside them, as totals. */
const MAX_OWN = 10;
const MAX_CHANNELS = 20;
/** Contents are forecast for the largest channels only. */
const CONTENT_CHANNELS = 3;
const MAX_CONTENTS = 5;
const MAX_STREAMS = 20;
/** Steps of history looked at. */
const REACH: Readonly<Record<ForecastGrain, number>> = { daily: 730, hourly: 28 * 24 };
const WINDOW: Readonly<Record<ForecastGrain, WindowSize>> = { daily: '1d', hourly: '1h' };
/** A step is complete when it ended this long ago: what is in flight is counted by then. */
const GRACE_MS = 120_000;
/** Rows of what was sold that the index of prices looks at, and seconds it may take to read them. */
const MAX_SOLD = 100_000;
const SOLD_SECONDS = 20;
/** Size of a series is what it was over this many steps. */
const RECENT: Readonly<Record<ForecastGrain, number>> = { daily: 28, hourly: 168 };

const Edge = Type.Object({
  first_ms: Type.Number(),
  last_ms: Type.Number(),
  quiet_ms: Type.Number(),
  rows: Type.Number(),
});
const Row = Type.Object({
  dim: Type.String(),
  start_ms: Type.Number(),
  s: Type.Record(Type.String(), Type.Number()),
});
const Start = Type.Object({ start_ms: Type.Number() });
const Moved = Type.Object({ start_ms: Type.Number(), moved: Type.Number() });
const Dim = Type.Object({ dim: Type.String() });
const Sold = Type.Object({
  product: Type.String(),
  start_s: Type.Number(),
  units: Type.Number(),
  amount: Type.Number(),
});
const Content = Type.Object({ content: Type.String(), events: Type.Number() });

/** Where the complete steps of a tenant begin and end; undefined without any. */
export interface Span {
  /** Starts of complete steps, then the end of the last, which is where the forecast begins. */
  readonly starts: readonly number[];
  readonly clock: WindowClock;
}

/**
 * The complete steps there are: from the first event to the last step that is over. Steps in which nothing arrived are among them, as steps
 * without income. At the end they are so only while the silence is no longer than one there has been before; beyond that, nobody can tell a shop
 * that is quiet from data that end (an import of the past, a sender that was switched off), and the forecast begins where the data do end.
 */
export async function readSpan(
  store: Store,
  tenant: Tenant,
  grain: ForecastGrain,
  nowMs: number,
): Promise<Span | undefined> {
  const window = WINDOW[grain];
  const [edge] = await store.query(
    `SELECT toUnixTimestamp64Milli(min(window_start)) AS first_ms, toUnixTimestamp64Milli(max(window_start)) AS last_ms,
 arrayMax(arrayDifference(arraySort(groupUniqArray(toUnixTimestamp64Milli(window_start))))) AS quiet_ms, count() AS rows
FROM kpi WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = 'total' AND window_start <= fromUnixTimestamp64Milli({now:Int64})`,
    { tenant: tenant.id, window, now: nowMs },
    Edge,
  );
  if (edge === undefined || edge.rows === 0) return undefined;
  const clock = createWindowClock(tenant.timeZone);
  const running = clock.start(window, nowMs - GRACE_MS);
  // An hour more: days of a zone differ by one when its clocks change.
  const isQuiet = running - edge.last_ms <= edge.quiet_ms + 3_600_000;
  const endMs = isQuiet ? running : Math.min(running, clock.end(window, clock.start(window, edge.last_ms)));
  const starts: number[] = [endMs];
  // The first window is seldom whole: the tenant began somewhere inside it.
  const firstMs = clock.end(window, clock.start(window, edge.first_ms));
  for (let k = 0; k < REACH[grain]; k += 1) {
    const before = clock.start(window, (starts[0] ?? 0) - 1);
    if (before < firstMs) break;
    starts.unshift(before);
  }
  return starts.length < 2 ? undefined : { starts, clock };
}

/** All series of a tenant over the span, with what they add up to. */
export async function readPanel(
  store: Store,
  tenant: Tenant,
  grain: ForecastGrain,
  span: Span,
  kpis: readonly KpiDefinition[],
  planned: TenantCalendar,
): Promise<Panel> {
  const reader = createReader(store, tenant, grain, span);
  const present = await reader.present();
  const frame = reader.frame();
  const isOut = outageSteps(frame.calendar, planned);
  const series: PanelSeries[] = [];
  const sums: Sum[] = [];
  const add = (
    definition: KpiDefinition,
    rollup: ForecastRollup,
    dim: string,
    values: Float64Array,
    title: string,
  ): number => {
    series.push({
      id: `${definition.key}.${rollup}.${dim}`,
      kpi: definition.key,
      rollup,
      dim,
      title,
      unit: definition.unit,
      isStock: false,
      values: values.map((v, t) => (isOut[t] === true ? Number.NaN : v)),
    });
    return series.length - 1;
  };
  /** The named parts of a whole and what is left of it. */
  const split = (
    definition: KpiDefinition,
    rollup: ForecastRollup,
    whole: number,
    parts: ReadonlyMap<string, Float64Array>,
    restDim: string,
    wholeValues: Float64Array,
  ): ReadonlyMap<string, number> => {
    const rest = wholeValues.slice();
    const indices = new Map<string, number>();
    for (const [dim, values] of parts) {
      values.forEach((v, t) => (rest[t] = (rest[t] ?? 0) - v));
      indices.set(
        dim,
        add(
          definition,
          rollup,
          dim,
          values,
          `${definition.title} of ${dim === '' ? `no ${rollup}` : `${rollup} ${dim}`}`,
        ),
      );
    }
    // Sums of money in floating point: what is left of nothing is nothing.
    const clean = rest.map((v) => (Math.abs(v) < 1e-6 ? 0 : v));
    const all = [...indices.values()];
    if (clean.some((v) => v !== 0))
      all.push(add(definition, rollup, restDim, clean, `${definition.title}, all other ${rollup}s`));
    if (all.length > 1) sums.push({ whole, parts: all });
    return indices;
  };

  const own = kpis.filter((kpi) => kpi.origin === 'tenant' && isAdditive(kpi)).slice(0, MAX_OWN);
  const asked = [...wanted, ...own.map(({ key }) => ({ kpi: key, by: [] as const }))];
  for (const { kpi, by } of asked) {
    const definition = kpi === competition.key ? competition : kpis.find(({ key }) => key === kpi);
    if (definition === undefined || !isAdditive(definition)) continue;
    const total = (await reader.read(definition, 'total', [''])).get('') ?? reader.zeros();
    if (total.every((v) => v === 0)) continue;
    const whole = add(definition, 'total', '', total, definition.title);
    // By the hour only totals and streams: an hour of one channel is mostly chance.
    const cuts = grain === 'hourly' ? by.filter((rollup) => rollup === 'stream') : by;
    for (const rollup of cuts) {
      if (rollup === 'content') continue;
      const limit = rollup === 'channel' ? MAX_CHANNELS : MAX_STREAMS;
      const dims = await reader.largest(definition, rollup, limit);
      const parts = await reader.read(definition, rollup, dims);
      const placed = split(definition, rollup, whole, parts, REST_DIM, total);
      if (rollup !== 'channel' || !cuts.includes('content')) continue;
      for (const channel of dims.slice(0, CONTENT_CHANNELS)) {
        const at = placed.get(channel);
        const values = parts.get(channel);
        if (at === undefined || values === undefined || channel === '') continue;
        const contents = await reader.contentsOf(definition, channel);
        if (contents.length === 0) continue;
        const read = await reader.read(definition, 'content', contents);
        split(definition, 'content', at, read, `${channel} ${REST_DIM}`, values);
      }
    }
  }
  const mrr = kpis.find(({ key }) => key === 'mrr');
  const level = mrr === undefined || grain === 'hourly' ? undefined : await reader.recurring();
  if (mrr !== undefined && level !== undefined)
    series.push({
      id: 'mrr.total.',
      kpi: 'mrr',
      rollup: 'total',
      dim: '',
      title: mrr.title,
      unit: mrr.unit,
      isStock: true,
      values: level,
    });
  const quietSteps = span.starts.length - 1 - present.size;
  const prices = priceIndex(await reader.sold(), span.starts.length - 1);
  return {
    ...frame,
    planned,
    quietSteps,
    ...(prices === undefined ? {} : { prices }),
    series,
    sums: sums.filter(({ parts }) => parts.length > 0),
  };
}

function createReader(store: Store, tenant: Tenant, grain: ForecastGrain, { clock, starts }: Span) {
  const window = WINDOW[grain];
  const length = starts.length - 1;
  const at = new Map(starts.slice(0, length).map((start, t) => [start, t]));
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const range = { tenant: tenant.id, window, from: starts[0] ?? 0, to: starts[length] ?? 0 };
  const inRange =
    'tenant = {tenant:String} AND window = {window:String} AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})';
  const zeros = (): Float64Array => new Float64Array(length);
  const sizeOf = ({ measures }: KpiDefinition): string =>
    measures.map(({ key }) => `abs(sums['${key}'])`).join(' + ');

  return {
    zeros,
    /** Steps in which anything at all arrived. */
    present: async (): Promise<ReadonlySet<number>> => {
      const rows = await store.query(
        `SELECT DISTINCT toUnixTimestamp64Milli(window_start) AS start_ms FROM kpi WHERE ${inRange} AND rollup = 'total'`,
        range,
        Start,
      );
      return new Set(rows.flatMap(({ start_ms }) => at.get(start_ms) ?? []));
    },
    /** Values of the dims over the span; a step without a row is 0. */
    read: async (
      definition: KpiDefinition,
      rollup: ForecastRollup,
      dims: readonly string[],
    ): Promise<ReadonlyMap<string, Float64Array>> => {
      const kpi = compileKpi(definition);
      const keys = definition.measures.map(({ key }) => `'${key}'`).join(', ');
      const rows = await store.query(
        `SELECT dim, toUnixTimestamp64Milli(window_start) AS start_ms,
 sumMap(mapFilter((k, v) -> has([${keys}], k), sums)) AS s FROM kpi FINAL
WHERE ${inRange} AND rollup = {rollup:String} AND dim IN {dims:Array(String)}
GROUP BY dim, window_start`,
        { ...range, rollup, dims },
        Row,
      );
      const out = new Map(dims.map((dim) => [dim, zeros()]));
      for (const { dim, start_ms, s } of rows) {
        const t = at.get(start_ms);
        const values = out.get(dim);
        if (t === undefined || values === undefined) continue;
        const value = kpi.evaluate(
          { ...emptyState, sums: s },
          (starts[t + 1] ?? 0) - start_ms,
          minorPerMajor,
        );
        values[t] = value ?? 0;
      }
      return out;
    },
    /** The dims that were largest of late. */
    largest: async (definition: KpiDefinition, rollup: ForecastRollup, limit: number): Promise<string[]> => {
      const rows = await store.query(
        `SELECT dim FROM kpi FINAL WHERE ${inRange} AND rollup = {rollup:String}
GROUP BY dim HAVING sum(${sizeOf(definition)}) > 0 ORDER BY sum(${sizeOf(definition)}) DESC, dim LIMIT {limit:UInt32}`,
        { ...range, from: starts[Math.max(0, length - RECENT[grain])] ?? 0, rollup, limit },
        Dim,
      );
      return rows.map(({ dim }) => dim);
    },
    /** Contents of a channel that were largest of late. A content whose events name several channels is counted with each. */
    contentsOf: async (definition: KpiDefinition, channel: string): Promise<string[]> => {
      const from = starts[Math.max(0, length - RECENT[grain])] ?? 0;
      const owners = await store.query(
        `SELECT content, count() AS events FROM events
WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
 AND content != '' AND channel = {channel:String}
GROUP BY content ORDER BY events DESC LIMIT 2000`,
        { tenant: tenant.id, from, to: range.to, channel },
        Content,
      );
      if (owners.length === 0) return [];
      const rows = await store.query(
        `SELECT dim FROM kpi FINAL WHERE ${inRange} AND rollup = 'content' AND dim IN {dims:Array(String)}
GROUP BY dim HAVING sum(${sizeOf(definition)}) > 0 ORDER BY sum(${sizeOf(definition)}) DESC, dim LIMIT {limit:UInt32}`,
        { ...range, from, dims: owners.map(({ content }) => content), limit: MAX_CONTENTS },
        Dim,
      );
      return rows.map(({ dim }) => dim);
    },
    /** What was sold of each product by step, at which the pricing workbench looks by week; of the newest steps where there is too much. */
    sold: async (): Promise<SoldInStep[]> => {
      const start = grain === 'daily' ? 'toStartOfDay' : 'toStartOfHour';
      const rows = await store.query(
        `SELECT * FROM (SELECT JSONExtractString(data, 'product_id') AS product, toUnixTimestamp(${start}(time, {zone:String})) AS start_s,
 sum(if(JSONHas(data, 'quantity'), JSONExtractFloat(data, 'quantity'), 1)) AS units, toFloat64(sum(amount_base_minor)) AS amount
FROM events WHERE tenant = {tenant:String} AND type IN ('product_sale', 'merchandise_sale') AND stream != 'affiliate' AND amount_base_minor > 0
 AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
GROUP BY product, start_s HAVING product != '' ORDER BY start_s DESC, product LIMIT ${MAX_SOLD} SETTINGS max_execution_time = ${SOLD_SECONDS})`,
        { ...range, zone: tenant.timeZone },
        Sold,
      );
      return rows.flatMap(({ amount, product, start_s, units }) => {
        const step = at.get(1_000 * start_s);
        return step === undefined ? [] : [{ product, step, units, amount }];
      });
    },
    /** Monthly recurring revenue at the end of each day, by the policy in force; undefined before the first subscription. */
    recurring: async (): Promise<Float64Array | undefined> => {
      const rows = await store.query(
        `SELECT toUnixTimestamp64Milli(window_start) AS start_ms, sum(closing_base - opening_base) AS moved FROM mrr_movements FINAL
WHERE tenant = {tenant:String} AND window = '1d' AND window_start < fromUnixTimestamp64Milli({to:Int64})
 AND policy_version = (SELECT policy_version FROM mrr_status FINAL WHERE tenant = {tenant:String})
GROUP BY window_start ORDER BY window_start`,
        { tenant: tenant.id, to: range.to },
        Moved,
      );
      if (rows.length === 0) return undefined;
      let level = 0;
      let next = 0;
      return zeros().map((_, t) => {
        for (let row = rows[next]; row !== undefined && row.start_ms <= (starts[t] ?? 0); row = rows[next]) {
          level += row.moved;
          next += 1;
        }
        return level / minorPerMajor;
      });
    },
    frame: (): Omit<Panel, 'series' | 'sums' | 'planned' | 'quietSteps' | 'prices'> => {
      const horizons = forecastHorizons[grain];
      const ahead = horizons.at(-1) ?? 1;
      const all = [...starts];
      for (let h = 0; h < ahead; h += 1) all.push(clock.end(window, all.at(-1) ?? 0));
      return {
        grain,
        period: grain === 'daily' ? 7 : 24,
        horizons,
        levels: forecastLevels,
        starts: Float64Array.from(all),
        calendar: calendarOf(all.slice(0, -1), tenant.timeZone),
      };
    },
  };
}

/** Local calendar of moments. */
function calendarOf(starts: readonly number[], timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    day: 'numeric',
    month: 'numeric',
    hour: 'numeric',
  });
  const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const read = starts.map(
    (start) => new Map(format.formatToParts(start).map(({ type, value }) => [type, value])),
  );
  const numbers = (type: Intl.DateTimeFormatPartTypes): Int32Array =>
    Int32Array.from(read, (parts) => Number(parts.get(type) ?? 0));
  const [year, month, day] = [numbers('year'), numbers('month'), numbers('day')];
  return {
    date: Int32Array.from(read, (_, t) => 10_000 * (year[t] ?? 0) + 100 * (month[t] ?? 0) + (day[t] ?? 0)),
    weekday: Uint8Array.from(read, (parts) => Math.max(0, weekdays.indexOf(parts.get('weekday') ?? ''))),
    monthday: Uint8Array.from(day),
    month: Uint8Array.from(month),
    hour: Uint8Array.from(numbers('hour')),
  };
}
