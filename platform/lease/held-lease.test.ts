import { describe, expect, it } from 'vitest';
import { silentLog } from '../log/log.ts';
import { createFakeClock, type FakeClock } from '../time/clock.ts';
import { workUnderLease, workWhileHeld, type LeaseConfig } from './held-lease.ts';
import type { LeaseStore } from './lease-store.ts';
import type { Lease } from './lease.ts';

const ttlMs = 9_000;
const config = (owner: string, change: Partial<LeaseConfig> = {}): LeaseConfig => ({
  owner,
  leaseTtlMs: ttlMs,
  storeRetryMs: 100,
  longestRetryMs: 100,
  ...change,
});

/** Leases in memory with compare-and-set, and how often they were written. */
function createLeases(): LeaseStore & { readonly held: Map<string, Lease>; writes: number; isAway: boolean } {
  const held = new Map<string, Lease>();
  const revisions = new Map<string, number>();
  const store = {
    held,
    writes: 0,
    isAway: false,
    load: async (key: string) => {
      const value = held.get(key);
      return value === undefined ? undefined : { value, revision: revisions.get(key) ?? 0 };
    },
    save: async (key: string, value: Lease, revision: number) => {
      if (store.isAway) throw new Error('NATS is away');
      if ((revisions.get(key) ?? 0) !== revision) return 'conflict' as const;
      store.writes += 1;
      held.set(key, value);
      revisions.set(key, revision + 1);
      return revision + 1;
    },
  };
  return store;
}

/** Time in small steps, each with room for what it set off. */
async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 100) await clock.advance(100);
}

const until = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

describe('a lease held beside the work', () => {
  it('is renewed as long as the work goes on, and given back at the end', async () => {
    const [clock, leases, stopping] = [createFakeClock(), createLeases(), new AbortController()];
    const log = silentLog;
    let isWorking = false;
    const running = workWhileHeld(
      { leases, clock, log },
      config('a'),
      'decision',
      stopping.signal,
      async (signal) => {
        isWorking = true;
        await until(signal);
        isWorking = false;
      },
    );
    await pass(clock, 5 * ttlMs);
    expect(isWorking).toBe(true);
    expect(leases.held.get('decision')?.untilMs).toBeGreaterThan(clock.nowMs());
    stopping.abort();
    await running;
    expect(leases.held.get('decision')).toEqual({ owner: 'a', untilMs: 0 });
  });

  it('stops the work once somebody else has it, and begins again when it is free', async () => {
    const [clock, leases, stopping] = [createFakeClock(), createLeases(), new AbortController()];
    let begun = 0;
    let isWorking = false;
    const running = workWhileHeld(
      { leases, clock, log: silentLog },
      config('a'),
      'decision',
      stopping.signal,
      async (signal) => {
        begun += 1;
        isWorking = true;
        await until(signal);
        isWorking = false;
      },
    );
    await pass(clock, 1_000);
    const found = await leases.load('decision');
    await leases.save('decision', { owner: 'b', untilMs: clock.nowMs() + 2 * ttlMs }, found?.revision ?? 0);
    await pass(clock, ttlMs);
    expect(isWorking).toBe(false);
    expect(begun).toBe(1);
    await pass(clock, 3 * ttlMs);
    expect(isWorking).toBe(true);
    expect(begun).toBe(2);
    stopping.abort();
    await running;
  });

  it('stops the work before the lease has run out while NATS is away', async () => {
    const [clock, leases, stopping] = [createFakeClock(), createLeases(), new AbortController()];
    let stoppedAtMs = 0;
    const running = workWhileHeld(
      { leases, clock, log: silentLog },
      config('a'),
      'decision',
      stopping.signal,
      async (signal) => {
        await until(signal);
        stoppedAtMs ||= clock.nowMs();
      },
    );
    await pass(clock, 1_000);
    leases.isAway = true;
    await pass(clock, 2 * ttlMs);
    expect(stoppedAtMs).toBeGreaterThan(0);
    leases.isAway = false;
    stopping.abort();
    await pass(clock, 1_000);
    await running;
  });
});

describe('a lease confirmed before effects', () => {
  it('renews once however many ask at once, and work that fails begins again', async () => {
    const [clock, leases, stopping] = [createFakeClock(), createLeases(), new AbortController()];
    let rounds = 0;
    const running = workUnderLease(
      { leases, clock, log: silentLog },
      config('a'),
      'alerts',
      stopping.signal,
      async (lease, signal) => {
        rounds += 1;
        await clock.sleep(ttlMs / 2, signal);
        const before = leases.writes;
        await Promise.all([lease.confirm(), lease.confirm(), lease.confirm()]);
        expect(leases.writes).toBe(before + 1);
        if (rounds === 1) throw new Error('killed');
        await until(signal);
      },
    );
    await pass(clock, 3 * ttlMs);
    expect(rounds).toBe(2);
    stopping.abort();
    await running;
  });
});
