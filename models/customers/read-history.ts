import { Type } from '@sinclair/typebox';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import type { Store } from '../../platform/store/store.ts';
import { PURCHASE_TYPES } from './purchase-types.ts';
import {
  activityWeeks,
  WEEK_MS,
  type ActivityRow,
  type ActivityWeeks,
  type ContractFact,
  type CustomerHistory,
} from './history.ts';
import type { Buyer } from './order.ts';

/** Beyond, those who did something longest ago are left out, and said so. */
const MAX_CUSTOMERS = 20_000;
const MAX_BUYERS = 20_000;
/** Facts of one customer; its newest are kept. */
const MAX_FACTS = 400;
/** Weeks of activity that are looked at. */
const CUSTOMER_WEEKS = 64;
const BUYER_WEEKS = 12;
const PURCHASE_WEEKS = 104;
const SLICE_WEEKS = 4;
/** Users of one statement. */
const CHUNK = 2_000;
/** Rows of activity in memory; beyond, older weeks are left out. */
const MAX_ROWS = 400_000;
/** A statement keeps the processors' inserts waiting. */
const LIMITS = 'SETTINGS max_execution_time = 10, max_memory_usage = 1000000000, max_threads = 2';

const contractTypes = [
  'subscription_started',
  'subscription_changed',
  'subscription_cancelled',
  'subscription_payment',
];
const useTypes = ['session', 'usage', 'page_view', 'screen_view', 'video_view', 'engagement', 'share'];
const moneyTypes = eventCatalogue.filter(({ money }) => money === 'revenue').map(({ type }) => type);
const costTypes = eventCatalogue
  .filter(({ money, type }) => money === 'cost' && type !== 'ad_spend')
  .map(({ type }) => type);

/** When an event took effect: `effective_at` where it is told later, RFC 3339 or seconds since 1970, as for subscriptions. */
const EFFECTIVE_MS = `if(JSONHas(data, 'effective_at'),
 ifNull(if(JSONType(data, 'effective_at') = 'String',
  toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(JSONExtractString(data, 'effective_at'), 3, 'UTC')),
  toInt64(if(JSONExtractFloat(data, 'effective_at') < 1e11, 1000, 1) * JSONExtractFloat(data, 'effective_at'))), toUnixTimestamp64Milli(time)),
 toUnixTimestamp64Milli(time))`;

const User = Type.Object({ user: Type.String(), total: Type.Number() });
const FactsRow = Type.Object({
  user: Type.String(),
  country: Type.Union([Type.String(), Type.Null()]),
  at: Type.Array(Type.Number()),
  type: Type.Array(Type.String()),
  minor: Type.Array(Type.Number()),
  terms: Type.Array(Type.String()),
});
const WeekRow = Type.Object({
  user: Type.String(),
  week: Type.Number(),
  sessions: Type.Number(),
  session_ms: Type.Number(),
  features: Type.Number(),
  tickets: Type.Number(),
  failed: Type.Number(),
  used: Type.Number(),
  influence: Type.Number(),
  revenue: Type.Number(),
  last_use: Type.Number(),
});

export interface CustomersRead {
  readonly customers: CustomerHistory[];
  readonly buyers: Buyer[];
  readonly leftOut: number;
  readonly activity: ActivityWeeks;
  readonly marginShare: number;
}

/**
 * What the stored events say of a tenant's customers up to `asOfMs`: ClickHouse sums by user and week in slices of four weeks and 2,000
 * users, and the few events of each contract as they are.
 */
export async function readCustomers(store: Store, tenant: string, asOfMs: number): Promise<CustomersRead> {
  const weeks = await weeksOfEvents(store, tenant, asOfMs);
  const [customers, leftOutCustomers] = await readContracts(store, tenant, asOfMs);
  const isCustomer = new Set(customers.map(({ user }) => user));
  const [buyers, leftOutBuyers] = await readBuyers(store, tenant, asOfMs, weeks, isCustomer);
  const features = await readFeatures(store, tenant, asOfMs);
  const rows: ActivityRow[] = [];
  const users = [...customers.map(({ user }) => user), ...buyers.map(({ user }) => user)];
  const place = new Map(users.map((user, i) => [user, i]));
  for (let week = 0; week < Math.min(weeks, CUSTOMER_WEEKS) && rows.length < MAX_ROWS; week += SLICE_WEEKS) {
    const asked = week < BUYER_WEEKS ? users : users.slice(0, customers.length);
    for (let at = 0; at < asked.length; at += CHUNK)
      rows.push(
        ...(await readWeeks(store, tenant, asOfMs, week, asked.slice(at, at + CHUNK), features, place)),
      );
  }
  return {
    customers,
    buyers,
    leftOut: leftOutCustomers + leftOutBuyers,
    activity: activityWeeks(users.length, rows),
    marginShare: await readMargin(store, tenant, asOfMs),
  };
}

