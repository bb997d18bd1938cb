import { Type } from '@sinclair/typebox';
import type { Bus } from '../../../platform/bus/bus.ts';
import { openKv } from '../../../platform/bus/kv.ts';
import { buckets } from '../../../platform/contracts/subjects.ts';
import { messageOf, WeirError } from '../../../platform/errors/weir-error.ts';
import type { Log } from '../../../platform/log/log.ts';
import type { Clock } from '../../../platform/time/clock.ts';

/** The right to be the only one, as its holder has it. */
export interface OwnedLease {
  /** To be called before every effect. Throws ALERTS_LEASE_LOST when somebody else owns it. */
  confirm(): Promise<void>;
}

const Lease = Type.Object({ owner: Type.String(), untilMs: Type.Number() });
const KEY = 'alerts';
const RETRY_MS = 1_000;

export interface OwnConfig {
  readonly owner: string;
  readonly ttlMs: number;
}

/** Works whenever the lease can be had, until `signal` aborts; begins again from what is stored when the work fails. */
export async function ownAlerts(
  bus: Bus,
  clock: Clock,
  log: Log,
  { owner, ttlMs }: OwnConfig,
  signal: AbortSignal,
  work: (lease: OwnedLease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const leases = await openKv(bus, buckets.leases, { schema: Lease });
  while (!signal.aborted) {
    let release: (() => Promise<unknown>) | undefined;
    try {
      const found = await leases.get(KEY);
      const isTaken =
        found !== undefined && found.value.untilMs > clock.nowMs() && found.value.owner !== owner;
      if (isTaken) {
        await clock.sleep(ttlMs / 4, signal).catch(() => undefined);
        continue;
      }
      let untilMs = clock.nowMs() + ttlMs;
      const taken =
        found === undefined
          ? await leases.create(KEY, { owner, untilMs })
          : await leases.update(KEY, { owner, untilMs }, found.revision);
      if (!taken.ok) continue;
      let { revision } = taken;
      let renewing: Promise<void> | undefined;
      const renew = async (): Promise<void> => {
        const nextMs = clock.nowMs() + ttlMs;
        const saved = await leases.update(KEY, { owner, untilMs: nextMs }, revision);
        if (!saved.ok) throw new WeirError('ALERTS_LEASE_LOST', 'Alerts have another owner now.');
        revision = saved.revision;
        untilMs = nextMs;
      };
      const confirm = async (): Promise<void> => {
        if (untilMs - clock.nowMs() > (2 * ttlMs) / 3) return;
        // Several ask at once: two renewals from one revision would look like a lost race.
        renewing ??= renew().finally(() => {
          renewing = undefined;
        });
        await renewing;
      };
      release = async () => await leases.update(KEY, { owner, untilMs: 0 }, revision);
      await work({ confirm }, signal);
    } catch (error) {
      if (!signal.aborted) {
        log.warn({ error: messageOf(error) }, 'alerts stopped, beginning again from the last snapshot');
        await clock.sleep(RETRY_MS, signal).catch(() => undefined);
      }
    }
    // NATS away: the lease runs out by itself.
    if (signal.aborted) await release?.().catch(() => undefined);
  }
}
