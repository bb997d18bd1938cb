import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { StagePosition } from './position.ts';

/** State of a stage and the position it stands for: one object, so that they cannot disagree. */
export interface StageSnapshot {
  readonly position: StagePosition;
  /** Newest event time by tenant, of events of every type up to the position. */
  readonly newestMs: ReadonlyMap<string, number>;
  readonly state: Uint8Array;
  /** Stored rows of every type by tenant up to the position; absent in snapshots of former versions. */
  readonly rows?: ReadonlyMap<string, number>;
  /** Epoch of the log the position belongs to; absent in snapshots of former versions, which knew of none. */
  readonly epoch?: string;
}

const VERSION = 1;

interface Image extends StageSnapshot {
  readonly version: typeof VERSION;
}

export function encodeStageSnapshot(snapshot: StageSnapshot): Uint8Array {
  const image: Image = { version: VERSION, ...snapshot };
  const body = serialize(image);
  const out = Buffer.allocUnsafe(4 + body.length);
  out.writeUInt32LE(crc32(body), 0);
  body.copy(out, 4);
  return out;
}

/** Undefined when the bytes are damaged or of another version; the checksum is what makes the form trustworthy. */
export function decodeStageSnapshot(bytes: Uint8Array): StageSnapshot | undefined {
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
    value.version === VERSION &&
    'state' in value &&
    value.state instanceof Uint8Array
  );
}
