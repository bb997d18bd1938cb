import type { Log } from '../platform/log/log.ts';
import type { Store } from '../platform/store/store.ts';
import type { WindowSize } from '../platform/contracts/kpi.ts';
import { recountedRow } from './backfill.ts';
import type { StreamsConfig } from './config.ts';
import { isDue, type TakenChange } from './dirty-queue.ts';
import type { StreamsMetrics } from './metrics.ts';
import type { Partition } from './partition.ts';
import { recountWindows } from './recount.ts';
import { kpiColumns, kpiRow } from './rows.ts';
import { evictTenant } from './step.ts';
import type { TenantState } from './tenant-state.ts';

export interface FlushDeps {
  readonly store: Store;
  readonly log: Log;
  readonly metrics: StreamsMetrics;
}

const outcomeColumns = ['tenant', 'minute', 'kind', 'part', 'count', 'version'] as const;
/** Minutes of outcomes kept after they were written; a later duplicate of that minute's events starts from the row again. */
const OUTCOME_MINUTES = 24 * 60;

/** Rows of one partition as it stood at `upToSeq`, and what is clean once they are written. */
interface Taken {
  readonly partition: Partition;
  readonly upToSeq: number;
  readonly changes: readonly TakenChange[];
  readonly kpiRows: readonly string[];
  readonly outcomes: readonly TakenOutcome[];
  readonly outcomeRows: readonly string[];
}

interface TakenOutcome {
  readonly tenant: TenantState;
  readonly minute: number;
  readonly duplicate: number;
  readonly late: number;
}

/**
 * Writes what changed in the partitions' windows as absolute KPI rows, then lets finished windows go and counts late ones again.
 * Every write can be repeated: rows replace each other by version (the position they stand for). A failed write leaves its panes
 * dirty. Answers how many KPI rows were written; what `maxKpiRowsPerFlush` leaves behind stays dirty for the next.
 *
 * Rows are made at once and written when the events they count are stored: should the log lose its end before that, no window
 * holds an event that nobody has.
 */
export async function flushPartitions(
  deps: FlushDeps,
  config: StreamsConfig,
  partitions: readonly Partition[],
): Promise<number> {
  const { store, metrics } = deps;
  const share = (rows: number): number => Math.ceil(rows / Math.max(1, partitions.length));
  const taken = partitions.map((partition) =>
    take(
      partition,
      share(config.kpiRowsPerFlush),
      share(config.maxKpiRowsPerFlush),
      config.allowedLatenessMs,
    ),
  );
  const rows = taken.flatMap(({ kpiRows }) => kpiRows);
  try {
    for (const { partition, upToSeq } of taken) await partition.whenStored(upToSeq);
    await store.insertRows('kpi', kpiColumns, rows.join(''));
  } catch (error) {
    for (const { partition, changes } of taken) partition.dirty.failed(changes);
    throw error;
  }
  metrics.kpiRows.inc(rows.length);
  let panes = 0;
  let identities = 0;
  let dirty = 0;
  let overdue = 0;
  for (const { partition, changes } of taken) {
    partition.dirty.written(changes);
    // What came during the write may belong to a window that is finished by now: into its pane first, which makes it dirty.
    partition.fold();
    for (const tenant of partition.state.tenants.values())
      panes += evictTenant(tenant, config.allowedLatenessMs);
    identities += partition.state.identities.size;
    dirty += partition.dirty.size;
    overdue += partition.dirty.overdue;
    metrics.pendingBytes.set({ partition: String(partition.partition) }, partition.pendingBytes);
  }
  metrics.panes.set(panes);
  metrics.identities.set(identities);
  metrics.dirtyPanes.set(dirty);
  metrics.overduePanes.set(overdue);
  await store.insertRows('event_outcomes', outcomeColumns, taken.flatMap((one) => one.outcomeRows).join(''));
  for (const { partition, outcomes } of taken) outcomesWritten(partition, outcomes);
  return rows.length;
}

