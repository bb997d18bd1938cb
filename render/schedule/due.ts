import { Cron } from 'croner';
import type { RenderSchedule } from '../../platform/contracts/render.ts';

/** Five fields and no more: seconds and years are refused, as is a line that never comes due or a zone nobody knows. */
export function nextRunMs(schedule: Pick<RenderSchedule, 'cron' | 'timeZone'>, afterMs: number): number | null {
  if (schedule.cron.trim().split(/\s+/).length !== 5) throw new RangeError('a cron line has five fields: minute, hour, day, month, weekday');
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true });
  return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
}

export interface DueRun {
  /** When it should have run. */
  readonly atMs: number;
}

/** A run that is so late counts as missed: Weir was down or busy when it came due. */
const ON_TIME_MS = 5 * 60_000;
const MAX_STEPS = 10_000;

/**
 * What of a schedule is due in (lastMs, nowMs]: at most one run. On time it runs; of several missed ones the newest runs once (`latest`) or none
 * does (`skip`). Local times that a clock change leaves out or repeats follow croner: a skipped one runs at the jump, a repeated one once.
 */
export function dueRun(schedule: Pick<RenderSchedule, 'cron' | 'timeZone' | 'missed' | 'isOn'>, lastMs: number, nowMs: number): DueRun | undefined {
  if (!schedule.isOn) return undefined;
  let newest: number | undefined;
  let at = nextRunMs(schedule, lastMs);
  for (let steps = 0; at !== null && at <= nowMs && steps < MAX_STEPS; steps += 1) {
    newest = at;
    at = nextRunMs(schedule, at);
  }
  if (newest === undefined) return undefined;
  return nowMs - newest <= ON_TIME_MS || schedule.missed === 'latest' ? { atMs: newest } : undefined;
}
