import { randomBytes } from 'node:crypto';

/** Bytes nobody can foretell, for noise that protects people. Tests give a seeded one; results that must repeat use `Random`. */
export interface SecureRandom {
  bytes(count: number): Uint8Array;
}

/** The operating system's generator, as node:crypto gives it. */
export const secureRandom: SecureRandom = { bytes: (count) => randomBytes(count) };
