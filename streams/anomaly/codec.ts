import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { createAlarmBar } from './alarm-bar.ts';
import type { DetectorState } from './state.ts';
import { createTail } from './tail.ts';

const VERSION = 2;

interface Image {
  readonly version: typeof VERSION;
  readonly state: DetectorState;
}

/** Version 1 had no bar of its own and did not look at the newest value alone. */
interface ImageOfOne {
  readonly version: 1;
  readonly state: Omit<DetectorState, 'alarmBar'>;
}

/** State as bytes. Restored from them, a detector goes on as if nothing had happened. */
export function encodeDetector(state: DetectorState): Uint8Array {
  const image: Image = { version: VERSION, state };
  const body = serialize(image);
  const bytes = Buffer.alloc(body.length + 4);
  bytes.writeUInt32LE(crc32(body));
  body.copy(bytes, 4);
  return bytes;
}

/** Undefined for bytes that are damaged, of another version or of something else; the series then warms up anew. */
export function decodeDetector(bytes: Uint8Array): DetectorState | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 8 || buffer.readUInt32LE(0) !== crc32(buffer.subarray(4))) return undefined;
  const value: unknown = deserialize(buffer.subarray(4));
  if (isImage(value)) return value.state;
  return isImageOfOne(value) ? completed(value.state) : undefined;
}

/** What is new begins where a new series begins; all that was learned is kept. */
function completed(state: ImageOfOne['state']): DetectorState {
  const { settings, tails } = state;
  return { ...state, tails: [...tails, createTail()], alarmBar: createAlarmBar(settings.stepMs) };
}

/** The checksum is what makes the content trustworthy; the form is ours by version. */
function isImage(value: unknown): value is Image {
  return versionOf(value) === VERSION;
}

function isImageOfOne(value: unknown): value is ImageOfOne {
  return versionOf(value) === 1;
}

function versionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'version' in value && 'state' in value
    ? value.version
    : undefined;
}
