import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { DetectorState } from './state.ts';

const VERSION = 1;

interface Image {
  readonly version: typeof VERSION;
  readonly state: DetectorState;
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
  return isImage(value) ? value.state : undefined;
}

/** The checksum is what makes the content trustworthy; the form is ours by version. */
function isImage(value: unknown): value is Image {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === VERSION &&
    'state' in value
  );
}
