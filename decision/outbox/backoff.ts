import type { ActionKind } from '../../platform/contracts/policy.ts';
import type { Random } from '../../platform/time/random.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Standard Webhooks' example schedule: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h after the one before. */
const webhookWaitsMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];
const maxTries = 8;
const baseMs = secondMs;
const capMs = 10 * minuteMs;

/**
 * How long to wait after the try number `tries` failed; undefined when it is given up. Others: full jitter, uniform in
 * [0, min(10 min, 1 s · 2^tries)) (Brooker 2015, "Exponential Backoff and Jitter"), at most 8 tries. Webhooks keep their schedule and
 * add up to a tenth of it. Never before what the other side asked for, and that is believed up to a day.
 */
export function waitAfter(
  kind: ActionKind | 'routine',
  tries: number,
  random: Random,
  retryAfterMs = 0,
): number | undefined {
  const least = Math.min(retryAfterMs, 24 * hourMs);
  if (kind === 'webhook') {
    const wait = webhookWaitsMs[tries - 1];
    return wait === undefined ? undefined : Math.max(least, wait + Math.floor((wait / 10) * random.next()));
  }
  if (tries >= maxTries) return undefined;
  return Math.max(least, Math.floor(Math.min(capMs, baseMs * 2 ** tries) * random.next()));
}
