import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/time/clock.ts';
import {
  compareWithCleanRun,
  createChaosRun,
  faultsIn,
  loseLogEnd,
  removeHome,
  type ChaosRun,
} from './chaos/run.ts';
import { compareEvents, readStored } from './chaos/stored.ts';

describe('whatever is killed, an acknowledged event is stored once and counted once', () => {
  let run: ChaosRun;
  beforeAll(async () => {
    run = await createChaosRun('kill', 20_261_120);
    await run.weir.start();
  });
  afterAll(async () => {
    await run.weir.end();
    removeHome(run);
  });

  it('kill -9 of Weir, nats-server and redis-server and a freeze beyond the duplicate window, under load', async () => {
    const { weir } = run;
    const load = run.startLoad(3, 60, 60);
    const pause = (ms: number): Promise<void> => systemClock.sleep(ms);
    await pause(1_500);
    await weir.kill();
    await weir.start();
    await pause(1_500);
    weir.signal('nats-server', 'SIGKILL');
    await pause(1_500);
    weir.signal('redis-server', 'SIGKILL');
    await pause(500);
    weir.signal('nats-server', 'SIGSTOP');
    await pause(3_000);
    weir.signal('nats-server', 'SIGCONT');
    await pause(1_000);
    await weir.kill();
    await weir.start();
    await pause(1_000);
    await load.stop();
    expect(run.ledger.rejected).toEqual([]);
    expect(run.ledger.retries).toBeGreaterThan(0);
    const running = await run.verify();
    expect(faultsIn(running)).toEqual([]);
    expect(running.compared.events).toBe(run.ledger.acknowledged.size);

    const compared = await compareWithCleanRun(run);
    expect({ ...compared, stored: undefined }).toEqual({
      missing: [],
      unexpected: [],
      repeated: [],
      differingWindows: [],
      stored: undefined,
    });
    expect(Object.keys(compared.stored.windows).length).toBeGreaterThan(500);
  }, 180_000);

  it('a full log refuses and takes again once it is processed, losing nothing', async () => {
    const { weir, ledger } = run;
    // Smaller than what is sent meanwhile; the stream takes its new size at the start.
    await weir.start({ WEIR_INGEST_LOG_MAX_BYTES: String(256 * 1024) });
    const before = ledger.statuses.get(503) ?? 0;
    await Promise.all(['a', 'b', 'c'].map((name) => run.sendNow(`full-${name}`, 2_000, 200)));
    expect(ledger.statuses.get(503) ?? 0).toBeGreaterThan(before);
    const report = await run.verify();
    expect(faultsIn(report)).toEqual([]);
    expect(report.compared.events).toBe(ledger.acknowledged.size);
    expect(await weir.stop()).toBe(0);
  }, 180_000);

  it('a log that lost its end is told of exactly, and new events with the same sequences are stored', async () => {
    const { weir, ledger } = run;
    // Nothing is stored before it is wanted: what is acknowledged last is in the log alone.
    await weir.start();
    const processed = await run.sendNow('processed', 400, 20);
    expect(faultsIn(await run.verify())).toEqual([]);
    expect(await weir.stop()).toBe(0);
    await weir.start({ WEIR_STREAMS_COMMIT_INTERVAL_MS: '600000' });
    const waiting = await run.sendNow('waiting', 400, 20);
    // The mark of what was acknowledged is written every 200 ms.
    await systemClock.sleep(500);
    const { cut, report } = await loseLogEnd(run, 60_000);
    expect(cut).toBe(60_000);

    const named = report.findings.filter(({ code }) => code.startsWith('LOG_'));
    const lostBatches = named.find(({ code }) => code === 'LOG_BATCHES_LOST');
    expect(report.ok).toBe(false);
    expect(report.findings).toEqual(named);
    const { missing, unexpected, repeated } = compareEvents(
      readStored(weir.home).events,
      ledger.acknowledged.keys(),
    );
    expect({ unexpected, repeated }).toEqual({ unexpected: [], repeated: [] });
    expect(missing.length).toBeGreaterThan(0);
    expect(new Set(missing.map((key) => key.split('/')[0]))).toEqual(new Set(['waiting']));
    // Every lost batch was remembered, so the number of events named is the number that is missing.
    expect(lostBatches?.details).toMatchObject({ eventsOfRememberedBatches: missing.length });

    await weir.start();
    await run.sendNow('after', 400, 10);
    await run.resend([...processed, ...waiting]);
    const healed = await run.verify('--settle');
    expect(healed.findings.filter(({ code }) => !code.startsWith('LOG_'))).toEqual([]);
    expect(faultsIn(await run.verify())).toEqual([]);
    expect(await weir.stop()).toBe(0);
    expect(compareEvents(readStored(weir.home).events, ledger.acknowledged.keys())).toEqual({
      missing: [],
      unexpected: [],
      repeated: [],
    });
  }, 180_000);
});
