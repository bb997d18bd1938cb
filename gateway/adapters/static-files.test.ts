import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadStaticFiles, type StaticFiles } from './static-files.ts';

let directory: string;
let files: StaticFiles;
const script = 'export const a = 1;\n'.repeat(200);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-static-'));
  mkdirSync(join(directory, 'dist', 'assets'), { recursive: true });
  writeFileSync(join(directory, 'secret.txt'), 'secret');
  const write = (name: string, text: string): void => writeFileSync(join(directory, 'dist', name), text);
  write('index.html', '<!doctype html>');
  write('theme.js', 'small');
  write('assets/app-C-mB_nMa.js', script);
  write('assets/app-C-mB_nMa.js.map', '{}');
  write('assets/plain.js', script);
  write('assets/plain.js.br', 'made by the build');
  write('assets/font-Dx4kXJAl.woff2', script);
  files = await loadStaticFiles(join(directory, 'dist'));
});

afterAll(() => rmSync(directory, { recursive: true }));

test('hashed assets never change, the rest is asked for again', () => {
  expect(files.find('/assets/app-C-mB_nMa.js')).toMatchObject({
    isImmutable: true,
    type: 'text/javascript; charset=utf-8',
  });
  expect(files.find('/index.html')).toMatchObject({ isImmutable: false, type: 'text/html; charset=utf-8' });
  expect(files.find('/assets/plain.js')).toMatchObject({ isImmutable: false });
});

test('text is compressed unless the build did it or it is not worth it; fonts are not', () => {
  const { br, gzip } = files.find('/assets/app-C-mB_nMa.js')?.bodies ?? {};
  expect(brotliDecompressSync(br ?? Buffer.alloc(0)).toString()).toBe(script);
  expect(gunzipSync(gzip ?? Buffer.alloc(0)).toString()).toBe(script);
  expect(files.find('/assets/plain.js')?.bodies.br?.toString()).toBe('made by the build');
  expect(files.find('/theme.js')?.bodies.gzip).toBeUndefined();
  expect(files.find('/assets/font-Dx4kXJAl.woff2')?.bodies.br).toBeUndefined();
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/..',
  '/',
  '',
  '/assets',
  '/assets/app-C-mB_nMa.js.map',
  '/assets/plain.js.br',
  'index.html',
  '/INDEX.HTML',
])('%s is no file', (path) => {
  expect(files.find(path)).toBeUndefined();
});

test('a folder that is not there gives no files', async () => {
  const none = await loadStaticFiles(join(directory, 'nothing'));
  expect([none.find('/index.html'), none.bytes]).toEqual([undefined, 0]);
});
