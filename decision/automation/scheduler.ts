import type { OutboxItem, Schedule } from '../../platform/contracts/outbox.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Faults } from '../faults.ts';
import { hashOf } from '../lifecycle/hash.ts';
import type { DecisionMetrics } from '../metrics.ts';
import { newItem } from '../outbox/item.ts';
import { keyIn, type Records } from '../records.ts';
import { dueRuns } from './due.ts';

export interface SchedulerDeps {
  readonly records: Records;
  readonly clock: Clock;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

/**
 * Puts the runs that are due into the outbox. Only the holder of the lease calls it.
 *
 * Crash order: 1. the items, under ids made of schedule and due time 2. how far the schedule is handled. Killed in between, the same runs
 * are created again and are there already.
 */
export async function queueDueRuns(deps: SchedulerDeps, graceMs: number): Promise<void> {
  const { records, clock, metrics, faults } = deps;
  const nowMs = clock.nowMs();
  for (const schedule of records.schedules.values()) {
    if (!schedule.enabled || schedule.deletedAtMs !== undefined) continue;
    const key = keyIn(schedule.tenant, schedule.id);
    const progress = records.scheduleProgress.get(key);
    const handledMs = Math.max(progress?.handledMs ?? 0, schedule.changedAtMs);
    const due = dueRuns(schedule, handledMs, nowMs, graceMs);
    if (due.handledMs === handledMs) continue;
    for (const { dueMs, startMs, isMissed } of due.runs) {
      const item = runItem(schedule, dueMs, startMs);
      await records.outbox.create(keyIn(item.tenant, item.id), item);
      metrics.runs.inc({ result: isMissed ? 'late' : 'on_time' });
      faults('run queued');
    }
    if (due.skipped > 0) metrics.runs.inc({ result: 'skipped' }, due.skipped);
    await records.scheduleProgress.update(key, (before) => ({
      handledMs: due.handledMs,
      skipped: (before?.skipped ?? 0) + due.skipped,
    }));
  }
}

function runItem(schedule: Schedule, dueMs: number, startMs: number): OutboxItem {
  const { tenant, id, title, action } = schedule;
  return newItem({
    id: `run_${hashOf([tenant, id, dueMs]).slice(0, 24)}`,
    tenant,
    action,
    cause: { type: 'schedule', id, title },
    atMs: dueMs,
    notBeforeMs: startMs,
  });
}

/** A run a person asked for; `wishId` makes the same wish twice one run. */
export function wishedRun(schedule: Schedule, wishId: string, atMs: number): OutboxItem {
  const { tenant, id, title, action } = schedule;
  return newItem({
    id: `run_${hashOf([tenant, id, 'now', wishId]).slice(0, 24)}`,
    tenant,
    action,
    cause: { type: 'schedule', id, title },
    atMs,
  });
}
