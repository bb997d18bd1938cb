/** Longest rest: work that took long because others kept the machine busy must not make it rest for minutes. */
const LONGEST_REST_MS = 5_000;

/** How long to rest after work, so that no more than `share` of the time is worked. */
export function restAfter(workedMs: number, share: number): number {
  return Math.min(LONGEST_REST_MS, workedMs * (1 / share - 1));
}
