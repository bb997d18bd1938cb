import { Type, type Static, type TSchema } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec, type JsonCodec } from '../../platform/bus/json.ts';
import {
  analyticsSubject,
  type AnalyticsKind,
  type AnalyticsScope,
} from '../../platform/contracts/analytics.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { defaultTargetPerMonth, PnlReply } from '../../platform/contracts/pnl.ts';
import { BreakdownReply } from '../../platform/contracts/revenue.ts';
import { Severity } from '../../platform/contracts/signal.ts';
import type { Access, Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { KpiFact, RecurringFacts, ReportFacts, SignalFact } from '../report/facts.ts';
import { periodOf, type Period } from '../report/period.ts';
import type { ReadFacts } from '../report/ports.ts';
import { readCash } from './cash-facts.ts';
import { readForecast, readForecastBefore } from './forecast-facts.ts';
import { readKpiFacts } from './kpi-values.ts';

export interface FactsDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: Access;
  readonly kpis: KvMirror<KpiDefinition>;
}

const ASK_TIMEOUT_MS = 60_000;
const pnlCodec = createJsonCodec(PnlReply);
const breakdownCodec = createJsonCodec(BreakdownReply);

/** Asks the processors for profit and loss and breakdowns, and reads the rest from history. */
export function createReadFacts({ bus, store, access, kpis }: FactsDeps): ReadFacts {
  return async (request, params) => {
    const tenant = tenantOf(access, request.tenant);
    const clock = createWindowClock(tenant.timeZone);
    const period = periodOf(params, request.createdAtMs, clock);
    const scope: AnalyticsScope = { tenant: tenant.id, timeZone: tenant.timeZone, currency: tenant.currency };
    const ask = async <T extends TSchema>(
      kind: AnalyticsKind,
      question: unknown,
      codec: JsonCodec<T>,
    ): Promise<Static<T>> =>
      await bus.request(analyticsSubject(kind), { scope, question }, codec, ASK_TIMEOUT_MS);
    const pnlOf = async (fromMs: number, toMs: number, grain: PnlReply['grain']): Promise<PnlReply> =>
      await ask(
        'pnl',
        {
          fromMs,
          toMs,
          grain,
          plan: tenant.plan ?? 'none',
          targetPerMonth: tenant.profitTargetPerMonth ?? defaultTargetPerMonth,
        },
        pnlCodec,
      );
    const breakdown = async (
      by: 'stream' | 'channel',
      fromMs = period.fromMs,
      toMs = period.toMs,
    ): Promise<BreakdownReply> =>
      await ask(
        'breakdown',
        {
          fromMs,
          toMs,
          by,
          ...(fromMs === period.fromMs && toMs === period.toMs && period.priorFromMs < period.priorToMs
            ? { comparedFromMs: period.priorFromMs, comparedToMs: period.priorToMs }
            : {}),
          limit: 1_000,
        },
        breakdownCodec,
      );
    // One after the other: a report is in no hurry, and the thread that answers serves the live side.
    const pnl = await pnlOf(period.fromMs, period.toMs, 'month');
    const streams = await breakdown('stream');
    const channels = await breakdown('channel');
    const priorPnl =
      streams.previousTotalMinor === null ? null : await pnlOf(period.priorFromMs, period.priorToMs, 'month');
    const trend = await pnlOf(period.chartFromMs, period.toMs, period.chartGrain);
    const cash = await readCash({
      store,
      tenant: tenant.id,
      clock,
      fromMs: period.fromMs,
      toMs: period.toMs,
      priorFromMs: priorPnl === null ? undefined : period.priorFromMs,
      figuresOf: async (fromMs, toMs) => {
        if (fromMs === period.fromMs && toMs === period.toMs)
          return { profitMinor: pnl.total.profitMinor, streams: byStream(streams) };
        const [total, parts] = [await pnlOf(fromMs, toMs, 'month'), await breakdown('stream', fromMs, toMs)];
        return { profitMinor: total.total.profitMinor, streams: byStream(parts) };
      },
    });
    const scale = 10 ** (currencyExponent(tenant.currency) ?? 2);
    return {
      tenant: {
        name: tenant.name,
        currency: tenant.currency,
        timeZone: tenant.timeZone,
        simulated: tenant.simulated,
      },
      audience: params.audience ?? 'management',
      period,
      madeAtMs: request.createdAtMs,
      askedBy: request.askedBy,
      pnl,
      priorPnl,
      trend,
      streams,
      channels,
      recurring: await readRecurring(store, tenant.id, period, clock.start('1mo', period.fromMs)),
      kpis: await readKpis(store, tenant, kpis, period, priorPnl !== null),
      signals: await readSignals(store, tenant.id, period),
      cash,
      forecast: await readForecast(store, tenant.id, scale),
      forecastBefore: await readForecastBefore(store, tenant.id, period, daysOf(period, clock), scale),
      freshness: await readFreshness(store, tenant.id, period),
    };
  };
}

function byStream({ rows }: BreakdownReply): ReadonlyMap<string, number> {
  return new Map(rows.map(({ id, revenueMinor }) => [id, revenueMinor]));
}

function daysOf({ fromMs, toMs }: Pick<Period, 'fromMs' | 'toMs'>, clock: WindowClock): number {
  let days = 0;
  for (let at = fromMs; at < toMs; at = clock.end('1d', at)) days += 1;
  return days;
}

