import type { RenderSchedule } from '../../platform/contracts/render.ts';
import { nextCronMs } from '../../platform/time/cron.ts';

export interface DueRun {
  /** When it should have run. */
  readonly atMs: number;
}

/** A run that is so late counts as missed: Weir was down or busy when it came due. */
const ON_TIME_MS = 5 * 60_000;
const MAX_STEPS = 10_000;

/**
 * What of a schedule is due in (lastMs, nowMs]: at most one run. On time it runs; of several missed ones the newest runs once (`latest`) or
 * none does (`skip`).
 */
export function dueRun(
  schedule: Pick<RenderSchedule, 'cron' | 'timeZone' | 'missed' | 'isOn'>,
  lastMs: number,
  nowMs: number,
): DueRun | undefined {
  if (!schedule.isOn) return undefined;
  const next = (afterMs: number): number | null => nextCronMs(schedule.cron, schedule.timeZone, afterMs);
  let newest: number | undefined;
  let at = next(lastMs);
  for (let steps = 0; at !== null && at <= nowMs && steps < MAX_STEPS; steps += 1) {
    newest = at;
    at = next(at);
  }
  if (newest === undefined) return undefined;
  return nowMs - newest <= ON_TIME_MS || schedule.missed === 'latest' ? { atMs: newest } : undefined;
}
