import { Type } from '@sinclair/typebox';
import type { AnalyticsScope } from '../../platform/contracts/analytics.ts';
import { RISK_DAYS } from '../../platform/contracts/risks.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import type { AnswerDeps } from '../analytics/answer-users.ts';
import { readSums, type SumsRow } from '../analytics/kpi-sql.ts';
import type { Progress } from '../analytics/scan.ts';
import type { Cut, FactDay, RecurringFacts, RiskFacts } from './facts.ts';
import { readCustomers, readHours, type Span } from './read-events.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days of history by windows: four times what an amount is for. */
const HISTORY_DAYS = 112;
/** Days of single events, which are many more. */
const EVENT_DAYS = 56;
const MONTHS = 12;
const YEAR_DAYS = 365;
/** A year ago is known where this many of its days earned something. */
const FEWEST_YEAR_DAYS = 50;
const MAX_PARTS = 10_000;

/** Reads all that risks are worked out from. Days are those of the tenant's zone. */
export async function readRiskFacts(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  progress: Progress,
): Promise<RiskFacts> {
  const zone = createWindowClock(scope.timeZone);
  const clockMs = deps.clock.nowMs();
  // Before a tenant's first event is stored nothing is complete, and there is no time it is complete up to.
  const completeMs = deps.completeMs(scope.tenant);
  // While the processors are behind, what is not stored yet is no silence of its source.
  const nowMs = Number.isFinite(completeMs) ? Math.min(clockMs, completeMs) : clockMs;
  const asOfMs = zone.start('1d', nowMs);
  const daysBack = (count: number): number => zone.start('1d', asOfMs - count * DAY_MS + 2 * HOUR_MS);
  const lastMs = daysBack(RISK_DAYS);
  const days = await readDays(deps, scope.tenant, zone, daysBack(HISTORY_DAYS), asOfMs);
  const index = new Map(days.map(({ startMs }, i) => [startMs, i]));
  const indexOf = (ms: number): number => (ms >= asOfMs ? -1 : (index.get(zone.start('1d', ms)) ?? -1));
  const cut = async (rollup: 'channel' | 'content' | 'stream'): Promise<Cut> => {
    const whole = await readSums(deps.store, {
      tenant: scope.tenant,
      rollup,
      window: '1d',
      fromMs: lastMs,
      toMs: asOfMs,
      isWhole: true,
      limit: MAX_PARTS,
    });
    const parts = whole
      .filter(({ dim }) => dim !== '')
      .map(({ cost, dim, revenue }) => ({ id: dim, revenueMinor: revenue, costMinor: cost }));
    const largest = parts[0];
    const rows =
      largest === undefined
        ? []
        : await readSums(deps.store, {
            tenant: scope.tenant,
            rollup,
            dim: largest.id,
            window: '1d',
            fromMs: days[0]?.startMs ?? asOfMs,
            toMs: asOfMs,
            limit: HISTORY_DAYS + 2,
          });
    return { parts, largestDays: byDay(rows, days.length, indexOf) };
  };
  const [stream, channel, content] = [await cut('stream'), await cut('channel'), await cut('content')];
  const span: Span = {
    tenant: scope.tenant,
    fromMs: daysBack(EVENT_DAYS),
    toMs: asOfMs,
    nowMs,
    lastMs,
  };
  const hours = await readHours(deps, span, indexOf, days.length, progress);
  const { platforms, failedDays, paidDays, meanPaymentMinor, paysSinceMs, ...rest } = hours;
  const customers = await readCustomers(deps, { ...span, paysSinceMs }, progress);
  const recent = (values: readonly number[]): number =>
    values.slice(-RISK_DAYS).reduce((sum, value) => sum + value, 0);
  return {
    nowMs,
    asOfMs,
    days,
    stream,
    channel,
    content,
    platform: platformCut(platforms, recent),
    customers: customers?.customers,
    payments: {
      failed: recent(failedDays),
      paid: recent(paidDays),
      meanMinor: meanPaymentMinor,
      failedDays,
      paidDays,
      ...(customers?.payments ?? { known: 0, open: 0, recovered: 0 }),
    },
    ...rest,
    ...(await readRecurring(deps, scope.tenant, zone.start('1mo', asOfMs))),
    adsYearAgo: await readYearAgo(deps, scope.tenant, zone, asOfMs),
  };
}

