import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * CPU of one row of the bench's load in ClickHouse, merges included, in µs: text that is ready into the events table by our own store, in
 * a process that does nothing else. What no engine that stores its events in this store on this machine can go below.
 */
export async function measureInsertFloor(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const file = fileURLToPath(new URL('./insert-floor-process.ts', import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, file, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  try {
    await once(child, 'exit');
    const found = /^(\d+\.\d+) us$/m.exec(output)?.[1];
    if (found === undefined) throw new Error(`the insert floor was not measured: ${output}`);
    return Number(found);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
