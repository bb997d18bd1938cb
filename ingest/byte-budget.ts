/** A bound on bytes held by all requests together. */
export interface ByteBudget {
  readonly used: number;
  /** Takes `bytes`, or answers false and takes nothing. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  let used = 0;
  return {
    get used() {
      return used;
    },
    take: (bytes) => {
      if (used + bytes > maxBytes) return false;
      used += bytes;
      return true;
    },
    give: (bytes) => {
      used -= bytes;
    },
  };
}
