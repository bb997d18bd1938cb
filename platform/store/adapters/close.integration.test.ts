import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let path = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'weir-close-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

/** Runs for days unless it is cancelled. */
const endless = 'SELECT count() AS n FROM numbers(1000000000000000) WHERE sipHash64(number) = 1';

/** Runs `script` in the thread that holds the engine of a process of its own; `say` prints a line. */
function inThread(script: string) {
  const store = new URL('clickhouse.ts', import.meta.url).href;
  const typebox = import.meta.resolve('@sinclair/typebox');
  const worker = `
    const { openClickHouse } = await import(${JSON.stringify(store)});
    const { Type } = await import(${JSON.stringify(typebox)});
    const { parentPort } = await import('node:worker_threads');
    const Row = Type.Object({ n: Type.Number() });
    const say = (text) => parentPort.postMessage(text);
    const store = await openClickHouse({ database: 'weir', path: ${JSON.stringify(path)} });
    const codeOf = (work) => work.then(() => 'done', (error) => error.code);
    ${script}`;
  const main = `
    const { Worker } = await import('node:worker_threads');
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)})));
    worker.on('message', (text) => process.stdout.write(text + '\\n'));
    worker.on('exit', (code) => { process.stdout.write('thread ended with ' + code + '\\n'); process.exit(0); });`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', main], {
    encoding: 'utf8',
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
}

it('a close cancels what runs, refuses what comes, and the thread can end', () => {
  const ended = inThread(`
    const running = codeOf(store.query(${JSON.stringify(endless)}, {}, Row));
    // The second is let in to wait inside of the engine; the third waits outside.
    void codeOf(store.query('SELECT 1 AS n', {}, Row));
    const waiting = codeOf(store.query('SELECT {n:UInt8} AS n', { n: 1 }, Row));
    await store.close();
    say('running: ' + (await running) + ', waiting: ' + (await waiting));
    say('later: ' + (await codeOf(store.query('SELECT 1 AS n', {}, Row))));
    process.exit(0);`);
  expect(ended).toMatchObject({
    status: 0,
    signal: null,
    stdout:
      'running: STORE_UNAVAILABLE, waiting: STORE_UNAVAILABLE\nlater: STORE_UNAVAILABLE\nthread ended with 0\n',
  });
});

it('a branch given up makes room for the statements of others', () => {
  const ended = inThread(`
    await store.command('CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n');
    const { store: asked, giveUp } = store.branch();
    const running = codeOf(asked.query(${JSON.stringify(endless)}, {}, Row));
    void codeOf(asked.query('SELECT 1 AS n', {}, Row));
    const waiting = codeOf(asked.query('SELECT {n:UInt8} AS n', { n: 1 }, Row));
    const written = store.insertRows('t', ['n'], '1\\n2\\n');
    await giveUp();
    await written;
    say('running: ' + (await running) + ', waiting: ' + (await waiting));
    say('rows: ' + (await store.query('SELECT count() AS n FROM t', {}, Row))[0].n);
    say('asked later: ' + (await codeOf(asked.insertRows('t', ['n'], '3\\n'))));
    await store.close();
    process.exit(0);`);
  expect(ended).toMatchObject({
    status: 0,
    signal: null,
    stdout:
      'running: STORE_UNAVAILABLE, waiting: STORE_UNAVAILABLE\nrows: 2\nasked later: STORE_UNAVAILABLE\nthread ended with 0\n',
  });
});
