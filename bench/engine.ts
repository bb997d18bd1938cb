import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../platform/time/clock.ts';
import { startChild, type Running } from './child.ts';
import { generateLoad, type LoadResult } from './load-generator.ts';

export const KEY = 'bench-admin-key';
const CONTENTS = 10_000;

export interface BenchEngine {
  /** The running process; another one after `restart`. */
  readonly current: Running;
  /** Ends it with `signal` and starts it again on the same home, with `change` on top of the settings. */
  restart(signal: NodeJS.Signals, change?: Record<string, string>): Promise<void>;
}

/** Runs `run` with a whole engine of its own in a temporary home, without demo feed unless `env` says so. */
export async function withEngine<T>(
  env: Record<string, string>,
  run: (engine: BenchEngine) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const settings = {
    WEIR_HOME: home,
    WEIR_PORT: '0',
    WEIR_DEMO: '0',
    WEIR_ADMIN_KEY: KEY,
    WEIR_LOG_LEVEL: 'warn',
    ...env,
  };
  const file = new URL('../weir.ts', import.meta.url).pathname;
  let current = await startChild(file, ['up'], settings);
  const engine: BenchEngine = {
    get current() {
      return current;
    },
    restart: async (signal, change = {}) => {
      await current.stop(signal);
      current = await startChild(file, ['up'], { ...settings, ...change });
    },
  };
  try {
    return await run(engine);
  } finally {
    await current.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Load of nine views to one ad impression; ids never repeat those of another call. */
export function load(
  port: number,
  path: string,
  seconds: number,
  shape: { connections: number; eventsPerRequest: number },
  more: { eventsPerSecond?: number; onAck?: (events: number) => void } = {},
): Promise<LoadResult> {
  return generateLoad({
    port,
    path,
    key: KEY,
    ...shape,
    durationMs: seconds * 1_000,
    run: `${process.pid}-${Math.round(performance.now() * 1_000).toString(36)}`,
    contents: CONTENTS,
    ...more,
  });
}

export async function metricsText(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${KEY}` },
  });
  return response.text();
}

export async function storedRows(port: number): Promise<number> {
  return Number(/^weir_streams_rows_stored_total (\d+)/m.exec(await metricsText(port))?.[1] ?? 0);
}

/** Resolves when everything accepted is applied and stored: nothing behind in the log, no rows waiting. */
export async function drained(port: number): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const body: unknown = await response.json();
    const pending =
      typeof body === 'object' && body !== null && 'pendingMessages' in body
        ? body.pendingMessages
        : undefined;
    if (response.status === 200 && pending === 0) {
      const waiting = [
        ...(await metricsText(port)).matchAll(/^weir_streams_pending_bytes\{[^}]*\} (\d+)/gm),
      ].reduce((sum, match) => sum + Number(match[1]), 0);
      if (waiting === 0) return;
    }
    await systemClock.sleep(100);
  }
}
