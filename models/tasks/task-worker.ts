import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '../../platform/time/random.ts';
import { lossSettled, onBackendLoss } from '../runtime/backend-loss.ts';
import { computations } from './computations.ts';
import { isTaskOrder, type FromTask } from './task-message.ts';

/** Thread of one computation. It has no effects, so `terminate` may end it anywhere. */
async function run(): Promise<void> {
  const order: unknown = workerData;
  if (parentPort === null || !isTaskOrder(order))
    throw new Error('task-worker.ts runs as a worker thread with an order');
  const port = parentPort;
  const say = (message: FromTask): void => port.postMessage(message);
  onBackendLoss(({ backend, message }) => say({ kind: 'lost', backend, message }));
  try {
    const compute = await computations[order.name]?.();
    if (compute === undefined) throw new Error(`there is no computation ${order.name}`);
    const result = await compute(order.input, {
      backend: order.backend,
      random: createRandom(order.seed),
      progress: (share, stage) => say({ kind: 'progress', share, stage }),
    });
    say({ kind: 'done', result });
  } catch (error) {
    // A computation whose device is gone fails with whatever it was at: the loss, told first, is the reason.
    await lossSettled();
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
  port.close();
}

await run();
