import { Type, type Static } from '@sinclair/typebox';

/** KV `leases`, key = `p<partition>` or `stage.<name>`: who works on it and until when. */
export const Lease = Type.Object({ owner: Type.String(), untilMs: Type.Number() });
export type Lease = Static<typeof Lease>;

/**
 * What to do about the lease of a partition or a stage: take it when it is free, expired or ours (a restart under the same name need not wait),
 * renew it in its last two thirds, else leave it.
 */
export function leaseAction(
  lease: Lease | undefined,
  owner: string,
  nowMs: number,
  ttlMs: number,
): 'take' | 'renew' | 'hold' | 'leave' {
  if (lease === undefined || lease.untilMs <= nowMs) return 'take';
  if (lease.owner !== owner) return 'leave';
  return lease.untilMs - nowMs < (2 * ttlMs) / 3 ? 'renew' : 'hold';
}
