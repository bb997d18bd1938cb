import type { AudienceTopic, Segment } from '../../platform/contracts/audience.ts';
import { demographicFields, type DemographicField } from '../../platform/contracts/demographics.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { PeopleEvents } from '../../platform/persons/people-sql.ts';
import type { SqlParams } from '../../platform/store/store.ts';
import { cellPlans, interactionBins, watchBins } from './cells.ts';
import { demographicRows } from './demographics-sql.ts';
import type { DayRange } from './range.ts';

export interface CellQuestion {
  readonly tenant: string;
  readonly timeZone: string;
  readonly range: DayRange;
  readonly segment: Segment;
  readonly by: 'channel' | 'content';
  /** What demographics are of. */
  readonly field: DemographicField;
  /** Holds each person to the cells of the plan, chosen by hash: which ones must not depend on anybody else. */
  readonly isBounded: boolean;
  /** Events by person. */
  readonly people: PeopleEvents;
  /** Items preferences are counted over; empty for the rest. */
  readonly items: readonly string[];
}

export interface Statement {
  readonly sql: string;
  readonly params: SqlParams;
}

const moneyTypes = eventCatalogue.filter(({ money }) => money === 'revenue').map(({ type }) => type);

/** A question never takes the engine from the processors for long, nor memory beyond what it spills. */
export const limits =
  'SETTINGS max_execution_time = 30, max_memory_usage = 1500000000, max_bytes_before_external_group_by = 500000000, max_threads = 2';

/** Milliseconds watched; what is longer than a day or no number counts as nothing watched rather than as an outlier. */
const watchedMs =
  "if(JSONExtractFloat(data, 'watch_time_ms') <= 86400000, JSONExtractFloat(data, 'watch_time_ms'), 0)";

/**
 * Rows `cell`, `viewers`, `views`, `watch_ms`, `revenue`: people in each cell of a topic, by event time in the tenant's zone. People are the persons behind events' users (`platform/persons`);
 * events that name none count in views alone, and not at all when bounded: nobody could be held to a number of cells. So the views a
 * platform reports as the growth of a counter (`post_metrics`) count in exact activity, as they do in the KPI `views`.
 */
export function cellsSql(topic: AudienceTopic, question: CellQuestion): Statement {
  const { isBounded, items, range, segment, tenant, timeZone } = question;
  return {
    sql: `SELECT cell, count_people AS viewers, views, watch_ms, revenue FROM (${topicSql(topic, question)}) ORDER BY cell ${limits}`,
    params: {
      tenant,
      zone: timeZone,
      from: range.fromMs,
      to: range.toMs,
      ...(topic === 'churn' || topic === 'loyalty' ? { split: middle(range) } : {}),
      ...(topic === 'churn' ? { quarter: Math.round((range.fromMs + middle(range)) / 2) } : {}),
      ...(topic === 'loyalty'
        ? { late: Math.round((middle(range) + range.toMs) / 2), days: range.days }
        : {}),
      ...(topic === 'preferences' ? { items } : {}),
      ...(topic === 'demographics' ? { money: moneyTypes } : {}),
      ...(isBounded ? { cap: cellPlans[topic].cellsPerPerson } : {}),
      ...segmentParams(segment),
      ...question.people.params,
    },
  };
}

/** Where the churn question splits its range, and loyalty its. */
export function middle({ fromMs, toMs }: DayRange): number {
  return Math.round((fromMs + toMs) / 2);
}

