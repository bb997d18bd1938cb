/**
 * Novelty of the shape of the last LENGTH values: distance to the nearest of a bounded set of prototypes, the shapes met so far.
 * A shape far from all becomes a prototype itself in place of the one unused for longest; a near one pulls its prototype a little
 * (sequential leader clustering, Hartigan 1975). What recurs, a nightly backup for instance, is novel once.
 */
export interface Pattern {
  points: number;
  mean: number;
  /** Mean absolute deviation of the values from their mean. */
  spread: number;
  /** The last LENGTH values, newest first, in units of the spread. */
  readonly shape: Float32Array;
  readonly prototypes: Float32Array;
  readonly lastUse: Uint32Array;
  known: number;
  usualDistance: number;
}

const LENGTH = 4;
const CAPACITY = 60;
const MEMORY = 2_000;
/** A value counts as at most so many spreads: beyond, "how far" is the other detectors' question. */
const CLIP = 20;
/** Farther than so many usual distances is a shape of its own. */
const NEW_AT = 2;
const PULL = 0.05;

export const createPattern = (): Pattern => ({
  points: 0,
  mean: 0,
  spread: 0,
  shape: new Float32Array(LENGTH),
  prototypes: new Float32Array(LENGTH * CAPACITY),
  lastUse: new Uint32Array(CAPACITY),
  known: 0,
  usualDistance: 0,
});

/** Takes a value in and answers how far the shape it completes is from everything known. */
export function stepPattern(pattern: Pattern, value: number, floor: number): number {
  pattern.points++;
  const rate = Math.max(1 / pattern.points, 1 / MEMORY);
  pattern.mean += rate * (value - pattern.mean);
  pattern.spread += rate * (Math.abs(value - pattern.mean) - pattern.spread);
  const { shape } = pattern;
  const unit = Math.max(pattern.spread, floor);
  const scaled = Math.max(-CLIP, Math.min(CLIP, (value - pattern.mean) / unit));
  if (pattern.points === 1) shape.fill(scaled);
  else {
    shape.copyWithin(1, 0, LENGTH - 1);
    shape[0] = scaled;
  }
  const [nearest, distance] = nearestOf(pattern);
  if (pattern.known === 0 || distance > NEW_AT * pattern.usualDistance) remember(pattern);
  else pull(pattern, nearest);
  pattern.usualDistance += Math.max(1 / pattern.points, 0.005) * (distance - pattern.usualDistance);
  return distance;
}

function nearestOf(pattern: Pattern): readonly [number, number] {
  const { shape, prototypes, known } = pattern;
  const a = shape[0] ?? 0;
  const b = shape[1] ?? 0;
  const c = shape[2] ?? 0;
  const d = shape[3] ?? 0;
  let nearest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < known; at++) {
    const o = at * LENGTH;
    const da = a - (prototypes[o] ?? 0);
    const db = b - (prototypes[o + 1] ?? 0);
    const dc = c - (prototypes[o + 2] ?? 0);
    const dd = d - (prototypes[o + 3] ?? 0);
    const square = da * da + db * db + dc * dc + dd * dd;
    if (square < least) {
      least = square;
      nearest = at;
    }
  }
  return [nearest, nearest < 0 ? 0 : Math.sqrt(least)];
}

function remember(pattern: Pattern): void {
  const { shape, prototypes, lastUse } = pattern;
  let at = pattern.known;
  if (at < CAPACITY) pattern.known++;
  else {
    at = 0;
    for (let other = 1; other < CAPACITY; other++) if ((lastUse[other] ?? 0) < (lastUse[at] ?? 0)) at = other;
  }
  prototypes.set(shape, at * LENGTH);
  lastUse[at] = pattern.points;
}

function pull(pattern: Pattern, at: number): void {
  const { shape, prototypes, lastUse } = pattern;
  for (let i = 0; i < LENGTH; i++) {
    const before = prototypes[at * LENGTH + i] ?? 0;
    prototypes[at * LENGTH + i] = before + PULL * ((shape[i] ?? 0) - before);
  }
  lastUse[at] = pattern.points;
}
