import { Type } from '@sinclair/typebox';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';

/** The newest minute a tenant has counted events of, and when that was looked at. */
export interface Look {
  readonly newestMs: number;
  readonly atMs: number;
}

/** Data as new as this are live. */
const LIVE_MS = 2 * 3_600_000;
/** A feed that is late comes as fast as time passes; in steps of this at most. */
const STEP_MS = 600_000;
const MAX_TENANTS = 10_000;

/**
 * Whether a tenant's past is still being filled in: its newest event is old, and nobody has looked before, or event time has passed faster than
 * time has since. What is learned meanwhile would take the last day, of which a part has come, for a whole one.
 */
export function isArriving(before: Look | undefined, now: Look): boolean {
  if (now.atMs - now.newestMs <= LIVE_MS) return false;
  if (before === undefined) return true;
  return now.newestMs - before.newestMs > now.atMs - before.atMs + STEP_MS;
}

const Newest = Type.Object({ newest_ms: Type.Number(), rows: Type.Number() });

/** Remembers each look; a tenant without anything is settled. */
export function createArrivals(
  store: Store,
  clock: Pick<Clock, 'nowMs'>,
): (tenant: string) => Promise<boolean> {
  const looks = new Map<string, Look>();
  return async (tenant) => {
    const [row] = await store.query(
      `SELECT toUnixTimestamp64Milli(max(window_start)) AS newest_ms, count() AS rows
FROM kpi WHERE tenant = {tenant:String} AND window = '1m' AND rollup = 'total'`,
      { tenant },
      Newest,
    );
    if (row === undefined || row.rows === 0) return false;
    const now = { newestMs: row.newest_ms, atMs: clock.nowMs() };
    const before = looks.get(tenant);
    if (looks.size >= MAX_TENANTS) looks.clear();
    looks.set(tenant, now);
    return isArriving(before, now);
  };
}
