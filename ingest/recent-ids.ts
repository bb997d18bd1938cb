/** Lanes of an identity hash as `IdentityHasher.identity` writes them. */
export const LANES = 4;
const WAYS = 4;

/**
 * The identities acknowledged last, so that a reply can name resends. Only a courtesy to the sender: what it forgets or has
 * never seen (another process, a restart) is still counted once, by streams. Fixed memory: sets of four identities, the oldest
 * of a set is replaced. Two of the four lanes are compared: one false "duplicate" in 10^14 is harmless here.
 */
export interface RecentIds {
  /** Whether identity `i` of `hashes` was acknowledged lately. */
  has(hashes: Uint32Array, i: number): boolean;
  /** Remembers identities 0..count-1. */
  remember(hashes: Uint32Array, count: number): void;
}

/** `capacity` is rounded up to a power of two; 8 bytes each. */
export function createRecentIds(capacity: number): RecentIds {
  const sets = 2 ** Math.max(0, Math.ceil(Math.log2(capacity / WAYS)));
  const slots = new Uint32Array(sets * WAYS * 2);
  const oldest = new Uint8Array(sets);

  const setOf = (hashes: Uint32Array, i: number): number => (hashes[i * LANES + 2] ?? 0) & (sets - 1);

  const has = (hashes: Uint32Array, i: number): boolean => {
    const a = hashes[i * LANES];
    const b = hashes[i * LANES + 1];
    const from = setOf(hashes, i) * WAYS * 2;
    for (let slot = from; slot < from + WAYS * 2; slot += 2)
      if (slots[slot] === a && slots[slot + 1] === b) return true;
    return false;
  };

  return {
    has,
    remember: (hashes, count) => {
      for (let i = 0; i < count; i++) {
        if (has(hashes, i)) continue;
        const set = setOf(hashes, i);
        const way = oldest[set] ?? 0;
        const slot = (set * WAYS + way) * 2;
        slots[slot] = hashes[i * LANES] ?? 0;
        slots[slot + 1] = hashes[i * LANES + 1] ?? 0;
        oldest[set] = (way + 1) % WAYS;
      }
    },
  };
}

/**
 * Finds identities that come twice in one request. The table is reused from request to request: a slot counts only when it
 * carries the number of the current one.
 */
export interface RequestIds {
  /** Whether identity `i` equals one asked about before in this request; `begin` starts the next request. */
  repeats(hashes: Uint32Array, i: number): boolean;
  begin(): void;
}

export function createRequestIds(maxItems: number): RequestIds {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, maxItems * 2)));
  const index = new Uint32Array(size);
  const round = new Uint32Array(size);
  let current = 0;
  return {
    begin: () => {
      current = (current + 1) >>> 0;
      if (current !== 0) return;
      round.fill(0);
      current = 1;
    },
    repeats: (hashes, i) => {
      for (let slot = (hashes[i * LANES] ?? 0) & (size - 1); ; slot = (slot + 1) & (size - 1)) {
        if (round[slot] !== current) {
          round[slot] = current;
          index[slot] = i;
          return false;
        }
        if (sameIdentity(hashes, i, index[slot] ?? 0)) return true;
      }
    },
  };
}

function sameIdentity(hashes: Uint32Array, i: number, j: number): boolean {
  for (let lane = 0; lane < LANES; lane++)
    if (hashes[i * LANES + lane] !== hashes[j * LANES + lane]) return false;
  return true;
}
