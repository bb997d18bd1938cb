import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler';
import {
  CustomerRun,
  CustomerScore,
  CustomerValue,
  ScoredBy,
  type ChurnBandName,
  type CustomerDetail,
  type CustomerScoreList,
  type CustomerValueList,
} from '../../platform/contracts/customers.ts';
import type { Store } from '../../platform/store/store.ts';

const isRun = TypeCompiler.Compile(CustomerRun);
const isScore = TypeCompiler.Compile(CustomerScore);
const isValue = TypeCompiler.Compile(CustomerValue);
const Row = Type.Object({ detail: Type.String() });
const Counted = Type.Object({ detail: Type.String(), total: Type.Number() });
const Past = Type.Object({ asOfMs: Type.Number(), probability: Type.Number(), scoredBy: ScoredBy });
const PAST_POINTS = 120;

/** The newest run of a tenant; undefined where there is none yet. */
export async function readRun(store: Store, tenant: string): Promise<CustomerRun | undefined> {
  const [row] = await store.query(
    'SELECT detail FROM churn_runs FINAL WHERE tenant = {tenant:String} ORDER BY as_of DESC LIMIT 1',
    { tenant },
    Row,
  );
  return row === undefined ? undefined : parse(isRun, row.detail)[0];
}

export interface ScoreQuestion {
  readonly tenant: string;
  readonly asOfMs: number;
  readonly band?: ChurnBandName | undefined;
  /** What speaks most for leaving. */
  readonly reason?: string | undefined;
  readonly segment?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Customers of a run, most money at risk first. */
export async function readScores(store: Store, question: ScoreQuestion): Promise<CustomerScoreList> {
  const { asOfMs, band, limit, offset, reason, segment, tenant } = question;
  const conditions = [
    band === undefined ? '' : 'AND band = {band:String}',
    reason === undefined ? '' : 'AND reason = {reason:String}',
    segment === undefined
      ? ''
      : `AND customer IN (SELECT customer FROM customer_values FINAL
 WHERE tenant = {tenant:String} AND as_of = fromUnixTimestamp64Milli({asOf:Int64}) AND segment = {segment:String})`,
  ];
  const rows = await store.query(
    `SELECT detail, count() OVER () AS total FROM churn_scores FINAL
WHERE tenant = {tenant:String} AND as_of = fromUnixTimestamp64Milli({asOf:Int64}) ${conditions.join(' ')}
ORDER BY at_risk_minor DESC, customer LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    {
      tenant,
      asOf: asOfMs,
      limit,
      offset,
      ...(band === undefined ? {} : { band }),
      ...(reason === undefined ? {} : { reason }),
      ...(segment === undefined ? {} : { segment }),
    },
    Counted,
  );
  return {
    asOfMs,
    total: rows[0]?.total ?? 0,
    customers: rows.flatMap(({ detail }) => parse(isScore, detail)),
  };
}

export interface ValueQuestion {
  readonly tenant: string;
  readonly asOfMs: number;
  readonly segment?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Customers and buyers of a run, most valuable first. */
export async function readValues(store: Store, question: ValueQuestion): Promise<CustomerValueList> {
  const { asOfMs, limit, offset, segment, tenant } = question;
  const rows = await store.query(
    `SELECT detail, count() OVER () AS total FROM customer_values FINAL
WHERE tenant = {tenant:String} AND as_of = fromUnixTimestamp64Milli({asOf:Int64}) ${segment === undefined ? '' : 'AND segment = {segment:String}'}
ORDER BY value DESC, customer LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { tenant, asOf: asOfMs, limit, offset, ...(segment === undefined ? {} : { segment }) },
    Counted,
  );
  return {
    asOfMs,
    total: rows[0]?.total ?? 0,
    customers: rows.flatMap(({ detail }) => parse(isValue, detail)),
  };
}

/** One customer in the newest run, and how it was scored before; undefined where that run does not know it. */
export async function readCustomer(
  store: Store,
  tenant: string,
  customer: string,
): Promise<CustomerDetail | undefined> {
  const run = await readRun(store, tenant);
  if (run === undefined) return undefined;
  const params = { tenant, customer, asOf: run.asOfMs };
  const where =
    'WHERE tenant = {tenant:String} AND as_of = fromUnixTimestamp64Milli({asOf:Int64}) AND customer = {customer:String}';
  const [scores, values, past] = await Promise.all([
    store.query(`SELECT detail FROM churn_scores FINAL ${where}`, params, Row),
    store.query(`SELECT detail FROM customer_values FINAL ${where}`, params, Row),
    store.query(
      `SELECT toUnixTimestamp64Milli(as_of) AS asOfMs, probability, scored_by AS scoredBy FROM churn_scores FINAL
WHERE tenant = {tenant:String} AND customer = {customer:String} AND as_of <= fromUnixTimestamp64Milli({asOf:Int64})
ORDER BY as_of DESC LIMIT {limit:UInt32}`,
      { ...params, limit: PAST_POINTS },
      Past,
    ),
  ]);
  const [score] = scores.flatMap(({ detail }) => parse(isScore, detail));
  const [value] = values.flatMap(({ detail }) => parse(isValue, detail));
  if (score === undefined && value === undefined) return undefined;
  return {
    asOfMs: run.asOfMs,
    currency: run.currency,
    horizonDays: run.horizonDays,
    score: score ?? null,
    value: value ?? null,
    segment: run.segments.find(({ id }) => id === value?.segment) ?? null,
    past: [...past].reverse(),
  };
}

/** A row written by another version of Weir that this one does not understand is left out rather than shown half. */
function parse<T extends TSchema>(check: TypeCheck<T>, text: string): Static<T>[] {
  const value: unknown = JSON.parse(text);
  return check.Check(value) ? [value] : [];
}
