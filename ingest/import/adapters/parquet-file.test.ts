import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileRow } from '../rows.ts';
import { openParquet } from './parquet-file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-parquet-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

const compressors = {
  GZIP: (input: Uint8Array) => gzipSync(input),
  BROTLI: (input: Uint8Array) => brotliCompressSync(input),
  ZSTD: (input: Uint8Array) => zstdCompressSync(input),
};

async function readAll(path: string): Promise<{ columns: readonly string[] | undefined; rows: FileRow[] }> {
  const source = await openParquet(path, {});
  const rows: FileRow[] = [];
  for await (const some of source.rows) rows.push(...some);
  return { columns: source.columns, rows };
}

test.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD'] as const)(
  'reads %s files over several row groups',
  async (codec) => {
    const count = 5000;
    const numbers = Array.from({ length: count }, (_each, index) => index);
    const bytes = parquetWriteBuffer({
      codec,
      compressors,
      rowGroupSize: 1500,
      columnData: [
        { name: 'video', data: numbers.map((each) => `video-${each % 7}`), type: 'STRING' },
        { name: 'views', data: numbers.map((each) => BigInt(each) * 1_000_000n), type: 'INT64' },
        { name: 'at', data: numbers.map((each) => new Date(each * 1000)), type: 'TIMESTAMP' },
        {
          name: 'note',
          data: numbers.map((each) => (each % 2 === 0 ? 'even' : null)),
          type: 'STRING',
          nullable: true,
        },
      ],
    });
    const path = join(folder, `${codec}.parquet`);
    await writeFile(path, new Uint8Array(bytes));
    const { columns, rows } = await readAll(path);
    expect(columns).toEqual(['video', 'views', 'at', 'note']);
    expect(rows.map((row) => row.line)).toEqual(numbers.map((each) => each + 1));
    expect(rows[4321]).toMatchObject({
      cells: { video: 'video-2', views: 4_321_000_000n, at: new Date(4_321_000) },
      raw: expect.stringContaining('"views":4321000000'),
    });
  },
);

test('a file that is no Parquet says so', async () => {
  const path = join(folder, 'broken.parquet');
  await writeFile(path, 'PAR1 this is not it');
  await expect(openParquet(path, {})).rejects.toThrow(/broken.parquet cannot be read as Parquet/);
  await expect(openParquet(join(folder, 'absent.parquet'), {})).rejects.toThrow(/cannot be read as Parquet/);
});
