/** Hours kept: two sliding days. */
const HOURS = 48;

/** Views of one content by the tenant's own viewers, by the hour; 4 bytes an hour. */
export interface Viewing {
  readonly hours: Float32Array;
  newestHour: number;
  /** Counted so far, and in no report yet. */
  unreported: number;
}

export function createViewing(): Viewing {
  return { hours: new Float32Array(HOURS), newestHour: Number.NEGATIVE_INFINITY, unreported: 0 };
}

/** Adds to an hour; one that has left the two days counts nowhere. */
export function addViewing(viewing: Viewing, hour: number, views: number): void {
  if (hour > viewing.newestHour) {
    const from = Math.max(viewing.newestHour + 1, hour - HOURS + 1);
    for (let h = from; h <= hour; h++) viewing.hours[h % HOURS] = 0;
    viewing.newestHour = hour;
  }
  if (hour > viewing.newestHour - HOURS)
    viewing.hours[hour % HOURS] = (viewing.hours[hour % HOURS] ?? 0) + views;
}

/** Sum over the hours `[fromHour, toHour)`. */
export function viewedIn(viewing: Viewing | undefined, fromHour: number, toHour: number): number {
  if (viewing === undefined) return 0;
  const from = Math.max(fromHour, viewing.newestHour - HOURS + 1);
  let sum = 0;
  for (let h = from; h < Math.min(toHour, viewing.newestHour + 1); h++) sum += viewing.hours[h % HOURS] ?? 0;
  return sum;
}
