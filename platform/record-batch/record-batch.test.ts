import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanonicalEvent } from '../contracts/event.ts';
import { createRecordBatchBuilder } from './builder.ts';
import { hash128 } from './hash.ts';
import { createIdentityHasher } from './identity.ts';
import { decodeRecordBatch } from './record-batch.ts';

const metricValue = fc.oneof(fc.constant(Number.NaN), fc.double({ noNaN: true, noDefaultInfinity: true }));
const anyEvent: fc.Arbitrary<CanonicalEvent> = fc.record({
  tenant: fc.constantFrom('main', 'demo'),
  source: fc.string({ unit: 'grapheme', maxLength: 20 }),
  id: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  type: fc.constantFrom('video_view', 'tip'),
  eventTimeMs: fc.integer({ min: 0, max: 4e12 }),
  receivedAtMs: fc.integer({ min: 0, max: 4e12 }),
  channel: fc.string({ unit: 'grapheme', maxLength: 20 }),
  content: fc.string({ maxLength: 20 }),
  country: fc.constantFrom('', 'US', 'DE'),
  stream: fc.constantFrom('', 'ads'),
  user: fc.string({ maxLength: 10 }),
  amountMinor: fc.integer(),
  currency: fc.constantFrom('', 'USD'),
  amountBaseMinor: fc.integer(),
  metrics: fc.array(metricValue, { maxLength: 8 }),
  flags: fc.integer({ min: 0, max: 255 }),
  dataJson: fc.json(),
});

/** Splits a ClickHouse TabSeparated row; written apart from the encoder's escaping on purpose. */
function unescapeRow(row: string): string[] {
  return row
    .replace(/\n$/, '')
    .split('\t')
    .map((field) =>
      field.replace(/\\(.)/g, (_, c: string) => ({ t: '\t', n: '\n', r: '\r', '0': '\0' })[c] ?? c),
    );
}