function topicSql(topic: AudienceTopic, question: CellQuestion): string {
  const { isBounded, segment } = question;
  const from = question.people.events;
  const people = "user != ''";
  switch (topic) {
    case 'activity':
      return peopleCells(
        `SELECT user, ${weekHour} AS cell, toFloat64(count()) AS n, sum(${watchedMs}) AS w
         FROM ${from} WHERE ${views(segment)} ${isBounded ? `AND ${people}` : ''} GROUP BY user, cell
         ${
           isBounded
             ? ''
             : `UNION ALL SELECT '' AS user, ${weekHour} AS cell, sum(JSONExtractFloat(data, 'views')) AS n, toFloat64(0) AS w
                FROM events WHERE ${ofType('post_metrics', segment)} GROUP BY cell`
         }`,
        isBounded,
      );
    case 'returning':
      return peopleCells(
        `SELECT user, arraySort(groupUniqArray(${day('time')})) AS seen,
           ${day('fromUnixTimestamp64Milli({to:Int64} - 1)')} - seen[1] AS ahead, if(length(seen) > 1, seen[2] - seen[1], 0) AS gap,
           multiIf(ahead >= 30, 30, ahead >= 7, 7, ahead >= 1, 1, 0) AS eligible,
           concat(toString(eligible), '.', multiIf(gap = 0 OR gap > eligible, 'none', gap <= 1, '1', gap <= 7, '7', '30')) AS cell,
           count() AS n, 0 AS w FROM ${from} WHERE ${views(segment)} AND ${people} GROUP BY user`,
        false,
      );
    case 'watch_time':
      return peopleCells(
        `SELECT user, sum(${watchedMs}) AS w, count() AS n, w / 60000 AS minutes, multiIf(${watchBins
          .slice(1)
          .map((edge, i) => `minutes < ${edge}, '${i}'`)
          .join(', ')}, '${watchBins.length - 1}') AS cell
         FROM ${from} WHERE ${views(segment)} AND ${people} GROUP BY user`,
        false,
      );
    case 'interaction':
      return peopleCells(
        `SELECT user, countIf(type != 'video_view') AS n, 0 AS w, multiIf(${interactionBins
          .slice(1)
          .map((edge, i) => `n < ${edge}, '${i}'`)
          .join(', ')}, '${interactionBins.length - 1}') AS cell
         FROM ${from} WHERE ${whereOf(watchedOrActed, segment)} AND ${people} GROUP BY user`,
        false,
      );
    case 'loyalty':
      return peopleCells(
        `SELECT user, uniqExact(${day('time')}) * 28 / {days:UInt32} AS active, uniqExact(${day('time')}) AS days,
           min(time) AS first, max(time) AS last, sum(${watchedMs}) AS w, count() AS n,
           multiIf(last < ${at('split')}, 'lapsed', first >= ${at('late')}, 'new', days = 1, 'once', active >= 12, 'devoted', active >= 4, 'regular', 'occasional') AS cell
         FROM ${from} WHERE ${views(segment)} AND ${people} GROUP BY user`,
        false,
      );
    case 'churn':
      return peopleCells(
        `SELECT user, arrayJoin(marks) AS cell, 1 AS n, 0 AS w FROM (
           SELECT user, uniqExactIf(${day('time')}, ${early}) AS days, maxIf(time, ${early}) AS last,
             dateDiff('hour', last, ${at('split')}) AS quiet, uniqExactIf(channel, ${early}) AS channels,
             sumIf(${watchedMs}, time < ${at('quarter')}) AS w1, sumIf(${watchedMs}, ${early} AND time >= ${at('quarter')}) AS w2,
             toString(countIf(time >= ${at('split')}) = 0) AS lapsed,
             [concat('frequency.', multiIf(days <= 1, '0', days <= 3, '1', days <= 7, '2', '3'), '.', lapsed),
              concat('recency.', multiIf(quiet < 24, '0', quiet < 72, '1', quiet < 168, '2', '3'), '.', lapsed),
              concat('trend.', multiIf(w1 > 0 AND w2 = 0, '0', w1 = 0 AND w2 > 0, '4', w2 * 3 <= w1 * 2, '1', w2 * 3 >= w1 * 4, '3', '2'), '.', lapsed),
              concat('breadth.', multiIf(channels <= 1, '0', channels <= 3, '1', '2'), '.', lapsed)] AS marks
           FROM ${from} WHERE ${views(segment)} AND ${people} GROUP BY user HAVING countIf(${early}) > 0)`,
        false,
      );
    case 'preferences':
      return peopleCells(
        `SELECT user, ${question.by} AS cell, count() AS n, 0 AS w FROM ${from}
         WHERE ${views({})} AND ${people} AND ${question.by} IN {items:Array(String)} ${members(segment, from)} GROUP BY user, cell`,
        isBounded,
      );
    case 'demographics':
      return peopleCells(
        demographicRows(
          question.field,
          from,
          whereOf("(type = 'video_view' OR type IN {money:Array(String)})", segment),
          watchedMs,
          isBounded,
        ),
        isBounded,
        'sum(r)',
      );
  }
}

/** What a person does beside watching. */
const watchedOrActed = "type IN ('video_view', 'engagement', 'share', 'click', 'subscription')";
const weekHour =
  "concat(toString(toDayOfWeek(time, 0, {zone:String})), '.', toString(toHour(time, {zone:String})))";
