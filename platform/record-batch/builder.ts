import { crc32 } from 'node:zlib';
import { MAX_METRICS } from '../contracts/event-catalogue.ts';
import type { CanonicalEvent } from '../contracts/event.ts';
import { createBatchDictionary } from './dictionary.ts';
import type { IdentityHasher } from './identity.ts';
import { columnBytes, HEADER_BYTES, MAGIC, MAX_BATCH_BYTES, MAX_BATCH_EVENTS } from './layout.ts';
import { createRowText, maxRowBytes } from './row-text.ts';

/**
 * Collects canonical events into one record batch. `add` answers false when the batch is full: finish it and add to the next.
 * An event whose row alone exceeds the limit never fits; ingest refuses such events before they get here.
 */
export interface RecordBatchBuilder {
  readonly count: number;
  readonly bytes: number;
  /** The four lanes of the event's identity start at `offset` of `identity`. */
  add(event: CanonicalEvent, identity: Uint32Array, offset?: number): boolean;
  /** Encodes and empties the builder. Throws RangeError when there is nothing to encode. */
  finish(): Uint8Array;
}

const codesPerEvent = 6;
/** Room a row needs beside its text: columns and, at worst, its dictionary strings. */
const SIDECAR_BYTES = 8 * (3 + MAX_METRICS) + 28 + 12 + 1;

