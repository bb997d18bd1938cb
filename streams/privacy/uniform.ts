import type { SecureRandom } from '../../platform/time/secure-random.ts';

/** Exactly uniform integers in [0, n). */
export interface Uniform {
  below(n: bigint): bigint;
}

const POOL_BYTES = 1_024;

/**
 * Draws by rejection on whole bytes, so no value is more likely than another; a modulo or a floating-point product would favour some
 * and the favour would show through the noise.
 */
export function createUniform(random: SecureRandom): Uniform {
  let pool: Uint8Array = new Uint8Array(0);
  let at = 0;
  const nextByte = (): number => {
    if (at >= pool.length) {
      pool = random.bytes(POOL_BYTES);
      at = 0;
    }
    const byte = pool[at] ?? 0;
    at += 1;
    return byte;
  };
  return {
    below: (n) => {
      if (n < 1n) throw new RangeError(`below(n) needs an integer of 1 or more, got ${n}`);
      const bits = (n - 1n).toString(2).length;
      const bytes = Math.ceil(bits / 8);
      const excess = BigInt(bytes * 8 - bits);
      for (;;) {
        let value = 0n;
        for (let i = 0; i < bytes; i += 1) value = (value << 8n) | BigInt(nextByte());
        value >>= excess;
        if (value < n) return value;
      }
    },
  };
}
