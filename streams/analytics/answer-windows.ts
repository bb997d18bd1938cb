import type { AnalyticsScope } from '../../platform/contracts/analytics.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import { dimensions, type Rollup, type WindowSize } from '../../platform/contracts/kpi.ts';
import { planFees, type PnlQuestion, type PnlReply } from '../../platform/contracts/pnl.ts';
import type {
  BreakdownQuestion,
  BreakdownReply,
  DecompositionQuestion,
  DecompositionReply,
} from '../../platform/contracts/revenue.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWindowClock, type WindowClock } from '../../platform/kpi/window-time.ts';
import { refuseEmpty, type AnswerDeps } from './answer-users.ts';
import { readFirstDay, readSums, readTitles, type SumsQuestion, type SumsRow } from './kpi-sql.ts';
import { createLocalTime } from './local-time.ts';
import { paceOf, rpmOf, rpmTrend, type Day } from './pace.ts';
import { periodsBetween } from './periods.ts';
import { profitAndLoss, type CalendarDay, type PnlDay } from './pnl.ts';
import { concentrationOf, risksOf } from './risks.ts';
import { decompose, type Hour } from './seasonality.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_DAYS = 400;
const PACE_DAYS = 28;
/** Channels of a statement; what lies beyond belongs to none. */
const MAX_CHANNELS = 500;

/** Revenue by a dimension with its pace, concentration and risks. Reads live windows alone, so it is never long. */
export async function answerBreakdown(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  question: BreakdownQuestion,
): Promise<BreakdownReply> {
  refuseWide(question);
  const { comparedFromMs, comparedToMs } = question;
  const zone = createWindowClock(scope.timeZone);
  const whole = async (rollup: Rollup, fromMs: number, toMs: number): Promise<SumsRow[]> =>
    await readSums(deps.store, {
      tenant: scope.tenant,
      rollup,
      ...wholeWindows(zone, fromMs, toMs),
      isWhole: true,
      limit: 10_000,
    });
  const parts = await whole(question.by, question.fromMs, question.toMs);
  const total = await whole('total', question.fromMs, question.toMs);
  const isCompared =
    comparedFromMs !== undefined &&
    comparedToMs !== undefined &&
    comparedFromMs < comparedToMs &&
    // Before a tenant's first event there is nothing, which is no zero: at least half must lie after it.
    (comparedFromMs + comparedToMs) / 2 >=
      ((await readFirstDay(deps.store, scope.tenant)) ?? Number.POSITIVE_INFINITY);
  const before = isCompared ? await whole(question.by, comparedFromMs, comparedToMs) : [];
  const totalBefore = isCompared ? await whole('total', comparedFromMs, comparedToMs) : [];
  const stream = question.by === 'stream' ? parts : await whole('stream', question.fromMs, question.toMs);
  const channel = question.by === 'channel' ? parts : await whole('channel', question.fromMs, question.toMs);

  const days = await lastDays(deps, scope, zone, question.toMs);
  const pace = paceOf(days);
  const rpm = rpmTrend(days);
  const concentration = {
    stream: concentrationOf(revenueOf(stream)),
    channel: concentrationOf(revenueOf(channel)),
  };
  const previous = new Map(before.map((row) => [row.dim, row.revenue]));
  const shown = parts.filter((row) => row.revenue !== 0).slice(0, question.limit);
  const titles =
    question.by === 'content'
      ? await readTitles(
          deps.store,
          scope.tenant,
          shown.map((row) => row.dim),
        )
      : new Map<string, string>();
  const totalMinor = total[0]?.revenue ?? 0;
  const totalViews = total[0]?.views ?? 0;
  return {
    currency: scope.currency,
    by: question.by,
    rows: shown.map((row) => ({
      id: row.dim,
      title: titles.get(row.dim) ?? row.dim,
      revenueMinor: row.revenue,
      previousMinor: isCompared ? (previous.get(row.dim) ?? 0) : null,
      share: totalMinor > 0 ? row.revenue / totalMinor : null,
      views: row.views,
      rpmMinor: rpmOf(row.revenue, question.by === 'stream' ? totalViews : row.views),
    })),
    totalMinor,
    previousTotalMinor: isCompared ? (totalBefore[0]?.revenue ?? 0) : null,
    pace,
    concentration,
    risks: risksOf(concentration, pace, rpm),
    rpm,
  };
}

/** Complete days before an instant, without gaps, from the first that earned anything on. */
async function lastDays(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  zone: WindowClock,
  beforeMs: number,
): Promise<readonly Day[]> {
  const completeMs = deps.completeMs(scope.tenant);
  // Before a tenant's first event is stored there is no time anything is complete up to.
  if (!Number.isFinite(completeMs)) return [];
  const endMs = zone.start('1d', Math.min(beforeMs, completeMs));
  const fromMs = zone.start('1d', endMs - PACE_DAYS * DAY_MS + HOUR_MS);
  const rows = await readSums(deps.store, {
    tenant: scope.tenant,
    rollup: 'total',
    window: '1d',
    fromMs,
    toMs: endMs,
    limit: PACE_DAYS + 2,
  });
  const byStart = new Map(rows.map((row) => [row.start_ms, row]));
  const days: Day[] = [];
  for (let at = fromMs; at < endMs; at = zone.end('1d', at)) {
    const row = byStart.get(at);
    if (row === undefined && days.length === 0) continue;
    days.push({ startMs: at, revenueMinor: row?.revenue ?? 0, views: row?.views ?? 0 });
  }
  return days;
}

