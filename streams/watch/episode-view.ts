import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import type { Episode } from '../anomaly/episode.ts';
import type { WatchedKpi } from './kpi-plan.ts';
import type { Alarm } from './alarm.ts';
import type { WatchedKey } from './watch-state.ts';

/** What is told about an episode. */
export interface EpisodeView {
  readonly kpi: WatchedKpi;
  readonly window: AlarmWindow;
  readonly key: WatchedKey;
  readonly episode: Episode;
  readonly alarm: Alarm;
  readonly isOpen: boolean;
}

/** Whether what happened is what the KPI wants: more where up is good, less where down is. */
export function isGood({ episode, kpi }: Pick<EpisodeView, 'episode' | 'kpi'>): boolean {
  const isAbove = episode.observed > (episode.expected ?? episode.observed);
  return isAbove === (kpi.definition.direction === 'up');
}
