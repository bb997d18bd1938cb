import { rollups, windowSizes, type Rollup } from '../platform/contracts/kpi.ts';
import type { Interest, LiveCounters, LivePart, PartUpdate } from '../platform/contracts/live.ts';
import { createPane, mergePane, paneState, type Pane } from './pane.ts';
import type { Partition } from './partition.ts';
import type { Touched } from './step.ts';
import type { TenantState } from './tenant-state.ts';

const TOTAL = rollups.indexOf('total');
const STREAM = rollups.indexOf('stream');
/** A gateway repeats its interest every 10 s; one that is silent this long has lost it. */
const INTEREST_TTL_MS = 30_000;
/** Watched keys a tenant; more are served from the store. */
const MAX_INTEREST = 500;
const IDLE_MS = 30_000;

/** Collects what changed on watched keys between two ticks; the latest state of each is what goes out. */
export interface LiveBoard {
  seen(change: Touched): void;
  interest(message: Interest, nowMs: number): void;
  /** Whether anybody looks at keys of this rollup. */
  wants(rollup: number): boolean;
  /** One message a tenant that changed, merged over the partitions held here; empties the board. */
  take(partitions: readonly Partition[], part: number, nowMs: number): LivePart[];
}

export function createLiveBoard(): LiveBoard {
  const changed = new Map<
    string,
    Map<string, { rollup: number; size: number; windowStartMs: number; dim: string }>
  >();
  const watched = new Map<string, Map<string, number>>();

  return {
    seen: (change) => {
      const tenant = change.tenant.tenant;
      if (
        change.rollup !== TOTAL &&
        change.rollup !== STREAM &&
        watched.get(tenant)?.has(`${change.rollup}/${change.dim}`) !== true
      )
        return;
      let board = changed.get(tenant);
      if (board === undefined) {
        board = new Map();
        changed.set(tenant, board);
      }
      board.set(`${change.rollup}/${change.size}/${change.windowStartMs}/${change.dim}`, change);
    },
    interest: (message, nowMs) => {
      const keys = watched.get(message.tenant) ?? new Map<string, number>();
      watched.set(message.tenant, keys);
      for (const { rollup, dim } of message.keys) {
        const key = `${rollups.indexOf(rollup)}/${dim}`;
        if (keys.has(key) || keys.size < MAX_INTEREST) keys.set(key, nowMs + INTEREST_TTL_MS);
      }
    },
    wants: (rollup) => {
      if (rollup === TOTAL || rollup === STREAM) return true;
      for (const keys of watched.values())
        for (const key of keys.keys()) if (key.startsWith(`${rollup}/`)) return true;
      return false;
    },
    take: (partitions, part, nowMs) => {
      for (const keys of watched.values())
        for (const [key, untilMs] of keys) if (untilMs < nowMs) keys.delete(key);
      const messages: LivePart[] = [];
      for (const [tenant, board] of changed) {
        const updates: PartUpdate[] = [];
        for (const { rollup, size, windowStartMs, dim } of board.values()) {
          const update = mergedUpdate(partitions, tenant, rollup, size, windowStartMs, dim);
          if (update !== undefined) updates.push(update);
        }
        if (updates.length > 0)
          messages.push({
            tenant,
            part,
            seq: highestSeq(partitions),
            watermarkMs: watermarkOf(partitions, tenant),
            updates,
          });
      }
      changed.clear();
      return messages;
    },
  };
}

/** Well below what nats-server takes in one message (1 MiB unless set otherwise). */
const MAX_MESSAGE_BYTES = 512 * 1_024;
const encoder = new TextEncoder();

/**
 * An update as the bytes of one message, or of several when many windows changed at once, as when history is read: each is complete for
 * the windows it names, so that receivers need not know they belong together.
 */
export function encodeLivePart(message: LivePart): Uint8Array[] {
  const bytes = encoder.encode(JSON.stringify(message));
  const { updates } = message;
  if (bytes.length <= MAX_MESSAGE_BYTES || updates.length < 2) return [bytes];
  const half = Math.ceil(updates.length / 2);
  return [updates.slice(0, half), updates.slice(half)].flatMap((part) =>
    encodeLivePart({ ...message, updates: part }),
  );
}