export function tenantOf(access: Access, id: string): Tenant {
  const tenant = access.tenant(id);
  if (tenant === undefined) throw new WeirError('RENDER_PARAMS_INVALID', `There is no tenant ${id}.`);
  return tenant;
}

async function readKpis(
  store: Store,
  tenant: Tenant,
  mirror: KvMirror<KpiDefinition>,
  period: Period,
  isCompared: boolean,
): Promise<KpiFact[]> {
  const own = mirror
    .keys()
    .flatMap((key) => (key.startsWith(`${tenant.id}.`) ? (mirror.get(key) ?? []) : []));
  const shown = kpisOf(own).filter((each) => each.cut === undefined && each.basis === undefined);
  const now = await readKpiFacts(store, tenant, shown, period.fromMs, period.toMs);
  const before = isCompared
    ? await readKpiFacts(store, tenant, shown, period.priorFromMs, period.priorToMs)
    : undefined;
  return shown.map((definition) => ({
    definition,
    value: now.get(definition.key) ?? null,
    prior: before?.get(definition.key) ?? null,
  }));
}

const StatusRow = Type.Object({ policy_version: Type.Number(), as_of_ms: Type.Number() });
const MonthRow = Type.Object({
  startMs: Type.Number(),
  opening: Type.Number(),
  new: Type.Number(),
  reactivation: Type.Number(),
  expansion: Type.Number(),
  contraction: Type.Number(),
  churn: Type.Number(),
  transfer: Type.Number(),
  fx: Type.Number(),
  closing: Type.Number(),
  customers: Type.Number(),
});
const sums = [
  'opening',
  'new',
  'reactivation',
  'expansion',
  'contraction',
  'churn',
  'transfer',
  'fx',
  'closing',
] as const;

async function readRecurring(
  store: Store,
  tenant: string,
  period: Period,
  fromMs: number,
): Promise<RecurringFacts | undefined> {
  const [status] = await store.query(
    'SELECT policy_version, toUnixTimestamp64Milli(as_of) AS as_of_ms FROM mrr_status FINAL WHERE tenant = {tenant:String}',
    { tenant },
    StatusRow,
  );
  if (status === undefined) return undefined;
  const months = await store.query(
    `SELECT startMs, ${sums.map((name) => `sum(c_${name}) AS ${name}`).join(', ')}, countIf(n_closing > 0) AS customers
FROM (
 SELECT toUnixTimestamp64Milli(m.window_start) AS startMs, m.customer AS customer, ${sums.map((name) => `sum(m.${name}_base) AS c_${name}`).join(', ')},
  sum(m.closing) AS n_closing
 FROM mrr_movements AS m FINAL
 WHERE m.tenant = {tenant:String} AND m.policy_version = {policyVersion:UInt32} AND m.window = '1mo'
  AND m.window_start >= fromUnixTimestamp64Milli({from:Int64}) AND m.window_start < fromUnixTimestamp64Milli({to:Int64})
 GROUP BY startMs, customer
)
GROUP BY startMs ORDER BY startMs LIMIT 400`,
    { tenant, policyVersion: status.policy_version, from: fromMs, to: period.toMs },
    MonthRow,
  );
  return { asOfMs: status.as_of_ms, policyVersion: status.policy_version, months };
}

const SignalRow = Type.Object({
  title: Type.String(),
  kind: Type.String(),
  severity: Severity,
  state: Type.String(),
  startedAtMs: Type.Number(),
  endedAtMs: Type.Union([Type.Number(), Type.Null()]),
  isGood: Type.Union([Type.Boolean(), Type.Null()]),
});

/** Signals that fired in the period or fire now, whenever they began: what is to be done is to be done now. The most severe and newest first. */
async function readSignals(store: Store, tenant: string, period: Period): Promise<SignalFact[]> {
  const rows = await store.query(
    `SELECT title, kind, severity, state, toUnixTimestamp64Milli(started_at) AS startedAtMs, toUnixTimestamp64Milli(ended_at) AS endedAtMs, is_good AS isGood
FROM signals FINAL
WHERE tenant = {tenant:String} AND (state = 'firing' OR started_at < fromUnixTimestamp64Milli({to:Int64})
 AND (ended_at IS NULL OR ended_at > fromUnixTimestamp64Milli({from:Int64})))
ORDER BY state = 'firing' DESC, severity = 'critical' DESC, severity = 'warning' DESC, started_at DESC, id LIMIT 20`,
    { tenant, from: period.fromMs, to: period.toMs },
    SignalRow,
  );
  return rows.map(({ state, ...row }) => ({ ...row, isFiring: state === 'firing' }));
}

const FreshnessRow = Type.Object({
  newest: Type.Union([Type.Number(), Type.Null()]),
  received: Type.Union([Type.Number(), Type.Null()]),
  events: Type.Number(),
});

async function readFreshness(
  store: Store,
  tenant: string,
  period: Period,
): Promise<ReportFacts['freshness']> {
  const [row] = await store.query(
    `SELECT if(count() = 0, NULL, toUnixTimestamp64Milli(max(time))) AS newest, if(count() = 0, NULL, toUnixTimestamp64Milli(max(received_at))) AS received,
 countIf(time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})) AS events
FROM events WHERE tenant = {tenant:String}`,
    { tenant, from: period.fromMs, to: period.toMs },
    FreshnessRow,
  );
  return {
    newestEventMs: row?.newest ?? null,
    newestReceivedMs: row?.received ?? null,
    events: row?.events ?? 0,
  };
}
