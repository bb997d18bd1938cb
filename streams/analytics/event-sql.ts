import { Type } from '@sinclair/typebox';
import type { AnalyticsFilters, EventMatch } from '../../platform/contracts/analytics.ts';
import { dimensions } from '../../platform/contracts/kpi.ts';
import type { SqlParams } from '../../platform/store/store.ts';

/** What is read of the events of each user. */
export interface UserEventsQuestion {
  readonly tenant: string;
  readonly filters: AnalyticsFilters;
  /** An event comes with bit i set when it fits any match of entry i; events that fit none are left out. */
  readonly bits: readonly (readonly EventMatch[])[];
  /** A dimension, `type` or a field of data that comes along as text. */
  readonly text?: string | undefined;
  readonly withAmounts?: boolean;
}

/** Events of one user in a slice of time, by time: instants, bits, text and money in the tenant's minor units. */
export const UserEventsRow = Type.Object({
  u: Type.String(),
  t: Type.Array(Type.Number()),
  m: Type.Array(Type.Number()),
  x: Type.Array(Type.String()),
  v: Type.Array(Type.Number()),
});

/** One statement may hold up others of the embedded engine, which runs one at a time. */
const LIMIT_SECONDS = 2;

/**
 * SELECT of a tenant's events by user in a slice {from} to {to}. Everything from the question goes in as a parameter but the names
 * of fields, which have a strict pattern and are quoted.
 */
export function userEventsSql(question: UserEventsQuestion): {
  readonly sql: string;
  readonly params: SqlParams;
} {
  const params: Record<string, string | readonly string[]> = { tenant: question.tenant };
  const bits = question.bits.map((matches, bit) => {
    const conditions = matches.map((match, i) => matchSql(match, `b${bit}m${i}`, params));
    return `if(${conditions.join(' OR ')}, ${2 ** bit}, 0)`;
  });
  params['types'] = [...new Set(question.bits.flat().map((match) => match.type))];
  const narrowed = dimensions.flatMap((dimension) => {
    const value = question.filters[dimension];
    if (value === undefined) return [];
    params[`f_${dimension}`] = value;
    return [`AND ${dimension} = {f_${dimension}:String}`];
  });
  const text = question.text === undefined ? "''" : fieldSql(question.text);
  const amount = question.withAmounts === true ? 'amount_base_minor' : 'toInt64(0)';
  const list = (part: number, isWanted: boolean, empty: string): string =>
    isWanted ? `arrayMap(e -> e.${part}, events_in_order)` : empty;
  return {
    sql: `SELECT user AS u, ${list(1, true, '')} AS t, ${list(2, true, '')} AS m,
 ${list(3, question.text !== undefined, '[]::Array(String)')} AS x, ${list(4, question.withAmounts === true, '[]::Array(Int64)')} AS v
FROM (
 SELECT user, arraySort(groupArray((ms, bits, text, amount))) AS events_in_order
 FROM (
  SELECT user, toUnixTimestamp64Milli(time) AS ms, toUInt32(${bits.join(' + ')}) AS bits, ${text} AS text, ${amount} AS amount
  FROM events
  WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
   AND type IN {types:Array(String)} AND user != '' ${narrowed.join(' ')}
 )
 WHERE bits != 0
 GROUP BY user
 SETTINGS max_execution_time = ${LIMIT_SECONDS}
)`,
    params,
  };
}

function matchSql(
  match: EventMatch,
  name: string,
  params: Record<string, string | readonly string[]>,
): string {
  params[name] = match.type;
  if (match.where === undefined) return `type = {${name}:String}`;
  params[`${name}v`] = match.where.in;
  return `(type = {${name}:String} AND ${fieldSql(match.where.field)} IN {${name}v:Array(String)})`;
}

/** A column, or a field of data: strings as they are, anything else as JSON writes it, '' where it is absent. */
function fieldSql(field: string): string {
  if (field === 'type' || dimensions.some((dimension) => dimension === field)) return field;
  const path = field
    .split('.')
    .map((part) => `'${part}'`)
    .join(', ');
  return `if(JSONType(data, ${path}) = 'String', JSONExtractString(data, ${path}), JSONExtractRaw(data, ${path}))`;
}