function take(partition: Partition, budget: number, most: number, allowedLatenessMs: number): Taken {
  partition.fold();
  const upToSeq = partition.state.seq;
  const changes = partition.dirty.take(budget, (change) => isDue(change, allowedLatenessMs), most);
  const outcomes: TakenOutcome[] = [];
  const outcomeRows: string[] = [];
  for (const tenant of partition.state.tenants.values()) {
    for (const [minute, { duplicate, late, dirty }] of tenant.outcomes) {
      if (!dirty) continue;
      for (const [kind, count] of [
        ['duplicate', duplicate],
        ['late', late],
      ] as const) {
        if (count > 0)
          outcomeRows.push(
            `${tenant.tenant}\t${minute / 1_000}\t${kind}\t${partition.partition}\t${count}\t${upToSeq}\n`,
          );
      }
      outcomes.push({ tenant, minute, duplicate, late });
    }
  }
  const kpiRows = changes.map(({ change }) => kpiRow(change, partition.partition, upToSeq));
  return { partition, upToSeq, changes, kpiRows, outcomes, outcomeRows };
}

function outcomesWritten(partition: Partition, written: readonly TakenOutcome[]): void {
  for (const { tenant, minute, duplicate, late } of written) {
    const outcome = tenant.outcomes.get(minute);
    if (outcome !== undefined && outcome.duplicate === duplicate && outcome.late === late)
      outcome.dirty = false;
  }
  for (const tenant of partition.state.tenants.values()) {
    const oldest = tenant.maxReceivedAtMs - OUTCOME_MINUTES * 60_000;
    for (const [minute, outcome] of tenant.outcomes)
      if (!outcome.dirty && minute < oldest) tenant.outcomes.delete(minute);
  }
}

/** Windows corrected in one go; more wait for the next. */
const CORRECTIONS_PER_RUN = 5_000;

/**
 * Counts again, from the stored events, the windows that late events belong to, as far as those events are stored. None of the windows is
 * held in memory (a late event is one whose window has gone), and the rows take the position they count up to as version, which is beyond
 * that of any live row of theirs. Late events still on their way have marked their windows and bring the next run. Answers how many windows were corrected.
 */
export async function correctLateWindows(
  deps: FlushDeps,
  config: StreamsConfig,
  partition: Partition,
): Promise<number> {
  let corrected = 0;
  for (const tenant of partition.state.tenants.values()) {
    if (tenant.corrections.size === 0) continue;
    // A finished window whose row is still to be written would later overwrite what is counted here.
    if (partition.dirty.some((change) => isDue(change, config.allowedLatenessMs))) continue;
    const upToSeq = partition.position;
    const due = [...tenant.corrections]
      .filter(([, correction]) => correction.lastSeq <= upToSeq)
      .slice(0, CORRECTIONS_PER_RUN);
    const bySize = new Map<WindowSize, number[]>();
    for (const [, correction] of due) {
      const starts = bySize.get(correction.size);
      if (starts === undefined) bySize.set(correction.size, [correction.windowStartMs]);
      else starts.push(correction.windowStartMs);
    }
    const lateEvents = new Map(due.map(([key, correction]) => [key, correction.lateEvents]));
    for (const [size, starts] of bySize) {
      const windows = await recountWindows(deps.store, {
        tenant: tenant.tenant,
        partition: partition.partition,
        upToSeq,
        size,
        starts,
        clock: tenant.clock,
        measures: tenant.plan.measures,
      });
      const rows = windows.map((window) =>
        recountedRow(
          tenant.tenant,
          partition.partition,
          window,
          lateEvents.get(`${size}@${window.windowStartMs}`) ?? 1,
          upToSeq,
        ),
      );
      await deps.store.insertRows('kpi', kpiColumns, rows.join(''));
      corrected += starts.length;
    }
    for (const [key] of due) {
      const now = tenant.corrections.get(key);
      // Late events that came while we counted are counted by the next run, which needs its own mark.
      if (now !== undefined && now.lateEvents === lateEvents.get(key)) tenant.corrections.delete(key);
    }
  }
  return corrected;
}
