import type { SecureRandom } from '../../platform/time/secure-random.ts';

const secretBytes = 32;

/** A secret of Standard Webhooks: `whsec_` and base64 of 32 bytes nobody can foretell. */
export function randomSecret(secure: SecureRandom): string {
  return `whsec_${Buffer.from(secure.bytes(secretBytes)).toString('base64')}`;
}
