import { parseArgs } from 'node:util';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { everythingOn } from './everything-on.ts';
import { cutLogEnd, pickFault } from './faults.ts';
import {
  compareWithCleanRun,
  createChaosRun,
  faultsIn,
  removeHome,
  type ChaosRun,
  type Load,
} from './run.ts';
import { auditSecondStages } from './second-stages.ts';
import { stopWithStagesSettled } from './stages-settled.ts';

/**
 * `npm run chaos -- --seconds 600 --seed 7`: clients post without rest, Weir and its servers are killed and frozen as the seed says, and
 * every minute or so everything stands still for an audit. Prints each fault and each audit; exit code 1 when one finds something.
 *
 * The demo network runs beside, so that every second stage has work, and at the end each of them is audited. With `--cut-log` it is off
 * and the end of the log is cut off now and then: what its feed then loses nobody would send again.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string' },
    'cut-log': { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? systemClock.nowMs() % 1_000_000);
if (!Number.isFinite(seconds) || seconds <= 0 || !Number.isFinite(seed))
  throw new Error('usage: npm run chaos -- --seconds 600 --seed 7');

const startedMs = systemClock.monotonicMs();
const say = (line: string): void => {
  const at = ((systemClock.monotonicMs() - startedMs) / 1_000).toFixed(1).padStart(7);
  process.stdout.write(`${at} s  ${line}\n`);
};
const AUDIT_EVERY_MS = 60_000;
const isEverythingOn = !values['cut-log'];

process.exitCode = await chaos();

async function chaos(): Promise<0 | 1> {
  say(`seed ${seed}, ${seconds} s; repeat with --seed ${seed}`);
  const random = createRandom(`chaos ${seed}`);
  const change = {
    // From looking nearly everything up in history to holding every identity in memory.
    WEIR_STREAMS_IDENTITY_CAPACITY: String(random.pick([1_000, 20_000, 500_000])),
    WEIR_STREAMS_SNAPSHOT_INTERVAL_MS: String(random.pick([500, 3_000, 30_000])),
    WEIR_INGEST_LOG_MAX_BYTES: String(random.pick([2, 16, 1_024]) * 1024 * 1024),
    WEIR_PARTITIONS: String(random.pick([1, 4, 7])),
  };
  say(`settings ${JSON.stringify(change)}${isEverythingOn ? ', everything on' : ''}`);
  const run = await createChaosRun(`seed-${seed}`, seed, {
    ...change,
    ...(isEverythingOn ? everythingOn : {}),
  });
  const problems: string[] = [];
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let load: Load | undefined;
  try {
    await run.weir.start();
    load = run.startLoad(3, 120, 80);
    const endMs = startedMs + seconds * 1_000;
    let auditDueMs = startedMs + AUDIT_EVERY_MS;
    while (systemClock.monotonicMs() < endMs && problems.length === 0 && !interrupted.signal.aborted) {
      await systemClock.sleep(random.int(4_000), interrupted.signal).catch(() => undefined);
      const fault = pickFault(random);
      const what = await fault.inject(run.weir, random);
      say(`${fault.name}: ${what}`);
      if (systemClock.monotonicMs() < auditDueMs) continue;
      await load.stop();
      load = undefined;
      problems.push(...(await audit(run)));
      if (problems.length === 0 && !isEverythingOn && random.next() < 0.5)
        problems.push(...(await loseEnd(run, random)));
      if (isEverythingOn) {
        await run.weir.kill();
        await run.weir.start();
      }
      load = run.startLoad(3, 120, 80);
      auditDueMs = systemClock.monotonicMs() + AUDIT_EVERY_MS;
    }
    await load?.stop();
    load = undefined;
    if (problems.length === 0) problems.push(...(await audit(run)));
    if (problems.length === 0 && isEverythingOn) problems.push(...(await stageAudit(run)));
    if (problems.length === 0) problems.push(...(await finalComparison(run)));
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await run.weir.end();
  }
  if (problems.length === 0) {
    removeHome(run);
    say('every acknowledged event is stored once, every window is right, and so is what follows from them');
    return 0;
  }
  for (const problem of problems) say(`WRONG ${problem}`);
  say(`repeat with --seed ${seed}; what is left lies in ${run.weir.home}`);
  return 1;
}

async function audit(run: ChaosRun): Promise<string[]> {
  const { ledger, weir } = run;
  // The demo's feed never stands still, and an audit is of what does: killed once more, and without it until the load goes on.
  if (isEverythingOn) {
    await weir.kill();
    await weir.start({ WEIR_DEMO: '0' });
  }
  const report = await run.verify();
  const { events, windows, values: compared } = report.compared;
  say(
    `audit: ${ledger.acknowledged.size} events acknowledged in ${ledger.requests} requests (${ledger.retries} retried, ${ledger.repeats} with repeats; answers ${answers(run)}), ${events} stored, ${windows} windows with ${compared} values recounted, in ${(report.durationMs / 1_000).toFixed(1)} s`,
  );
  const problems = faultsIn(report);
  // The demo's are among them; which of ours are stored is looked at in the files at the end.
  if (isEverythingOn ? events < ledger.acknowledged.size : events !== ledger.acknowledged.size)
    problems.push(`${ledger.acknowledged.size} events were acknowledged and ${events} are stored`);
  if (ledger.rejected.length > 0)
    problems.push(`events were rejected: ${ledger.rejected.slice(0, 3).join(' ')}`);
  return problems;
}

/** The one fault that does lose what was acknowledged. It must be named, and senders that send again must be whole. */
async function loseEnd(run: ChaosRun, random: Random): Promise<string[]> {
  const { weir, ledger } = run;
  const isLive = random.next() < 0.5;
  const before = await storedEvents(run);
  const load = run.startLoad(2, 40, 30);
  await systemClock.sleep(500 + random.int(2_000));
  let cut: number;
  if (isLive) {
    // The server alone dies with its disk, as a NATS on another machine does; Weir goes on with what comes back.
    weir.signal('weir', 'SIGSTOP');
    weir.signal('nats-server', 'SIGKILL');
    while (weir.pid('nats-server') !== undefined) await systemClock.sleep(20);
    cut = cutLogEnd(weir.home, 1_000 + random.int(200_000)).cut;
    weir.signal('weir', 'SIGCONT');
    await systemClock.sleep(2_000);
    await load.stop();
  } else {
    await weir.end();
    cut = cutLogEnd(weir.home, 1_000 + random.int(200_000)).cut;
    await weir.start();
    await load.stop();
  }
  const report = await run.verify('--settle');
  const named = report.findings.filter(({ code }) => code.startsWith('LOG_'));
  const missing = ledger.acknowledged.size - report.compared.events;
  say(
    `cut ${cut} bytes off the log ${isLive ? 'while Weir ran' : 'while Weir was down'}: ${missing} of ${ledger.acknowledged.size - before} new events are missing; ${named.map(({ message }) => message).join(' ') || 'nothing named'}`,
  );
  const problems = faultsIn({
    ...report,
    findings: report.findings.filter((finding) => !named.includes(finding)),
  });
  if (missing > 0 && !named.some(({ severity }) => severity === 'error'))
    problems.push(`${missing} acknowledged events are lost and weir verify names none`);
  if (missing < 0) problems.push(`${-missing} events are stored that were not acknowledged`);
  // Senders that keep what they sent can send it again.
  await run.resend([...ledger.acknowledged.values()]);
  return [...problems, ...(await audit(run))];
}

