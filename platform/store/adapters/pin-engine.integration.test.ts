import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let path = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'weir-pin-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

it('a thread that held the engine can end, and the process after it', () => {
  const store = new URL('clickhouse.ts', import.meta.url).href;
  const worker = `
    const { openClickHouse } = await import(${JSON.stringify(store)});
    const engine = await openClickHouse({ database: 'weir', path: ${JSON.stringify(path)} });
    await engine.command('CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a');
    await engine.insertRows('t', ['a'], '1\\n2\\n');
    await engine.close();`;
  const main = `
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)})));
    worker.on('exit', (code) => process.stdout.write('thread ended with ' + code));`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', main], { encoding: 'utf8' });
  expect(ended).toMatchObject({ status: 0, signal: null, stdout: 'thread ended with 0' });
});
