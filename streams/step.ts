import { rollups, windowSizes } from '../platform/contracts/kpi.ts';
import type { RecordBatch } from '../platform/record-batch/record-batch.ts';
import { unescapeTsv } from '../platform/store/tsv.ts';
import type { IdentitySet } from './identity-set.ts';
import { operationValue, type Operation } from './measure-plan.ts';
import { createPane, mergePane, type Pane } from './pane.ts';
import { liveSizes, SLOT_MS, type Accumulator, type KeyPanes, type TenantState } from './tenant-state.ts';
import { QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { UniqueSketch } from '../platform/kpi/unique-sketch.ts';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';

export interface StepSettings {
  /** How far the watermark trails the newest event time. */
  readonly maxOutOfOrdernessMs: number;
  /** How long a window is held after the watermark has passed its end. */
  readonly allowedLatenessMs: number;
}

/** State of one partition: everything that restarts together with its position. */
export interface PartitionState {
  readonly identities: IdentitySet;
  readonly tenants: Map<string, TenantState>;
  /** Sequence of the last record batch applied. */
  seq: number;
}

export interface StepOutput {
  /** Indexes of the events counted for the first time; their rows are to be stored. */
  readonly fresh: Uint32Array;
  readonly duplicates: number;
  readonly late: number;
}

const MINUTE_MS = 60_000;
const ROLLUPS = rollups.length;
const SIZES = windowSizes.length;
const hasher = createIdentityHasher();

/**
 * Applies one record batch to the partition's state (in place; the state is owned by its partition). Every decision depends only
 * on the events in order: duplicates on identity, lateness on the watermark as it stood when the event came. So batches may be cut
 * anywhere and replaying from a checkpoint gives the same state.
 *
 * `inHistory` names events older than the identity set remembers that were found among the stored ones.
 */
export function stepBatch(
  state: PartitionState,
  batch: RecordBatch,
  seq: number,
  tenantState: (tenant: string) => TenantState,
  settings: StepSettings,
  inHistory: ReadonlySet<number> | undefined,
): StepOutput {
  const { count, dictionary } = batch;
  const fresh = new Uint32Array(count);
  let freshCount = 0;
  let duplicates = 0;
  let late = 0;
  // Of each rollup, the accumulator last used for a dictionary code: neighbours share channel, country and slot.
  const recent: (Accumulator | undefined)[][] = [[], [], [], [], []];
  const codes = [undefined, batch.channel, batch.content, batch.country, batch.stream];
  const tenantByCode: (TenantState | undefined)[] = [];
  const operationsByCode: (readonly Operation[] | undefined)[] = [];
  const labelHashes = new Map<string, Uint32Array>();
  let recentTenant: TenantState | undefined;
  let parsedIndex = -1;
  let parsed: unknown;
  let index = 0;
  const data = (): unknown => {
    if (parsedIndex !== index) {
      parsed = rowData(batch, index);
      parsedIndex = index;
    }
    return parsed;
  };

  for (let i = 0; i < count; i++) {
    index = i;
    const tenantCode = batch.tenant[i] ?? 0;
    let tenant = tenantByCode[tenantCode];
    if (tenant === undefined) {
      tenant = tenantState(dictionary[tenantCode] ?? '');
      tenantByCode[tenantCode] = tenant;
    }
    if (tenant !== recentTenant) {
      // Operations and accumulators belong to a tenant; batches mix tenants rarely.
      recentTenant = tenant;
      operationsByCode.length = 0;
      for (const cache of recent) cache.length = 0;
    }
    const receivedAtMs = batch.receivedAtMs[i] ?? 0;
    if (receivedAtMs > tenant.maxReceivedAtMs) tenant.maxReceivedAtMs = receivedAtMs;
    if (inHistory?.has(i) === true || !state.identities.add(batch.idHash, 4 * i, batch.eventTimeMs[i] ?? 0)) {
      duplicates++;
      tenant.duplicates++;
      outcomeOf(tenant, receivedAtMs).duplicate++;
      continue;
    }
    fresh[freshCount++] = i;
    tenant.stored++;
    const eventTimeMs = batch.eventTimeMs[i] ?? 0;
    const slotMs = Math.floor(eventTimeMs / SLOT_MS) * SLOT_MS;
    let lateLevel = 0;
    let completeLevel = 0;
    if (slotMs + SLOT_MS <= tenant.watermarkMs) {
      completeLevel = levelAt(tenant, eventTimeMs, tenant.watermarkMs);
      lateLevel = levelAt(tenant, eventTimeMs, tenant.watermarkMs - settings.allowedLatenessMs);
      if (lateLevel > 0) {
        late++;
        tenant.late++;
        outcomeOf(tenant, receivedAtMs).late++;
        markCorrections(tenant, eventTimeMs, lateLevel, seq);
      }
    } else if (eventTimeMs - settings.maxOutOfOrdernessMs > tenant.watermarkMs) {
      tenant.watermarkMs = eventTimeMs - settings.maxOutOfOrdernessMs;
    }
    if (lateLevel === SIZES) continue;

    const typeCode = batch.type[i] ?? 0;
    let operations = operationsByCode[typeCode];
    if (operations === undefined) {
      operations = tenant.plan.operations(dictionary[typeCode] ?? '');
      operationsByCode[typeCode] = operations;
    }
    if (operations.length === 0) continue;
    const slotKey = slotMs * 64 + lateLevel * 8 + completeLevel;
    for (let r = 0; r < ROLLUPS; r++) {
      const code = codes[r]?.[i] ?? 0;
      const cache = recent[r];
      if (cache === undefined) continue;
      let accumulator = cache[code];
      if (
        accumulator === undefined ||
        accumulator.slotMs !== slotMs ||
        accumulator.lateLevel !== lateLevel ||
        accumulator.completeLevel !== completeLevel
      ) {
        accumulator = openAccumulator(
          tenant,
          r,
          r === 0 ? '' : (dictionary[code] ?? ''),
          slotMs,
          lateLevel,
          completeLevel,
          slotKey,
        );
        cache[code] = accumulator;
      }
      accumulator.events++;
    }
    for (const operation of operations) {
      const value = operationValue(operation, batch, i, data);
      if (Number.isNaN(value)) continue;
      let lane0 = 0;
      let lane1 = 0;
      if (operation.into === 'unique') {
        if (operation.of === 'user') {
          lane0 = batch.userHash[2 * i] ?? 0;
          lane1 = batch.userHash[2 * i + 1] ?? 0;
        } else {
          const label =
            dictionary[(operation.of === 'channel' ? batch.channel[i] : batch.content[i]) ?? 0] ?? '';
          const hash = labelHash(labelHashes, tenant.tenant, label);
          lane0 = hash[0] ?? 0;
          lane1 = hash[1] ?? 0;
        }
        if (lane0 === 0 && lane1 === 0) continue;
      }
      for (let r = 0; r < ROLLUPS; r++) {
        const accumulator = recent[r]?.[codes[r]?.[i] ?? 0];
        if (accumulator !== undefined) apply(accumulator.pane, operation, value, lane0, lane1);
      }
    }
  }
  state.seq = seq;
  return { fresh: fresh.subarray(0, freshCount), duplicates, late };
}

function apply(pane: Pane, operation: Operation, value: number, lane0: number, lane1: number): void {
  const { slot } = operation;
  switch (operation.into) {
    case 'sum':
      pane.numbers[slot] = (pane.numbers[slot] ?? 0) + value;
      return;
    case 'min': {
      const held = pane.numbers[slot] ?? Number.NaN;
      if (!(held <= value)) pane.numbers[slot] = value;
      return;
    }
    case 'max': {
      const held = pane.numbers[slot] ?? Number.NaN;
      if (!(held >= value)) pane.numbers[slot] = value;
      return;
    }
    case 'quantile': {
      const digest = pane.digests[slot] ?? new QuantileSketch();
      digest.add(value);
      pane.digests[slot] = digest;
      return;
    }
    case 'unique': {
      const sketch = pane.sketches[slot];
      if (sketch !== undefined) sketch.add(lane0, lane1);
      else {
        const made = new UniqueSketch();
        made.add(lane0, lane1);
        pane.sketches[slot] = made;
      }
    }
  }
}

function openAccumulator(
  tenant: TenantState,
  rollup: number,
  dim: string,
  slotMs: number,
  lateLevel: number,
  completeLevel: number,
  slotKey: number,
): Accumulator {
  const byDim = tenant.open[rollup];
  if (byDim === undefined) throw new RangeError(`no rollup ${rollup}`);
  let bySlot = byDim.get(dim);
  if (bySlot === undefined) {
    bySlot = new Map();
    byDim.set(dim, bySlot);
  }
  let accumulator = bySlot.get(slotKey);
  if (accumulator === undefined) {
    accumulator = { rollup, dim, slotMs, lateLevel, completeLevel, pane: createPane(tenant.plan), events: 0 };
    bySlot.set(slotKey, accumulator);
  }
  return accumulator;
}

/** How many window sizes, finest first, end at or before `boundaryMs`. */
function levelAt(tenant: TenantState, eventTimeMs: number, boundaryMs: number): number {
  let level = 0;
  for (const size of windowSizes) {
    if (tenant.clock.end(size, tenant.clock.start(size, eventTimeMs)) > boundaryMs) break;
    level++;
  }
  return level;
}

function markCorrections(tenant: TenantState, eventTimeMs: number, lateLevel: number, seq: number): void {
  for (let index = 0; index < lateLevel; index++) {
    const size = windowSizes[index];
    if (size === undefined) continue;
    const windowStartMs = tenant.clock.start(size, eventTimeMs);
    const key = `${size}@${windowStartMs}`;
    const known = tenant.corrections.get(key);
    if (known === undefined)
      tenant.corrections.set(key, { size, windowStartMs, lateEvents: 1, lastSeq: seq });
    else {
      known.lateEvents++;
      known.lastSeq = seq;
    }
  }
}

function outcomeOf(
  tenant: TenantState,
  receivedAtMs: number,
): { duplicate: number; late: number; dirty: boolean } {
  const minute = Math.floor(receivedAtMs / MINUTE_MS) * MINUTE_MS;
  let outcome = tenant.outcomes.get(minute);
  if (outcome === undefined) {
    outcome = { duplicate: 0, late: 0, dirty: true };
    tenant.outcomes.set(minute, outcome);
  }
  outcome.dirty = true;
  return outcome;
}

function labelHash(known: Map<string, Uint32Array>, tenant: string, label: string): Uint32Array {
  let hash = known.get(label);
  if (hash === undefined) {
    hash = new Uint32Array(2);
    hasher.user(tenant, label, hash, 0);
    known.set(label, hash);
  }
  return hash;
}

/** `data` of an event, the last column of its row. */
function rowData(batch: RecordBatch, i: number): unknown {
  const end = (batch.rowStart[i + 1] ?? 0) - 1;
  const start = batch.text.lastIndexOf(9, end - 1) + 1;
  const text = batch.text.toString('utf8', start, end);
  return JSON.parse(unescapeTsv(text));
}

/** A pane changed by a fold, with its address. */
export interface Touched {
  readonly tenant: TenantState;
  readonly rollup: number;
  readonly size: number;
  readonly windowStartMs: number;
  readonly dim: string;
  readonly pane: Pane;
}

/**
 * Merges the open accumulators into their windows and empties them; calls `touched` for every pane changed. With `isWanted`, only those
 * rollups: what nobody looks at ten times a second can wait and be merged with more events at once.
 */
export function foldTenant(
  tenant: TenantState,
  touched: (change: Touched) => void,
  isWanted: (rollup: number) => boolean = () => true,
): void {
  for (let rollup = 0; rollup < ROLLUPS; rollup++) {
    const open = tenant.open[rollup];
    const keys = tenant.keys[rollup];
    const sizes = liveSizes[rollup];
    if (open === undefined || keys === undefined || sizes === undefined) continue;
    if (open.size === 0 || !isWanted(rollup)) continue;
    for (const [dim, bySlot] of open) {
      let key = keys.get(dim);
      if (key === undefined) {
        key = { dim, bySize: [] };
        keys.set(dim, key);
      }
      for (const accumulator of bySlot.values()) {
        for (const size of sizes) {
          if (size < accumulator.lateLevel) continue;
          const name = windowSizes[size];
          if (name === undefined) continue;
          const windowStartMs = tenant.clock.start(name, accumulator.slotMs);
          const pane = paneOf(tenant, key, size, windowStartMs);
          mergePane(tenant.plan, pane, accumulator.pane);
          pane.changes++;
          if (size < accumulator.completeLevel) pane.revision += accumulator.events;
          touched({ tenant, rollup, size, windowStartMs, dim, pane });
        }
      }
    }
    open.clear();
  }
}

function paneOf(tenant: TenantState, key: KeyPanes, size: number, windowStartMs: number): Pane {
  let byStart = key.bySize[size];
  if (byStart === undefined) {
    byStart = new Map();
    key.bySize[size] = byStart;
  }
  let pane = byStart.get(windowStartMs);
  if (pane === undefined) {
    pane = createPane(tenant.plan);
    byStart.set(windowStartMs, pane);
  }
  return pane;
}

/**
 * Forgets windows whose allowed lateness is over and that have been written (not dirty); answers how many panes are left. Call it
 * after a fold, never between a step and its fold: a step decides lateness by the watermark alone and relies on it.
 */
export function evictTenant(tenant: TenantState, allowedLatenessMs: number): number {
  let left = 0;
  const boundaryMs = tenant.watermarkMs - allowedLatenessMs;
  for (const keys of tenant.keys) {
    for (const [dim, key] of keys) {
      let held = 0;
      for (let size = 0; size < key.bySize.length; size++) {
        const byStart = key.bySize[size];
        const name = windowSizes[size];
        if (byStart === undefined || name === undefined) continue;
        for (const [startMs, pane] of byStart) {
          if (!pane.dirty && tenant.clock.end(name, startMs) <= boundaryMs) byStart.delete(startMs);
        }
        held += byStart.size;
      }
      if (held === 0) keys.delete(dim);
      left += held;
    }
  }
  return left;
}
