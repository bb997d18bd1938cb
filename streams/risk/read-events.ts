import { Type } from '@sinclair/typebox';
import { MAX_FOLLOWED_USERS } from '../../platform/contracts/analytics.ts';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { AnswerDeps } from '../analytics/answer-users.ts';
import { scanSlices, type Progress } from '../analytics/scan.ts';
import type { RiskFacts, SourceFacts } from './facts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const RECOVERY_MS = 14 * DAY_MS;
/** Platforms and sources told apart; what is beyond is in none. */
const MAX_NAMES = 64;
const LIMIT_SECONDS = 2;
/** Sums of half a day: 112 statements each for 56 days, however busy the engine is. */
const LEAST_SLICE_MS = 12 * HOUR_MS;

const revenueTypes = eventCatalogue.filter(({ money }) => money === 'revenue').map(({ type }) => type);

export interface Span {
  readonly tenant: string;
  /** Events of [fromMs, toMs) are read, and all until `nowMs` for the silence of sources. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  /** Start of the last 28 complete days. */
  readonly lastMs: number;
}

const HourRow = Type.Object({
  h: Type.Number(),
  s: Type.String(),
  p: Type.String(),
  sold: Type.Number(),
  refunded: Type.Number(),
  paid: Type.Number(),
  paid_minor: Type.Number(),
  failed: Type.Number(),
  n: Type.Number(),
});

const hoursSql = `SELECT toInt64(toUnixTimestamp(toStartOfHour(time))) * 1000 AS h, source AS s,
 JSONExtractString(data, 'platform') AS p,
 sumIf(amount_base_minor, type IN {money:Array(String)} AND amount_base_minor > 0) AS sold,
 -sumIf(amount_base_minor, type IN {money:Array(String)} AND amount_base_minor < 0) AS refunded,
 countIf(type = 'subscription_payment' AND amount_base_minor > 0) AS paid,
 sumIf(amount_base_minor, type = 'subscription_payment' AND amount_base_minor > 0) AS paid_minor,
 countIf(type = 'payment_failed') AS failed, count() AS n
FROM events
WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
 AND type IN {types:Array(String)}
GROUP BY h, s, p
SETTINGS max_execution_time = ${LIMIT_SECONDS}`;

const UserRow = Type.Object({
  u: Type.String(),
  v: Type.Number(),
  f: Type.Array(Type.Number()),
  p: Type.Array(Type.Number()),
});

const usersSql = `SELECT user AS u,
 sumIf(amount_base_minor, type IN {money:Array(String)} AND time >= fromUnixTimestamp64Milli({last:Int64})) AS v,
 groupArrayIf(toUnixTimestamp64Milli(time), type = 'payment_failed') AS f,
 groupArrayIf(toUnixTimestamp64Milli(time), type = 'subscription_payment' AND amount_base_minor > 0) AS p
FROM events
WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
 AND type IN {types:Array(String)} AND user != ''
GROUP BY user
SETTINGS max_execution_time = ${LIMIT_SECONDS}`;

interface SourceHours {
  lastMs: number;
  readonly hours: Set<number>;
  revenueMinor: number;
}

/** What only single events tell: platforms, refunds, payments and sources, by the hour. */
export async function readHours(
  deps: AnswerDeps,
  span: Span,
  indexOf: (ms: number) => number,
  days: number,
  progress: Progress,
): Promise<
  Pick<RiskFacts, 'refundedDays' | 'soldDays' | 'sources'> & {
    readonly platforms: ReadonlyMap<string, readonly number[]>;
    readonly failedDays: readonly number[];
    readonly paidDays: readonly number[];
    readonly meanPaymentMinor: number;
    /** When the first payment came that is stored; +Infinity without any. */
    readonly paysSinceMs: number;
  }
> {
  const zeros = (): number[] => Array.from({ length: days }, () => 0);
  const [sold, refunded, paid, failed] = [zeros(), zeros(), zeros(), zeros()];
  const failedHours = new Map<number, number>();
  let paysSinceMs = Number.POSITIVE_INFINITY;
  const platforms = new Map<string, number[]>();
  const sources = new Map<string, SourceHours>();
  let paidMinor = 0;
  let payments = 0;
  await scanSlices(
    deps,
    {
      fromMs: span.fromMs,
      toMs: span.nowMs,
      sql: hoursSql,
      params: { tenant: span.tenant, money: revenueTypes, types: [...revenueTypes, 'payment_failed'] },
      row: HourRow,
      stage: 'reading money by the hour',
      leastMs: LEAST_SLICE_MS,
      take: (rows) => {
        for (const row of rows) {
          if (row.h >= span.lastMs) addSource(sources, row.s, row.h, row.sold - row.refunded);
          const at = indexOf(row.h);
          if (at < 0) continue;
          add(sold, at, row.sold);
          add(refunded, at, row.refunded);
          add(paid, at, row.paid);
          if (row.failed > 0) failedHours.set(row.h, (failedHours.get(row.h) ?? 0) + row.failed);
          if (row.paid > 0) paysSinceMs = Math.min(paysSinceMs, row.h);
          if (row.h >= span.lastMs) {
            paidMinor += row.paid_minor;
            payments += row.paid;
          }
          if (row.p === '' || (!platforms.has(row.p) && platforms.size >= MAX_NAMES)) continue;
          const own = platforms.get(row.p) ?? zeros();
          platforms.set(row.p, own);
          add(own, at, row.sold - row.refunded);
        }
        return rows.length;
      },
    },
    progress,
  );
  // Failures that reach further back than payments would make a share of nothing: who begins often brings troubles along, not payments.
  for (const [ms, count] of failedHours) if (ms >= paysSinceMs) add(failed, indexOf(ms), count);
  return {
    soldDays: sold,
    refundedDays: refunded,
    paidDays: paid,
    failedDays: failed,
    platforms,
    meanPaymentMinor: payments === 0 ? 0 : paidMinor / payments,
    paysSinceMs,
    sources: [...sources].flatMap(([name, each]) => sourceOf(name, each)),
  };
}

