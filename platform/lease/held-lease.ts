import { isWeirError, WeirError } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';
import type { LeaseStore } from './lease-store.ts';
import { leaseAction } from './lease.ts';

/** A lease as its owner holds it while it works. */
export interface HeldLease {
  /**
   * Resolves when the lease is ours for a good while longer; call it before every effect. Throws WeirError STREAMS_LEASE_LOST when
   * somebody else has it. What is frozen between this and its effect for longer than the lease lasts can still write once: effects are
   * absolute, so that costs a repeated write and nothing else.
   */
  confirm(): Promise<void>;
}

export interface LeaseDeps {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LeaseConfig {
  readonly owner: string;
  readonly leaseTtlMs: number;
  /** First pause before failed work is begun again; doubles to 5 s. */
  readonly storeRetryMs: number;
}

/**
 * Works whenever the lease under `key` can be had, until `signal` aborts: waits while somebody else has it, begins again when the work
 * fails, gives the lease back at the end so that the next owner need not wait for it to run out.
 */
export async function workUnderLease(
  deps: LeaseDeps,
  config: LeaseConfig,
  key: string,
  signal: AbortSignal,
  work: (lease: HeldLease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { leases, clock, log } = deps;
  let failures = 0;
  while (!signal.aborted) {
    let held: (HeldLease & { release(): Promise<void> }) | undefined;
    try {
      held = await take(leases, clock, config, key);
      if (held === undefined) {
        await clock.sleep(config.leaseTtlMs / 4, signal).catch(() => undefined);
        continue;
      }
      await work(held, signal);
      failures = 0;
    } catch (error) {
      if (!signal.aborted) {
        const lost = isWeirError(error) && error.code === 'STREAMS_LEASE_LOST';
        log.warn(
          { lease: key, error: error instanceof Error ? error.message : String(error) },
          lost ? 'taken over by another owner' : 'stopped, beginning again from its last snapshot',
        );
        await clock
          .sleep(Math.min(config.storeRetryMs * 2 ** Math.min(failures++, 4), 5_000), signal)
          .catch(() => undefined);
      }
    }
    // NATS away: the lease runs out by itself.
    if (signal.aborted) await held?.release().catch(() => undefined);
  }
}

async function take(
  leases: LeaseStore,
  clock: Clock,
  { owner, leaseTtlMs }: LeaseConfig,
  key: string,
): Promise<(HeldLease & { release(): Promise<void> }) | undefined> {
  const found = await leases.load(key);
  if (leaseAction(found?.value, owner, clock.nowMs(), leaseTtlMs) === 'leave') return undefined;
  let untilMs = clock.nowMs() + leaseTtlMs;
  const taken = await leases.save(key, { owner, untilMs }, found?.revision ?? 0);
  if (taken === 'conflict') return undefined;
  let revision = taken;
  return {
    confirm: async () => {
      if (untilMs - clock.nowMs() > (2 * leaseTtlMs) / 3) return;
      const nextMs = clock.nowMs() + leaseTtlMs;
      const saved = await leases.save(key, { owner, untilMs: nextMs }, revision);
      if (saved === 'conflict') throw new WeirError('STREAMS_LEASE_LOST', `${key} has another owner.`);
      revision = saved;
      untilMs = nextMs;
    },
    release: async () => {
      await leases.save(key, { owner, untilMs: 0 }, revision);
    },
  };
}
