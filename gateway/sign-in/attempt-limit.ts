export interface AttemptLimitConfig {
  /** Attempts that may come at once. */
  readonly burst: number;
  /** One more attempt becomes possible each time this much time has passed. */
  readonly refillMs: number;
  /** Callers remembered at most; beyond it the one longest unseen is forgotten. */
  readonly maxKeys: number;
}

/** Answers 0 when the attempt may go on, else the milliseconds until it may. */
export interface AttemptLimit {
  take(key: string, nowMs: number): number;
  /** Gives everything back, after a success. */
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
      const waitMs = fullAt + refillMs - (nowMs + burst * refillMs);
      if (waitMs > 0) return waitMs;
      // Deleting first keeps the map in order of use, so the first key is the one longest unseen.
      fullAtMs.delete(key);
      fullAtMs.set(key, fullAt + refillMs);
      if (fullAtMs.size > maxKeys) {
        for (const oldest of fullAtMs.keys()) {
          fullAtMs.delete(oldest);
          break;
        }
      }
      return 0;
    },
    forgive: (key) => void fullAtMs.delete(key),
    get size() {
      return fullAtMs.size;
    },
  };
}
