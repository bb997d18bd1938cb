import type { Trend, TrendMoment } from '../../platform/contracts/trend.ts';
import { DAY_MS } from './activity.ts';
import type { Episode } from './followed.ts';
import { peakIntervalOf, type PeakDays } from './peak-days.ts';
import { intervalOf, type Timings } from './timings.ts';

/** A peak further away than this leaves time to prepare; an end nearer than this does not leave time to publish. */
const PREPARE_BEYOND_MS = 3 * DAY_MS;
const TOO_LATE_WITHIN_MS = DAY_MS;

/** When a trend began, peaks and ends, from how it went with trends that were in the same stage. */
export function timingOf(
  episode: Episode,
  timings: Timings,
  peaks: PeakDays,
  nowMs: number,
): Trend['timing'] {
  const { onsetMs, stage } = episode;
  const peak =
    stage === 'emerging' || stage === 'rising'
      ? expected(nowMs, peakIntervalOf(peaks, stage))
      : known(episode.peakMs);
  if (stage === 'dead') return { onsetMs, peak, end: known(episode.stageSinceMs), advice: 'too late' };
  const enteredMs = episode.entered[stage] ?? episode.stageSinceMs;
  const end = expected(enteredMs, intervalOf(timings, `end.${stage}`, nowMs - enteredMs));
  return { onsetMs, peak, end, advice: adviceOf(episode, peak.expectedMs, end.expectedMs, nowMs) };
}

function known(atMs: number): TrendMoment {
  return { expectedMs: Math.round(atMs), fromMs: Math.round(atMs), toMs: Math.round(atMs), isPast: true };
}

function expected(sinceMs: number, [fromMs, middleMs, toMs]: readonly [number, number, number]): TrendMoment {
  return {
    expectedMs: Math.round(sinceMs + middleMs),
    fromMs: Math.round(sinceMs + fromMs),
    toMs: Math.round(sinceMs + toMs),
    isPast: false,
  };
}

function adviceOf(
  { stage }: Episode,
  peakMs: number,
  endMs: number,
  nowMs: number,
): Trend['timing']['advice'] {
  if (stage === 'declining') return 'too late';
  if (stage === 'peak') return endMs - nowMs < TOO_LATE_WITHIN_MS ? 'too late' : 'publish now';
  return peakMs - nowMs > PREPARE_BEYOND_MS ? 'prepare' : 'publish now';
}
