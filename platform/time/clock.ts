/** A repeating timer. `stop` is final and may be called twice. */
export interface Ticker {
  stop(): void;
}

/** The only way to the wall clock and to timers for code that a test may want to drive. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds from an arbitrary origin; never goes back. For durations and deadlines. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `fn` every `ms`, first after `ms`. A tick that comes due while the previous `fn` still runs is skipped.
   * What `fn` throws is not caught: it ends the process through the lifecycle, as any fault does.
   */
  every(ms: number, fn: () => void | Promise<void>): Ticker;
}

export interface FakeClock extends Clock {
  /** Moves time on, firing what comes due in order; await it, so that what the timers started has run. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock without moving monotonic time, as an operator or NTP does. */
  setWallClock(ms: number): void;
  /** How many sleeps and tickers are waiting. */
  pendingTimers(): number;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await new Promise<void>((resolve, reject) => {
      if (signal?.aborted === true) return reject(abortReason(signal));
      const onAbort = (): void => {
        clearTimeout(timer);
        if (signal !== undefined) reject(abortReason(signal));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  },
  every: (ms, fn) => {
    const tick = skipWhileRunning(fn);
    const timer = setInterval(tick, ms);
    return { stop: () => clearInterval(timer) };
  },
};

interface FakeTimer {
  dueMs: number;
  readonly fire: () => void;
}

/** A clock that moves only when told, for tests. Starts with wall clock `startMs` and monotonic 0. */
export function createFakeClock(startMs = 0): FakeClock {
  let elapsedMs = 0;
  let wallOriginMs = startMs;
  const timers = new Set<FakeTimer>();

  const add = (ms: number, fire: () => void): FakeTimer => {
    const timer = { dueMs: elapsedMs + Math.max(0, ms), fire };
    timers.add(timer);
    return timer;
  };

  return {
    nowMs: () => wallOriginMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleep: async (ms, signal) => {
      await new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) return reject(abortReason(signal));
        const timer = add(ms, () => {
          timers.delete(timer);
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        const onAbort = (): void => {
          timers.delete(timer);
          if (signal !== undefined) reject(abortReason(signal));
        };
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    every: (ms, fn) => {
      const tick = skipWhileRunning(fn);
      const timer = add(ms, () => {
        timer.dueMs += ms;
        tick();
      });
      return { stop: () => void timers.delete(timer) };
    },
    advance: async (ms) => {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let next = earliest(timers, untilMs); next !== undefined; next = earliest(timers, untilMs)) {
        elapsedMs = Math.max(elapsedMs, next.dueMs);
        next.fire();
        await settle();
      }
      elapsedMs = untilMs;
    },
    setWallClock: (ms) => {
      wallOriginMs = ms - elapsedMs;
    },
    pendingTimers: () => timers.size,
  };
}

function earliest(timers: ReadonlySet<FakeTimer>, untilMs: number): FakeTimer | undefined {
  let found: FakeTimer | undefined;
  for (const timer of timers) {
    if (timer.dueMs <= untilMs && (found === undefined || timer.dueMs < found.dueMs)) found = timer;
  }
  return found;
}

/** Lets every promise chain that is ready run to its next timer or I/O. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

function skipWhileRunning(fn: () => void | Promise<void>): () => void {
  let running = false;
  return () => {
    if (running) return;
    const result = fn();
    if (result === undefined) return;
    running = true;
    void result.finally(() => {
      running = false;
    });
  };
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}