/** Seasons of revenue from its complete hours. */
export async function answerDecomposition(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  question: DecompositionQuestion,
): Promise<DecompositionReply> {
  refuseWide(question);
  const used = dimensions.filter((dimension) => question.filters?.[dimension] !== undefined);
  if (used.length > 1)
    throw new WeirError(
      'ANALYTICS_QUESTION_INVALID',
      'Hours are kept for one dimension at a time; leave one filter.',
    );
  const [only] = used;
  const fromMs = Math.floor(question.fromMs / HOUR_MS) * HOUR_MS;
  const completeMs = Math.min(question.toMs, deps.completeMs(scope.tenant));
  const toMs = Math.max(fromMs, Math.floor(completeMs / HOUR_MS) * HOUR_MS);
  const rows = await readSums(deps.store, {
    tenant: scope.tenant,
    rollup: only ?? 'total',
    dim: only === undefined ? '' : question.filters?.[only],
    window: '1h',
    fromMs,
    toMs,
    limit: MAX_DAYS * 25,
  });
  const byStart = new Map(rows.map((row) => [row.start_ms, row.revenue]));
  const first = rows[0]?.start_ms ?? toMs;
  const hours: Hour[] = [];
  for (let at = first; at < toMs; at += HOUR_MS) hours.push({ startMs: at, value: byStart.get(at) ?? 0 });
  return { currency: scope.currency, ...decompose(hours, createLocalTime(scope.timeZone)) };
}

/** Profit and loss by period and by channel. */
export async function answerPnl(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  question: PnlQuestion,
): Promise<PnlReply> {
  refuseWide(question);
  const zone = createWindowClock(scope.timeZone);
  // Days before a tenant's first event cost it no fee and are measured against no target.
  const firstMs = (await readFirstDay(deps.store, scope.tenant)) ?? 0;
  const fromMs = zone.start('1d', Math.max(question.fromMs, firstMs));
  const nowMs = deps.clock.nowMs();
  const toMs = Math.max(
    fromMs,
    Math.min(zone.end('1d', zone.start('1d', question.toMs - 1)), zone.end('1d', zone.start('1d', nowMs))),
  );
  const span = { tenant: scope.tenant, window: '1d', fromMs, toMs } as const;
  const tenant = await readSums(deps.store, { ...span, rollup: 'total', limit: MAX_DAYS + 1 });
  const largest = await readSums(deps.store, {
    ...span,
    rollup: 'channel',
    isWhole: true,
    limit: MAX_CHANNELS,
  });
  const days = await readSums(deps.store, { ...span, rollup: 'channel', limit: MAX_CHANNELS * MAX_DAYS });
  const kept = new Set(largest.map((row) => row.dim));
  const channels = new Map<string, PnlDay[]>();
  for (const row of days) {
    if (!kept.has(row.dim)) continue;
    const own = channels.get(row.dim) ?? [];
    channels.set(row.dim, own);
    own.push(pnlDay(row));
  }
  const minorPerMajor = 10 ** (currencyExponent(scope.currency) ?? 2);
  const feePerMonthMinor = planFees[question.plan] * minorPerMajor;
  return {
    currency: scope.currency,
    grain: question.grain,
    plan: question.plan,
    targetPerMonth: question.targetPerMonth,
    feePerMonthMinor,
    ...profitAndLoss({
      periods: periodsBetween(question.grain, zone, fromMs, toMs, MAX_DAYS + 1),
      calendar: calendarOf(zone, fromMs, toMs),
      tenant: tenant.map(pnlDay),
      channels,
      feePerMonthMinor,
      targetPerMonthMinor: Math.round(question.targetPerMonth * minorPerMajor),
      completeMs: Math.min(nowMs, deps.completeMs(scope.tenant)),
    }),
  };
}

function pnlDay(row: SumsRow): PnlDay {
  return {
    startMs: row.start_ms,
    revenueMinor: row.revenue,
    costMinor: row.cost,
    productionMinor: row.production,
    advertisingMinor: row.advertising,
    apiMinor: row.api,
    videos: row.produced,
  };
}

/** The days of [fromMs, toMs) and where each lies in its month. */
function calendarOf(zone: WindowClock, fromMs: number, toMs: number): readonly CalendarDay[] {
  const days: CalendarDay[] = [];
  for (let month = zone.start('1mo', fromMs); month < toMs; month = zone.end('1mo', month)) {
    const starts: number[] = [];
    for (let day = month; day < zone.end('1mo', month); day = zone.end('1d', day)) starts.push(day);
    for (const [dayOfMonth, startMs] of starts.entries())
      if (startMs >= fromMs && startMs < toMs) days.push({ startMs, dayOfMonth, daysInMonth: starts.length });
  }
  return days;
}

/** Days where the range is made up of them, hours else: fewer rows to read. */
function wholeWindows(
  zone: WindowClock,
  fromMs: number,
  toMs: number,
): Pick<SumsQuestion, 'fromMs' | 'toMs' | 'window'> {
  const isDays = zone.start('1d', fromMs) === fromMs && zone.start('1d', toMs) === toMs;
  const window: WindowSize = isDays ? '1d' : '1h';
  return { window, fromMs: zone.start(window, fromMs), toMs: zone.end(window, zone.start(window, toMs - 1)) };
}

function revenueOf(rows: readonly SumsRow[]): readonly { id: string; revenueMinor: number }[] {
  return rows.filter((row) => row.dim !== '').map((row) => ({ id: row.dim, revenueMinor: row.revenue }));
}

function refuseWide(span: { readonly fromMs: number; readonly toMs: number }): void {
  refuseEmpty(span);
  if (span.toMs - span.fromMs > (MAX_DAYS + 1) * DAY_MS)
    throw new WeirError('ANALYTICS_QUESTION_INVALID', `At most ${MAX_DAYS} days are answered at once.`);
}
