import type { MeasureState } from '../../platform/contracts/kpi.ts';
import type { ClosedWindow } from './judge.ts';

/** Windows of a series that a new episode is compared with, those that had anything, and what was in them. */
export interface Usual {
  readonly starts: readonly number[];
  readonly states: readonly MeasureState[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** By the minute the hour before; by the hour the same hour of the seven days before. Ascending. */
export function usualWindows({ startMs, window }: Pick<ClosedWindow, 'startMs' | 'window'>): number[] {
  const stepMs = window === '1m' ? MINUTE_MS : DAY_MS;
  const count = window === '1m' ? 60 : 7;
  return Array.from({ length: count }, (_, i) => startMs - (count - i) * stepMs);
}
