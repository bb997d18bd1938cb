import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Value } from '@sinclair/typebox/value';
import { isErrorCode } from '../platform/errors/codes.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import type { Clock } from '../platform/time/clock.ts';
import { createRemoteStore } from '../platform/store/remote.ts';
import type { Store } from '../platform/store/store.ts';
import { FromWorker, type StreamsWorkerData } from './streams-worker-data.ts';

/** The thread of the processors and of ClickHouse, as the main thread holds it. */
export interface EngineThread {
  readonly store: Store;
  /** Prometheus text of the thread's own registry; '' when it does not answer within two seconds. */
  metricsText(): Promise<string>;
  stop(): Promise<void>;
  /** Ends it without writing what it holds, as soon as no statement runs; may never resolve when ClickHouse does not obey. */
  abandon(): Promise<void>;
}

const METRICS_TIMEOUT_MS = 2_000;

/** Starts the thread; resolves when ClickHouse is migrated and the processors have begun. `onDeath` hears of an unasked end. */
export async function startEngineThread(
  data: StreamsWorkerData,
  clock: Clock,
  onDeath: (error: Error) => void,
): Promise<EngineThread> {
  const { port1: mine, port2: theirs } = new MessageChannel();
  const worker = new Worker(new URL('./streams-worker.ts', import.meta.url), {
    workerData: { data, port: theirs },
    transferList: [theirs],
  });
  const store = createRemoteStore(mine);
  const waiting = new Map<number, (text: string) => void>();
  let nextId = 1;
  let isStopping = false;
  let isReady = false;
  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', (message: unknown) => {
      if (!Value.Check(FromWorker, message)) return;
      if (message.kind === 'ready') {
        isReady = true;
        resolve();
      } else if (message.kind === 'failed')
        reject(
          isErrorCode(message.code)
            ? new WeirError(message.code, message.message)
            : new Error(message.message),
        );
      else if (message.kind === 'metrics') {
        waiting.get(message.id)?.(message.text);
        waiting.delete(message.id);
      }
    });
    const ended = (error: Error): void => {
      mine.close();
      if (!isReady) reject(error);
      else if (!isStopping) onDeath(error);
    };
    worker.on('error', ended);
    worker.on('exit', (code) =>
      ended(new WeirError('STORE_UNAVAILABLE', `the thread of the processors ended with code ${code}`)),
    );
  });
  const exited = once(worker, 'exit');
  const end = async (kind: 'stop' | 'abandon'): Promise<void> => {
    isStopping = true;
    worker.postMessage({ kind });
    await exited;
  };
  await ready;
  return {
    store,
    metricsText: async () => {
      const id = nextId++;
      const answer = new Promise<string>((resolve) => waiting.set(id, resolve));
      worker.postMessage({ kind: 'metrics', id });
      const text = await Promise.race([answer, clock.sleep(METRICS_TIMEOUT_MS).then(() => '')]);
      waiting.delete(id);
      return text;
    },
    stop: () => end('stop'),
    abandon: () => end('abandon'),
  };
}
