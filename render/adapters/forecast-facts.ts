import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Store } from '../../platform/store/store.ts';
import type { ForecastFacts, PeriodForecast } from '../report/facts.ts';

const TableRow = Type.Object({ name: Type.String() });
const DetailRow = Type.Object({ detail: Type.String() });
const Maybe = Type.Union([Type.Number(), Type.Null()]);
/** The parts of a stored forecast a report shows; amounts in major units. */
const Detail = Type.Object({
  madeAtMs: Type.Number(),
  stepStarts: Type.Array(Type.Number()),
  points: Type.Array(Type.Number()),
  bands: Type.Array(
    Type.Object({ level: Type.Number(), lower: Type.Array(Type.Number()), upper: Type.Array(Type.Number()) }),
  ),
  horizons: Type.Array(Type.Object({ steps: Type.Number(), backtest: Type.Object({ wape: Maybe }) })),
});

const MAX_DAYS = 30;
const LEVEL = 0.8;

/** The newest daily forecast of the whole revenue, up to thirty days of it. Undefined where there is none, or nobody forecasts here. */
export async function readForecast(
  store: Store,
  tenant: string,
  scale: number,
): Promise<ForecastFacts | undefined> {
  const tables = await store.query(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'forecast_details'",
    {},
    TableRow,
  );
  if (tables.length === 0) return undefined;
  const [row] = await store.query(
    `SELECT detail FROM forecast_details FINAL
WHERE tenant = {tenant:String} AND grain = 'daily' AND kpi = 'total_revenue' AND rollup = 'total' AND dim = ''
ORDER BY origin DESC LIMIT 1`,
    { tenant },
    DetailRow,
  );
  return row === undefined ? undefined : forecastOf(row.detail, scale);
}

const BeforeRow = Type.Object({ originMs: Type.Number(), revenue: Type.Number() });

/** What the last forecast made before the period said of all its days, added up; undefined where none covers them all. */
export async function readForecastBefore(
  store: Store,
  tenant: string,
  period: { readonly fromMs: number; readonly toMs: number },
  days: number,
  scale: number,
): Promise<PeriodForecast | undefined> {
  const [row] = await store.query(
    `SELECT toUnixTimestamp64Milli(origin) AS originMs, sum(point) AS revenue
FROM forecasts FINAL
WHERE tenant = {tenant:String} AND grain = 'daily' AND kpi = 'total_revenue' AND rollup = 'total' AND dim = ''
 AND target >= fromUnixTimestamp64Milli({from:Int64}) AND target < fromUnixTimestamp64Milli({to:Int64})
 AND origin <= fromUnixTimestamp64Milli({from:Int64})
GROUP BY origin HAVING count() = {days:UInt32} ORDER BY origin DESC LIMIT 1`,
    { tenant, from: period.fromMs, to: period.toMs, days },
    BeforeRow,
  );
  return row === undefined
    ? undefined
    : { madeAtMs: row.originMs, revenueMinor: Math.round(row.revenue * scale) };
}

/** Undefined for a text that is no forecast: a report goes on without one. */
export function forecastOf(detail: string, scale: number): ForecastFacts | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(detail);
  } catch {
    return undefined;
  }
  if (!Value.Check(Detail, parsed)) return undefined;
  const { bands, horizons, madeAtMs, points, stepStarts } = parsed;
  const band = bands.find(({ level }) => level === LEVEL);
  const minor = (value: number | undefined): number => Math.round((value ?? 0) * scale);
  const days = points.slice(0, MAX_DAYS).map((point, i) => ({
    startMs: stepStarts[i] ?? 0,
    expected: minor(point),
    low: minor(band?.lower[i] ?? point),
    high: minor(band?.upper[i] ?? point),
  }));
  const horizon = horizons.filter(({ steps }) => steps <= MAX_DAYS).at(-1);
  return { madeAtMs, days, backtest: horizon?.backtest.wape ?? null };
}
