import { DAY_MS, HOUR_MS } from './activity.ts';
import { evaluateTrends } from './evaluate.ts';
import { copyForecasts } from './forecasts.ts';
import type { Evaluation } from './evaluation.ts';
import { observe, observeViewing, type TrendEvent } from './observe.ts';
import { allSilentSinceMs, pausedFeeds } from './pause.ts';
import type { StageViewing } from '../stage/stage.ts';
import { signalsOf } from './signals.ts';
import { copyTimings } from './timings.ts';
import { createTenantTrends, type TenantTrends, type TrendState } from './state.ts';

const MAX_PENDING_EVALUATIONS = 256;
const MAX_PENDING_SIGNALS = 2_000;
/** Received this long after it happened, an event is history: nobody waits for a stage to change within the hour. */
const HISTORY_AFTER_MS = 6 * HOUR_MS;

/** Counts an event of a stored batch. Tenants beyond the bound are left out and counted. */
export function applyTrendEvent(state: TrendState, event: TrendEvent): void {
  let trends = state.tenants.get(event.tenant);
  if (trends === undefined) {
    if (state.tenants.size >= state.limits.maxTenants) {
      state.refused++;
      return;
    }
    trends = createTenantTrends(event.tenant, state.limits);
    state.tenants.set(event.tenant, trends);
  }
  observe(trends, event);
  const { evaluateEveryMs, evaluateHistoryEveryMs } = state.limits;
  const isHistory = event.receivedAtMs - event.eventTimeMs > HISTORY_AFTER_MS;
  trends.stepMs = isHistory ? evaluateHistoryEveryMs : evaluateEveryMs;
  isHeard(trends);
}

/** Counts what viewers did. Nobody's trends begin with it: without anything told of a content it says nothing. */
export function applyViewing(state: TrendState, viewing: StageViewing): void {
  const trends = state.tenants.get(viewing.tenant);
  if (trends === undefined) return;
  const { observations } = trends;
  observeViewing(trends, viewing);
  if (trends.observations > observations) isHeard(trends);
}

/** Something came: there is something to evaluate at the next mark of event time. */
function isHeard(trends: TenantTrends): void {
  trends.pending.isChanged = true;
  trends.dueMs = Math.min(trends.dueMs, markAfter(trends.newestMs, trends.stepMs));
}

function markAfter(timeMs: number, stepMs: number): number {
  return (Math.floor(timeMs / stepMs) + 1) * stepMs;
}

/**
 * Brings a tenant's trends up to the watermark: once it has passed the mark of event time (every quarter of an hour, of a day for history) that followed the first
 * event since the last evaluation, they are evaluated at that mark. So where events come once a day there is one evaluation a day, not
 * ninety-six. Without events there is one a day until every episode has died, or one when nothing at all is heard of any more.
 */
export function advanceTrends(state: TrendState, trends: TenantTrends, watermarkMs: number): void {
  if (trends.dueMs <= watermarkMs) {
    const { dueMs } = trends;
    evaluateAt(state, trends, dueMs);
    trends.dueMs =
      trends.newestMs >= dueMs ? markAfter(trends.newestMs, trends.stepMs) : Number.POSITIVE_INFINITY;
  }
  while (
    trends.episodes.size > 0 &&
    trends.evaluatedMs + DAY_MS <= Math.min(watermarkMs, trends.dueMs - DAY_MS)
  ) {
    const nextMs = trends.evaluatedMs + DAY_MS;
    // While nothing is heard of anything, what was told last stands: it said so after the first day.
    if (isToldSilent(trends, nextMs)) trends.evaluatedMs = nextMs;
    else evaluateAt(state, trends, nextMs);
  }
}

function isToldSilent({ totals, evaluatedMs }: TenantTrends, atMs: number): boolean {
  const sinceMs = allSilentSinceMs(totals, pausedFeeds(totals, atMs));
  return sinceMs !== undefined && evaluatedMs >= sinceMs + DAY_MS;
}

function evaluateAt(state: TrendState, trends: TenantTrends, atMs: number): void {
  trends.evaluations++;
  const evaluation = evaluateTrends(trends, atMs, state.limits.maxEpisodes);
  trends.evaluatedMs = atMs;
  const { pending } = trends;
  pending.evaluations.push(evaluation);
  pending.signals.push(...signalsOf(trends.tenant, evaluation, trends.episodes));
  pending.dropped += excess(pending.evaluations, MAX_PENDING_EVALUATIONS);
  pending.dropped += excess(pending.signals, MAX_PENDING_SIGNALS);
}

function excess(list: unknown[], bound: number): number {
  return list.splice(0, Math.max(0, list.length - bound)).length;
}

/**
 * What would be evaluated if the watermark passed now: for people, who do not want to wait for it. Changes nothing, and follows no
 * episode further.
 */
export function previewTrends(state: TrendState, trends: TenantTrends): Evaluation {
  const copy: TenantTrends = {
    ...trends,
    episodes: new Map([...trends.episodes].map(([key, episode]) => [key, { ...episode }])),
    timings: copyTimings(trends.timings),
    forecasts: copyForecasts(trends.forecasts),
  };
  const atMs = Math.max(markAfter(trends.newestMs, trends.stepMs), trends.evaluatedMs);
  return evaluateTrends(copy, atMs, state.limits.maxEpisodes);
}
