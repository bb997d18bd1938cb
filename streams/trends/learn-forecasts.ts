import type { TrendStage } from '../../platform/contracts/trend.ts';
import { DAY_MS, HOUR_MS, sumHours } from './activity.ts';
import type { Forecast, Forecasts } from './forecasts.ts';
import { weightsOf, type Measures, type TrendMeasure } from './measure.ts';
import type { TenantTrends } from './state.ts';
import { learnPeakChance } from './peak-chance.ts';
import { learnPeakDay, PEAK_WITHIN_DAYS, peakRunOf } from './peak-days.ts';
import { HORIZON_DAYS } from './shrinkage.ts';
import { BASE_DAYS, learnTrajectory } from './trajectory.ts';
import { peakLevelOf } from './virality.ts';

/**
 * Learned from are the trends that people are shown first: what an interval is meant to hold is what is said of these. Others, quieter, go on differently.
 */
const FORECAST_RANK = 20;
/** Forecasts of a month, with room for names that change within a day. Beyond it the oldest go. */
const MAX_OPEN = 1_600;
/** A peak that was expected is looked for in a week. */
const PEAK_WITHIN_MS = PEAK_WITHIN_DAYS * DAY_MS;
/** A forecast of a trend is written down once a day; evaluations do not fall on the same minute. */
const EVERY_MS = DAY_MS - HOUR_MS;

/** Learns from forecasts whose truth is known at `nowMs`, before anything new is forecast. Only the past of event time goes in. */
export function learnForecasts(trends: TenantTrends, measured: Measures, nowMs: number): void {
  const { forecasts } = trends;
  const byKey = new Map(measured.measures.map((measure) => [measure.key, measure]));
  for (const forecast of forecasts.open) {
    const measure = byKey.get(forecast.key);
    if (isHeld(measured, measure)) continue;
    const ageMs = nowMs - forecast.atMs;
    const today = measure?.attention[0];
    if (today !== undefined && today > forecast.high && ageMs <= PEAK_WITHIN_MS) {
      forecast.high = today;
      forecast.highMs = nowMs;
    }
    if (ageMs >= PEAK_WITHIN_MS && !forecast.isPeakKnown) learnPeak(forecast, forecasts);
    const days = Math.floor((ageMs + HOUR_MS) / DAY_MS);
    if (days <= forecast.learnedDays) continue;
    forecast.learnedDays = days;
    const attention = today ?? attentionOf(trends, measured, forecast.key, nowMs);
    learnTrajectory(forecasts.trajectories, forecast.stage, days, forecast.attentions, attention);
  }
  forecasts.open = forecasts.open.filter(({ learnedDays }) => learnedDays < HORIZON_DAYS);
}

/** While a feed pauses nothing is learned of what lives on it; what is no candidate any more may have lived on any. */
function isHeld({ paused }: Measures, measure: TrendMeasure | undefined): boolean {
  return measure === undefined
    ? paused.views !== undefined || paused.mentions !== undefined
    : measure.heldSinceMs !== undefined;
}

function learnPeak(forecast: Forecast, { chances, peaks }: Forecasts): void {
  forecast.isPeakKnown = true;
  const { stage, high, highMs, attentions, atMs, inputs } = forecast;
  learnPeakChance(chances, inputs, high >= peakLevelOf(attentions));
  forecast.inputs = [];
  if (stage !== 'emerging' && stage !== 'rising') return;
  // Without a higher day there was no peak ahead, and so no time of it.
  if (high > (attentions[0] ?? 0)) learnPeakDay(peaks, stage, highMs - atMs, forecast.peakRun);
}

/** Attention of a term that is no candidate any more: from its counts, nothing when it left the table. */
function attentionOf(trends: TenantTrends, measured: Measures, key: string, nowMs: number): number {
  const slot = trends.terms.slotOf.get(key);
  if (slot === undefined) return 0;
  const toHour = Math.floor(nowMs / HOUR_MS) + 1;
  const of = (what: 'views' | 'mentions'): number =>
    sumHours(trends.terms.activity, slot, what, toHour - 24, toHour);
  const [views, mentions] = [of('views'), of('mentions')];
  const [viewWeight, mentionWeight] = weightsOf(trends, measured.viewsPerDay, views > 0);
  return (
    100 *
    (viewWeight * share(views, measured.viewsPerDay) +
      mentionWeight * share(mentions, measured.mentionsPerDay))
  );
}

function share(value: number, whole: number): number {
  return whole > 0 ? value / whole : 0;
}

/** Writes down what is expected of trends now, each once a day. */
export function writeForecasts(
  forecasts: Forecasts,
  now: readonly {
    readonly measure: TrendMeasure;
    readonly stage: TrendStage;
    readonly inputs: readonly number[];
  }[],
  nowMs: number,
): void {
  const recent = new Set(forecasts.open.filter(({ atMs }) => nowMs - atMs < EVERY_MS).map(({ key }) => key));
  for (const { measure, stage, inputs } of now.slice(0, FORECAST_RANK)) {
    if (recent.has(measure.key)) continue;
    const attention = measure.attention[0] ?? 0;
    forecasts.open.push({
      key: measure.key,
      atMs: nowMs,
      stage,
      attentions: measure.attention.slice(0, BASE_DAYS),
      high: attention,
      highMs: nowMs,
      learnedDays: 0,
      isPeakKnown: false,
      inputs,
      peakRun: stage === 'emerging' || stage === 'rising' ? peakRunOf(forecasts.peaks, stage) : undefined,
    });
  }
  forecasts.open.splice(0, Math.max(0, forecasts.open.length - MAX_OPEN));
}
