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
  /** First pause before failed work is begun again; doubles to the longest, 5 s when absent. */
  readonly storeRetryMs: number;
  readonly longestRetryMs?: number;
}

const longestRetryMs = 5_000;

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
          .sleep(
            Math.min(
              config.storeRetryMs * 2 ** Math.min(failures++, 4),
              config.longestRetryMs ?? longestRetryMs,
            ),
            signal,
          )
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
  let renewing: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    const nextMs = clock.nowMs() + leaseTtlMs;
    const saved = await leases.save(key, { owner, untilMs: nextMs }, revision);
    if (saved === 'conflict') throw new WeirError('STREAMS_LEASE_LOST', `${key} has another owner.`);
    revision = saved;
    untilMs = nextMs;
  };
  return {
    confirm: async () => {
      if (untilMs - clock.nowMs() > (2 * leaseTtlMs) / 3) return;
      // Several ask at once: two renewals from one revision would look like a lost race.
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      await renewing;
    },
    release: async () => {
      await leases.save(key, { owner, untilMs: 0 }, revision);
    },
  };
}

/**
 * The same for work that cannot ask before every effect: the lease is renewed beside it, and the signal given to `work` aborts once the lease is
 * lost, or has run out while NATS was away. What is under way then may still write once, which compare-and-set and idempotent effects must make
 * harmless.
 */
export async function workWhileHeld(
  deps: LeaseDeps,
  config: LeaseConfig,
  key: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock } = deps;
  await workUnderLease(deps, config, key, signal, async (held, outer) => {
    const lost = new AbortController();
    let heldUntilMs = clock.monotonicMs() + config.leaseTtlMs;
    const renewal = clock.every(config.leaseTtlMs / 3, async () => {
      const askedMs = clock.monotonicMs();
      try {
        await held.confirm();
        // What was confirmed holds for two thirds of its time at least.
        heldUntilMs = askedMs + (2 * config.leaseTtlMs) / 3;
      } catch (error) {
        const isTaken = isWeirError(error) && error.code === 'STREAMS_LEASE_LOST';
        if (isTaken || clock.monotonicMs() >= heldUntilMs) lost.abort();
      }
    });
    try {
      await work(AbortSignal.any([outer, lost.signal]));
    } finally {
      renewal.stop();
    }
    if (lost.signal.aborted) throw new WeirError('STREAMS_LEASE_LOST', `${key} has another owner.`);
  });
}
