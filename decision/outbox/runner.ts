import type { OutboxItem } from '../../platform/contracts/outbox.ts';
import { isWeirError, messageOf } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import type { Executor } from '../executors/executor.ts';
import type { Faults } from '../faults.ts';
import type { DecisionMetrics } from '../metrics.ts';
import { keyIn, stopReason, type Records } from '../records.ts';
import { isTakeable, releaseItem, settleItem, takeItem, type ExecutionResult } from './item.ts';

export interface RunnerDeps {
  readonly records: Records;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: DecisionMetrics;
  readonly faults: Faults;
}

export interface RunnerConfig {
  readonly owner: string;
  readonly actionsAtOnce: number;
  readonly actionLeaseMs: number;
}

export interface Runner {
  /** Starts what is due, as far as there is room, and waits for none of it: a slow receiver holds up nothing but its own place. */
  round(): void;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
  readonly running: number;
}

const stoppedAgainMs = 2_000;

/**
 * Executes items of the outbox, each once in effect.
 *
 * Crash order of one item: 1. taken (compare-and-set, with a lease) 2. kill switch asked, past every cache 3. effect, under the item's id
 * 4. settled (compare-and-set). Killed after 1 or 2: nothing happened, it is taken again. Killed after 3: it is taken again and the executor finds
 * its own effect by the id, or, with a webhook, sends the same id once more. Killed after 4: done. We take at once what is marked as
 * running by ourselves and is not: a process before us left it.
 */
export function createRunner(deps: RunnerDeps, config: RunnerConfig): Runner {
  const { records, clock } = deps;
  const inHand = new Map<string, Promise<void>>();

  const isDue = (item: OutboxItem, nowMs: number): boolean =>
    !inHand.has(keyIn(item.tenant, item.id)) &&
    (isTakeable(item, nowMs) || (item.state === 'running' && item.lease?.owner === config.owner));

  const run = async (item: OutboxItem): Promise<void> => {
    const key = keyIn(item.tenant, item.id);
    try {
      await runItem(deps, config, item);
    } catch (error) {
      // Ours and running in its record: the next round takes it again.
      deps.metrics.failures.inc({ part: 'outbox' });
      deps.log.warn(
        { item: item.id, error: messageOf(error) },
        'an action was interrupted and is taken again',
      );
    } finally {
      inHand.delete(key);
    }
  };

  return {
    round: () => {
      const nowMs = clock.nowMs();
      const due = records.outbox
        .values()
        .filter((item) => isDue(item, nowMs))
        .sort((a, b) => a.nextAtMs - b.nextAtMs || (a.id < b.id ? -1 : 1))
        .slice(0, Math.max(0, config.actionsAtOnce - inHand.size));
      for (const item of due) inHand.set(keyIn(item.tenant, item.id), run(item));
    },
    idle: async () => {
      await Promise.all(inHand.values());
    },
    get running() {
      return inHand.size;
    },
  };
}

async function runItem(deps: RunnerDeps, config: RunnerConfig, found: OutboxItem): Promise<void> {
  const { records, clock, random, metrics, faults } = deps;
  const key = keyIn(found.tenant, found.id);
  let isOurs = false;
  const taken = await records.outbox.update(key, (current) => {
    isOurs =
      current !== undefined &&
      (isTakeable(current, clock.nowMs()) ||
        (current.state === 'running' && current.lease?.owner === config.owner));
    return isOurs && current !== undefined
      ? takeItem(current, config.owner, clock.nowMs(), config.actionLeaseMs)
      : undefined;
  });
  if (!isOurs || taken === undefined) return;
  faults('item taken');
  if ((await stopReason(records, taken.tenant)) !== undefined) {
    await records.outbox.update(
      key,
      (current) => current && releaseItem(current, clock.nowMs() + stoppedAgainMs),
    );
    return;
  }
  const beganMs = clock.monotonicMs();
  const result = await execute(deps, taken);
  faults('effect done');
  const tookMs = clock.monotonicMs() - beganMs;
  metrics.attempts.inc({
    kind: taken.action.kind,
    result: result.ok ? 'done' : result.isFinal ? 'refused' : 'failed',
  });
  metrics.attemptSeconds.observe({ kind: taken.action.kind }, tookMs / 1_000);
  // Settled by whoever holds it: after a lease that ran out, another try may have settled it already.
  await records.outbox.update(key, (current) =>
    current?.state === 'running' ? settleItem(current, result, clock.nowMs(), tookMs, random) : undefined,
  );
  faults('item settled');
}

async function execute(deps: RunnerDeps, item: OutboxItem): Promise<ExecutionResult> {
  const { records, executors, log } = deps;
  const executor = executors.get(item.action.kind);
  if (executor === undefined)
    return { ok: false, note: `nothing executes ${item.action.kind}`, isFinal: true };
  const decisionId = item.cause.type === 'schedule' ? undefined : item.cause.id;
  try {
    return await executor.execute({
      item,
      params: item.action.params,
      decision: decisionId === undefined ? undefined : records.decisions.get(keyIn(item.tenant, decisionId)),
      undoOf: item.cause.type === 'undo' ? item.id.replace('-undo-', '-') : undefined,
    });
  } catch (error) {
    log.debug({ err: error, item: item.id }, 'an action failed');
    const isFinal = isWeirError(error) && error.retry === 'never';
    return { ok: false, note: messageOf(error).slice(0, 300), isFinal };
  }
}
