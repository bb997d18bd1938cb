import { Type } from '@sinclair/typebox';
import { rollups, windowSizes, type Measure, type WindowSize } from '../platform/contracts/kpi.ts';
import { decodeQuantiles, decodeSketch } from '../platform/kpi/measure-state.ts';
import { bucketSql } from '../platform/kpi/recount-sql.ts';
import { escapeTsv } from '../platform/store/tsv.ts';
import type { Store } from '../platform/store/store.ts';
import type { MeasurePlan } from './measure-plan.ts';
import { createPane, mergePane, type Pane } from './pane.ts';
import type { Partition } from './partition.ts';
import { recountWindows, type Recounted } from './recount.ts';
import { kpiColumns, numberMap, textMap } from './rows.ts';
import type { TenantState } from './tenant-state.ts';

/**
 * Takes up measures a tenant has gained: from this position on they are counted live, what came before is owed (`backfills`) and
 * counted in by `backfillTenant`. Call it right after a fold. Answers the keys taken up.
 */
export function adoptMeasures(
  tenant: TenantState,
  wanted: readonly Measure[],
  seq: number,
  planOf: (measures: readonly Measure[]) => MeasurePlan,
): string[] {
  const known = new Set(tenant.plan.measures.map((measure) => measure.key));
  const gained = wanted.filter((measure) => !known.has(measure.key));
  if (gained.length === 0) return [];
  tenant.plan = planOf([...tenant.plan.measures, ...gained]);
  for (const measure of gained) tenant.backfills.set(measure.key, { seq, isOpenDone: false });
  return gained.map((measure) => measure.key);
}

const Starts = Type.Object({ w: Type.Number() });
/** Windows rewritten between two reports of progress. */
const WINDOWS_PER_STEP = 500;

/**
 * Counts owed measures of a tenant into its windows, back over everything this partition has stored.
 *
 * Windows in memory: the part up to the position where the measure was taken up is added to the pane, once; the pane and the mark that
 * it is done are part of the same snapshot, so a crash repeats both or neither. Finished windows: their rows are written again whole
 * (absolute, idempotent). Needs everything up to the marks to be stored; answers false when it is not yet.
 */
export async function backfillTenant(
  store: Store,
  partition: Partition,
  tenant: TenantState,
  progress: (share: number) => void,
): Promise<boolean> {
  const owed = [...tenant.backfills];
  if (owed.length === 0) return true;
  if (owed.some(([, mark]) => partition.position < mark.seq)) return false;
  for (const [key, mark] of owed) {
    const measure = tenant.plan.measures.find((candidate) => candidate.key === key);
    if (measure === undefined || mark.isOpenDone) continue;
    const found: Recounted[] = [];
    for (const [index, size] of windowSizes.entries()) {
      const starts = [...(tenant.keys[0]?.get('')?.bySize[index]?.keys() ?? [])];
      if (starts.length > 0)
        found.push(
          ...(await recountWindows(store, {
            tenant: tenant.tenant,
            partition: partition.partition,
            upToSeq: mark.seq,
            size,
            starts,
            clock: tenant.clock,
            measures: [measure],
          })),
        );
    }
    for (const window of found) addToOpenWindow(partition, tenant, window);
    mark.isOpenDone = true;
  }
  await rewriteFinished(store, partition, tenant, progress);
  for (const [key] of owed) tenant.backfills.delete(key);
  return true;
}

function addToOpenWindow(partition: Partition, tenant: TenantState, window: Recounted): void {
  const rollup = rollups.indexOf(window.rollup);
  const size = windowSizes.indexOf(window.size);
  const pane = tenant.keys[rollup]?.get(window.dim)?.bySize[size]?.get(window.windowStartMs);
  if (pane === undefined) return;
  mergePane(tenant.plan, pane, paneOf(tenant.plan, window));
  pane.changes++;
  partition.dirty.mark({ tenant, rollup, size, windowStartMs: window.windowStartMs, dim: window.dim, pane });
}

/** A pane that holds only what was counted again. */
function paneOf(plan: MeasurePlan, window: Recounted): Pane {
  const pane = createPane(plan);
  for (const values of [window.state.sums, window.state.mins, window.state.maxs]) {
    for (const [key, value] of Object.entries(values)) pane.numbers[plan.numericKeys.indexOf(key)] = value;
  }
  for (const [key, text] of Object.entries(window.state.uniques))
    pane.sketches[plan.uniqueKeys.indexOf(key)] = decodeSketch(text);
  for (const [key, text] of Object.entries(window.state.quantiles))
    pane.digests[plan.quantileKeys.indexOf(key)] = decodeQuantiles(text);
  return pane;
}

async function rewriteFinished(
  store: Store,
  partition: Partition,
  tenant: TenantState,
  progress: (share: number) => void,
): Promise<void> {
  const upToSeq = partition.position;
  const work: { size: WindowSize; starts: number[] }[] = [];
  let total = 0;
  for (const [index, size] of windowSizes.entries()) {
    const held = tenant.keys[0]?.get('')?.bySize[index];
    const starts = (await windowStarts(store, partition.partition, tenant, size)).filter(
      (start) => held?.has(start) !== true,
    );
    total += starts.length;
    for (let at = 0; at < starts.length; at += WINDOWS_PER_STEP)
      work.push({ size, starts: starts.slice(at, at + WINDOWS_PER_STEP) });
  }
  let done = 0;
  for (const { size, starts } of work) {
    const windows = await recountWindows(store, {
      tenant: tenant.tenant,
      partition: partition.partition,
      upToSeq,
      size,
      starts,
      clock: tenant.clock,
      measures: tenant.plan.measures,
    });
    await store.insertRows(
      'kpi',
      kpiColumns,
      windows.map((window) => recountedRow(tenant.tenant, partition.partition, window, 0, upToSeq)).join(''),
    );
    done += starts.length;
    progress(total === 0 ? 1 : done / total);
  }
}

/** Starts of the windows in which this partition has stored events of the tenant. */
async function windowStarts(
  store: Store,
  partition: number,
  tenant: TenantState,
  size: WindowSize,
): Promise<number[]> {
  // By hours first (few), then exact: days and months follow the zone, which SQL is told only through spelled-out starts.
  const fine = size === '1d' || size === '1mo' ? '1h' : size;
  const rows = await store.query(
    `SELECT DISTINCT ${bucketSql(fine, [])} AS w FROM events WHERE tenant = {tenant:String} AND partition = {partition:UInt16} ORDER BY w`,
    { tenant: tenant.tenant, partition },
    Starts,
  );
  if (fine === size) return rows.map((row) => row.w);
  const starts = new Set<number>();
  for (const { w } of rows) {
    // An hour of a zone with a half-hour offset may belong to two days.
    starts.add(tenant.clock.start(size, w));
    starts.add(tenant.clock.start(size, w + 3_599_999));
  }
  return [...starts].sort((a, b) => a - b);
}

/** A recounted window as a row of `kpi`. */
export function recountedRow(
  tenant: string,
  partition: number,
  window: Recounted,
  revision: number,
  version: number,
): string {
  const { sums, mins, maxs, uniques, quantiles } = window.state;
  return `${tenant}\t${window.size}\t${window.rollup}\t${window.windowStartMs}\t${escapeTsv(window.dim)}\t${partition}\t${numberMap(sums)}\t${numberMap(mins)}\t${numberMap(maxs)}\t${textMap(uniques)}\t${textMap(quantiles)}\t${revision}\t${version}\n`;
}
