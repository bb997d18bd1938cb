import type { Random } from '../../platform/time/random.ts';

const firstDelayMs = 200;
const longestDelayMs = 30_000;
const longestRetryAfterMs = 300_000;

/**
 * How long to wait before attempt number `attempt` + 1 (0 after the first failure). Exponential with full jitter (Brooker,
 * "Exponential Backoff and Jitter"), at least a quarter of the step so that a loop never spins; a Retry-After of the server is
 * the least, with a little jitter on top so that its clients do not return all at once.
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, random: Random): number {
  const step = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 20));
  const own = step / 4 + (random.next() * step * 3) / 4;
  if (retryAfterMs === undefined) return own;
  const asked = Math.min(retryAfterMs, longestRetryAfterMs);
  return asked + random.next() * Math.min(1000, 50 + asked / 10);
}

/** Milliseconds a Retry-After header asks for: seconds or an HTTP date; undefined when absent or not readable. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}
