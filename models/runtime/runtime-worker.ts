import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '../../platform/time/random.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { trainNhits } from '../forecast/neural/nhits.ts';
import { openTensorFlow } from './tensorflow.ts';
import { isTrainingOrder, type FromTraining } from './training-order.ts';

/** Thread that trains one network and forecasts with it. Its own TensorFlow.js, its own backend; cancelled by the message `cancel`. */
async function run(): Promise<void> {
  const order: unknown = workerData;
  if (parentPort === null || !isTrainingOrder(order))
    throw new Error('runtime-worker.ts runs as a worker thread with an order');
  const port = parentPort;
  const say = (message: FromTraining): void => port.postMessage(message);
  const cancelled = new AbortController();
  port.on('message', (message: unknown) => {
    if (message === 'cancel') cancelled.abort(new Error('the training was cancelled'));
  });
  try {
    const { tf, backend } = await openTensorFlow(order.backend);
    const tensorsBefore = tf.memory().numTensors;
    const began = systemClock.monotonicMs();
    const network = await trainNhits(tf, order.histories, order.spec, createRandom(order.seed), {
      signal: cancelled.signal,
      progress: (share, loss) => say({ kind: 'progress', share, loss }),
    });
    const trainedMs = systemClock.monotonicMs() - began;
    const forecasts: Float64Array[][] = [];
    const predictBegan = systemClock.monotonicMs();
    for (const history of network === undefined ? [] : order.histories) {
      cancelled.signal.throwIfAborted();
      forecasts.push((await network?.forecast(history)) ?? []);
    }
    const predictedMs = systemClock.monotonicMs() - predictBegan;
    const weights = (await network?.weights()) ?? [];
    network?.dispose();
    const leakedTensors = tf.memory().numTensors - tensorsBefore;
    say({ kind: 'done', backend, forecasts, weights, trainedMs, predictedMs, leakedTensors });
  } catch (error) {
    say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
  port.close();
}

await run();
