/** The last values of something, with the sum of all of them. */
export interface Ring {
  readonly values: Float32Array;
  pushed: number;
  sum: number;
}

export const createRing = (capacity: number): Ring => ({
  values: new Float32Array(capacity),
  pushed: 0,
  sum: 0,
});

export function pushRing(ring: Ring, value: number): void {
  const { values } = ring;
  const at = ring.pushed % values.length;
  const before = values[at] ?? 0;
  values[at] = value;
  ring.pushed++;
  if (at === values.length - 1) {
    // Counted anew each time round: differences of rounded sums would otherwise gather for ever.
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
    ring.sum = sum;
  } else ring.sum += (values[at] ?? 0) - before;
}

/** Mean of all held values; 0 while there is none. */
export function meanOf(ring: Ring): number {
  return ring.pushed === 0 ? 0 : ring.sum / Math.min(ring.pushed, ring.values.length);
}

/** Mean of the newest `count`. */
export function meanOfLast(ring: Ring, count: number): number {
  const held = Math.min(count, ring.pushed, ring.values.length);
  if (held <= 0) return 0;
  let sum = 0;
  for (let back = 1; back <= held; back++) sum += nthNewest(ring, back);
  return sum / held;
}

/** The newest value; 0 before the first. */
export const newestOf = (ring: Ring): number => nthNewest(ring, 1);

/** Median of the newest three; where fewer are available the oldest of them stands in. */
export function medianOfLastThree(ring: Ring, available: number): number {
  const a = nthNewest(ring, 1);
  const b = available > 1 ? nthNewest(ring, 2) : a;
  const c = available > 2 ? nthNewest(ring, 3) : b;
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

function nthNewest(ring: Ring, back: number): number {
  return ring.values[(ring.pushed - back) % ring.values.length] ?? 0;
}
