import { DAY_MS } from './activity.ts';
import { evaluateTrends } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { observe, type TrendEvent } from './observe.ts';
import { signalsOf } from './signals.ts';
import { createTenantTrends, type TenantTrends, type TrendState } from './state.ts';

const MAX_PENDING_EVALUATIONS = 256;
const MAX_PENDING_SIGNALS = 2_000;

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
  trends.pending.isChanged = true;
}

/**
 * Brings a tenant's trends up to the watermark: once it has passed the next mark of event time (every `evaluateEveryMs`) after the newest
 * event, they are evaluated at that mark. Where events come once a day there is one evaluation a day, not ninety-six; and one a
 * day after the last event, until every episode has died.
 */
export function advanceTrends(state: TrendState, trends: TenantTrends, watermarkMs: number): void {
  const { evaluateEveryMs } = state.limits;
  if (!Number.isFinite(trends.newestMs)) return;
  const markAfter = (timeMs: number): number => (Math.floor(timeMs / evaluateEveryMs) + 1) * evaluateEveryMs;
  const news = markAfter(trends.newestMs);
  if (news > trends.evaluatedMs && news <= watermarkMs) evaluateAt(state, trends, news);
  while (trends.episodes.size > 0 && trends.evaluatedMs + DAY_MS <= watermarkMs)
    evaluateAt(state, trends, trends.evaluatedMs + DAY_MS);
}

function evaluateAt(state: TrendState, trends: TenantTrends, atMs: number): void {
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
  const { evaluateEveryMs, maxEpisodes } = state.limits;
  const atMs = (Math.floor(trends.newestMs / evaluateEveryMs) + 1) * evaluateEveryMs;
  const copy: TenantTrends = {
    ...trends,
    episodes: new Map([...trends.episodes].map(([key, episode]) => [key, { ...episode }])),
    lifetimes: { toPeak: [...trends.lifetimes.toPeak], toEnd: [...trends.lifetimes.toEnd] },
  };
  return evaluateTrends(copy, Math.max(atMs, trends.evaluatedMs), maxEpisodes);
}
