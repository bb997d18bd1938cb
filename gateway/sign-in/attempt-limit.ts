export interface AttemptLimitConfig {
  /** Attempts that may come at once. */
  readonly burst: number;
  /** One more attempt becomes possible each time this much time has passed. */
  readonly refillMs: number;
  /** Callers remembered at most; beyond it the one longest unseen is forgotten. */
  readonly maxKeys: number;
}

export interface Attempt {
  /** 0 when it may go on, else how long until it may. */
  readonly waitMs: number;
  /** How many more may come at once. */
  readonly left: number;
  /** Until `burst` may come at once again. */
  readonly fullInMs: number;
}

export interface AttemptLimit {
  /** `nowMs` from a clock that never goes back. */
  take(key: string, nowMs: number): Attempt;
  /** Gives one attempt back: it was none to hold against the caller. */
  refund(key: string): void;
  /** Gives everything back. */
  forgive(key: string): void;
  readonly size: number;
}

/** A token bucket per key, kept as the one instant at which it will be full again (the generic cell rate algorithm). */
export function createAttemptLimit(config: AttemptLimitConfig): AttemptLimit {
  const { burst, refillMs, maxKeys } = config;
  const fullAtMs = new Map<string, number>();
  return {
    take: (key, nowMs) => {
      const fullAt = Math.max(fullAtMs.get(key) ?? 0, nowMs);
      const next = fullAt + refillMs;
      const waitMs = next - (nowMs + burst * refillMs);
      if (waitMs > 0) return { waitMs, left: 0, fullInMs: fullAt - nowMs };
      // Deleting first keeps the map in order of use, so the first key is the one longest unseen.
      fullAtMs.delete(key);
      fullAtMs.set(key, next);
      if (fullAtMs.size > maxKeys) {
        const [oldest] = fullAtMs.keys();
        if (oldest !== undefined) fullAtMs.delete(oldest);
      }
      return { waitMs: 0, left: Math.floor(-waitMs / refillMs), fullInMs: next - nowMs };
    },
    refund: (key) => {
      const fullAt = fullAtMs.get(key);
      if (fullAt !== undefined) fullAtMs.set(key, fullAt - refillMs);
    },
    forgive: (key) => void fullAtMs.delete(key),
    get size() {
      return fullAtMs.size;
    },
  };
}
