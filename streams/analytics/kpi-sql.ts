import { Type, type Static } from '@sinclair/typebox';
import type { Rollup, WindowSize } from '../../platform/contracts/kpi.ts';
import type { Store } from '../../platform/store/store.ts';

/** Sums of the live windows that revenue questions need, over all partitions; money in minor units. */
const SumsRow = Type.Object({
  dim: Type.String(),
  start_ms: Type.Number(),
  revenue: Type.Number(),
  cost: Type.Number(),
  production: Type.Number(),
  advertising: Type.Number(),
  api: Type.Number(),
  produced: Type.Number(),
  views: Type.Number(),
});
export type SumsRow = Static<typeof SumsRow>;

export interface SumsQuestion {
  readonly tenant: string;
  readonly rollup: Rollup;
  readonly window: WindowSize;
  readonly fromMs: number;
  readonly toMs: number;
  /** Only this value of the rollup's dimension. */
  readonly dim?: string | undefined;
  /** One row a value over the whole range instead of one a window. */
  readonly isWhole?: boolean;
  readonly limit: number;
}

const LIMIT_SECONDS = 5;
const of = (measure: string): string => `round(sum(sums['${measure}']))`;

/** Windows of a rollup by their measures (their keys are those of the KPI catalogue), by value and time. */
export async function readSums(store: Store, question: SumsQuestion): Promise<SumsRow[]> {
  const { dim, isWhole = false, ...params } = question;
  return await store.query(
    `SELECT * FROM (
 SELECT dim, ${isWhole ? 'toInt64(0)' : 'toUnixTimestamp64Milli(window_start)'} AS start_ms,
  ${of('revenue')} AS revenue, ${of('cost')} AS cost, ${of('production_cost')} AS production,
  ${of('marketing_cost')} AS advertising, ${of('api_cost')} AS api, ${of('produced')} AS produced,
  round(sum(sums['view_events'] + sums['reported_views'])) AS views
 FROM kpi FINAL
 WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = {rollup:String}
  AND window_start >= fromUnixTimestamp64Milli({fromMs:Int64}) AND window_start < fromUnixTimestamp64Milli({toMs:Int64})
  ${dim === undefined ? '' : 'AND dim = {dim:String}'}
 GROUP BY dim, start_ms
 ORDER BY ${isWhole ? 'revenue DESC, dim' : 'dim, start_ms'}
 LIMIT {limit:UInt32}
 SETTINGS max_execution_time = ${LIMIT_SECONDS}
)`,
    {
      tenant: params.tenant,
      window: params.window,
      rollup: params.rollup,
      fromMs: params.fromMs,
      toMs: params.toMs,
      limit: params.limit,
      ...(dim === undefined ? {} : { dim }),
    },
    SumsRow,
  );
}

const FirstRow = Type.Object({ ms: Type.Union([Type.Number(), Type.Null()]) });

/** Start of the day of a tenant's first event; undefined without any. */
export async function readFirstDay(store: Store, tenant: string): Promise<number | undefined> {
  const rows = await store.query(
    `SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(min(window_start))) AS ms
FROM kpi WHERE tenant = {tenant:String} AND window = '1d' AND rollup = 'total'`,
    { tenant },
    FirstRow,
  );
  return rows[0]?.ms ?? undefined;
}

const TitleRow = Type.Object({ content: Type.String(), title: Type.String() });
/** Titles are shown in a table. */
const TITLE_LENGTH = 200;
/** A title is no reason to keep others waiting: what was found by then is shown, the rest by its id. */
const TITLE_SECONDS = 2;

/** Newest title of each content that was published under one. */
export async function readTitles(
  store: Store,
  tenant: string,
  contents: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (contents.length === 0) return new Map();
  const rows = await store.query(
    `SELECT * FROM (
 SELECT content, substringUTF8(argMax(JSONExtractString(data, 'title'), time), 1, ${TITLE_LENGTH}) AS title
 FROM events WHERE tenant = {tenant:String} AND type = 'post_published' AND content IN {contents:Array(String)}
 GROUP BY content HAVING title != ''
 SETTINGS max_execution_time = ${TITLE_SECONDS}, timeout_overflow_mode = 'break'
)`,
    { tenant, contents },
    TitleRow,
  );
  return new Map(rows.map(({ content, title }) => [content, title]));
}
