import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { Measure, WindowSize } from '../platform/contracts/kpi.ts';
import { QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { UniqueSketch } from '../platform/kpi/unique-sketch.ts';
import type { WindowClock } from '../platform/kpi/window-time.ts';
import { createIdentitySet, type IdentitySnapshot } from './identity-set.ts';
import type { MeasurePlan } from './measure-plan.ts';
import type { Pane } from './pane.ts';
import type { PartitionState, Touched } from './step.ts';
import { createTenantState, type TenantState } from './tenant-state.ts';

/** Version 1 had no distributions; its panes simply end earlier. */
const VERSION = 2;
const READABLE = [1, VERSION];

/** Size index, window start, numbers, sketches, revision, dirty, distributions. */
type PaneImage = [number, number, number[], (Uint8Array | null)[], number, boolean, (Uint8Array | null)[]?];

interface TenantImage {
  tenant: string;
  timeZone: string;
  measures: Measure[];
  watermarkMs: number;
  maxReceivedAtMs: number;
  stored: number;
  duplicates: number;
  late: number;
  /** Per rollup: dimension values with their panes. */
  keys: [string, PaneImage[]][][];
  corrections: [WindowSize, number, number, number][];
  outcomes: [number, number, number, boolean][];
  backfills: [string, number, boolean][];
}

interface Image {
  version: number;
  seq: number;
  identities: IdentitySnapshot;
  tenants: TenantImage[];
}

/** State of a partition as bytes. Accumulators must have been folded: they are not part of the image. */
export function encodeSnapshot(state: PartitionState): Uint8Array {
  const image: Image = {
    version: VERSION,
    seq: state.seq,
    identities: state.identities.snapshot(),
    tenants: [...state.tenants.values()].map((tenant) => ({
      tenant: tenant.tenant,
      timeZone: tenant.clock.timeZone,
      measures: [...tenant.plan.measures],
      watermarkMs: tenant.watermarkMs,
      maxReceivedAtMs: tenant.maxReceivedAtMs,
      stored: tenant.stored,
      duplicates: tenant.duplicates,
      late: tenant.late,
      keys: tenant.keys.map((keys) =>
        [...keys].map(([dim, key]) => [
          dim,
          key.bySize.flatMap((byStart, size) =>
            byStart === undefined ? [] : [...byStart].map(([start, pane]) => paneImage(size, start, pane)),
          ),
        ]),
      ),
      corrections: [...tenant.corrections.values()].map((c) => [
        c.size,
        c.windowStartMs,
        c.lateEvents,
        c.lastSeq,
      ]),
      outcomes: [...tenant.outcomes].map(([minute, o]) => [minute, o.duplicate, o.late, o.dirty]),
      backfills: [...tenant.backfills].map(([key, mark]) => [key, mark.seq, mark.isOpenDone]),
    })),
  };
  const body = serialize(image);
  const out = Buffer.allocUnsafe(4 + body.length);
  out.writeUInt32LE(crc32(body), 0);
  body.copy(out, 4);
  return out;
}

function paneImage(size: number, start: number, pane: Pane): PaneImage {
  return [
    size,
    start,
    pane.numbers,
    pane.sketches.map((sketch) => sketch?.toBytes() ?? null),
    pane.revision,
    pane.dirty,
    pane.digests.map((digest) => digest?.toBytes() ?? null),
  ];
}

export interface RestoreDeps {
  readonly identityCapacity: number;
  clockOf(timeZone: string): WindowClock;
  planOf(measures: readonly Measure[]): MeasurePlan;
  /** Called for every pane that was dirty, so that it is written again. */
  onDirty(change: Touched): void;
}

/** Partition state from bytes, or undefined when they are no snapshot of a version known here. */
export function decodeSnapshot(bytes: Uint8Array, deps: RestoreDeps): PartitionState | undefined {
  const image = parsed(bytes);
  if (image === undefined) return undefined;
  const tenants = new Map<string, TenantState>();
  for (const from of image.tenants) {
    const tenant = createTenantState(from.tenant, deps.clockOf(from.timeZone), deps.planOf(from.measures));
    tenant.watermarkMs = from.watermarkMs;
    tenant.maxReceivedAtMs = from.maxReceivedAtMs;
    tenant.stored = from.stored;
    tenant.duplicates = from.duplicates;
    tenant.late = from.late;
    for (const [rollup, keys] of from.keys.entries()) {
      for (const [dim, panes] of keys) {
        const bySize: (Map<number, Pane> | undefined)[] = [];
        for (const [size, windowStartMs, numbers, sketches, revision, dirty, digests = []] of panes) {
          const pane: Pane = {
            numbers,
            sketches: sketches.map((b) => (b === null ? undefined : UniqueSketch.fromBytes(b))),
            digests: digests.map((b) => (b === null ? undefined : QuantileSketch.fromBytes(b))),
            revision,
            dirty: false,
            changes: 0,
          };
          const byStart = bySize[size] ?? new Map<number, Pane>();
          byStart.set(windowStartMs, pane);
          bySize[size] = byStart;
          if (dirty) deps.onDirty({ tenant, rollup, size, windowStartMs, dim, pane });
        }
        tenant.keys[rollup]?.set(dim, { dim, bySize });
      }
    }
    for (const [size, windowStartMs, lateEvents, lastSeq] of from.corrections) {
      tenant.corrections.set(`${size}@${windowStartMs}`, { size, windowStartMs, lateEvents, lastSeq });
    }
    for (const [minute, duplicate, late, dirty] of from.outcomes)
      tenant.outcomes.set(minute, { duplicate, late, dirty });
    for (const [measure, seq, isOpenDone] of from.backfills)
      tenant.backfills.set(measure, { seq, isOpenDone });
    tenants.set(from.tenant, tenant);
  }
  return { identities: createIdentitySet(deps.identityCapacity, image.identities), tenants, seq: image.seq };
}

/** The checksum is what makes the content trustworthy; the form is ours by version. */
function parsed(bytes: Uint8Array): Image | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8 || buffer.readUInt32LE(0) !== crc32(buffer.subarray(4))) return undefined;
  const value: unknown = deserialize(buffer.subarray(4));
  return isImage(value) ? value : undefined;
}

function isImage(value: unknown): value is Image {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    typeof value.version === 'number' &&
    READABLE.includes(value.version) &&
    'tenants' in value &&
    Array.isArray(value.tenants)
  );
}