/** State of one window merged over the partitions held here; undefined when none holds it any more. */
function mergedUpdate(
  partitions: readonly Partition[],
  tenant: string,
  rollup: number,
  size: number,
  windowStartMs: number,
  dim: string,
): PartUpdate | undefined {
  let merged: Pane | undefined;
  let owner: TenantState | undefined;
  let revision = 0;
  for (const partition of partitions) {
    const state = partition.state.tenants.get(tenant);
    const pane = state?.keys[rollup]?.get(dim)?.bySize[size]?.get(windowStartMs);
    if (state === undefined || pane === undefined) continue;
    owner = state;
    merged ??= createPane(state.plan);
    mergePane(state.plan, merged, pane);
    revision += pane.revision;
  }
  const rollupName: Rollup | undefined = rollups[rollup];
  const window = windowSizes[size];
  if (merged === undefined || owner === undefined || rollupName === undefined || window === undefined)
    return undefined;
  return { rollup: rollupName, dim, window, windowStartMs, revision, state: paneState(owner.plan, merged) };
}

function highestSeq(partitions: readonly Partition[]): number {
  return Math.max(0, ...partitions.map((partition) => partition.state.seq));
}

/**
 * Event time up to which a tenant's windows are complete: the minimum over partitions that have its events. A partition that
 * received nothing of the tenant while another did for `IDLE_MS` is idle and left out: it has nothing to wait for.
 */
export function watermarkOf(partitions: readonly Partition[], tenant: string): number {
  const states = partitions.flatMap((partition) => partition.state.tenants.get(tenant) ?? []);
  const newestMs = Math.max(...states.map((state) => state.maxReceivedAtMs));
  const marks = states
    .filter((state) => state.maxReceivedAtMs >= newestMs - IDLE_MS)
    .map((state) => state.watermarkMs);
  return marks.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...marks);
}

/** Absolute counters of every tenant over the partitions held here. */
export function countersOf(partitions: readonly Partition[], part: number): LiveCounters[] {
  const byTenant = new Map<string, LiveCounters>();
  for (const partition of partitions) {
    for (const state of partition.state.tenants.values()) {
      const held = byTenant.get(state.tenant);
      byTenant.set(state.tenant, {
        tenant: state.tenant,
        part,
        seq: Math.max(held?.seq ?? 0, partition.state.seq),
        stored: (held?.stored ?? 0) + state.stored,
        duplicates: (held?.duplicates ?? 0) + state.duplicates,
        late: (held?.late ?? 0) + state.late,
        watermarkMs: Math.min(held?.watermarkMs ?? Number.POSITIVE_INFINITY, state.watermarkMs),
        appliedReceivedAtMs: Math.max(held?.appliedReceivedAtMs ?? 0, state.maxReceivedAtMs),
      });
    }
  }
  return [...byTenant.values()];
}

/** The windows a first paint needs: the newest two of every size, for the total and each stream. */
export function currentPart(partitions: readonly Partition[], tenant: string, part: number): LivePart {
  const wanted = new Map<string, { rollup: number; size: number; windowStartMs: number; dim: string }>();
  for (const partition of partitions) {
    const state = partition.state.tenants.get(tenant);
    if (state === undefined) continue;
    for (const rollup of [TOTAL, STREAM]) {
      for (const key of state.keys[rollup]?.values() ?? []) {
        for (const [size, byStart] of key.bySize.entries()) {
          const newest = [...(byStart?.keys() ?? [])].sort((a, b) => b - a).slice(0, 2);
          for (const windowStartMs of newest)
            wanted.set(`${rollup}/${size}/${windowStartMs}/${key.dim}`, {
              rollup,
              size,
              windowStartMs,
              dim: key.dim,
            });
        }
      }
    }
  }
  const updates: PartUpdate[] = [];
  for (const { rollup, size, windowStartMs, dim } of wanted.values()) {
    const update = mergedUpdate(partitions, tenant, rollup, size, windowStartMs, dim);
    if (update !== undefined) updates.push(update);
  }
  return { tenant, part, seq: highestSeq(partitions), watermarkMs: watermarkOf(partitions, tenant), updates };
}
