import { Type } from '@sinclair/typebox';
import type { ForecastGrain, PastForecast, SeriesForecastDetail } from '../../platform/contracts/forecast.ts';
import type { Store } from '../../platform/store/store.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';

const pointColumns = [
  'tenant',
  'grain',
  'kpi',
  'rollup',
  'dim',
  'target',
  'origin',
  'point',
  'lower68',
  'upper68',
  'lower80',
  'upper80',
  'lower95',
  'upper95',
  'model_version',
  'version',
] as const;
const detailColumns = ['tenant', 'grain', 'kpi', 'rollup', 'dim', 'origin', 'detail', 'version'] as const;

/** Writes forecasts of one origin, details last, so that what a screen shows has its steps. Absolute: a repeat replaces. */
export async function writeForecasts(
  store: Store,
  tenant: string,
  forecasts: readonly SeriesForecastDetail[],
): Promise<void> {
  const points: string[] = [];
  const details: string[] = [];
  for (const forecast of forecasts) {
    const { bands, dim, grain, kpi, madeAtMs, modelVersion, originMs, rollup } = forecast;
    const key = [tenant, grain, escapeTsv(kpi), rollup, escapeTsv(dim)].join('\t');
    const bound = (level: number, side: 'lower' | 'upper', h: number): number =>
      bands.find((band) => band.level === level)?.[side][h] ?? forecast.points[h] ?? 0;
    forecast.points.forEach((point, h) => {
      const bounds = [0.68, 0.8, 0.95].flatMap((level) => [
        bound(level, 'lower', h),
        bound(level, 'upper', h),
      ]);
      points.push(
        [key, forecast.stepStarts[h] ?? 0, originMs, point, ...bounds, modelVersion, madeAtMs].join('\t'),
      );
    });
    details.push([key, originMs, escapeTsv(JSON.stringify(forecast)), madeAtMs].join('\t'));
  }
  if (points.length > 0) await store.insertRows('forecasts', pointColumns, `${points.join('\n')}\n`);
  if (details.length > 0)
    await store.insertRows('forecast_details', detailColumns, `${details.join('\n')}\n`);
}

const Said = Type.Object({
  kpi: Type.String(),
  rollup: Type.String(),
  dim: Type.String(),
  target_ms: Type.Number(),
  point: Type.Number(),
  lower95: Type.Number(),
  upper95: Type.Number(),
});

/** What was said of the steps from `fromMs` to before `toMs` when they were still to come, the newest each, by series id in time order. */
export async function readSaid(
  store: Store,
  tenant: string,
  grain: ForecastGrain,
  fromMs: number,
  toMs: number,
): Promise<ReadonlyMap<string, readonly PastForecast[]>> {
  const rows = await store.query(
    `SELECT kpi, rollup, dim, toUnixTimestamp64Milli(target) AS target_ms,
 argMax(forecasts.point, origin) AS point, argMax(forecasts.lower95, origin) AS lower95, argMax(forecasts.upper95, origin) AS upper95
FROM forecasts FINAL
WHERE tenant = {tenant:String} AND grain = {grain:String}
 AND target >= fromUnixTimestamp64Milli({from:Int64}) AND target < fromUnixTimestamp64Milli({to:Int64}) AND origin <= target
GROUP BY kpi, rollup, dim, target ORDER BY kpi, rollup, dim, target`,
    { tenant, grain, from: fromMs, to: toMs },
    Said,
  );
  const out = new Map<string, PastForecast[]>();
  for (const { dim, kpi, lower95, point, rollup, target_ms, upper95 } of rows) {
    const id = `${kpi}.${rollup}.${dim}`;
    const list = out.get(id) ?? [];
    list.push({ targetMs: target_ms, point, lower95, upper95 });
    out.set(id, list);
  }
  return out;
}
