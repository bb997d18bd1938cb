const DAY_MS = 86_400_000;

/**
 * What an ad view is worth by quarter against the mean of the year (SYSTEMS row A8, the seed's figures): advertisers spend before the
 * holidays and stop after them.
 */
const quarterFactors = [0.8, 1, 0.9, 1.4] as const;

/** Mean factor of the days [fromMs, toMs), which are counted in UTC. */
export function seasonFactor(fromMs: number, toMs: number): number {
  let sum = 0;
  let days = 0;
  for (let at = fromMs; at < toMs; at += DAY_MS) {
    sum += quarterFactors[quarterOf(at)] ?? 1;
    days += 1;
  }
  return days === 0 ? 1 : sum / days;
}

/** Start of the first quarter after an instant. */
export function nextQuarterMs(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), (quarterOf(ms) + 1) * 3, 1);
}

function quarterOf(ms: number): number {
  return Math.floor(new Date(ms).getUTCMonth() / 3);
}
