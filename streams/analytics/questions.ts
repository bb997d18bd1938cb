import type { Answered } from '../../platform/contracts/analytics.ts';
import { asWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Queue } from './fair-queue.ts';
import type { Progress } from './scan.ts';

export interface Questions<T> {
  /**
   * The answer when it is known or comes within a moment, else how far it is; equal keys are one question. `key` holds all the
   * answer depends on beside the tenant. A failure is told once, then the next who asks begins anew.
   */
  ask(tenant: string, key: string, compute: (progress: Progress) => Promise<T>): Promise<Answered<T>>;
  stop(): void;
}

/** So long an asker waits for the answer itself. */
const WAIT_MS = 1_500;
/** So long an answer is given again. */
const KEEP_MS = 30_000;
/** A question nobody has asked for so long is given up. */
const ABANDON_MS = 60_000;
const MAX_KEPT = 32;

interface Held<T> {
  readonly answer: Promise<void>;
  readonly stop: AbortController;
  readonly startedAtMs: number;
  askedMs: number;
  stage: string;
  share: number;
  done:
    | { readonly answer: T; readonly computedAtMs: number; readonly tookMs: number; readonly atMs: number }
    | undefined;
  failure: WeirError | undefined;
}

export function createQuestions<T>(clock: Clock, queue: Queue): Questions<T> {
  const held = new Map<string, Held<T>>();
  const stopping = new AbortController();

  const begin = (tenant: string, key: string, compute: (progress: Progress) => Promise<T>): Held<T> => {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, stopping.signal]);
    const startedMs = clock.monotonicMs();
    const entry: Held<T> = {
      stop,
      startedAtMs: clock.nowMs(),
      askedMs: startedMs,
      stage: 'waiting',
      share: 0,
      done: undefined,
      failure: undefined,
      answer: queue
        .run(tenant, async () => {
          signal.throwIfAborted();
          return await compute({
            signal,
            report: (stage, share) => {
              entry.stage = stage;
              entry.share = share;
              if (clock.monotonicMs() - entry.askedMs > ABANDON_MS) stop.abort();
            },
          });
        })
        .then(
          (answer) => {
            const atMs = clock.monotonicMs();
            entry.done = { answer, computedAtMs: clock.nowMs(), tookMs: Math.round(atMs - startedMs), atMs };
          },
          (error: unknown) => {
            entry.failure = asWeirError(error);
            if (held.get(key) === entry) held.delete(key);
          },
        ),
    };
    return entry;
  };

  /** Drops answers that are old, and the oldest beyond the bound. */
  const tidy = (): void => {
    const nowMs = clock.monotonicMs();
    for (const [key, { done }] of held)
      if (done !== undefined && nowMs - done.atMs >= KEEP_MS) held.delete(key);
    for (const [key, { done }] of held) {
      if (held.size <= MAX_KEPT) return;
      if (done !== undefined) held.delete(key);
    }
  };

  return {
    ask: async (tenant, question, compute) => {
      tidy();
      const key = JSON.stringify([tenant, question]);
      const known = held.get(key);
      const entry = known ?? begin(tenant, key, compute);
      if (known === undefined) held.set(key, entry);
      entry.askedMs = clock.monotonicMs();
      const waited = new AbortController();
      const patience = clock.sleep(WAIT_MS, waited.signal).catch(() => undefined);
      await Promise.race([entry.answer, patience]);
      waited.abort();
      if (entry.failure !== undefined) throw entry.failure;
      if (entry.done === undefined)
        return {
          state: 'running',
          stage: entry.stage,
          percent: Math.min(99, Math.floor(entry.share * 100)),
          startedAtMs: entry.startedAtMs,
        };
      const { answer, computedAtMs, tookMs } = entry.done;
      return { state: 'done', computedAtMs, tookMs, answer };
    },
    stop: () => stopping.abort(new WeirError('ANALYTICS_BUSY', 'the processors are stopping')),
  };
}
