import { Worker } from 'node:worker_threads';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Gauge } from '../../platform/metrics/metrics.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { isFromAnswer, type FromAnswer } from './answer-message.ts';
import type { Quick } from './answers.ts';

export interface AnswerThread {
  /** The answer, or what the model threw; MODELS_BUSY when too many wait or it takes too long. */
  ask(quick: Quick): Promise<unknown>;
  stop(): Promise<void>;
}

export interface AnswerThreadDeps {
  readonly clock: Clock;
  readonly waiting: Gauge;
}

/** Beyond these a question is refused: whoever drags a slider asks again anyway. */
const MAX_WAITING = 24;
/** A question that takes longer ends the thread, and with it those that wait behind it. */
const LIMIT_MS = 8_000;
/** An unused thread gives its memory back. */
const IDLE_MS = 60_000;

interface Waiting {
  readonly quick: Quick;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** One thread for questions a person waits for, started with the first and ended when idle. First come, first served. */
export function createAnswerThread({ clock, waiting: gauge }: AnswerThreadDeps): AnswerThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let nextId = 1;
  let running: number | undefined;
  let timer = new AbortController();
  let isStopped = false;

  const end = (): void => {
    const old = worker;
    worker = undefined;
    running = undefined;
    void old?.terminate();
  };
  const fail = (why: string): void => {
    end();
    const left = [...waiting.values()];
    waiting.clear();
    gauge.set(0);
    for (const each of left) each.reject(new WeirError('MODELS_BUSY', why));
  };
  const after = (ms: number, act: () => void): void => {
    timer.abort();
    timer = new AbortController();
    clock.sleep(ms, timer.signal).then(act, () => undefined);
  };
  const next = (): void => {
    const [first] = waiting.entries();
    if (first === undefined) return after(IDLE_MS, end);
    const [id, { quick }] = first;
    running = id;
    worker ??= open();
    worker.postMessage({ id, quick });
    after(LIMIT_MS, () => fail(`the question took longer than ${LIMIT_MS / 1_000} s`));
  };
  const settle = (message: FromAnswer): void => {
    const asked = waiting.get(message.id);
    if (asked === undefined || running !== message.id) return;
    waiting.delete(message.id);
    gauge.set(waiting.size);
    running = undefined;
    if (message.ok) asked.resolve(message.answer);
    else
      asked.reject(
        new WeirError(isErrorCode(message.code) ? message.code : 'PLATFORM_INTERNAL', message.message),
      );
    next();
  };
  const open = (): Worker => {
    const made = new Worker(new URL('answer-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    made.on('message', (message: unknown) => {
      if (made === worker && isFromAnswer(message)) settle(message);
    });
    made.on('error', (error: unknown) => {
      if (made === worker) fail(error instanceof Error ? error.message : 'the thread broke down');
    });
    made.on('exit', () => {
      if (made === worker) fail('the thread ended early');
    });
    made.unref();
    return made;
  };

  return {
    ask: async (quick) => {
      if (isStopped) throw new WeirError('MODELS_BUSY', 'the models are stopping');
      if (waiting.size >= MAX_WAITING)
        throw new WeirError('MODELS_BUSY', `${waiting.size} questions wait for the models already`);
      return await new Promise((resolve, reject) => {
        waiting.set(nextId++, { quick, resolve, reject });
        gauge.set(waiting.size);
        if (running === undefined) next();
      });
    },
    stop: async () => {
      isStopped = true;
      timer.abort();
      const old = worker;
      fail('the models are stopping');
      await old?.terminate();
    },
  };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
