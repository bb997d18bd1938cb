const QUARTER_MS = 900_000;

/** Key of an hour of the week: `1.0` is Monday from midnight, `7.23` Sunday from 23 o'clock. */
export const weekHours: readonly string[] = Array.from(
  { length: 168 },
  (_, i) => `${Math.floor(i / 24) + 1}.${i % 24}`,
);

/**
 * How often each hour of the week came in [fromMs, toMs) of a zone, in hours: what a count must be divided by to compare cells, since a
 * range may hold five Mondays and four Tuesdays, and a change of the clocks an hour twice or never.
 */
export function hourOccurrences(fromMs: number, toMs: number, timeZone: string): ReadonlyMap<string, number> {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: 'numeric',
  });
  const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  const seen = new Map<string, number>();
  for (let at = fromMs; at < toMs; at += QUARTER_MS) {
    let weekday = 0;
    let hour = 0;
    for (const { type, value } of format.formatToParts(at)) {
      if (type === 'weekday') weekday = weekdays.indexOf(value) + 1;
      else if (type === 'hour') hour = Number(value);
    }
    const key = `${weekday}.${hour}`;
    seen.set(key, (seen.get(key) ?? 0) + Math.min(QUARTER_MS, toMs - at) / 3_600_000);
  }
  return seen;
}
