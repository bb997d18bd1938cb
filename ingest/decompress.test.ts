import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createDecompress, encodingOf } from './decompress.ts';

const limit = 64 * 1024;
const decompress = createDecompress({ maxOutputBytes: limit, maxConcurrent: 2 });
const text = Buffer.from(JSON.stringify({ hello: 'wörld', list: Array.from({ length: 100 }, (_, i) => i) }));
const compressors = [
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
] as const;

describe.each(compressors)('%s', (encoding, compress) => {
  test('gives back what went in, up to the limit exactly', async () => {
    expect(await decompress(encoding, compress(text))).toEqual(text);
    expect(await decompress(encoding, compress(Buffer.alloc(limit)))).toHaveLength(limit);
  });

  test('one byte above the limit is too large', async () => {
    await expect(decompress(encoding, compress(Buffer.alloc(limit + 1)))).rejects.toMatchObject({
      code: 'INGEST_BODY_TOO_LARGE',
    });
  });

  test('a bomb is stopped at the limit', async () => {
    const bomb = compress(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    await expect(decompress(encoding, bomb)).rejects.toMatchObject({ code: 'INGEST_BODY_TOO_LARGE' });
  });

  test.each([
    ['cut short', (whole: Buffer) => whole.subarray(0, whole.length - 9)],
    ['of which only the start came', (whole: Buffer) => whole.subarray(0, 3)],
    ['that is nothing', () => Buffer.alloc(0)],
    ['that is plain text', () => Buffer.from('{"type":"video_view"}')],
    [
      'damaged in the middle',
      (whole: Buffer) => Buffer.concat([whole.subarray(0, 12), Buffer.alloc(30, 0xa5), whole.subarray(42)]),
    ],
  ])('a body %s is invalid', async (_name, change) => {
    await expect(decompress(encoding, change(compress(text)))).rejects.toMatchObject({
      code: 'INGEST_ENCODING_INVALID',
    });
  });
});

test('deflate without its wrapper is read too', async () => {
  expect(await decompress('deflate', deflateRawSync(text))).toEqual(text);
});

test('more bodies than allowed at once wait their turn, and failures give their place back', async () => {
  const bodies = Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? Buffer.from('bad') : gzipSync(text)));
  const outcomes = await Promise.allSettled(bodies.map(async (body) => await decompress('gzip', body)));
  expect(outcomes.map(({ status }) => status)).toEqual(
    bodies.map((_, i) => (i % 3 === 0 ? 'rejected' : 'fulfilled')),
  );
  expect(await decompress('gzip', gzipSync(text))).toEqual(text);
});

test.each([
  [undefined, ''],
  ['', ''],
  ['identity', ''],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  [' br ', 'br'],
])('Content-Encoding %j is %j', (header, encoding) => {
  expect(encodingOf(header)).toBe(encoding);
});

test.each(['gzip, gzip', 'compress', 'lzma', 'constructor', '__proto__', '*'])(
  'Content-Encoding %j is not supported',
  (header) => {
    expect(() => encodingOf(header)).toThrow(
      expect.objectContaining({ code: 'INGEST_ENCODING_UNSUPPORTED' }),
    );
  },
);
