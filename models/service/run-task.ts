import type { ModelsRun } from '../../platform/contracts/models.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { isWeirError, messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { BackendChoice } from '../runtime/backend.ts';
import { onBackendsBelow } from '../runtime/backend-loss.ts';
import { runOnThread } from '../tasks/run-on-thread.ts';
import type { AnyTask, TaskDeps } from '../tasks/task.ts';

export interface RunTaskOptions {
  readonly backend: BackendChoice;
  readonly maxHeapBytes: number;
  readonly signal: AbortSignal;
  readonly progress: (share: number, stage: string) => void;
  /** Throws when somebody else has the lease; called just before anything is written. */
  readonly confirm: () => Promise<void>;
}

/**
 * Gather, compute on a thread, confirm the lease, store. Nothing is written before the last step, and that step is repeatable: a crash at any point
 * costs the work and nothing else. Never throws; the outcome says how it ended.
 */
export async function runTask(
  deps: TaskDeps,
  task: AnyTask,
  tenant: Tenant,
  params: unknown,
  options: RunTaskOptions,
): Promise<ModelsRun> {
  const beganMs = deps.clock.monotonicMs();
  const ended = (title: string, outcome: ModelsRun['outcome'], detail: string): ModelsRun => ({
    task: task.name,
    tenant: tenant.id,
    title,
    endedAtMs: deps.clock.nowMs(),
    tookMs: Math.round(deps.clock.monotonicMs() - beganMs),
    outcome,
    detail,
  });
  let title = task.name;
  try {
    const prepared = task.prepare(params);
    title = prepared.title;
    options.progress(0, 'reading history');
    const input = await prepared.gather(deps, tenant);
    if (input === undefined) return ended(title, 'done', 'there was nothing to do');
    const tried = await onBackendsBelow(
      options.backend,
      async (backend) =>
        await runOnThread(
          // The same data give the same result: the seed is the task's, not the moment's.
          { name: task.name, input, backend, seed: `${task.name}/${tenant.id}` },
          options,
        ),
      (lost, next) => options.progress(0, `${lost} was lost; again on ${next}`),
    );
    if (options.signal.aborted) throw new WeirError('MODELS_TASK_CANCELLED', `${task.name} was cancelled`);
    options.progress(0.99, 'writing');
    await options.confirm();
    const stored = await prepared.store(deps, tenant, tried.result);
    return ended(title, 'done', [stored, ...tried.told].join('; '));
  } catch (error) {
    const isCancelled = isWeirError(error) && error.code === 'MODELS_TASK_CANCELLED';
    return ended(title, isCancelled ? 'cancelled' : 'failed', messageOf(error).slice(0, 500));
  }
}
