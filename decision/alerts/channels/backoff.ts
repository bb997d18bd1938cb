import type { AlertChannel } from '../../../platform/contracts/alert-subscription.ts';
import type { Random } from '../../../platform/time/random.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;
/** Standard Webhooks' example schedule, after the first try. */
const WEBHOOK_WAITS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
const MAX_TRIES = 10;

/**
 * How long to wait after the try number `tries`; undefined when it is given up. Full jitter: uniform in [0, min(1 h, base · 2^tries)) (M. Brooker,
 * "Exponential Backoff and Jitter", 2015), with a base of 5 s, of a minute for PagerDuty, which asks for minutes; webhooks keep the schedule of
 * their specification and add up to a tenth. Never before what the other side asked for, believed up to a day.
 */
export function waitAfter(
  channel: AlertChannel,
  tries: number,
  random: Random,
  retryAfterMs = 0,
): number | undefined {
  const leastMs = Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
  if (channel === 'webhook') {
    const waitMs = WEBHOOK_WAITS_MS[tries - 1];
    return waitMs === undefined
      ? undefined
      : Math.max(leastMs, Math.floor(waitMs * (1 + random.next() / 10)));
  }
  if (tries >= MAX_TRIES) return undefined;
  const baseMs = channel === 'pagerduty' ? MINUTE_MS : 5 * SECOND_MS;
  return Math.max(leastMs, Math.floor(Math.min(HOUR_MS, baseMs * 2 ** tries) * random.next()));
}
