import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { CustomerRun, type CustomerScore, type CustomerValue } from '../../platform/contracts/customers.ts';
import type { Store } from '../../platform/store/store.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import type { FormerSegment } from '../value/segment-matching.ts';
import { mainReason } from './score.ts';

const scoreColumns = [
  'tenant',
  'as_of',
  'customer',
  'probability',
  'scored_by',
  'band',
  'reason',
  'at_risk_minor',
  'detail',
  'version',
] as const;
const valueColumns = [
  'tenant',
  'as_of',
  'customer',
  'kind',
  'segment',
  'value',
  'rank',
  'detail',
  'version',
] as const;
/** Rows of one insert. */
const PIECE = 5_000;

/** Writes a run: scores and values first, then the run that makes them count. Absolute: a repeat replaces. */
export async function writeRun(
  store: Store,
  tenant: string,
  run: CustomerRun,
  scores: readonly CustomerScore[],
  values: readonly CustomerValue[],
): Promise<void> {
  const version = run.madeAtMs;
  const line = (...cells: readonly (string | number)[]): string =>
    cells.map((cell) => (typeof cell === 'string' ? escapeTsv(cell) : cell)).join('\t');
  await insert(store, 'churn_scores', scoreColumns, scores, (each) =>
    line(
      tenant,
      run.asOfMs,
      each.customer,
      each.probability,
      each.scoredBy,
      each.band,
      mainReason(each.reasons) ?? '',
      each.atRiskMinor,
      JSON.stringify(each),
      version,
    ),
  );
  await insert(store, 'customer_values', valueColumns, values, (each) =>
    line(
      tenant,
      run.asOfMs,
      each.customer,
      each.kind,
      each.segment,
      each.value,
      each.rank,
      JSON.stringify(each),
      version,
    ),
  );
  await store.insertRows(
    'churn_runs',
    ['tenant', 'as_of', 'detail', 'version'],
    `${line(tenant, run.asOfMs, JSON.stringify(run), version)}\n`,
  );
}

async function insert<T>(
  store: Store,
  table: string,
  columns: readonly string[],
  rows: readonly T[],
  text: (row: T) => string,
): Promise<void> {
  for (let at = 0; at < rows.length; at += PIECE)
    await store.insertRows(
      table,
      columns,
      `${rows
        .slice(at, at + PIECE)
        .map(text)
        .join('\n')}\n`,
    );
}

const Detail = Type.Object({ detail: Type.String() });
const Member = Type.Object({ customer: Type.String(), segment: Type.String() });
const isRun = TypeCompiler.Compile(CustomerRun);

/** Segments of the newest run up to `untilMs`, and who was in them. */
export async function readFormer(
  store: Store,
  tenant: string,
  untilMs: number,
): Promise<{
  readonly segments: readonly FormerSegment[];
  readonly of: readonly (readonly [string, string])[];
}> {
  const [row] = await store.query(
    `SELECT detail FROM churn_runs FINAL WHERE tenant = {tenant:String} AND as_of <= fromUnixTimestamp64Milli({until:Int64})
ORDER BY as_of DESC LIMIT 1`,
    { tenant, until: untilMs },
    Detail,
  );
  const run: unknown = row === undefined ? undefined : JSON.parse(row.detail);
  if (!isRun.Check(run)) return { segments: [], of: [] };
  const members = await store.query(
    `SELECT customer, segment FROM customer_values FINAL
WHERE tenant = {tenant:String} AND as_of = fromUnixTimestamp64Milli({asOf:Int64}) AND segment != '' LIMIT 60000`,
    { tenant, asOf: run.asOfMs },
    Member,
  );
  return {
    segments: run.segments.map(({ id, members: count, name, ranks }) => ({
      id,
      name,
      members: count,
      ranks,
    })),
    of: members.map(({ customer, segment }) => [customer, segment] as const),
  };
}