async function storedEvents(run: ChaosRun): Promise<number> {
  return (await run.verify()).compared.events;
}

async function stageAudit(run: ChaosRun): Promise<string[]> {
  await stopWithStagesSettled(run);
  const { compared, problems } = auditSecondStages(run.weir.home);
  say(
    `second stages against one life over the same events: ${Object.entries(compared)
      .map(([what, count]) => `${what} ${count}`)
      .join(', ')}; ${problems.length} problems`,
  );
  return problems.slice(0, 20);
}

async function finalComparison(run: ChaosRun): Promise<string[]> {
  const { missing, unexpected, repeated, differingWindows, stored } = await compareWithCleanRun(run);
  say(
    `clean run: ${Object.keys(stored.windows).length} windows compared, ${differingWindows.length} differ; ${stored.events.length} rows, ${missing.length} missing, ${unexpected.length} unexpected, ${repeated.length} repeated`,
  );
  return [
    ...(missing.length > 0 ? [`missing: ${missing.slice(0, 5).join(', ')} …`] : []),
    ...(unexpected.length > 0 ? [`unexpected: ${unexpected.slice(0, 5).join(', ')} …`] : []),
    ...(repeated.length > 0 ? [`repeated: ${repeated.slice(0, 5).join(', ')} …`] : []),
    ...differingWindows.slice(0, 5).map((text) => `differs from the clean run: ${text}`),
  ];
}

function answers(run: ChaosRun): string {
  return [...run.ledger.statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, times]) => `${status === 0 ? 'none' : status}×${times}`)
    .join(' ');
}
