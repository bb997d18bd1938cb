import { createHash } from 'node:crypto';

/**
 * Where a user stands on [0, 1) for an experiment: the first 52 bits of SHA-256 of `<salt>\n<user>`. The same for ever, independent between
 * salts, and easy to compute in any language, so that a client needs no call to know its variant.
 */
export function positionOf(salt: string, user: string): number {
  const hash = createHash('sha256').update(`${salt}\n${user}`).digest();
  return (hash.readUIntBE(0, 6) * 16 + (hash.readUInt8(6) >> 4)) / 2 ** 52;
}

/**
 * Index of the variant at this position, shares laid end to end in the order of the variants; undefined when it lies beyond `traffic`, the
 * share of users in the experiment at all. Raising the traffic moves nobody from one variant to another.
 */
export function variantAt(position: number, shares: readonly number[], traffic = 1): number | undefined {
  if (position >= traffic) return undefined;
  const place = position / traffic;
  let upTo = 0;
  for (const [i, share] of shares.entries()) {
    upTo += share;
    if (place < upTo) return i;
  }
  // Shares that sum to 1 − 1e-16 leave a sliver.
  return shares.findLastIndex((share) => share > 0);
}
