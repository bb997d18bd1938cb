import type { Trend } from '../../platform/contracts/trend.ts';
import { DAY_MS } from './activity.ts';
import type { Episode } from './followed.ts';
import { remainingQuantiles, type Lifetimes } from './lifetimes.ts';

/** A peak further away than this leaves time to prepare; an end nearer than this does not leave time to publish. */
const PREPARE_BEYOND_MS = 3 * DAY_MS;
const TOO_LATE_WITHIN_MS = DAY_MS;

/** When a trend began, peaks and ends, from how long trends took that ended, given how long this one has gone on. */
export function timingOf(episode: Episode, lifetimes: Lifetimes, nowMs: number): Trend['timing'] {
  const isBefore = episode.stage === 'emerging' || episode.stage === 'rising';
  const { onsetMs } = episode;
  const [peakFrom, peakAt, peakTo] = isBefore
    ? remainingQuantiles(lifetimes, 'toPeak', nowMs - onsetMs).map((durationMs) => onsetMs + durationMs)
    : [episode.peakMs, episode.peakMs, episode.peakMs];
  const peak = {
    expectedMs: Math.round(peakAt ?? nowMs),
    fromMs: Math.round(peakFrom ?? nowMs),
    toMs: Math.round(peakTo ?? nowMs),
    isPast: !isBefore,
  };
  const isDead = episode.stage === 'dead';
  const since = isBefore ? 0 : nowMs - episode.peakMs;
  const [endFrom, endAt, endTo] = isDead
    ? [0, 0, 0]
    : remainingQuantiles(lifetimes, 'toEnd', since).map((durationMs) => peak.expectedMs + durationMs);
  const end = isDead
    ? {
        expectedMs: episode.stageSinceMs,
        fromMs: episode.stageSinceMs,
        toMs: episode.stageSinceMs,
        isPast: true,
      }
    : {
        expectedMs: Math.round(endAt ?? nowMs),
        fromMs: Math.round(endFrom ?? nowMs),
        toMs: Math.round(endTo ?? nowMs),
        isPast: false,
      };
  return { onsetMs, peak, end, advice: adviceOf(episode, peak.expectedMs, end.expectedMs, nowMs) };
}

function adviceOf(
  { stage }: Episode,
  peakMs: number,
  endMs: number,
  nowMs: number,
): Trend['timing']['advice'] {
  if (stage === 'declining' || stage === 'dead') return 'too late';
  if (stage === 'peak') return endMs - nowMs < TOO_LATE_WITHIN_MS ? 'too late' : 'publish now';
  return peakMs - nowMs > PREPARE_BEYOND_MS ? 'prepare' : 'publish now';
}
