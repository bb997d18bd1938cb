import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import {
  SeriesForecastDetail,
  type ForecastGrain,
  type ForecastReply,
  type ForecastRollup,
  type ForecastSummary,
  type PastForecast,
} from '../../platform/contracts/forecast.ts';
import type { Store } from '../../platform/store/store.ts';

const isDetail = TypeCompiler.Compile(SeriesForecastDetail);
const Row = Type.Object({ detail: Type.String() });
const Past = Type.Object({
  targetMs: Type.Number(),
  point: Type.Number(),
  lower95: Type.Number(),
  upper95: Type.Number(),
});

/** The step that stands for a series in a list: a week, or a day of hours. */
const LISTED_STEPS: Readonly<Record<ForecastGrain, number>> = { daily: 7, hourly: 24 };
const MAX_SERIES = 500;
const MAX_PAST: Readonly<Record<ForecastGrain, number>> = { daily: 120, hourly: 168 };
const STEP_MS: Readonly<Record<ForecastGrain, number>> = { daily: 86_400_000, hourly: 3_600_000 };

/** The newest forecast of every series of a tenant, totals first. Rows of series that are no more are as old as their last forecast. */
export async function readForecastList(
  store: Store,
  tenant: string,
  grain: ForecastGrain,
): Promise<ForecastSummary[]> {
  const rows = await store.query(
    `SELECT detail FROM forecast_details FINAL WHERE tenant = {tenant:String} AND grain = {grain:String}
 AND origin = (SELECT max(origin) FROM forecast_details WHERE tenant = {tenant:String} AND grain = {grain:String})
ORDER BY kpi, rollup = 'total' DESC, rollup, dim LIMIT {limit:UInt32}`,
    { tenant, grain, limit: MAX_SERIES },
    Row,
  );
  return rows.flatMap(({ detail }) => parseDetail(detail)).flatMap(summaryOf);
}

function summaryOf(detail: SeriesForecastDetail): ForecastSummary[] {
  const { dim, grain, horizons, id, kpi, originMs, rollup, title, unit } = detail;
  const listed = horizons.findLast(({ steps }) => steps <= LISTED_STEPS[grain]) ?? horizons[0];
  if (listed === undefined) return [];
  const likely = listed.scenarios.find(({ name }) => name === 'likely');
  return [
    {
      id,
      grain,
      kpi,
      rollup,
      dim,
      title,
      unit,
      originMs,
      method: listed.method,
      horizonSteps: listed.steps,
      total: listed.total,
      growth: likely?.growth ?? null,
      accuracy: listed.backtest.accuracy,
    },
  ];
}

/** One series' newest forecast, and what earlier ones had said of the steps before it; undefined when it has none. */
export async function readForecast(
  store: Store,
  series: {
    readonly tenant: string;
    readonly grain: ForecastGrain;
    readonly kpi: string;
    readonly rollup: ForecastRollup;
    readonly dim: string;
  },
): Promise<ForecastReply | undefined> {
  const params = { ...series };
  const where =
    'tenant = {tenant:String} AND grain = {grain:String} AND kpi = {kpi:String} AND rollup = {rollup:String} AND dim = {dim:String}';
  const [row] = await store.query(
    `SELECT detail FROM forecast_details FINAL WHERE ${where} LIMIT 1`,
    params,
    Row,
  );
  const [forecast] = row === undefined ? [] : parseDetail(row.detail);
  if (forecast === undefined) return undefined;
  const past: readonly PastForecast[] = await store.query(
    `SELECT toUnixTimestamp64Milli(target) AS targetMs, argMax(forecasts.point, origin) AS point,
 argMax(forecasts.lower95, origin) AS lower95, argMax(forecasts.upper95, origin) AS upper95
FROM forecasts FINAL WHERE ${where} AND origin <= target
 AND target >= fromUnixTimestamp64Milli({from:Int64}) AND target < fromUnixTimestamp64Milli({to:Int64})
GROUP BY target ORDER BY target`,
    {
      ...params,
      from: forecast.originMs - MAX_PAST[series.grain] * STEP_MS[series.grain],
      to: forecast.originMs,
    },
    Past,
  );
  return { forecast, past: [...past] };
}

/** A row written by another version of Weir that this one does not understand is left out rather than shown half. */
function parseDetail(text: string): SeriesForecastDetail[] {
  const value: unknown = JSON.parse(text);
  return isDetail.Check(value) ? [value] : [];
}
