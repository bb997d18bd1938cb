import { crc32 } from 'node:zlib';
import { metricIndexes } from './builder.ts';
import { columnBytes, HEADER_BYTES, MAGIC } from './layout.ts';

/** A decoded record batch: typed columns over events 0..count-1 and the rows' text. */
export interface RecordBatch {
  readonly count: number;
  readonly dictionary: readonly string[];
  readonly eventTimeMs: Float64Array;
  readonly receivedAtMs: Float64Array;
  readonly amountBaseMinor: Float64Array;
  /** Metric columns by index in the type's `metrics`; undefined when no event of the batch has it, NaN where one has not. */
  readonly metrics: readonly (Float64Array | undefined)[];
  /** Four lanes an event. */
  readonly idHash: Uint32Array;
  /** Two lanes an event, zeros when unknown. */
  readonly userHash: Uint32Array;
  /** Byte offsets of rows in `text`, count + 1 of them. */
  readonly rowStart: Uint32Array;
  readonly type: Uint16Array;
  readonly tenant: Uint16Array;
  readonly channel: Uint16Array;
  readonly content: Uint16Array;
  readonly country: Uint16Array;
  readonly stream: Uint16Array;
  readonly flags: Uint8Array;
  readonly text: Buffer;
}

export type DecodeFailure = 'too-short' | 'bad-magic' | 'bad-checksum' | 'bad-length';

/** Decodes a record batch, or says why it cannot be one. Never throws; a damaged message must not stop its partition. */
export function decodeRecordBatch(bytes: Uint8Array): RecordBatch | DecodeFailure {
  if (bytes.length < HEADER_BYTES) return 'too-short';
  // Typed views need an aligned start; messages arrive at any offset of the socket's buffer. The copy also frees that buffer.
  const buffer = Buffer.allocUnsafeSlow(bytes.length);
  buffer.set(bytes);
  if (buffer.readUInt32LE(0) !== MAGIC) return 'bad-magic';
  if (buffer.readUInt32LE(4) !== crc32(buffer.subarray(8))) return 'bad-checksum';
  const count = buffer.readUInt32LE(8);
  const strings = buffer.readUInt32LE(12);
  const dictionaryBytes = buffer.readUInt32LE(16);
  const mask = buffer.readUInt32LE(20);
  const textBytes = buffer.readUInt32LE(24);
  const present = metricIndexes(mask);
  const at = columnBytes(count, present.length);
  const textAt = at.dictionary + 4 * (strings + 1);
  if (textAt + dictionaryBytes + textBytes !== bytes.length) return 'bad-length';
  const memory = buffer.buffer;
  const f64 = (column: number): Float64Array =>
    new Float64Array(memory, HEADER_BYTES + 8 * count * column, count);
  const u16 = (column: number): Uint16Array => new Uint16Array(memory, at.u16 + 2 * count * column, count);
  const metrics: (Float64Array | undefined)[] = [];
  for (const [position, k] of present.entries()) metrics[k] = f64(3 + position);
  return {
    count,
    dictionary: decodeDictionary(
      buffer.subarray(textAt, textAt + dictionaryBytes),
      new Uint32Array(memory, at.dictionary, strings + 1),
    ),
    eventTimeMs: f64(0),
    receivedAtMs: f64(1),
    amountBaseMinor: f64(2),
    metrics,
    idHash: new Uint32Array(memory, at.u32, 4 * count),
    userHash: new Uint32Array(memory, at.u32 + 16 * count, 2 * count),
    rowStart: new Uint32Array(memory, at.u32 + 24 * count, count + 1),
    type: u16(0),
    tenant: u16(1),
    channel: u16(2),
    content: u16(3),
    country: u16(4),
    stream: u16(5),
    flags: buffer.subarray(at.u8, at.u8 + count),
    text: buffer.subarray(textAt + dictionaryBytes),
  };
}

function decodeDictionary(bytes: Buffer, starts: Uint32Array): string[] {
  const whole = bytes.toString('utf8');
  // All ASCII: one decode and cheap slices. Otherwise byte offsets and string offsets differ, decode each.
  const ascii = whole.length === bytes.length;
  const out: string[] = [];
  for (let i = 0; i + 1 < starts.length; i++) {
    const from = starts[i] ?? 0;
    const to = starts[i + 1] ?? 0;
    out.push(ascii ? whole.slice(from, to) : bytes.toString('utf8', from, to));
  }
  return out;
}
