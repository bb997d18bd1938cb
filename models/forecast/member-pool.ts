import { Worker } from 'node:worker_threads';
import { isMemberAnswer, type MemberTask } from './member-task.ts';

export interface PoolOptions {
  readonly threads: number;
  /** Ends the threads in the middle of what they do; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
  /** Called after every task. */
  readonly progress?: (done: number, all: number) => void;
}

/** Runs the tasks on worker threads, in their order, and answers their forecasts by task. No thread outlives the promise. */
export async function runMembers(
  tasks: readonly Omit<MemberTask, 'id'>[],
  options: PoolOptions,
): Promise<(readonly Float64Array[])[]> {
  const { signal, progress } = options;
  signal?.throwIfAborted();
  const answers: (readonly Float64Array[])[] = [];
  const workers: Worker[] = [];
  let next = 0;
  let done = 0;
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('member-worker.ts', import.meta.url));
      workers.push(worker);
      const give = (): void => {
        const task = tasks[next];
        if (task === undefined) return resolve();
        worker.postMessage({ ...task, id: next });
        next += 1;
      };
      worker.on('error', reject);
      worker.on('exit', (code) => reject(new Error(`a forecasting thread ended early with code ${code}`)));
      worker.on('message', (message: unknown) => {
        if (!isMemberAnswer(message))
          return reject(new Error('a forecasting thread answered something unknown'));
        answers[message.id] = message.forecasts;
        done += 1;
        progress?.(done, tasks.length);
        give();
      });
      signal?.addEventListener(
        'abort',
        () => reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled')),
        { once: true },
      );
      give();
    });
  try {
    await Promise.all(Array.from({ length: Math.min(options.threads, tasks.length) }, runOne));
    return answers;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