describe('record batch', () => {
  it('gives back what went in, whatever the strings hold', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 7 }),
        (events, shift) => {
          const builder = createRecordBatchBuilder(createIdentityHasher());
          for (const event of events) expect(builder.add(event, identityOf(event))).toBe(true);
          const encoded = builder.finish();
          const misaligned = new Uint8Array(encoded.length + shift);
          misaligned.set(encoded, shift);
          const batch = decodeRecordBatch(misaligned.subarray(shift));
          if (typeof batch === 'string') throw new Error(batch);
          expect(batch.count).toBe(events.length);
          for (const [i, event] of events.entries()) {
            expect(batch.eventTimeMs[i]).toBe(event.eventTimeMs);
            expect(batch.dictionary[batch.channel[i] ?? -1]).toBe(Buffer.from(event.channel).toString());
            expect(batch.dictionary[batch.type[i] ?? -1]).toBe(event.type);
            expect(batch.amountBaseMinor[i]).toBe(event.amountBaseMinor);
            for (let k = 0; k < 8; k++) {
              const want = event.metrics[k] ?? Number.NaN;
              const got = batch.metrics[k]?.[i] ?? Number.NaN;
              expect(Object.is(got, want) || (got === 0 && want === 0)).toBe(true);
            }
            const row = unescapeRow(
              batch.text.toString('utf8', batch.rowStart[i] ?? 0, batch.rowStart[i + 1] ?? 0),
            );
            expect(row).toHaveLength(16);
            expect(row[2]).toBe(Buffer.from(event.id).toString());
            expect(row[15]).toBe(Buffer.from(event.dataJson).toString());
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('carries nothing from one batch of a builder to the next', () => {
    const times = fc.constantFrom(0, 7, 999, 1_000, 1_699_999_999_999, 1_700_000_000_000, 4_000_000_000_001);
    const mixed = fc
      .tuple(anyEvent, times)
      .map(([event, eventTimeMs]): CanonicalEvent => ({ ...event, eventTimeMs }));
    fc.assert(
      fc.property(fc.array(fc.array(mixed, { minLength: 1, maxLength: 10 }), { maxLength: 6 }), (batches) => {
        const builder = createRecordBatchBuilder(createIdentityHasher());
        for (const events of batches) {
          for (const event of events) builder.add(event, identityOf(event));
          const batch = decodeRecordBatch(builder.finish());
          if (typeof batch === 'string') throw new Error(batch);
          const wanted = new Set(
            events.flatMap((e) => [e.type, e.tenant, e.channel, e.content, e.country, e.stream]),
          );
          expect(batch.dictionary).toHaveLength(wanted.size);
          for (const [i, event] of events.entries()) {
            const row = unescapeRow(
              batch.text.toString('utf8', batch.rowStart[i] ?? 0, batch.rowStart[i + 1] ?? 0),
            );
            const e = event;
            const money = [e.amountMinor, e.currency, e.amountBaseMinor, e.flags].map(String);
            if ((e.flags & 8) !== 0) money[2] = '0';
            const texts = [e.tenant, e.source, e.id, e.type, String(e.eventTimeMs), String(e.receivedAtMs)];
            const places = [e.channel, e.content, e.country, e.stream, e.user];
            const whole = [...texts, ...places, ...money, e.dataJson].map((text) =>
              Buffer.from(text).toString(),
            );
            expect(row).toEqual(whole);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stays right when more strings come than it remembers', () => {
    const builder = createRecordBatchBuilder(createIdentityHasher());
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 5_000; i++) {
        const event = { ...plain, id: String(i), content: `v${round}-${i}` };
        builder.add(event, identityOf(event));
      }
      const batch = decodeRecordBatch(builder.finish());
      if (typeof batch === 'string') throw new Error(batch);
      expect(batch.dictionary[batch.content[4_999 % batch.count] ?? -1]).toBe(
        `v${round}-${4_999 % batch.count}`,
      );
      const rows = batch.text.toString().trimEnd().split('\n');
      expect(rows.map((row) => row.split('\t')[7])).toEqual(rows.map((_, i) => `v${round}-${i}`));
    }
  });

  it('says why damaged bytes are no batch', () => {
    const builder = createRecordBatchBuilder(createIdentityHasher());
    const one = {
      tenant: 'main',
      source: 's',
      id: '1',
      type: 't',
      eventTimeMs: 1,
      receivedAtMs: 2,
      channel: '',
      content: '',
      country: '',
      stream: '',
      user: '',
      amountMinor: 0,
      currency: '',
      amountBaseMinor: 0,
      metrics: [],
      flags: 0,
      dataJson: '{}',
    };
    builder.add(one, identityOf(one));
    const bytes = builder.finish();
    expect(decodeRecordBatch(bytes.subarray(0, 10))).toBe('too-short');
    expect(decodeRecordBatch(bytes.subarray(0, bytes.length - 3))).toBe('bad-checksum');
    const flipped = Uint8Array.from(bytes);
    flipped[40] = (flipped[40] ?? 0) ^ 1;
    expect(decodeRecordBatch(flipped)).toBe('bad-checksum');
    expect(decodeRecordBatch(new Uint8Array(64))).toBe('bad-magic');
  });

  it('answers false when full and starts again after finish', () => {
    const builder = createRecordBatchBuilder(createIdentityHasher(), 4_096);
    const event = {
      tenant: 'main',
      source: 's',
      id: '1',
      type: 't',
      eventTimeMs: 1,
      receivedAtMs: 2,
      channel: '',
      content: '',
      country: '',
      stream: '',
      user: '',
      amountMinor: 0,
      currency: '',
      amountBaseMinor: 0,
      metrics: [],
      flags: 0,
      dataJson: JSON.stringify({ text: 'x'.repeat(400) }),
    };
    let added = 0;
    while (builder.add(event, identityOf(event))) added++;
    expect(added).toBeGreaterThan(2);
    expect(builder.finish().length).toBeLessThanOrEqual(4_096);
    expect(builder.count).toBe(0);
    expect(builder.add(event, identityOf(event))).toBe(true);
  });
});

describe('hash128', () => {
  // Reference: mmh3 5 for Python (the C++ reference code), hash128 of s.encode('utf-16le'), x64arch=False, as 32-bit lanes.
  it.each([
    ['', [0, 0, 0, 0]],
    ['a', [54243734, 3438235617, 3438235617, 3438235617]],
    ['evt-1', [392537311, 1321198565, 497759991, 2073750642]],
    ['hello world, weir', [3181339395, 1710431289, 2388702863, 2702129636]],
    ['äöü€', [1246228628, 3421745897, 535747078, 535747078]],
  ])('equals the reference for %j', (text, lanes) => {
    const out = new Uint32Array(4);
    hash128(text, new Uint32Array(4), 0, out, 0);
    expect([...out]).toEqual(lanes);
  });

  it('separates tenants, sources and ids', () => {
    const hasher = createIdentityHasher();
    const seen = new Set<string>();
    const out = new Uint32Array(4);
    for (const [tenant, source, id] of [
      ['a', 'bc', 'd'],
      ['ab', 'c', 'd'],
      ['a', 'b', 'cd'],
      ['a', 'bc', 'd '],
      ['a', 'bc', ''],
    ] as const) {
      hasher.identity(tenant, source, id, out, 0);
      seen.add(out.join());
    }
    expect(seen.size).toBe(5);
  });

  it('has no collision in a million ids in any pair of lanes', () => {
    const seed = new Uint32Array(4);
    const out = new Uint32Array(4);
    const seen = new Set<number>();
    for (let i = 0; i < 1_000_000; i++) {
      hash128(`evt-${i}`, seed, 0, out, 0);
      seen.add((out[0] ?? 0) * 2 ** 21 + ((out[1] ?? 0) >>> 11));
    }
    expect(seen.size).toBe(1_000_000);
  });
});

function identityOf(event: CanonicalEvent): Uint32Array {
  const lanes = new Uint32Array(4);
  createIdentityHasher().identity(event.tenant, event.source, event.id, lanes, 0);
  return lanes;
}

const plain: CanonicalEvent = {
  tenant: 'main',
  source: 's',
  id: '1',
  type: 't',
  eventTimeMs: 1,
  receivedAtMs: 2,
  channel: '',
  content: '',
  country: '',
  stream: '',
  user: '',
  amountMinor: 0,
  currency: '',
  amountBaseMinor: 0,
  metrics: [],
  flags: 0,
  dataJson: '{}',
};
