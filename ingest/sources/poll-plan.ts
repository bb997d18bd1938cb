import type { Random } from '../../platform/time/random.ts';

const JITTER = 0.1;
const FIRST_BACKOFF_MS = 30_000;
const LONGEST_BACKOFF_MS = 6 * 3_600_000;

/**
 * How long until a source is asked again. After success its interval, a tenth more or less, so that many sources and many installations do not ask in step;
 * after failures in a row double the time each, at least the interval, at most six hours, from half of it up (jitter); never sooner than the source itself asked for.
 */
export function delayUntilNextMs(
  intervalMs: number,
  failures: number,
  askedForMs: number | undefined,
  random: Random,
): number {
  const usual = intervalMs * (1 - JITTER + 2 * JITTER * random.next());
  const step = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 20));
  const own = failures === 0 ? usual : Math.max(usual, step * (0.5 + 0.5 * random.next()));
  return Math.round(askedForMs === undefined ? own : Math.max(own, askedForMs + 5_000 * random.next()));
}