export function createRecordBatchBuilder(
  hasher: IdentityHasher,
  maxBytes: number = MAX_BATCH_BYTES,
): RecordBatchBuilder {
  let capacity = 64;
  let numbers = new Float64Array(capacity * (3 + MAX_METRICS));
  let hashes = new Uint32Array(capacity * 6);
  let rowStart = new Uint32Array(capacity + 1);
  let codes = new Uint16Array(capacity * codesPerEvent);
  let flags = new Uint8Array(capacity);
  let text = Buffer.allocUnsafe(16 * 1024);
  let textBytes = 0;
  let count = 0;
  let mask = 0;
  const dictionary = createBatchDictionary();
  // Columns whose neighbours are mostly equal: compared with the row before instead of looked up.
  let type = '';
  let typeCode = 0;
  let tenant = '';
  let tenantCode = 0;
  let stream = '';
  let streamCode = 0;
  const rowText = createRowText();

  const grow = (): void => {
    capacity *= 2;
    numbers = copied(new Float64Array(capacity * (3 + MAX_METRICS)), numbers);
    hashes = copied(new Uint32Array(capacity * 6), hashes);
    rowStart = copied(new Uint32Array(capacity + 1), rowStart);
    codes = copied(new Uint16Array(capacity * codesPerEvent), codes);
    flags = copied(new Uint8Array(capacity), flags);
  };

  const size = (): number =>
    HEADER_BYTES + count * SIDECAR_BYTES + textBytes + 3 * dictionary.chars + 4 * dictionary.strings.length;

  return {
    get count() {
      return count;
    },
    get bytes() {
      return size();
    },
    add(event, identity, offset = 0) {
      const worst = maxRowBytes(event);
      if (count > 0 && (count >= MAX_BATCH_EVENTS || size() + SIDECAR_BYTES + worst / 2 > maxBytes))
        return false;
      if (textBytes + worst > text.length) {
        const larger = Buffer.allocUnsafe(Math.max(text.length * 2, textBytes + worst));
        text.copy(larger, 0, 0, textBytes);
        text = larger;
      }
      if (count === capacity) grow();
      const c = count * codesPerEvent;
      const channel = dictionary.code(event.channel);
      const content = dictionary.code(event.content);
      if (count === 0 || event.type !== type) {
        type = event.type;
        typeCode = dictionary.code(type);
      }
      if (count === 0 || event.tenant !== tenant) {
        tenant = event.tenant;
        tenantCode = dictionary.code(tenant);
      }
      if (count === 0 || event.stream !== stream) {
        stream = event.stream;
        streamCode = dictionary.code(stream);
      }
      codes[c] = typeCode;
      codes[c + 1] = tenantCode;
      codes[c + 2] = channel;
      codes[c + 3] = content;
      codes[c + 4] = dictionary.code(event.country);
      codes[c + 5] = streamCode;
      rowStart[count] = textBytes;
      const row = rowText(event, dictionary.escaped(channel), dictionary.escaped(content));
      textBytes += text.write(row, textBytes);
      const n = count * (3 + MAX_METRICS);
      numbers[n] = event.eventTimeMs;
      numbers[n + 1] = event.receivedAtMs;
      numbers[n + 2] = event.amountBaseMinor;
      const { metrics } = event;
      const given = Math.min(metrics.length, MAX_METRICS);
      for (let k = 0; k < given; k++) {
        const value = metrics[k] ?? Number.NaN;
        numbers[n + 3 + k] = value;
        if (!Number.isNaN(value)) mask |= 1 << k;
      }
      for (let k = given; k < MAX_METRICS; k++) numbers[n + 3 + k] = Number.NaN;
      const h = count * 6;
      hashes[h] = identity[offset] ?? 0;
      hashes[h + 1] = identity[offset + 1] ?? 0;
      hashes[h + 2] = identity[offset + 2] ?? 0;
      hashes[h + 3] = identity[offset + 3] ?? 0;
      hasher.user(event.tenant, event.user, hashes, h + 4);
      flags[count] = event.flags;
      count++;
      return true;
    },
    finish() {
      if (count === 0) throw new RangeError('a record batch needs at least one event');
      const present = metricIndexes(mask);
      const at = columnBytes(count, present.length);
      const { strings } = dictionary;
      const dictionaryBytes = Buffer.from(strings.join(''), 'utf8');
      const total = at.dictionary + 4 * (strings.length + 1) + dictionaryBytes.length + textBytes;
      const out = Buffer.allocUnsafeSlow(total);
      const f64 = new Float64Array(out.buffer, HEADER_BYTES, count * (3 + present.length));
      const u32 = new Uint32Array(out.buffer, at.u32, 7 * count + 1);
      const u16 = new Uint16Array(out.buffer, at.u16, codesPerEvent * count);
      for (let i = 0; i < count; i++) {
        const n = i * (3 + MAX_METRICS);
        f64[i] = numbers[n] ?? 0;
        f64[count + i] = numbers[n + 1] ?? 0;
        f64[2 * count + i] = numbers[n + 2] ?? 0;
        for (let k = 0; k < present.length; k++)
          f64[(3 + k) * count + i] = numbers[n + 3 + (present[k] ?? 0)] ?? Number.NaN;
        const h = i * 6;
        u32[4 * i] = hashes[h] ?? 0;
        u32[4 * i + 1] = hashes[h + 1] ?? 0;
        u32[4 * i + 2] = hashes[h + 2] ?? 0;
        u32[4 * i + 3] = hashes[h + 3] ?? 0;
        u32[4 * count + 2 * i] = hashes[h + 4] ?? 0;
        u32[4 * count + 2 * i + 1] = hashes[h + 5] ?? 0;
        u32[6 * count + i] = rowStart[i] ?? 0;
        for (let k = 0; k < codesPerEvent; k++) u16[k * count + i] = codes[i * codesPerEvent + k] ?? 0;
        out[at.u8 + i] = flags[i] ?? 0;
      }
      u32[7 * count] = textBytes;
      out.fill(0, at.u8 + count, at.dictionary);
      const starts = new Uint32Array(out.buffer, at.dictionary, strings.length + 1);
      let position = 0;
      let index = 0;
      for (const value of strings) {
        starts[index++] = position;
        position += Buffer.byteLength(value, 'utf8');
      }
      starts[index] = position;
      const textAt = at.dictionary + 4 * (strings.length + 1);
      dictionaryBytes.copy(out, textAt);
      text.copy(out, textAt + dictionaryBytes.length, 0, textBytes);
      out.writeUInt32LE(MAGIC, 0);
      out.writeUInt32LE(count, 8);
      out.writeUInt32LE(strings.length, 12);
      out.writeUInt32LE(dictionaryBytes.length, 16);
      out.writeUInt32LE(mask, 20);
      out.writeUInt32LE(textBytes, 24);
      out.writeUInt32LE(0, 28);
      out.writeUInt32LE(crc32(out.subarray(8)), 4);
      count = 0;
      textBytes = 0;
      mask = 0;
      dictionary.next();
      return out;
    },
  };
}

function copied<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}

export function metricIndexes(mask: number): number[] {
  const present: number[] = [];
  for (let k = 0; k < MAX_METRICS; k++) if ((mask & (1 << k)) !== 0) present.push(k);
  return present;
}
