import type { MeasureState } from '../platform/contracts/kpi.ts';
import { encodeQuantiles, encodeSketch } from '../platform/kpi/measure-state.ts';
import { QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { UniqueSketch } from '../platform/kpi/unique-sketch.ts';
import type { MeasurePlan } from './measure-plan.ts';

/** Accumulated measures of one (rollup key, window) in one partition. */
export interface Pane {
  /** Numeric slots; sums start at 0, extremes at NaN (nothing seen). */
  numbers: number[];
  /** Sketch slots, made when first needed. */
  sketches: (UniqueSketch | undefined)[];
  /** Distribution slots, made when first needed. */
  digests: (QuantileSketch | undefined)[];
  /** Events that changed the window after the watermark had passed its end. Counts events, so it does not depend on batching. */
  revision: number;
  /** Its row in `kpi` is older than it; stays so until the row has been written. */
  dirty: boolean;
  /** Folds so far: tells whether it changed while its row was being written. */
  changes: number;
}

export function createPane(plan: MeasurePlan): Pane {
  return { numbers: plan.fresh.slice(), sketches: [], digests: [], revision: 0, dirty: false, changes: 0 };
}

/** Folds `from` into `into`; both follow the same plan. */
export function mergePane(plan: MeasurePlan, into: Pane, from: Pane): void {
  const { numericInto } = plan;
  if (into.numbers.length < numericInto.length) widen(plan, into);
  for (let slot = 0; slot < from.numbers.length; slot++) {
    const value = from.numbers[slot] ?? 0;
    const kind = numericInto[slot];
    if (kind === 'sum') into.numbers[slot] = (into.numbers[slot] ?? 0) + value;
    else if (!Number.isNaN(value)) {
      const held = into.numbers[slot] ?? Number.NaN;
      into.numbers[slot] = Number.isNaN(held)
        ? value
        : kind === 'min'
          ? Math.min(held, value)
          : Math.max(held, value);
    }
  }
  for (let slot = 0; slot < from.sketches.length; slot++) {
    const sketch = from.sketches[slot];
    if (sketch === undefined) continue;
    const held = into.sketches[slot] ?? new UniqueSketch();
    held.merge(sketch);
    into.sketches[slot] = held;
  }
  for (let slot = 0; slot < from.digests.length; slot++) {
    const digest = from.digests[slot];
    if (digest === undefined) continue;
    const held = into.digests[slot] ?? new QuantileSketch();
    held.merge(digest);
    into.digests[slot] = held;
  }
}

/** A plan grows when a KPI is added; panes made before get the new slots when next touched. */
function widen(plan: MeasurePlan, pane: Pane): void {
  for (let slot = pane.numbers.length; slot < plan.fresh.length; slot++)
    pane.numbers.push(plan.fresh[slot] ?? 0);
}

/** The pane as it is written to rows and published; slots that saw nothing are left out. */
export function paneState(plan: MeasurePlan, pane: Pane): MeasureState {
  const sums: Record<string, number> = {};
  const mins: Record<string, number> = {};
  const maxs: Record<string, number> = {};
  for (let slot = 0; slot < pane.numbers.length; slot++) {
    const value = pane.numbers[slot] ?? 0;
    const key = plan.numericKeys[slot];
    if (key === undefined) continue;
    const kind = plan.numericInto[slot];
    if (kind === 'sum') {
      if (value !== 0) sums[key] = value;
    } else if (!Number.isNaN(value)) {
      if (kind === 'min') mins[key] = value;
      else maxs[key] = value;
    }
  }
  const uniques: Record<string, string> = {};
  for (let slot = 0; slot < pane.sketches.length; slot++) {
    const sketch = pane.sketches[slot];
    const key = plan.uniqueKeys[slot];
    if (sketch !== undefined && key !== undefined) uniques[key] = encodeSketch(sketch);
  }
  const quantiles: Record<string, string> = {};
  for (let slot = 0; slot < pane.digests.length; slot++) {
    const digest = pane.digests[slot];
    const key = plan.quantileKeys[slot];
    if (digest !== undefined && key !== undefined) quantiles[key] = encodeQuantiles(digest);
  }
  return { sums, mins, maxs, uniques, quantiles };
}