function addSource(sources: Map<string, SourceHours>, name: string, hourMs: number, money: number): void {
  const known = sources.get(name);
  if (known === undefined && sources.size >= MAX_NAMES) return;
  const own = known ?? { lastMs: 0, hours: new Set<number>(), revenueMinor: 0 };
  if (known === undefined) sources.set(name, own);
  own.hours.add(hourMs);
  own.lastMs = Math.max(own.lastMs, hourMs + HOUR_MS);
  own.revenueMinor += money;
}

function sourceOf(name: string, { hours, lastMs, revenueMinor }: SourceHours): SourceFacts[] {
  if (revenueMinor <= 0) return [];
  const inOrder = [...hours].toSorted((a, b) => a - b);
  const pauses = inOrder.slice(1).map((hour, i) => (hour - (inOrder[i] ?? hour)) / HOUR_MS - 1);
  const spanHours = Math.max(1, (lastMs - (inOrder[0] ?? lastMs)) / HOUR_MS);
  return [
    {
      name,
      lastMs,
      longestPauseHours: Math.max(0, ...pauses),
      activeHours: hours.size,
      revenuePerHourMinor: revenueMinor / spanHours,
    },
  ];
}

interface Customer {
  valueMinor: number;
  readonly failed: number[];
  readonly paid: number[];
}

/** Customers by what they brought, and what became of payments that failed. Undefined when they are too many to follow. */
export async function readCustomers(
  deps: AnswerDeps,
  span: Span & { readonly paysSinceMs: number },
  progress: Progress,
): Promise<
  | {
      readonly customers: NonNullable<RiskFacts['customers']>;
      readonly payments: Pick<RiskFacts['payments'], 'known' | 'open' | 'recovered'>;
    }
  | undefined
> {
  const users = new Map<string, Customer>();
  let isTooMany = false;
  await scanSlices(
    deps,
    {
      fromMs: span.fromMs,
      toMs: span.toMs,
      sql: usersSql,
      params: {
        tenant: span.tenant,
        last: span.lastMs,
        money: revenueTypes,
        types: [...revenueTypes, 'payment_failed'],
      },
      row: UserRow,
      stage: 'following customers',
      leastMs: LEAST_SLICE_MS,
      take: (rows) => {
        for (const { f, p, u, v } of rows) {
          const known = users.get(u);
          if (known === undefined && users.size >= MAX_FOLLOWED_USERS) {
            isTooMany = true;
            continue;
          }
          const own = known ?? { valueMinor: 0, failed: [], paid: [] };
          if (known === undefined) users.set(u, own);
          own.valueMinor += v;
          own.failed.push(...f);
          own.paid.push(...p);
        }
        return rows.length;
      },
    },
    progress,
  );
  if (isTooMany) return undefined;
  return { customers: customersOf(users.values()), payments: outcomesOf(users.values(), span) };
}

function customersOf(users: Iterable<Customer>): NonNullable<RiskFacts['customers']> {
  const values = [...users].map(({ valueMinor }) => valueMinor).filter((value) => value > 0);
  const totalMinor = values.reduce((sum, value) => sum + value, 0);
  return {
    count: values.length,
    totalMinor,
    largestMinor: values.reduce((largest, value) => Math.max(largest, value), 0),
    index: totalMinor > 0 ? values.reduce((sum, value) => sum + (value / totalMinor) ** 2, 0) : 0,
  };
}

/** Failed payments by what came after: one that came within 14 days is a recovery. Those from before any payment is known are left out. */
export function outcomesOf(
  users: Iterable<Pick<Customer, 'failed' | 'paid'>>,
  { lastMs, paysSinceMs, toMs }: Pick<Span, 'lastMs' | 'toMs'> & { readonly paysSinceMs: number },
): Pick<RiskFacts['payments'], 'known' | 'open' | 'recovered'> {
  let known = 0;
  let recovered = 0;
  let open = 0;
  for (const { failed: all, paid } of users) {
    const failed = all.filter((ms) => ms >= paysSinceMs);
    for (const at of failed) {
      if (at + RECOVERY_MS > toMs) continue;
      known += 1;
      if (paid.some((ms) => ms > at && ms <= at + RECOVERY_MS)) recovered += 1;
    }
    const last = failed.reduce((latest, ms) => Math.max(latest, ms), 0);
    if (last >= lastMs && last > 0 && !paid.some((ms) => ms > last)) open += 1;
  }
  return { known, recovered, open };
}

function add(values: number[], at: number, value: number): void {
  values[at] = (values[at] ?? 0) + value;
}
