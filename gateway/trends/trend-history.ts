import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import {
  Trend,
  TrendPoint,
  type TrendHistory,
  type TrendList,
  type TrendSource,
  type TrendStage,
} from '../../platform/contracts/trend.ts';
import type { Store } from '../../platform/store/store.ts';
import type { TimeRange } from '../series/range.ts';

const isTrend = TypeCompiler.Compile(Trend);
const Row = Type.Object({ detail: Type.String(), atMs: Type.Number() });

export interface TrendQuestion {
  readonly tenant: string;
  readonly stage?: TrendStage;
  /** Only trends with a mention of this source. */
  readonly source?: TrendSource;
  readonly kind?: 'topic' | 'channel';
  readonly limit: number;
}

/** The trends of the newest evaluation, by rank. Rows of the highest version are those of the newest: an evaluation is written whole. */
export async function readTrends(store: Store, question: TrendQuestion): Promise<TrendList> {
  const { tenant, stage, source, kind, limit } = question;
  const rows = await store.query(
    `SELECT detail, toUnixTimestamp64Milli(evaluated_at) AS atMs FROM trends
WHERE tenant = {tenant:String} AND version = (SELECT max(version) FROM trends WHERE tenant = {tenant:String})
ORDER BY rank LIMIT 1 BY key`,
    { tenant },
    Row,
  );
  const trends = rows
    .flatMap(({ detail }) => parseTrend(detail))
    .filter(
      (trend) =>
        (stage === undefined || trend.stage === stage) &&
        (kind === undefined || trend.kind === kind) &&
        (source === undefined || trend.evidence.sources[source] > 0),
    );
  return { evaluatedAtMs: rows[0]?.atMs ?? null, trends: trends.slice(0, limit) };
}

const MAX_POINTS = 2_000;

/** One trend as it was last evaluated, when that was, and by the hour; undefined when it never was one. */
export async function readTrend(
  store: Store,
  tenant: string,
  key: string,
  range: TimeRange,
): Promise<(TrendHistory & { readonly atMs: number }) | undefined> {
  const params = { tenant, key };
  const [last] = await store.query(
    `SELECT detail, toUnixTimestamp64Milli(evaluated_at) AS atMs FROM trends FINAL
WHERE tenant = {tenant:String} AND key = {key:String} ORDER BY hour DESC LIMIT 1`,
    params,
    Row,
  );
  const [trend] = last === undefined ? [] : parseTrend(last.detail);
  if (trend === undefined) return undefined;
  const points = await store.query(
    `SELECT toUnixTimestamp64Milli(evaluated_at) AS atMs, rank, stage, score, attention, views24h, mentions24h, health FROM trends FINAL
WHERE tenant = {tenant:String} AND key = {key:String}
 AND evaluated_at >= fromUnixTimestamp64Milli({from:Int64}) AND evaluated_at < fromUnixTimestamp64Milli({to:Int64})
ORDER BY hour DESC LIMIT {limit:UInt32}`,
    { ...params, from: range.fromMs, to: range.toMs, limit: MAX_POINTS },
    TrendPoint,
  );
  return { trend, atMs: last?.atMs ?? 0, points: [...points].reverse() };
}

/** A row written by another version of Weir that this one does not understand is left out rather than shown half. */
function parseTrend(text: string): Trend[] {
  const value: unknown = JSON.parse(text);
  return isTrend.Check(value) ? [value] : [];
}