/** Complete days from the first that saw an event on, those without any as zeros. */
async function readDays(
  deps: AnswerDeps,
  tenant: string,
  zone: WindowClock,
  fromMs: number,
  toMs: number,
): Promise<readonly FactDay[]> {
  const rows = await readSums(deps.store, {
    tenant,
    rollup: 'total',
    window: '1d',
    fromMs,
    toMs,
    limit: HISTORY_DAYS + 2,
  });
  const byStart = new Map(rows.map((row) => [row.start_ms, row]));
  const days: FactDay[] = [];
  for (let at = fromMs; at < toMs; at = zone.end('1d', at)) {
    const row = byStart.get(at);
    if (row === undefined && days.length === 0) continue;
    days.push({ startMs: at, revenueMinor: row?.revenue ?? 0, views: row?.views ?? 0 });
  }
  return days;
}

function byDay(rows: readonly SumsRow[], days: number, indexOf: (ms: number) => number): readonly number[] {
  const values = Array.from({ length: days }, () => 0);
  for (const row of rows) {
    const at = indexOf(row.start_ms);
    if (at >= 0) values[at] = row.revenue;
  }
  return values;
}

/** Events are read for 56 days only, so that is the history of a platform. */
function platformCut(
  platforms: ReadonlyMap<string, readonly number[]>,
  recent: (values: readonly number[]) => number,
): Cut {
  const parts = [...platforms]
    .map(([id, values]) => ({ id, revenueMinor: recent(values), costMinor: 0 }))
    .toSorted((a, b) => b.revenueMinor - a.revenueMinor || (a.id < b.id ? -1 : 1));
  return { parts, largestDays: (platforms.get(parts[0]?.id ?? '') ?? []).slice(-EVENT_DAYS) };
}

const MonthRow = Type.Object({
  start_ms: Type.Number(),
  opening: Type.Number(),
  churn: Type.Number(),
  contraction: Type.Number(),
  closing: Type.Number(),
});

async function readRecurring(
  deps: AnswerDeps,
  tenant: string,
  monthMs: number,
): Promise<Pick<RiskFacts, 'mrrMinor' | 'recurring'>> {
  const rows = await deps.store.query(
    `SELECT toUnixTimestamp64Milli(window_start) AS start_ms, sum(opening_base) AS opening, sum(churn_base) AS churn,
 sum(contraction_base) AS contraction, sum(closing_base) AS closing
FROM mrr_movements FINAL
WHERE tenant = {tenant:String} AND window = '1mo'
 AND policy_version = (SELECT max(policy_version) FROM mrr_status FINAL WHERE tenant = {tenant:String})
GROUP BY window_start ORDER BY window_start DESC LIMIT ${MONTHS + 1}`,
    { tenant },
    MonthRow,
  );
  const complete = rows.filter(({ start_ms }) => start_ms < monthMs).toReversed();
  return {
    mrrMinor: Math.max(0, rows[0]?.closing ?? 0),
    recurring: complete.map((row): RecurringFacts => ({
      startMs: row.start_ms,
      openingMinor: row.opening,
      churnMinor: Math.max(0, -row.churn),
      contractionMinor: Math.max(0, -row.contraction),
    })),
  };
}

async function readYearAgo(
  deps: AnswerDeps,
  tenant: string,
  zone: WindowClock,
  asOfMs: number,
): Promise<RiskFacts['adsYearAgo']> {
  const middleMs = zone.start('1d', asOfMs - YEAR_DAYS * DAY_MS + 2 * HOUR_MS);
  const rows = await readSums(deps.store, {
    tenant,
    rollup: 'stream',
    dim: 'ads',
    window: '1d',
    fromMs: middleMs - RISK_DAYS * DAY_MS,
    toMs: middleMs + RISK_DAYS * DAY_MS,
    limit: 2 * RISK_DAYS + 2,
  });
  const earning = rows.filter(({ revenue }) => revenue > 0);
  if (earning.length < FEWEST_YEAR_DAYS) return undefined;
  const sum = (of: readonly SumsRow[]): number => of.reduce((all, { revenue }) => all + revenue, 0);
  return {
    beforeMinor: sum(earning.filter(({ start_ms }) => start_ms < middleMs)),
    afterMinor: sum(earning.filter(({ start_ms }) => start_ms >= middleMs)),
  };
}
