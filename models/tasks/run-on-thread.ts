import { Worker } from 'node:worker_threads';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { backendLost } from '../runtime/backend-loss.ts';
import { isFromTask, type TaskOrder } from './task-message.ts';

export interface ThreadOptions {
  readonly signal?: AbortSignal;
  readonly progress?: (share: number, stage: string) => void;
  /** JavaScript heap the thread may have; beyond it the thread ends and the run fails. */
  readonly maxHeapBytes: number;
}

/**
 * Runs a computation on a thread of its own and answers its result. No thread outlives the promise. Rejects with
 * MODELS_TASK_FAILED, with MODELS_BACKEND_LOST when the device it computed on went away, or with MODELS_TASK_CANCELLED as soon as the signal aborts.
 */
export async function runOnThread(order: TaskOrder, options: ThreadOptions): Promise<unknown> {
  const { signal, progress, maxHeapBytes } = options;
  if (signal?.aborted === true) throw cancelled(order.name);
  const worker = new Worker(new URL('task-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(maxHeapBytes / 1024 / 1024) },
  });
  let cancel = (): void => {};
  try {
    return await new Promise<unknown>((resolve, reject) => {
      const fail = (message: string, cause?: unknown): void =>
        reject(new WeirError('MODELS_TASK_FAILED', message, cause === undefined ? {} : { cause }));
      cancel = () => reject(cancelled(order.name));
      signal?.addEventListener('abort', cancel, { once: true });
      worker.on('message', (message: unknown) => {
        if (!isFromTask(message)) return fail('the thread said something unknown');
        if (message.kind === 'progress') progress?.(message.share, message.stage);
        else if (message.kind === 'failed') fail(message.message);
        else if (message.kind === 'lost') reject(backendLost(message.backend, message.message));
        else resolve(message.result);
      });
      worker.on('error', (error: unknown) =>
        fail(error instanceof Error ? error.message : 'the thread broke down', error),
      );
      worker.on('exit', (code) => fail(`the thread ended early with code ${code}`));
    });
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}

function cancelled(name: string): WeirError {
  return new WeirError('MODELS_TASK_CANCELLED', `${name} was cancelled`);
}
