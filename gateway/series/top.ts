import { Type } from '@sinclair/typebox';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import {
  liveWindows,
  type KpiDefinition,
  type Measure,
  type WindowSize,
} from '../../platform/contracts/kpi.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { spansOf, type Formula } from '../../platform/kpi/formula.ts';
import { parseKpiFormula } from '../../platform/kpi/kpi.ts';
import type { Store } from '../../platform/store/store.ts';
import type { TimeRange } from './range.ts';
import { mergedMaps } from '../../platform/kpi/merged-sql.ts';
import type { Statement } from './rollup-sql.ts';

export interface TopQuestion {
  readonly by: 'channel' | 'content';
  /** What is ranked by. */
  readonly definition: KpiDefinition;
  /** What is shown beside it. */
  readonly beside?: readonly KpiDefinition[];
  /** Windows whose states are added up; the range is widened to whole ones. */
  readonly window: WindowSize;
  readonly range: TimeRange;
  readonly limit: number;
}

export interface Ranked {
  readonly id: string;
  /** Newest title of a content; the id where none is known. */
  readonly title: string;
  readonly value: number;
  /** Values of the KPIs beside; null where a formula has none. */
  readonly beside: readonly (number | null)[];
}

const TopRow = Type.Object({
  dim: Type.String(),
  value: Type.Number(),
  beside: Type.Array(Type.Union([Type.Number(), Type.Null()])),
});
const TitleRow = Type.Object({ content: Type.String(), title: Type.String() });

/** Channels or contents with the highest value of a KPI over a range, highest first. Distinct counts cannot be ranked by. */
export async function readTop(store: Store, question: TopQuestion, tenant: Tenant): Promise<Ranked[]> {
  const minorPerMajor = 10 ** (currencyExponent(tenant.currency) ?? 2);
  const { sql, params } = topSql(question, tenant.id, minorPerMajor);
  const rows = await store.query(sql, params, TopRow);
  const titles =
    question.by === 'content'
      ? await readTitles(
          store,
          tenant.id,
          rows.map((row) => row.dim),
        )
      : new Map<string, string>();
  return rows.map(({ dim, ...row }) => ({ id: dim, title: titles.get(dim) ?? dim, ...row }));
}

export function topSql(question: TopQuestion, tenant: string, minorPerMajor: number): Statement {
  const { by, definition, limit, range, window } = question;
  const shown = [definition, ...(question.beside ?? [])];
  if (!liveWindows[by].includes(window)) {
    throw new WeirError(
      'GATEWAY_REQUEST_INVALID',
      `Windows of one ${by} are kept from ${liveWindows[by].join(', ')}.`,
      {
        details: { in: 'query', field: 'window' },
      },
    );
  }
  const measures = shown.flatMap((kpi) => kpi.measures);
  const isSketched = measures.some(({ agg }) => agg === 'unique' || agg === 'quantile');
  const isOfOneWindow = shown.every(
    (kpi) => kpi.basis === undefined && spansOf(parseKpiFormula(kpi)).size === 0,
  );
  if (isSketched || !isOfOneWindow) {
    throw new WeirError(
      'GATEWAY_REQUEST_INVALID',
      isSketched
        ? `${definition.key} counts distinct values or takes quantiles, which cannot be ranked by.`
        : `${definition.key} looks beyond its window, so ${by}s cannot be ranked by it.`,
      {
        details: { in: 'query', field: 'kpi' },
      },
    );
  }
  const days = (range.toMs - range.fromMs) / 86_400_000;
  const [value, ...beside] = shown.map((kpi) => formulaSql(kpi, days, minorPerMajor));
  return {
    sql: `SELECT dim, ${value} AS value, [${beside.join(', ')}]::Array(Float64) AS beside
FROM (
 SELECT dim, ${mergedMaps(measures)}
 FROM kpi FINAL
 WHERE tenant = {tenant:String} AND window = {window:String} AND rollup = {rollup:String} AND dim != ''
  AND window_start >= fromUnixTimestamp64Milli({from:Int64}) AND window_start < fromUnixTimestamp64Milli({to:Int64})
 GROUP BY dim
)
WHERE isFinite(value) AND value != 0
ORDER BY value ${definition.direction === 'up' ? 'DESC' : 'ASC'}, dim
LIMIT {limit:UInt32}`,
    params: { tenant, window, rollup: by, from: range.fromMs, to: range.toMs, limit },
  };
}

/** The formula over merged maps `s`, `lo` and `hi`; a division by zero gives NaN, as in the streaming engine. */
function formulaSql(definition: KpiDefinition, days: number, minorPerMajor: number): string {
  const measures = new Map<string, Measure>(definition.measures.map((measure) => [measure.key, measure]));
  const nameSql = (name: string): string => {
    if (name === 'window_days') return literal(days);
    if (name === 'window_hours') return literal(days * 24);
    const measure = measures.get(name);
    if (measure === undefined) return '0.';
    const map = measure.agg === 'min' ? 'lo' : measure.agg === 'max' ? 'hi' : 's';
    const raw = map === 's' ? `s['${name}']` : `if(mapContains(${map}, '${name}'), ${map}['${name}'], nan)`;
    return 'field' in measure && measure.field === 'amount' ? `(${raw} / ${minorPerMajor})` : raw;
  };
  const build = (formula: Formula): string => {
    switch (formula.kind) {
      case 'number':
        return literal(formula.value);
      case 'name':
        return nameSql(formula.name);
      case 'negate':
        return `(-${build(formula.of)})`;
      case 'call': {
        const args = formula.args.map(build);
        if (formula.name === 'or')
          return args.reduceRight((rest, arg) => `if(isFinite(${arg}), ${arg}, ${rest})`);
        return `${formula.name === 'min' ? 'arrayMin' : 'arrayMax'}([${args.join(', ')}])`;
      }
      case 'quantile':
      case 'past':
        return 'nan';
      case 'binary': {
        const left = build(formula.left);
        const right = build(formula.right);
        return formula.op === '/'
          ? `if(${right} = 0, nan, ${left} / ${right})`
          : `(${left} ${formula.op} ${right})`;
      }
    }
  };
  return build(parseKpiFormula(definition));
}

/** Always a Float64 literal, so that no arithmetic falls into integers. */
function literal(value: number): string {
  return `toFloat64(${value})`;
}

/** Newest title of each content that was published under one. */
export async function readTitles(
  store: Store,
  tenant: string,
  contents: readonly string[],
): Promise<Map<string, string>> {
  if (contents.length === 0) return new Map();
  const rows = await store.query(
    `SELECT content, argMax(JSONExtractString(data, 'title'), time) AS title
FROM events
WHERE tenant = {tenant:String} AND type = 'post_published' AND content IN {contents:Array(String)}
GROUP BY content
HAVING title != ''`,
    { tenant, contents },
    TitleRow,
  );
  return new Map(rows.map((row) => [row.content, row.title]));
}
