import type { TopicPayload } from '../../platform/contracts/live.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Feed } from './room.ts';

export interface PolledFeed<T> {
  readonly clock: Clock;
  /** Time between reads. */
  readonly intervalMs: number;
  /** Time between looks at what changed, as part of the payload, such as a rate, moves without a read. */
  readonly showEveryMs: number;
  read(): Promise<T>;
  payload(value: T, nowMs: number): TopicPayload;
  onFailure(error: unknown): void;
}

/**
 * A feed that is asked anew at an interval and tells only what differs from what it last told. A read that fails leaves what is
 * known; the first one must succeed.
 */
export async function createPolledFeed<T>(spec: PolledFeed<T>): Promise<Feed> {
  const { clock, intervalMs, showEveryMs } = spec;
  let value = await spec.read();
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let told = '';
  let polledAtMs = clock.monotonicMs();
  let isReading = false;

  const poll = async (): Promise<void> => {
    const beganMs = clock.monotonicMs();
    isReading = true;
    try {
      value = await spec.read();
    } catch (error) {
      spec.onFailure(error);
    } finally {
      isReading = false;
      // A slow answer is asked for less often: never more than a tenth of the time goes into it.
      const tookMs = clock.monotonicMs() - beganMs;
      polledAtMs = beganMs + Math.max(0, 10 * tookMs - intervalMs);
    }
  };

  return {
    snapshot: (nowMs) => spec.payload(value, nowMs),
    changes: (nowMs) => {
      const atMs = clock.monotonicMs();
      if (!isReading && atMs - polledAtMs >= intervalMs) void poll();
      if (atMs - shownAtMs < showEveryMs) return undefined;
      shownAtMs = atMs;
      const current = spec.payload(value, nowMs);
      const text = JSON.stringify(current);
      if (text === told) return undefined;
      told = text;
      return current;
    },
    stop: () => {},
  };
}
