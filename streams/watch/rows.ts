import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import type { DetectorVerdict } from '../anomaly/detector.ts';
import { isGood, type EpisodeView } from './episode-view.ts';
import type { WatchedKey } from './watch-state.ts';

export const bandColumns = [
  'tenant',
  'kpi',
  'window',
  'rollup',
  'dim',
  'window_start',
  'observed',
  'expected',
  'lower',
  'upper',
  'score',
  'judged_at',
  'version',
] as const;

export const anomalyColumns = [
  'tenant',
  'started_at',
  'id',
  'kpi',
  'window',
  'rollup',
  'dim',
  'state',
  'severity',
  'reason',
  'ended_at',
  'peak_at',
  'score',
  'observed',
  'expected',
  'lower',
  'upper',
  'is_good',
  'parent_id',
  'explanation',
  'version',
] as const;

/** One judged window of one series. */
export function bandRow(
  tenant: string,
  kpi: string,
  closed: { readonly window: AlarmWindow; readonly startMs: number },
  key: WatchedKey,
  observed: number | undefined,
  verdict: DetectorVerdict,
  nowMs: number,
): string {
  const cells = [
    tenant,
    kpi,
    closed.window,
    key.rollup,
    escapeTsv(key.dim),
    closed.startMs,
    numberCell(observed),
    numberCell(verdict.expected),
    numberCell(verdict.lower),
    numberCell(verdict.upper),
    verdict.score,
    Math.floor(nowMs / 1_000),
    nowMs,
  ];
  return `${cells.join('\t')}\n`;
}

/** An episode as it stands; times are those of windows, the end is that of the last unusual one. */
export function anomalyRow(tenant: string, view: EpisodeView, lengthMs: number): string {
  const { alarm, episode, key, kpi, window } = view;
  const cells = [
    tenant,
    episode.startMs,
    alarm.id,
    kpi.definition.key,
    window,
    key.rollup,
    escapeTsv(key.dim),
    view.isOpen ? 'open' : 'resolved',
    episode.severity,
    alarm.reason,
    episode.endMs + lengthMs,
    episode.peakMs,
    episode.peakScore,
    episode.observed,
    numberCell(episode.expected),
    numberCell(episode.lower),
    numberCell(episode.upper),
    isGood(view),
    alarm.parentId,
    escapeTsv(alarm.explanation === undefined ? '' : JSON.stringify(alarm.explanation)),
    alarm.revision,
  ];
  return `${cells.join('\t')}\n`;
}

function numberCell(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '\\N' : String(value);
}
