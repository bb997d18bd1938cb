import type { Clock } from '../../platform/time/clock.ts';

/** Answers to equal questions within a moment, computed once: a hundred dashboards that reload together cost one query. */
export interface SharedAnswers<T> {
  /** `key` must hold everything the answer depends on, the tenant included. Failures are not kept. */
  get(key: string, compute: () => Promise<T>): Promise<T>;
}

/** Keeps an answer for `ttlMs` after it was asked for, `maxEntries` at most; beyond, the oldest is forgotten. */
export function createSharedAnswers<T>(clock: Clock, ttlMs: number, maxEntries: number): SharedAnswers<T> {
  const held = new Map<string, { readonly answer: Promise<T>; readonly untilMs: number }>();
  return {
    get: async (key, compute) => {
      const nowMs = clock.monotonicMs();
      const known = held.get(key);
      if (known !== undefined && nowMs < known.untilMs) return await known.answer;
      const answer = compute();
      const entry = { answer, untilMs: nowMs + ttlMs };
      held.delete(key);
      held.set(key, entry);
      if (held.size > maxEntries) {
        const [oldest] = held.keys();
        if (oldest !== undefined) held.delete(oldest);
      }
      try {
        return await answer;
      } catch (error) {
        if (held.get(key) === entry) held.delete(key);
        throw error;
      }
    },
  };
}
