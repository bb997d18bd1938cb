import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../platform/time/clock.ts';

export interface DownloadClaim {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
}

export interface DownloadLinks {
  /** Path of a file of a render, good for half an hour to an hour without any other credential. */
  pathOf(claim: DownloadClaim): string;
  /** Whether the path was made here, for exactly this file of this tenant, and is still good. */
  isGood(claim: DownloadClaim, until: string, signature: string): boolean;
}

const STEP_MS = 30 * 60_000;

/**
 * Signed links: HMAC-SHA-256 over tenant, render, file and end, each on a line of its own, so that no two claims write the same bytes. The end
 * lies on a grid of half hours: whoever lists again within it gets the same link, and browsers keep what they have loaded.
 */
export function createDownloadLinks(secret: Uint8Array, clock: Clock): DownloadLinks {
  const sign = ({ tenant, id, name }: DownloadClaim, until: string): string =>
    createHmac('sha256', secret).update([tenant, id, name, until].join('\n')).digest('base64url');
  return {
    pathOf: (claim) => {
      const until = String(Math.ceil(clock.nowMs() / STEP_MS + 1) * STEP_MS);
      const path = [claim.tenant, claim.id, claim.name].map(encodeURIComponent).join('/');
      return `/artefacts/${path}?until=${until}&sig=${sign(claim, until)}`;
    },
    isGood: (claim, until, signature) => {
      if (!/^\d{1,15}$/.test(until) || Number(until) < clock.nowMs()) return false;
      const expected = Buffer.from(sign(claim, until));
      const given = Buffer.from(signature);
      return expected.byteLength === given.byteLength && timingSafeEqual(expected, given);
    },
  };
}
