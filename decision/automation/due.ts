import type { Schedule } from '../../platform/contracts/outbox.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { nextRun } from './cron.ts';

export interface DueRun {
  /** When it was due by the expression. */
  readonly dueMs: number;
  /** When it begins: the due time and its jitter. */
  readonly startMs: number;
  readonly isMissed: boolean;
}

export interface DueRuns {
  readonly runs: readonly DueRun[];
  /** Where to go on from: every run up to here is told or left out. */
  readonly handledMs: number;
  /** Runs the missed-run rule left out. */
  readonly skipped: number;
}

export const maxMissedRuns = 24;
const maxLooked = 10_000;

/**
 * The runs of a schedule that came due in (handledMs, nowMs]. One is missed when its time passed more than `graceMs` ago: then `skip`
 * leaves it out, `run_once` runs the newest alone, `run_all` the newest 24. The jitter is a hash of schedule and due time: the same run
 * starts at the same moment on every machine and after every restart.
 */
export function dueRuns(schedule: Schedule, handledMs: number, nowMs: number, graceMs: number): DueRuns {
  const due: number[] = [];
  let cursor = handledMs;
  let total = 0;
  for (let looked = 0; looked < maxLooked; looked += 1) {
    const next = nextRun(schedule.cron, schedule.zone, cursor);
    if (next === undefined || next > nowMs) break;
    cursor = next;
    due.push(next);
    total += 1;
    if (due.length > maxMissedRuns + 1) due.shift();
  }
  const isLate = (dueMs: number): boolean => nowMs - dueMs > graceMs;
  const missed = due.filter(isLate);
  const onTime = due.filter((dueMs) => !isLate(dueMs));
  const taken =
    schedule.missed === 'skip'
      ? []
      : schedule.missed === 'run_once'
        ? missed.slice(onTime.length === 0 ? -1 : missed.length)
        : missed.slice(-maxMissedRuns);
  const runs = [...taken, ...onTime].map((dueMs) => ({
    dueMs,
    startMs: dueMs + jitterOf(schedule, dueMs),
    isMissed: isLate(dueMs),
  }));
  return { runs, handledMs: cursor, skipped: total - runs.length };
}

function jitterOf({ tenant, id, jitterMs }: Schedule, dueMs: number): number {
  if (jitterMs === 0) return 0;
  return Number.parseInt(hashOf([tenant, id, dueMs]).slice(0, 12), 16) % jitterMs;
}
