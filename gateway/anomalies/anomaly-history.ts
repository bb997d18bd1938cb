import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  anomalyReasons,
  Explanation,
  watchedRollups,
  WatchedWindowSchema,
  type AnomalyView,
  type BandPoint,
  type WatchedRollup,
  type WatchedWindow,
} from '../../platform/contracts/anomaly.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { Severity } from '../../platform/contracts/signal.ts';
import type { SqlParams, Store } from '../../platform/store/store.ts';
import type { TimeRange } from '../series/range.ts';

const Maybe = Type.Union([Type.Number(), Type.Null()]);

const Row = Type.Object({
  id: Type.String(),
  kpi: Type.String(),
  window: WatchedWindowSchema,
  rollup: Type.Union(watchedRollups.map((rollup) => Type.Literal(rollup))),
  dim: Type.String(),
  state: Type.Union([Type.Literal('open'), Type.Literal('resolved')]),
  severity: Severity,
  reason: Type.Union(anomalyReasons.map((reason) => Type.Literal(reason))),
  startedMs: Type.Number(),
  endedMs: Type.Number(),
  peakMs: Type.Number(),
  score: Type.Number(),
  observed: Type.Number(),
  expected: Maybe,
  lower: Maybe,
  upper: Maybe,
  isGood: Type.Boolean(),
  parent_id: Type.String(),
  explanation: Type.String(),
  others: Type.Number(),
});
type Row = Static<typeof Row>;

const columns = `id, kpi, window, rollup, dim, state, severity, reason, toUnixTimestamp64Milli(started_at) AS startedMs, toUnixTimestamp64Milli(ended_at) AS endedMs,
 toUnixTimestamp64Milli(peak_at) AS peakMs, score, observed, expected, lower, upper, is_good AS isGood, parent_id, explanation`;

const others = 'm.members AS others';
/** How many episodes are listed under each; rows may come twice until they are merged. */
const membersOf = (where: string): string =>
  `SELECT parent_id AS root, toUInt32(uniqExact(id)) AS members FROM anomalies WHERE tenant = {tenant:String} AND parent_id != '' AND ${where} GROUP BY root`;

export interface AnomalyQuestion {
  readonly tenant: string;
  /** Episodes that overlap it. */
  readonly range: TimeRange;
  readonly kpi?: string;
  readonly window?: WatchedWindow;
  readonly cut?: { readonly rollup: WatchedRollup; readonly dim: string };
  readonly severity?: Severity;
  readonly state?: 'open' | 'resolved';
  /** Incidents alone: without what is listed under another; of one KPI, what is not listed under that KPI. */
  readonly rootsOnly: boolean;
  readonly limit: number;
}

/** Episodes, the newest start first. One whose KPI is gone is left out: nobody could read it. */
export async function readAnomalies(
  store: Store,
  kpis: readonly KpiDefinition[],
  question: AnomalyQuestion,
): Promise<AnomalyView[]> {
  const { tenant, range, kpi, window, cut, severity, state, rootsOnly, limit } = question;
  const wanted = [
    'tenant = {tenant:String}',
    'started_at < fromUnixTimestamp64Milli({to:Int64})',
    'ended_at > fromUnixTimestamp64Milli({from:Int64})',
    'kpi IN {kpis:Array(String)}',
  ];
  const params: Record<string, SqlParams[string]> = {
    tenant,
    from: range.fromMs,
    to: range.toMs,
    kpis: kpi === undefined ? kpis.map(({ key }) => key) : [kpi],
    limit,
  };
  const equal = (column: string, value: string | undefined): void => {
    if (value === undefined) return;
    wanted.push(`${column} = {${column}:String}`);
    params[column] = value;
  };
  equal('window', window);
  equal('severity', severity);
  equal('state', state);
  equal('rollup', cut?.rollup);
  equal('dim', cut?.dim);
  // An incident may have begun with another KPI: whoever asks for this one means its own episode. Ids begin with their KPI.
  if (rootsOnly)
    wanted.push(
      kpi === undefined
        ? `parent_id = ''`
        : `(parent_id = '' OR NOT startsWith(parent_id, concat(kpi, '.')))`,
    );
  const rows = await store.query(
    `SELECT ${columns}, ${others} FROM anomalies FINAL LEFT JOIN (${membersOf('started_at < fromUnixTimestamp64Milli({to:Int64})')}) AS m ON m.root = anomalies.id
     WHERE ${wanted.join(' AND ')} ORDER BY started_at DESC, id LIMIT {limit:UInt32}`,
    params,
    Row,
  );
  const byKey = new Map(kpis.map((definition) => [definition.key, definition]));
  return rows.flatMap((row) => viewOf(row, byKey.get(row.kpi)) ?? []);
}

/** One episode and why it began; undefined when there is none of this id. */
export async function readAnomaly(
  store: Store,
  kpis: readonly KpiDefinition[],
  tenant: string,
  id: string,
): Promise<{ anomaly: AnomalyView; explanation: Explanation | undefined } | undefined> {
  const rows = await store.query(
    `SELECT ${columns}, ${others} FROM anomalies FINAL LEFT JOIN (${membersOf('parent_id = {id:String}')}) AS m ON m.root = anomalies.id
     WHERE tenant = {tenant:String} AND id = {id:String} LIMIT 1`,
    { tenant, id },
    Row,
  );
  const row = rows[0];
  const anomaly =
    row === undefined
      ? undefined
      : viewOf(
          row,
          kpis.find(({ key }) => key === row.kpi),
        );
  if (row === undefined || anomaly === undefined) return undefined;
  const explanation: unknown = row.explanation === '' ? undefined : JSON.parse(row.explanation);
  return { anomaly, explanation: Value.Check(Explanation, explanation) ? explanation : undefined };
}

/** Judged windows of one series, in order. */
export async function readBand(
  store: Store,
  question: {
    readonly tenant: string;
    readonly kpi: string;
    readonly window: WatchedWindow;
    readonly rollup: WatchedRollup;
    readonly dim: string;
    readonly range: TimeRange;
    readonly limit: number;
  },
): Promise<BandPoint[]> {
  const { tenant, kpi, window, rollup, dim, range, limit } = question;
  return await store.query(
    `SELECT toUnixTimestamp64Milli(window_start) AS windowStartMs, observed, expected, lower, upper, score FROM expectations FINAL
     WHERE tenant = {tenant:String} AND kpi = {kpi:String} AND window = {window:String} AND rollup = {rollup:String} AND dim = {dim:String}
      AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
     ORDER BY window_start LIMIT {limit:UInt32}`,
    { tenant, kpi, window, rollup, dim, from: range.fromMs, to: range.toMs, limit },
    Band,
  );
}

const Band = Type.Object({
  windowStartMs: Type.Number(),
  observed: Maybe,
  expected: Maybe,
  lower: Maybe,
  upper: Maybe,
  score: Type.Number(),
});

function viewOf(row: Row, definition: KpiDefinition | undefined): AnomalyView | undefined {
  if (definition === undefined) return undefined;
  const { startedMs, endedMs, peakMs, parent_id, explanation: _explanation, ...rest } = row;
  return {
    ...rest,
    title: definition.title,
    unit: definition.unit,
    startedAtMs: startedMs,
    endedAtMs: endedMs,
    peakAtMs: peakMs,
    parentId: parent_id === '' ? null : parent_id,
  };
}
