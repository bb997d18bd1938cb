import { hash128 } from './hash.ts';

const ZERO_SEED = new Uint32Array(4);
/** Prefixes are few (tenant × source); the cache is dropped whole when an abusive sender makes them many. */
const MAX_PREFIXES = 10_000;

/** Hashes identities; keeps the seed of each (tenant, source) so that the hot path hashes only the id. */
export interface IdentityHasher {
  /** 128-bit identity of (tenant, source, id) into `out[offset..offset+3]`. */
  identity(tenant: string, source: string, id: string, out: Uint32Array, offset: number): void;
  /** 64-bit hash of a user within a tenant into `out[offset..offset+1]`; zeros for ''. */
  user(tenant: string, user: string, out: Uint32Array, offset: number): void;
}

export function createIdentityHasher(): IdentityHasher {
  const seeds = new Map<string, Map<string, Uint32Array>>();
  let prefixes = 0;
  const scratch = new Uint32Array(4);
  // Neighbours mostly share tenant and source; a comparison is cheaper than two look-ups.
  let last: { tenant: string; source: string; seed: Uint32Array } | undefined;
  let lastUsers: { tenant: string; seed: Uint32Array } | undefined;

  const seedOf = (tenant: string, source: string): Uint32Array => {
    const known = seeds.get(tenant)?.get(source);
    if (known !== undefined) return known;
    if (prefixes >= MAX_PREFIXES) {
      seeds.clear();
      prefixes = 0;
    }
    const seed = new Uint32Array(4);
    // Length-prefixed: ('a','bc') and ('ab','c') must not share a seed.
    hash128(`${tenant.length}:${tenant}${source}`, ZERO_SEED, 0, seed, 0);
    const bySource = seeds.get(tenant) ?? new Map<string, Uint32Array>();
    bySource.set(source, seed);
    seeds.set(tenant, bySource);
    prefixes++;
    return seed;
  };

  return {
    identity: (tenant, source, id, out, offset) => {
      if (last === undefined || source !== last.source || tenant !== last.tenant)
        last = { tenant, source, seed: seedOf(tenant, source) };
      hash128(id, last.seed, 0, out, offset);
    },
    user: (tenant, user, out, offset) => {
      if (user === '') {
        out[offset] = 0;
        out[offset + 1] = 0;
        return;
      }
      if (lastUsers === undefined || tenant !== lastUsers.tenant)
        lastUsers = { tenant, seed: seedOf(tenant, '') };
      hash128(user, lastUsers.seed, 0, scratch, 0);
      out[offset] = scratch[0] ?? 0;
      out[offset + 1] = scratch[1] ?? 0;
    },
  };
}

/**
 * Partition of an event, by its identity: every copy of it meets the same owner, who counts one, whatever else the copies say; and
 * one viral content cannot overload a partition. The four lanes start at `offset`.
 */
export function partitionOf(identity: Uint32Array, partitions: number, offset = 0): number {
  return (identity[offset + 3] ?? 0) % partitions;
}
