import {
  liveWindows,
  rollups,
  windowSizes,
  type Rollup,
  type WindowSize,
} from '../platform/contracts/kpi.ts';
import type { WindowClock } from '../platform/kpi/window-time.ts';
import type { MeasurePlan } from './measure-plan.ts';
import type { Pane } from './pane.ts';

/** Panes of one dimension value, by index of `windowSizes`, then by window start. */
export interface KeyPanes {
  readonly dim: string;
  readonly bySize: (Map<number, Pane> | undefined)[];
}

/**
 * What a commit's events add to one (rollup key, 10 s slot): merged into the windows when the commit is folded. Late and complete
 * levels count the window sizes, finest first, that were evicted or complete when the events came.
 */
export interface Accumulator {
  readonly rollup: number;
  readonly dim: string;
  readonly slotMs: number;
  readonly lateLevel: number;
  readonly completeLevel: number;
  readonly pane: Pane;
  events: number;
}

/** A window that is no longer held and has to be counted again from the stored events. */
export interface Correction {
  readonly size: WindowSize;
  readonly windowStartMs: number;
  lateEvents: number;
  /** Position of the last of them: counting again makes sense once it is stored. */
  lastSeq: number;
}

/** Duplicates and late events by minute of received time. */
export interface Outcome {
  duplicate: number;
  late: number;
  dirty: boolean;
}

export interface TenantState {
  readonly tenant: string;
  readonly clock: WindowClock;
  plan: MeasurePlan;
  /** Highest event time seen less the out-of-orderness bound; monotonic. */
  watermarkMs: number;
  maxReceivedAtMs: number;
  /** By index of `rollups`. */
  readonly keys: Map<string, KeyPanes>[];
  /** Open accumulators by index of `rollups`, dimension value and slot key. */
  readonly open: Map<string, Map<number, Accumulator>>[];
  readonly corrections: Map<string, Correction>;
  readonly outcomes: Map<number, Outcome>;
  /** Measures taken up while events were already coming: history up to `seq` is owed; `isOpenDone` once it is in the open windows. */
  readonly backfills: Map<string, { readonly seq: number; isOpenDone: boolean }>;
  stored: number;
  duplicates: number;
  late: number;
}

export function createTenantState(tenant: string, clock: WindowClock, plan: MeasurePlan): TenantState {
  return {
    tenant,
    clock,
    plan,
    watermarkMs: Number.NEGATIVE_INFINITY,
    maxReceivedAtMs: Number.NEGATIVE_INFINITY,
    keys: rollups.map(() => new Map<string, KeyPanes>()),
    open: rollups.map(() => new Map<string, Map<number, Accumulator>>()),
    corrections: new Map(),
    outcomes: new Map(),
    backfills: new Map(),
    stored: 0,
    duplicates: 0,
    late: 0,
  };
}

/** Indexes into `windowSizes` a rollup keeps live, finest first. */
export const liveSizes: readonly (readonly number[])[] = rollups.map((rollup: Rollup) =>
  liveWindows[rollup].map((size) => windowSizes.indexOf(size)),
);

export const SLOT_MS = 10_000;
