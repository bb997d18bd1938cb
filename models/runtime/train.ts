import { Worker } from 'node:worker_threads';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { isFromTraining, type Trained, type TrainingOrder } from './training-order.ts';

export interface TrainOptions {
  readonly progress?: (share: number, loss: number) => void;
  /** Ends the training between two steps and the thread with it. */
  readonly signal?: AbortSignal;
}

/** Trains and forecasts on a thread of its own. Rejects with MODELS_TRAINING_FAILED; no thread outlives the promise. */
export async function train(order: TrainingOrder, options: TrainOptions = {}): Promise<Trained> {
  const { signal, progress } = options;
  signal?.throwIfAborted();
  const worker = new Worker(new URL('runtime-worker.ts', import.meta.url), { workerData: order });
  const cancel = (): void => worker.postMessage('cancel');
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await new Promise<Trained>((resolve, reject) => {
      const fail = (message: string, cause?: unknown): void =>
        reject(new WeirError('MODELS_TRAINING_FAILED', message, cause === undefined ? {} : { cause }));
      worker.on('message', (message: unknown) => {
        if (!isFromTraining(message)) return fail('the training thread said something unknown');
        if (message.kind === 'progress') progress?.(message.share, message.loss);
        else if (message.kind === 'failed') fail(message.message);
        else resolve(message);
      });
      worker.on('error', (error: unknown) => fail('the training thread broke down', error));
      worker.on('exit', (code) => fail(`the training thread ended early with code ${code}`));
    });
  } finally {
    signal?.removeEventListener('abort', cancel);
    await worker.terminate();
  }
}