const Edge = Type.Object({ ms: Type.Number() });

/** Weeks back to the tenant's first event: before it there is nothing to ask for. */
async function weeksOfEvents(store: Store, tenant: string, asOfMs: number): Promise<number> {
  const [first] = await store.query(
    'SELECT toUnixTimestamp64Milli(time) AS ms FROM events WHERE tenant = {tenant:String} ORDER BY time LIMIT 1',
    { tenant },
    Edge,
  );
  return first === undefined ? 0 : Math.ceil(Math.max(0, asOfMs - first.ms) / WEEK_MS);
}

async function readContracts(
  store: Store,
  tenant: string,
  asOfMs: number,
): Promise<readonly [CustomerHistory[], number]> {
  const users = await store.query(
    `SELECT user, count() OVER () AS total FROM (
 SELECT user, max(time) AS last FROM events
 WHERE tenant = {tenant:String} AND type IN {types:Array(String)} AND user != '' AND time < fromUnixTimestamp64Milli({asOf:Int64})
 GROUP BY user
) ORDER BY last DESC, user LIMIT {limit:UInt32} ${LIMITS}`,
    { tenant, types: contractTypes, asOf: asOfMs, limit: MAX_CUSTOMERS },
    User,
  );
  const mrr = await readMrr(store, tenant);
  const customers: CustomerHistory[] = [];
  for (let at = 0; at < users.length; at += CHUNK) {
    const rows = await store.query(
      `SELECT user, country, arrayMap(e -> e.1, facts) AS at, arrayMap(e -> e.2, facts) AS type, arrayMap(e -> e.3, facts) AS minor,
 arrayMap(e -> e.4, facts) AS terms
FROM (
SELECT user, any(place) AS country, arraySlice(arraySort(groupArray((ms, kind, amount_minor, terms))), -{facts:Int64}) AS facts
FROM (
 SELECT user, nullIf(country, '') AS place, type AS kind, amount_minor, ${EFFECTIVE_MS} AS ms,
  toJSONString(map('subscription_id', JSONExtractRaw(data, 'subscription_id'), 'plan', JSONExtractRaw(data, 'plan'),
   'status', JSONExtractRaw(data, 'status'), 'unit', JSONExtractRaw(data, 'unit_amount_minor'), 'quantity', JSONExtractRaw(data, 'quantity'),
   'interval', JSONExtractRaw(data, 'interval'), 'count', JSONExtractRaw(data, 'interval_count'), 'ends_at', JSONExtractRaw(data, 'ends_at'),
   'period_end', JSONExtractRaw(data, 'current_period_end'), 'trial_end', JSONExtractRaw(data, 'trial_end'))) AS terms
 FROM events
 WHERE tenant = {tenant:String} AND type IN {types:Array(String)} AND user IN {users:Array(String)}
  AND time < fromUnixTimestamp64Milli({asOf:Int64})
)
GROUP BY user
) ORDER BY user ${LIMITS}`,
      {
        tenant,
        types: contractTypes,
        users: users.slice(at, at + CHUNK).map(({ user }) => user),
        asOf: asOfMs,
        facts: MAX_FACTS,
      },
      FactsRow,
    );
    for (const row of rows)
      customers.push({
        user: row.user,
        country: row.country ?? '',
        mrrMinor: mrr.get(row.user) ?? null,
        facts: row.at
          .map((ms, i) => factOf(ms, row.type[i] ?? '', row.minor[i] ?? 0, row.terms[i] ?? '{}'))
          .filter((fact) => fact.kind !== 'payment' || (fact.unitMinor ?? 0) > 0)
          .filter((fact) => fact.atMs < asOfMs),
      });
  }
  return [customers, Math.max(0, (users[0]?.total ?? 0) - users.length)];
}

const intervals: Readonly<Record<string, number>> = {
  day: 12 / 365.25,
  week: (7 * 12) / 365.25,
  month: 1,
  quarter: 3,
  year: 12,
};

