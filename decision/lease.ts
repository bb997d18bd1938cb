import { Type, type Static } from '@sinclair/typebox';
import type { Kv } from '../platform/bus/kv.ts';
import { messageOf, WeirError } from '../platform/errors/weir-error.ts';
import type { Log } from '../platform/log/log.ts';
import type { Clock } from '../platform/time/clock.ts';

/** KV `leases`, key `decision`: who works on decisions and until when. */
export const Lease = Type.Object({ owner: Type.String(), untilMs: Type.Number() });
type Lease = Static<typeof Lease>;

export interface LeaseDeps {
  readonly leases: Kv<Lease>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LeaseConfig {
  readonly key: string;
  /** The same over restarts: our own lease need not run out first. */
  readonly owner: string;
  readonly ttlMs: number;
}

const againMs = 100;

/**
 * Works whenever the lease can be had, until `stopping` aborts. The signal given to `work` aborts when the lease is lost; what is under way
 * then may still write once, which compare-and-set and idempotent effects make harmless. Work that fails begins again.
 */
export async function workUnderLease(
  { leases, clock, log }: LeaseDeps,
  { key, owner, ttlMs }: LeaseConfig,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!stopping.aborted) {
    try {
      const found = await leases.get(key);
      const isTaken =
        found !== undefined && found.value.untilMs > clock.nowMs() && found.value.owner !== owner;
      let revision = isTaken
        ? undefined
        : await save(leases, key, { owner, untilMs: clock.nowMs() + ttlMs }, found?.revision);
      if (revision === undefined) {
        await clock.sleep(ttlMs / 4, stopping).catch(() => undefined);
        continue;
      }
      const lost = new AbortController();
      let heldUntilMs = clock.monotonicMs() + ttlMs;
      const renewal = clock.every(ttlMs / 3, async () => {
        try {
          const next = await save(leases, key, { owner, untilMs: clock.nowMs() + ttlMs }, revision);
          if (next === undefined) lost.abort();
          else {
            revision = next;
            heldUntilMs = clock.monotonicMs() + ttlMs;
          }
        } catch {
          // NATS is away: the lease may run out, and with it our right to work.
          if (clock.monotonicMs() >= heldUntilMs) lost.abort();
        }
      });
      try {
        await work(AbortSignal.any([stopping, lost.signal]));
      } finally {
        renewal.stop();
      }
      if (stopping.aborted && revision !== undefined)
        await save(leases, key, { owner, untilMs: 0 }, revision).catch(() => undefined);
      if (lost.signal.aborted) throw new WeirError('DECISION_LEASE_LOST', 'decisions have another owner now');
    } catch (error) {
      if (stopping.aborted) return;
      log.warn({ error: messageOf(error) }, 'work on decisions stopped and begins again');
      await clock.sleep(againMs, stopping).catch(() => undefined);
    }
  }
}

async function save(
  leases: Kv<Lease>,
  key: string,
  lease: Lease,
  revision?: number,
): Promise<number | undefined> {
  const written =
    revision === undefined ? await leases.create(key, lease) : await leases.update(key, lease, revision);
  return written.ok ? written.revision : undefined;
}
