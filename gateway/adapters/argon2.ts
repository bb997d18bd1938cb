import { hash, verify } from '@node-rs/argon2';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { PasswordHasher } from '../sign-in/password.ts';

/** Argon2id with OWASP's first choice for it: 19 MiB, two passes, one lane; about 25 ms on a thread of the pool. */
const settings = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Hashes at once, each with its memory; those who wait hold none. */
const maxRunning = 2;
const maxWaiting = 64;

export function createArgon2(): PasswordHasher {
  const waiting: (() => void)[] = [];
  let running = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= maxRunning) {
      if (waiting.length >= maxWaiting)
        throw new WeirError('GATEWAY_OVERLOADED', 'too many sign-ins at once');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
  return {
    hash: async (password) => await inTurn(async () => await hash(password.normalize('NFC'), settings)),
    verify: async (hashed, password) =>
      await inTurn(async () => await verify(hashed, password.normalize('NFC')).catch(() => false)),
  };
}
