import { Value } from '@sinclair/typebox/value';
import { StageList } from '../../platform/contracts/stages.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { faultsIn, type ChaosRun } from './run.ts';

const DEADLINE_MS = 240_000;
/** While a feed runs a few messages are always on their way. */
const MOST_PENDING = 100;

/**
 * Ends the demo's feed, which would never stand still, by one more kill; waits until every second stage has written what it owes, and
 * stops Weir.
 */
export async function stopWithStagesSettled(run: ChaosRun): Promise<void> {
  const { weir } = run;
  if (weir.isRunning()) await weir.kill();
  await weir.start({ WEIR_DEMO: '0' });
  const faults = faultsIn(await run.verify());
  if (faults.length > 0) throw new Error(faults.join('\n'));
  await stagesSettled(run);
  const code = await weir.stop();
  if (code !== 0) throw new Error(`the last stop ended with ${code}:\n${weir.log()}`);
}

/** Waits until every second stage has an owner, has applied everything that is stored, and has written what that changed. */
export async function stagesSettled({ weir }: Pick<ChaosRun, 'weir'>): Promise<void> {
  const giveUpAtMs = systemClock.monotonicMs() + DEADLINE_MS;
  let seen = '';
  for (;;) {
    const list = await stagesOf(weir.url, weir.key);
    seen = JSON.stringify(list);
    const isSettled = list?.stages.every(
      ({ isOwned, pendingMessages, owesWrites, failure }) =>
        isOwned &&
        failure === null &&
        pendingMessages !== null &&
        pendingMessages <= MOST_PENDING &&
        owesWrites === false,
    );
    if (isSettled === true) return;
    if (systemClock.monotonicMs() > giveUpAtMs) throw new Error(`the second stages do not settle: ${seen}`);
    await systemClock.sleep(200);
  }
}

async function stagesOf(url: string, key: string): Promise<StageList | undefined> {
  try {
    const response = await fetch(`${url}/api/v1/system/stages`, {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(5_000),
    });
    const list: unknown = await response.json();
    return Value.Check(StageList, list) ? list : undefined;
  } catch {
    return undefined;
  }
}
