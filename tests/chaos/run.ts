import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { VerifyReport } from '../../platform/contracts/verify.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { createLedger, runClient, sendUntilAcknowledged, type Ledger } from './client.ts';
import { createEventSource, type SentEvent } from './events.ts';
import { cutLogEnd } from './faults.ts';
import { compareEvents, compareWindows, readStored, type SetDifference, type Stored } from './stored.ts';
import { createWeirProcess, type WeirProcess } from './weir-process.ts';

/** Small, so that freezes last longer than them; the guarantee may not depend on any. */
export const settings: Record<string, string> = {
  WEIR_INGEST_DUPLICATE_WINDOW_MS: '500',
  WEIR_INGEST_PUBLISH_TIMEOUT_MS: '1000',
  WEIR_INGEST_PUBLISH_DEADLINE_MS: '4000',
  WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: '3000',
};

export interface Load {
  /** Ends the clients once everything they began is acknowledged. */
  stop(): Promise<void>;
}

/** One Weir under test with the clients that send to it and what they were told. */
export interface ChaosRun {
  readonly weir: WeirProcess;
  readonly ledger: Ledger;
  readonly random: Random;
  startLoad(clients: number, maxEvents: number, maxPauseMs: number): Load;
  /** Events of a source of its own, sent in requests of `size` until each is acknowledged. */
  sendNow(source: string, count: number, size: number): Promise<SentEvent[]>;
  resend(events: readonly SentEvent[]): Promise<void>;
  /** `weir verify --json`, on the running engine or on one started for it; patient, as little memory for identities makes catching up slow. */
  verify(...options: readonly string[]): Promise<VerifyReport>;
}

export async function createChaosRun(
  name: string,
  seed: number,
  change: Record<string, string> = {},
): Promise<ChaosRun> {
  const home = mkdtempSync(join(tmpdir(), `weir-chaos-${name}-`));
  const weir = await createWeirProcess(home, { ...settings, ...change });
  const random = createRandom(seed);
  const ledger = createLedger();
  let loads = 0;
  const to = { url: weir.url, key: weir.key, ledger };

  const resend = async (events: readonly SentEvent[]): Promise<void> => {
    for (let at = 0; at < events.length; at += 500)
      await sendUntilAcknowledged(to, events.slice(at, at + 500));
  };

  return {
    weir,
    ledger,
    random,
    startLoad: (clients, maxEvents, maxPauseMs) => {
      const stopping = new AbortController();
      const load = loads++;
      const running = Array.from({ length: clients }, (_, client) => {
        const source = `load-${load}-${client}`;
        return runClient(
          {
            ...to,
            random: random.fork(source),
            maxEvents,
            maxPauseMs,
            next: createEventSource(source, random.fork(`${source} events`)),
          },
          stopping.signal,
        );
      });
      const done = Promise.all(running);
      // Heard by whoever stops the load; until then it must not count as unhandled.
      done.catch(() => undefined);
      return {
        stop: async () => {
          stopping.abort();
          await done;
        },
      };
    },
    sendNow: async (source, count, size) => {
      const next = createEventSource(source, random.fork(source));
      const events = Array.from({ length: count }, () => next(systemClock.nowMs()));
      for (let at = 0; at < events.length; at += size)
        await sendUntilAcknowledged(to, events.slice(at, at + size));
      return events;
    },
    resend,
    verify: async (...options) => {
      const { output } = await weir.command('verify', '--json', '--timeout', '300', ...options);
      const start = output.indexOf('{');
      const report: unknown = start < 0 ? undefined : JSON.parse(output.slice(start));
      if (!Value.Check(VerifyReport, report)) throw new Error(`weir verify said:\n${output}\n${weir.log()}`);
      return report;
    },
  };
}

export interface Comparison extends SetDifference {
  readonly stored: Stored;
  readonly differingWindows: string[];
}

/**
 * Stops the run's Weir, reads what it has stored, and lets a second Weir that nothing happens to take the same acknowledged events: both
 * must hold the same events, each once, and the same windows.
 */
export async function compareWithCleanRun(run: ChaosRun): Promise<Comparison> {
  if (run.weir.isRunning()) {
    const code = await run.weir.stop();
    if (code !== 0) throw new Error(`the last stop ended with ${code}:\n${run.weir.log()}`);
  }
  const stored = readStored(run.weir.home);
  const events = compareEvents(stored.events, run.ledger.acknowledged.keys());
  const clean = await createChaosRun('clean', 0);
  try {
    await clean.weir.start();
    await clean.resend([...run.ledger.acknowledged.values()]);
    const report = await clean.verify();
    if (!report.ok) throw new Error(`the clean run is not right: ${JSON.stringify(report.findings)}`);
    await clean.weir.stop();
    const differingWindows = compareWindows(stored.windows, readStored(clean.weir.home).windows);
    return { ...events, stored, differingWindows };
  } finally {
    await clean.weir.end();
    removeHome(clean);
  }
}

export interface LostEnd {
  readonly cut: number;
  /** What `weir verify` said before the engine ran again. */
  readonly report: VerifyReport;
}

/** kill -9 of everything, the end of the log cut off, and the audit of what is left; Weir is not started again. */
export async function loseLogEnd(run: ChaosRun, bytes: number): Promise<LostEnd> {
  await run.weir.end();
  const { cut } = cutLogEnd(run.weir.home, bytes);
  return { cut, report: await run.verify() };
}

export function removeHome(run: ChaosRun): void {
  rmSync(run.weir.home, { recursive: true, force: true });
}

/** Findings of the audit that are faults, as text. */
export function faultsIn(report: VerifyReport): string[] {
  return report.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, details }) => `${code}: ${message} ${JSON.stringify(details).slice(0, 2_000)}`);
}
