import type { TrendStage } from '../../platform/contracts/trend.ts';
import { DAY_MS, HOUR_MS } from './activity.ts';
import type { Episode } from './followed.ts';
import { labelOf } from './phrase-label.ts';
import type { TrendMeasure } from './measure.ts';
import { stageOf } from './stages.ts';
import { learnTiming, type Timings } from './timings.ts';

/** Share of the height at which a run of attention is taken to have begun. */
const ONSET_SHARE = 0.2;
/** An episode is over when it was dead, or not heard of, for this long. */
const OVER_AFTER_MS = 3 * DAY_MS;

/** Where a trend that is not followed yet began. The onset is the first of the last seven days from which on it had a fifth of its present height. */
function beginningOf(
  { attention, knownHours }: TrendMeasure,
  nowMs: number,
): Pick<Episode, 'onsetMs' | 'peakMs' | 'peakAttention'> {
  const high = Math.max(...attention.slice(0, 3), 0);
  let back = 0;
  while (back < 6 && (attention[back + 1] ?? 0) >= ONSET_SHARE * high) back++;
  const recent = attention.slice(0, back + 1);
  const peakBack = recent.indexOf(Math.max(...recent));
  // Within a day the first mention or report is the better guess than the day's beginning.
  const onsetMs = Math.max(nowMs - (back + 1) * DAY_MS, back === 0 ? nowMs - knownHours * HOUR_MS : 0);
  return {
    onsetMs: Math.min(nowMs, onsetMs),
    peakMs: nowMs - Math.max(0, peakBack) * DAY_MS,
    peakAttention: Math.max(0, ...recent),
  };
}

/** The stage in which a trend that is not followed yet would be. */
export function firstStage(measure: TrendMeasure, nowMs: number): TrendStage {
  return stageOf(measure.attention, beginningOf(measure, nowMs), nowMs);
}

/** Begins following a trend. */
export function beginEpisode(measure: TrendMeasure, nowMs: number): Episode {
  return {
    key: measure.key,
    label: labelOf(measure),
    ...beginningOf(measure, nowMs),
    stage: 'emerging',
    stageSinceMs: nowMs,
    lastMs: nowMs,
    mentionShare: measure.mentionShare,
    expectedAtMs: nowMs,
    expectedViews: measure.expectedNextViews,
    againstExpected: 1,
    told: [],
    entered: { emerging: nowMs },
    bestPerContent: perContent(measure),
    band: 'middle',
    bandsTold: 0,
    bandSpan: 0,
    isBandTold: false,
  };
}

/** Brings an episode up to a moment. Answers whether its stage changed. */
export function followEpisode(episode: Episode, measure: TrendMeasure, nowMs: number): boolean {
  const today = measure.attention[0] ?? 0;
  episode.bestPerContent = Math.max(episode.bestPerContent, perContent(measure));
  if (today > episode.peakAttention) {
    episode.peakAttention = today;
    episode.peakMs = nowMs;
  }
  if (nowMs - episode.expectedAtMs >= DAY_MS) {
    const expected = episode.expectedViews;
    episode.againstExpected = expected > 0 ? Math.min(10, (measure.views[0] ?? 0) / expected) : 1;
    episode.expectedAtMs = nowMs;
    episode.expectedViews = measure.expectedNextViews;
  }
  episode.lastMs = nowMs;
  episode.mentionShare = measure.mentionShare;
  return changeStage(episode, stageOf(measure.attention, episode, nowMs), nowMs);
}

/** Views of the last 24 hours for each live content; 0 without one. */
export function perContent({ views, live }: TrendMeasure): number {
  return live.length === 0 ? 0 : (views[0] ?? 0) / live.length;
}

/** A trend of which nothing is heard any more dies. Answers whether its stage changed. */
export function missEpisode(episode: Episode, nowMs: number): boolean {
  return nowMs - episode.lastMs >= DAY_MS && changeStage(episode, 'dead', nowMs);
}

function changeStage(episode: Episode, stage: TrendStage, nowMs: number): boolean {
  if (stage === episode.stage) return false;
  episode.stage = stage;
  episode.stageSinceMs = nowMs;
  episode.entered = { ...episode.entered, [stage]: episode.entered[stage] ?? nowMs };
  return true;
}

/** Ends an episode that is over and learns how long it took. */
export function endIfOver(episode: Episode, timings: Timings, nowMs: number): boolean {
  const isOver = episode.stage === 'dead' && nowMs - episode.stageSinceMs >= OVER_AFTER_MS;
  if (!isOver) return false;
  for (const stage of ['emerging', 'rising', 'peak', 'declining'] as const) {
    const enteredMs = episode.entered[stage];
    // A stage it came to after it had been dead before is no way to this end.
    if (enteredMs !== undefined && enteredMs <= episode.stageSinceMs)
      learnTiming(timings, `end.${stage}`, episode.stageSinceMs - enteredMs);
  }
  return true;
}