/** `terms` holds the raw JSON text of each field; '' for one that is absent. */
function factOf(atMs: number, type: string, minor: number, terms: string): ContractFact {
  const fields: unknown = JSON.parse(terms);
  const read = (name: string): unknown => {
    if (typeof fields !== 'object' || fields === null || !(name in fields)) return undefined;
    const raw: unknown = Object.entries(fields).find(([key]) => key === name)?.[1];
    return typeof raw === 'string' && raw !== '' ? JSON.parse(raw) : undefined;
  };
  const text = (name: string): string | null => {
    const value = read(name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const number = (name: string): number | null => {
    const value = read(name);
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const kinds: Readonly<Record<string, ContractFact['kind']>> = {
    subscription_started: 'start',
    subscription_changed: 'change',
    subscription_cancelled: 'cancel',
  };
  const kind = kinds[type] ?? 'payment';
  const word = text('interval');
  const unit = number('unit');
  return {
    atMs,
    kind,
    subscription: text('subscription_id') ?? '',
    plan: text('plan'),
    status: text('status'),
    unitMinor: kind === 'payment' ? minor : unit === null ? null : unit * (number('quantity') ?? 1),
    intervalMonths:
      word === null
        ? kind === 'change'
          ? null
          : 1
        : (intervals[word] ?? 1) * Math.max(1, number('count') ?? 1),
    endsAtMs: timeOf(read('ends_at')) ?? timeOf(read('period_end')),
    trialEndMs: timeOf(read('trial_end')),
  };
}

/** RFC 3339, or seconds since 1970 as Stripe writes them; milliseconds where too large for that. */
function timeOf(value: unknown): number | null {
  if (typeof value === 'number' && Number.isFinite(value)) return value < 1e11 ? value * 1_000 : value;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

const MrrRow = Type.Object({ customer: Type.String(), mrr: Type.Number() });

/** MRR of each customer as Revenue shows it. */
async function readMrr(store: Store, tenant: string): Promise<ReadonlyMap<string, number>> {
  const rows = await store.query(
    `SELECT customer, toFloat64(sum(closing_base)) AS mrr FROM mrr_movements FINAL
WHERE tenant = {tenant:String} AND window = '1mo'
 AND policy_version = (SELECT max(policy_version) FROM mrr_status FINAL WHERE tenant = {tenant:String})
 AND window_start = (SELECT max(window_start) FROM mrr_movements WHERE tenant = {tenant:String} AND window = '1mo'
  AND policy_version = (SELECT max(policy_version) FROM mrr_status FINAL WHERE tenant = {tenant:String}))
GROUP BY customer HAVING mrr > 0 LIMIT {limit:UInt32} ${LIMITS}`,
    { tenant, limit: 5 * MAX_CUSTOMERS },
    MrrRow,
  );
  return new Map(rows.map(({ customer, mrr }) => [customer, mrr]));
}

const FeatureRow = Type.Object({ feature: Type.String() });

/** The features used most, at most 31: each has a bit. */
async function readFeatures(store: Store, tenant: string, asOfMs: number): Promise<readonly string[]> {
  const rows = await store.query(
    `SELECT JSONExtractString(data, 'feature') AS feature FROM events
WHERE tenant = {tenant:String} AND type = 'usage' AND feature != ''
 AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
GROUP BY feature ORDER BY count() DESC, feature LIMIT 31 ${LIMITS}`,
    { tenant, from: asOfMs - CUSTOMER_WEEKS * WEEK_MS, to: asOfMs },
    FeatureRow,
  );
  return rows.map(({ feature }) => feature);
}

async function readWeeks(
  store: Store,
  tenant: string,
  asOfMs: number,
  week: number,
  users: readonly string[],
  features: readonly string[],
  place: ReadonlyMap<string, number>,
): Promise<ActivityRow[]> {
  const rows = await store.query(
    `SELECT user, intDiv({asOf:Int64} - 1 - ms, {weekMs:Int64}) AS week,
 countIf(type = 'session') AS sessions,
 sumIf(least(JSONExtractFloat(data, 'duration_ms'), 86400000), type = 'session') AS session_ms,
 groupBitOr(toUInt32(if(type = 'usage', bitShiftLeft(toUInt64(1), indexOf({features:Array(String)}, JSONExtractString(data, 'feature'))), 0) / 2)) AS features,
 countIf(type = 'support_ticket') AS tickets, countIf(type = 'payment_failed') AS failed,
 countIf(type IN {use:Array(String)}) AS used,
 countIf(type = 'share' OR type = 'engagement' AND JSONExtractString(data, 'kind') = 'comment') AS influence,
 toFloat64(sumIf(amount_base_minor, type IN {money:Array(String)})) AS revenue,
 maxIf(ms, type IN {use:Array(String)}) AS last_use
FROM (
 SELECT user, type, data, amount_base_minor, ${EFFECTIVE_MS} AS ms FROM events
 WHERE tenant = {tenant:String} AND user IN {users:Array(String)}
  AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
)
WHERE ms < {asOf:Int64} GROUP BY user, week HAVING week < {weeks:Int64} ${LIMITS}`,
    {
      tenant,
      users,
      features: features.length > 0 ? features : ['\u0000'],
      use: useTypes,
      money: moneyTypes,
      asOf: asOfMs,
      weekMs: WEEK_MS,
      weeks: CUSTOMER_WEEKS,
      from: asOfMs - (week + SLICE_WEEKS) * WEEK_MS,
      to: asOfMs - week * WEEK_MS,
    },
    WeekRow,
  );
  return rows.map((row) => ({
    user: place.get(row.user) ?? 0,
    week: row.week,
    sessions: row.sessions,
    sessionMs: Math.max(0, row.session_ms),
    features: row.features,
    tickets: row.tickets,
    failedPayments: row.failed,
    engagement: row.used,
    influence: row.influence,
    revenueMinor: row.revenue,
    lastUseMs: row.last_use,
  }));
}

const BuyerRow = Type.Object({
  user: Type.String(),
  days: Type.Number(),
  first_day: Type.Number(),
  last_day: Type.Number(),
  first_minor: Type.Number(),
  minor: Type.Number(),
});
const DAY_MS = 86_400_000;

interface Bought {
  days: number;
  firstDay: number;
  lastDay: number;
  firstMinor: number;
  minor: number;
}

/** Buyers without a contract; days count back from `asOfMs`, newest slices first, so that a bound leaves out who bought longest ago. */
async function readBuyers(
  store: Store,
  tenant: string,
  asOfMs: number,
  weeks: number,
  isCustomer: ReadonlySet<string>,
): Promise<readonly [Buyer[], number]> {
  const found = new Map<string, Bought>();
  const beyond = new Set<string>();
  for (let week = 0; week < Math.min(weeks, PURCHASE_WEEKS); week += SLICE_WEEKS) {
    const rows = await store.query(
      `SELECT user, count() AS days, max(day) AS first_day, min(day) AS last_day, argMax(bought, day) AS first_minor, sum(bought) AS minor FROM (
 SELECT user, intDiv({asOf:Int64} - 1 - toUnixTimestamp64Milli(time), 86400000) AS day, toFloat64(sum(amount_base_minor)) AS bought
 FROM events
 WHERE tenant = {tenant:String} AND type IN {types:Array(String)} AND user != ''
  AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})
 GROUP BY user, day HAVING bought > 0
) GROUP BY user ORDER BY last_day, user LIMIT {limit:UInt32} ${LIMITS}`,
      {
        tenant,
        types: PURCHASE_TYPES,
        asOf: asOfMs,
        from: asOfMs - (week + SLICE_WEEKS) * WEEK_MS,
        to: asOfMs - week * WEEK_MS,
        limit: 2 * MAX_BUYERS,
      },
      BuyerRow,
    );
    for (const { days, first_day, first_minor, last_day, minor, user } of rows) {
      if (isCustomer.has(user)) continue;
      const known = found.get(user);
      if (known === undefined && found.size >= MAX_BUYERS) {
        if (beyond.size < MAX_BUYERS) beyond.add(user);
        continue;
      }
      found.set(user, {
        days: days + (known?.days ?? 0),
        firstDay: first_day,
        lastDay: known?.lastDay ?? last_day,
        firstMinor: first_minor,
        minor: minor + (known?.minor ?? 0),
      });
    }
  }
  const buyers = [...found].map(([user, { days, firstDay, firstMinor, lastDay, minor }]): Buyer => ({
    user,
    purchases: {
      repeats: days - 1,
      recency: ((firstDay - lastDay) * DAY_MS) / WEEK_MS,
      age: (firstDay * DAY_MS) / WEEK_MS,
      meanValue: days > 1 ? (minor - firstMinor) / (days - 1) : 0,
    },
  }));
  return [buyers, beyond.size];
}

const MoneyRow = Type.Object({ revenue: Type.Number(), cost: Type.Number() });

/** Of revenue kept after costs (advertising aside) in the last twelve weeks, within .05 and 1; 1 where nothing is told of costs. */
async function readMargin(store: Store, tenant: string, asOfMs: number): Promise<number> {
  const [row] = await store.query(
    `SELECT toFloat64(sumIf(amount_base_minor, type IN {money:Array(String)})) AS revenue,
 toFloat64(sumIf(amount_base_minor, type IN {costs:Array(String)})) AS cost FROM events
WHERE tenant = {tenant:String} AND time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64}) ${LIMITS}`,
    { tenant, money: moneyTypes, costs: costTypes, from: asOfMs - 12 * WEEK_MS, to: asOfMs },
    MoneyRow,
  );
  if (row === undefined || row.revenue <= 0) return 1;
  return Math.min(1, Math.max(0.05, 1 - Math.max(0, row.cost) / row.revenue));
}
