import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import type { Bus } from '../bus/bus.ts';
import { openKv } from '../bus/kv.ts';
import { buckets } from '../contracts/subjects.ts';
import type { Clock } from '../time/clock.ts';

export interface DownloadClaim {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
}

export interface DownloadLinks {
  /** Path of a file of a render, good without any other credential until `untilMs`, or for half an hour to an hour. */
  pathOf(claim: DownloadClaim, untilMs?: number): string;
  /** Whether the path was made here, for exactly this file of this tenant, and is still good. */
  isGood(claim: DownloadClaim, until: string, signature: string): boolean;
}

const STEP_MS = 30 * 60_000;
const BUCKET_BYTES = 1024 * 1024;
const Secret = Type.Object({ key: Type.String({ minLength: 43 }) });

/**
 * Signed links: HMAC-SHA-256 over tenant, render, file and end, each on a line of its own, so that no two claims write the same bytes. The end
 * lies on a grid of half hours: whoever lists again within it gets the same link, and browsers keep what they have loaded.
 */
export function createDownloadLinks(secret: Uint8Array, clock: Clock): DownloadLinks {
  const sign = ({ tenant, id, name }: DownloadClaim, until: string): string =>
    createHmac('sha256', secret).update([tenant, id, name, until].join('\n')).digest('base64url');
  return {
    pathOf: (claim, untilMs) => {
      const until = String(
        untilMs === undefined ? Math.ceil(clock.nowMs() / STEP_MS + 1) * STEP_MS : Math.floor(untilMs),
      );
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

/** What download links are signed with: one secret for all who sign and check in an installation, made by the first. */
export async function openDownloadSecret(bus: Bus): Promise<Uint8Array> {
  const secrets = await openKv(bus, buckets.renderSecrets, { schema: Secret, maxBytes: BUCKET_BYTES });
  await secrets.create('links', { key: randomBytes(32).toString('base64url') });
  const stored = await secrets.get('links');
  if (stored === undefined) throw new RangeError('the secret of links was deleted while it was made');
  return Buffer.from(stored.value.key, 'base64url');
}