const at = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64})`;
const day = (time: string): string => `toInt32(toDate(${time}, {zone:String}))`;
const early = `time < ${at('split')}`;

/** `rows` has `user`, `cell`, `n`, `w`, one row a person and cell. */
function peopleCells(rows: string, isBounded: boolean, revenue = 'toFloat64(0)'): string {
  const held = isBounded
    ? `SELECT * FROM (${rows}) ORDER BY cityHash64(user, cell) LIMIT {cap:UInt8} BY user`
    : rows;
  return `SELECT cell, countIf(user != '') AS count_people, sum(n) AS views, sum(w) AS watch_ms, ${revenue} AS revenue FROM (${held}) GROUP BY cell`;
}

function views(segment: Segment): string {
  return ofType('video_view', segment);
}

function ofType(type: 'video_view' | 'post_metrics', segment: Segment): string {
  return whereOf(`type = '${type}'`, segment);
}

function whereOf(types: string, segment: Segment): string {
  const conditions = [
    'tenant = {tenant:String}',
    `time >= ${at('from')}`,
    `time < ${at('to')}`,
    types,
    ...segmentKeys(segment).map((key) => `${columnOf(key)} = {segment_${key}:String}`),
  ];
  return conditions.join(' AND ');
}

function members(segment: Segment, from: string): string {
  if (segmentKeys(segment).length === 0) return '';
  return `AND user IN (SELECT user FROM ${from} WHERE ${views(segment)} AND user != '')`;
}

const segmentFields = ['country', 'channel', 'content', ...demographicFields] as const;

/** A dimension, or what the event itself says about who watches. */
function columnOf(key: (typeof segmentFields)[number]): string {
  const field = demographicFields.find((each) => each === key);
  return field === undefined ? key : `JSONExtractString(data, '${field}')`;
}

function segmentKeys(segment: Segment): (typeof segmentFields)[number][] {
  return segmentFields.filter((key) => segment[key] !== undefined);
}

function segmentParams(segment: Segment): Record<string, string> {
  return Object.fromEntries(segmentKeys(segment).map((key) => [`segment_${key}`, segment[key] ?? '']));
}

/** The most watched channels or contents of a tenant, for exact answers. Rows `id`. */
export function topItemsSql(question: CellQuestion, limit: number): Statement {
  return {
    sql: `SELECT ${question.by} AS id FROM ${question.people.events} WHERE ${views(question.segment)} AND ${question.by} != '' AND user != ''
      GROUP BY id ORDER BY uniqExact(user) DESC, id LIMIT {limit:UInt32} ${limits}`,
    params: {
      tenant: question.tenant,
      from: question.range.fromMs,
      to: question.range.toMs,
      limit,
      ...segmentParams(question.segment),
      ...question.people.params,
    },
  };
}

/**
 * Items of private answers: what the tenant itself published before the range ended, newest first. Not what was watched: which items are
 * listed would tell about those who watched.
 */
export function publishedItemsSql(question: CellQuestion, limit: number): Statement {
  return {
    sql: `SELECT ${question.by} AS id FROM events WHERE tenant = {tenant:String} AND type = 'post_published' AND time < ${at('to')}
      AND ${question.by} != '' GROUP BY id ORDER BY max(time) DESC, id LIMIT {limit:UInt32} ${limits}`,
    params: { tenant: question.tenant, to: question.range.toMs, limit },
  };
}

/** People who watched both of two items. Rows `a`, `b`, `viewers`. */
export function pairsSql(question: CellQuestion, limit: number): Statement {
  return {
    sql: `SELECT pair.1 AS a, pair.2 AS b, count() AS viewers FROM (
        SELECT arraySort(groupUniqArray(${question.by})) AS seen,
          arrayJoin(arrayFlatten(arrayMap((x, i) -> arrayMap(y -> (x, y), arraySlice(seen, i + 1)), seen, arrayEnumerate(seen)))) AS pair
        FROM ${question.people.events} WHERE ${views({})} AND user != '' AND ${question.by} IN {items:Array(String)} GROUP BY user HAVING length(seen) > 1
      ) GROUP BY pair ORDER BY viewers DESC, a, b LIMIT {limit:UInt32} ${limits}`,
    params: {
      tenant: question.tenant,
      from: question.range.fromMs,
      to: question.range.toMs,
      items: question.items,
      limit,
      ...question.people.params,
    },
  };
}

/** When the first view of a range was, counted or reported. Row `ms`; 0 when there is none. */
export function firstViewSql(question: CellQuestion): Statement {
  return {
    sql: `SELECT toUnixTimestamp64Milli(min(time)) AS ms FROM events WHERE (${views({})}) OR (${ofType('post_metrics', {})}) ${limits}`,
    params: { tenant: question.tenant, from: question.range.fromMs, to: question.range.toMs },
  };
}

/** Viewers of a range. Row `viewers`. */
export function viewersSql(question: CellQuestion): Statement {
  return {
    sql: `SELECT uniqExact(user) AS viewers FROM ${question.people.events} WHERE ${views({})} AND user != '' ${limits}`,
    params: {
      tenant: question.tenant,
      from: question.range.fromMs,
      to: question.range.toMs,
      ...question.people.params,
    },
  };
}

/** Newest titles of contents. Rows `id`, `title`. */
export function titlesSql(tenant: string, contents: readonly string[]): Statement {
  return {
    sql: `SELECT content AS id, argMax(JSONExtractString(data, 'title'), time) AS title FROM events
      WHERE tenant = {tenant:String} AND type = 'post_published' AND content IN {contents:Array(String)} GROUP BY id ${limits}`,
    params: { tenant, contents },
  };
}
