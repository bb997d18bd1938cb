import type { AnomalySeverity, DetectorPoint, DetectorVerdict } from './detector.ts';

/** One stretch of anomalous points of a series: one alarm, however many points it has. */
export interface Episode {
  readonly startMs: number;
  /** The last anomalous point seen so far. */
  readonly endMs: number;
  /** The point with the highest score. */
  readonly peakMs: number;
  readonly peakScore: number;
  readonly observed: number;
  readonly expected: number | undefined;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly severity: AnomalySeverity;
}

export interface EpisodeSettings {
  /** An episode ends when so much time has passed without an anomalous point; a new point after that is a new alarm. */
  readonly quietMs: number;
}

/** State of one series; plain data, to be stored as it is. */
export interface EpisodeState {
  readonly open: Episode | undefined;
}

export interface EpisodeChange {
  /** `opened` is the alarm. `updated` says that the end, the peak or the severity has moved. */
  readonly kind: 'opened' | 'updated' | 'closed';
  readonly episode: Episode;
}

export const noEpisode: EpisodeState = { open: undefined };

const ORDER: Readonly<Record<AnomalySeverity, number>> = { info: 0, warning: 1, critical: 2 };

/** Pure step: verdicts in the order of time become episodes. A close is told by the first point after the quiet time. */
export function stepEpisode(
  state: EpisodeState,
  point: DetectorPoint,
  verdict: DetectorVerdict,
  settings: EpisodeSettings,
): readonly [EpisodeState, readonly EpisodeChange[]] {
  const isAnomalous = verdict.isAnomalous && point.value !== undefined;
  const { open } = state;
  if (open !== undefined && point.timeMs - open.endMs <= settings.quietMs) {
    if (!isAnomalous) return [state, []];
    const episode = extended(open, point, verdict);
    return [{ open: episode }, [{ kind: 'updated', episode }]];
  }
  const changes: EpisodeChange[] = open === undefined ? [] : [{ kind: 'closed', episode: open }];
  if (!isAnomalous) return [open === undefined ? state : noEpisode, changes];
  const episode = peakAt(point, verdict, point.timeMs, verdict.severity);
  changes.push({ kind: 'opened', episode });
  return [{ open: episode }, changes];
}

function extended(open: Episode, point: DetectorPoint, verdict: DetectorVerdict): Episode {
  const severity = ORDER[verdict.severity] > ORDER[open.severity] ? verdict.severity : open.severity;
  return verdict.score > open.peakScore
    ? peakAt(point, verdict, open.startMs, severity)
    : { ...open, endMs: point.timeMs, severity };
}

function peakAt(
  point: DetectorPoint,
  verdict: DetectorVerdict,
  startMs: number,
  severity: AnomalySeverity,
): Episode {
  return {
    startMs,
    endMs: point.timeMs,
    peakMs: point.timeMs,
    peakScore: verdict.score,
    observed: point.value ?? 0,
    expected: verdict.expected,
    lower: verdict.lower,
    upper: verdict.upper,
    severity,
  };
}
