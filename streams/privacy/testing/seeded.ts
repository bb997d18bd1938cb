import { createRandom } from '../../../platform/time/random.ts';
import type { SecureRandom } from '../../../platform/time/secure-random.ts';
import { createUniform, type Uniform } from '../uniform.ts';

/** Bytes from a seed: noise that repeats, for tests alone. */
export function seededBytes(seed: string): SecureRandom {
  const random = createRandom(seed);
  return { bytes: (count) => Uint8Array.from({ length: count }, () => random.int(256)) };
}

export function seededUniform(seed: string): Uniform {
  return createUniform(seededBytes(seed));
}
