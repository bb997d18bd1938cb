import { Type } from '@sinclair/typebox';
import { EXPOSURE_TYPE } from '../../platform/contracts/event-catalogue.ts';
import type { Experiment, ExperimentMetric } from '../../platform/contracts/experiment.ts';
import type { PeopleEvents } from '../../platform/persons/people-sql.ts';
import type { SqlParams } from '../../platform/store/store.ts';

/** Users of one variant first seen in one epoch of shares, and the sums of each metric over them, in the order of `metricsOf`. */
export const CountRow = Type.Object({
  variant: Type.String(),
  epoch: Type.Integer(),
  /** 1: users who saw more than one variant under the same shares. */
  mixed: Type.Integer(),
  users: Type.Integer(),
  /** Of them, those who saw another variant after the shares had changed. */
  moved: Type.Integer(),
  sums: Type.Array(Type.Number()),
  squares: Type.Array(Type.Number()),
});

/** One statement may hold up others of the embedded engine, which runs one at a time. */
const LIMIT_SECONDS = 10;

/** Every metric of an experiment once, in a fixed order. */
export function metricsOf(experiment: Experiment): ExperimentMetric[] {
  const all = [
    experiment.primary,
    ...experiment.secondary,
    ...experiment.guardrails.map(({ metric }) => metric),
  ];
  return [...new Map(all.map((metric) => [metric.key, metric])).values()];
}

/**
 * SELECT of `CountRow`s. A user belongs to the variant and the epoch of the first exposure; what the user does counts from then on for the
 * window. Whoever comes back after the shares have changed may get another variant: such a user counts as first allocated (intention to treat),
 * since leaving out those who come back would leave out the most active, and of the variants that lose shares. It pulls the variants together,
 * never apart. Several variants under the same shares are a fault of whoever shows them. Under `thompson` only users whose window is over count: a variant that has just been given more users would else look
 * worse than it is. `minorPerMajor`: 100 for euros.
 *
 * A user is a person, by what is known now of who is who: what is bought after the sign-in counts for the exposure before it. Who got one variant signed out and
 * another one signed in counts as first allocated, too: whether somebody signs in comes after the exposure, and leaving these out would choose by it.
 */
export function countSql(
  experiment: Experiment,
  untilMs: number,
  minorPerMajor: number,
  people: PeopleEvents,
): { readonly sql: string; readonly params: SqlParams } {
  const metrics = metricsOf(experiment);
  const windowMs = experiment.windowHours * 3_600_000;
  const params: Record<string, SqlParams[string]> = {
    ...people.params,
    tenant: experiment.tenant,
    exposure: EXPOSURE_TYPE,
    key: experiment.key,
    from: experiment.startedAtMs ?? 0,
    until: untilMs,
    exposedUntil: experiment.allocation === 'thompson' ? untilMs - windowMs : untilMs,
    window: windowMs,
    epochs: experiment.epochs.map(({ fromMs }) => fromMs),
    types: [...new Set(metrics.flatMap(({ eventTypes }) => eventTypes))],
  };
  const values = metrics.map((metric, i) => {
    params[`types${i}`] = metric.eventTypes;
    const isIn = `e.type IN {types${i}:Array(String)}`;
    return metric.kind === 'conversion'
      ? `toFloat64(countIf(${isIn}) > 0)`
      : `sumIf(e.amount_base_minor, ${isIn}) / ${minorPerMajor}`;
  });
  return {
    sql: `SELECT variant, epoch, mixed, count() AS users, countIf(moved = 1) AS moved, sumForEach(vals) AS sums, sumForEach(arrayMap(v -> v * v, vals)) AS squares
FROM (
 SELECT x.user AS user, any(x.variant) AS variant, any(x.epoch) AS epoch, any(x.mixed) AS mixed, any(x.moved) AS moved, [${values.join(', ')}] AS vals
 FROM (
  SELECT user, min(first) AS first, argMin(variant, firstly) AS variant, argMin(epoch, firstly) AS epoch,
   max(mixed) AS mixed, toUInt8(mixed = 0 AND length(arrayDistinct(arrayFlatten(groupArray(variants)))) > 1) AS moved
  FROM (
  SELECT user, identity, min(toUnixTimestamp64Milli(time)) AS first, argMin(JSONExtractString(data, 'variant'), (time, id)) AS variant,
   min((time, id)) AS firstly, groupUniqArray(JSONExtractString(data, 'variant')) AS variants,
   uniqExact(arrayCount(start -> start <= toUnixTimestamp64Milli(time), {epochs:Array(Int64)}), JSONExtractString(data, 'variant')) AS pairs,
   uniqExact(arrayCount(start -> start <= toUnixTimestamp64Milli(time), {epochs:Array(Int64)})) AS spans,
   toUInt8(pairs > spans) AS mixed,
   toUInt32(arrayCount(start -> start <= first, {epochs:Array(Int64)})) AS epoch
  FROM ${people.events}
  WHERE tenant = {tenant:String} AND type = {exposure:String} AND user != '' AND JSONExtractString(data, 'experiment') = {key:String}
   AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({exposedUntil:Int64})
  GROUP BY user, identity
  ) GROUP BY user
 ) AS x
 LEFT JOIN (
  SELECT user, type, toUnixTimestamp64Milli(time) AS ms, amount_base_minor
  FROM ${people.events}
  WHERE tenant = {tenant:String} AND type IN {types:Array(String)} AND user != ''
   AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({until:Int64})
 ) AS e ON e.user = x.user AND e.ms >= x.first AND e.ms < x.first + {window:Int64}
 GROUP BY x.user
)
GROUP BY variant, epoch, mixed
ORDER BY variant, epoch, mixed
SETTINGS max_execution_time = ${LIMIT_SECONDS}`,
    params,
  };
}
