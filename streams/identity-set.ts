/**
 * Set of 128-bit identities in two generations of bounded size. When the current one is full the older one is forgotten; an event that
 * happened until `forgottenUntilMs` may then be unknown here, and the caller has to look into history for it. A copy names the same
 * event time, so the newest time of what was forgotten tells exactly which events that can be.
 *
 * Memory: 16 bytes a slot, two tables of the next power of two above 1.5 × capacity.
 */
export interface IdentitySet {
  /** Adds an identity; false when it was there. */
  add(lanes: Uint32Array, offset: number, eventTimeMs: number): boolean;
  has(lanes: Uint32Array, offset: number): boolean;
  /** Newest event time of what has been forgotten; −Infinity while nothing has. */
  readonly forgottenUntilMs: number;
  /** Identities that can be added before the older generation is forgotten. */
  readonly room: number;
  readonly size: number;
  snapshot(): IdentitySnapshot;
}

export interface IdentitySnapshot {
  readonly capacity: number;
  readonly current: Uint32Array;
  readonly currentCount: number;
  readonly currentUntilMs: number;
  readonly previous: Uint32Array;
  readonly previousCount: number;
  readonly previousUntilMs: number;
  readonly forgottenUntilMs: number;
}

const INITIAL_SLOTS = 1 << 10;

export function createIdentitySet(capacity: number, from?: IdentitySnapshot): IdentitySet {
  let current = from?.current ?? new Uint32Array(INITIAL_SLOTS * 4);
  let currentCount = from?.currentCount ?? 0;
  let currentUntilMs = from?.currentUntilMs ?? Number.NEGATIVE_INFINITY;
  let previous = from?.previous ?? new Uint32Array(4);
  let previousCount = from?.previousCount ?? 0;
  let previousUntilMs = from?.previousUntilMs ?? Number.NEGATIVE_INFINITY;
  let forgottenUntilMs = from?.forgottenUntilMs ?? Number.NEGATIVE_INFINITY;

  const rotate = (): void => {
    forgottenUntilMs = Math.max(forgottenUntilMs, previousUntilMs);
    previous = current;
    previousCount = currentCount;
    previousUntilMs = currentUntilMs;
    current = new Uint32Array(INITIAL_SLOTS * 4);
    currentCount = 0;
    currentUntilMs = Number.NEGATIVE_INFINITY;
  };

  return {
    add: (lanes, offset, eventTimeMs) => {
      if (find(current, lanes, offset) >= 0 || (previousCount > 0 && find(previous, lanes, offset) >= 0))
        return false;
      if (currentCount >= capacity) rotate();
      if ((currentCount + 1) * 6 > current.length) current = enlarged(current);
      insert(
        current,
        lanes[offset] ?? 0,
        lanes[offset + 1] ?? 0,
        lanes[offset + 2] ?? 0,
        lanes[offset + 3] ?? 0,
      );
      currentCount++;
      if (eventTimeMs > currentUntilMs) currentUntilMs = eventTimeMs;
      return true;
    },
    has: (lanes, offset) =>
      find(current, lanes, offset) >= 0 || (previousCount > 0 && find(previous, lanes, offset) >= 0),
    get forgottenUntilMs() {
      return forgottenUntilMs;
    },
    get room() {
      return capacity - currentCount;
    },
    get size() {
      return currentCount + previousCount;
    },
    snapshot: () => ({
      capacity,
      current: current.slice(),
      currentCount,
      currentUntilMs,
      previous: previous.slice(),
      previousCount,
      previousUntilMs,
      forgottenUntilMs,
    }),
  };
}

/** Slot of the identity, or −1. All-zero lanes mark a free slot; a hash of four zeros has probability 2⁻¹²⁸. */
function find(table: Uint32Array, lanes: Uint32Array, offset: number): number {
  const mask = table.length - 4;
  const a = lanes[offset] ?? 0;
  const b = lanes[offset + 1] ?? 0;
  const c = lanes[offset + 2] ?? 0;
  const d = lanes[offset + 3] ?? 0;
  let at = (a << 2) & mask;
  for (;;) {
    const w = table[at] ?? 0;
    const x = table[at + 1] ?? 0;
    const y = table[at + 2] ?? 0;
    const z = table[at + 3] ?? 0;
    if (w === a && x === b && y === c && z === d) return at;
    if ((w | x | y | z) === 0) return -1;
    at = (at + 4) & mask;
  }
}

function insert(table: Uint32Array, a: number, b: number, c: number, d: number): void {
  const mask = table.length - 4;
  let at = (a << 2) & mask;
  while (((table[at] ?? 0) | (table[at + 1] ?? 0) | (table[at + 2] ?? 0) | (table[at + 3] ?? 0)) !== 0)
    at = (at + 4) & mask;
  table[at] = a;
  table[at + 1] = b;
  table[at + 2] = c;
  table[at + 3] = d;
}

function enlarged(table: Uint32Array): Uint32Array {
  const larger = new Uint32Array(table.length * 2);
  for (let at = 0; at < table.length; at += 4) {
    const a = table[at] ?? 0;
    const b = table[at + 1] ?? 0;
    const c = table[at + 2] ?? 0;
    const d = table[at + 3] ?? 0;
    if ((a | b | c | d) !== 0) insert(larger, a, b, c, d);
  }
  return larger;
}
