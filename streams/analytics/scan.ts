import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { isWeirError, messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { SqlParams, Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';

/** Tells how far a question has come, 0…1, and ends it when nobody waits any more. */
export interface Progress {
  report(stage: string, share: number): void;
  readonly signal: AbortSignal;
}

export interface Scan<T extends TSchema> {
  readonly fromMs: number;
  readonly toMs: number;
  readonly sql: string;
  readonly params: SqlParams;
  readonly row: T;
  readonly stage: string;
  /**
   * Slices are not made shorter than this because a statement had to wait; only when it is too much for the engine. For statements whose
   * answers are sums: short slices would not make them smaller.
   */
  readonly leastMs?: number;
  /** Takes in the rows of a slice; slices come in order of time. Answers how many events they held. */
  take(rows: readonly Static<T>[]): number;
}

const MINUTE_MS = 60_000;
const FIRST_SLICE_MS = 3_600_000;
const LONGEST_SLICE_MS = 31 * 86_400_000;
/** A statement keeps the processors' inserts waiting, and its rows the event loop: each slice is meant to stay below. */
const TARGET_MS = 250;
const TARGET_EVENTS = 15_000;

/** Length of the next slice from how the last one went; it grows and shrinks at most fourfold at a time. */
export function nextSliceMs(sliceMs: number, tookMs: number, events: number): number {
  const load = Math.max(tookMs / TARGET_MS, events / TARGET_EVENTS);
  const factor = Math.min(4, Math.max(0.25, 1 / Math.max(load, 1e-3)));
  return Math.round(Math.min(LONGEST_SLICE_MS, Math.max(MINUTE_MS, sliceMs * factor)));
}

const Edge = Type.Object({ ms: Type.Number() });

/**
 * Runs a statement over slices of time, one after the other, so that none takes long: parameters `from` and `to` are the slice's. What
 * lies before the tenant's first event or after its last is left out. Throws ANALYTICS_TOO_LARGE when even a minute takes too long.
 */
export async function scanSlices<T extends TSchema>(
  deps: { readonly store: Store; readonly clock: Clock },
  scan: Scan<T>,
  progress: Progress,
): Promise<void> {
  const { store, clock } = deps;
  const edge = async (order: 'ASC' | 'DESC'): Promise<number | undefined> =>
    (
      await store.query(
        `SELECT toUnixTimestamp64Milli(time) AS ms FROM events WHERE tenant = {tenant:String} ORDER BY time ${order} LIMIT 1`,
        { tenant: scan.params['tenant'] ?? '' },
        Edge,
      )
    )[0]?.ms;
  const fromMs = Math.max(scan.fromMs, (await edge('ASC')) ?? scan.toMs);
  const toMs = Math.min(scan.toMs, ((await edge('DESC')) ?? scan.fromMs) + 1);
  const leastMs = scan.leastMs ?? MINUTE_MS;
  let sliceMs = Math.max(FIRST_SLICE_MS, leastMs);
  let at = fromMs;
  while (at < toMs) {
    progress.signal.throwIfAborted();
    progress.report(scan.stage, (at - fromMs) / (toMs - fromMs));
    const end = Math.min(toMs, at + sliceMs);
    const startedMs = clock.monotonicMs();
    let rows: Static<T>[];
    try {
      rows = await store.query(scan.sql, { ...scan.params, from: at, to: end }, scan.row);
    } catch (error) {
      if (!isTooMuch(error)) throw error;
      if (end - at <= MINUTE_MS)
        throw new WeirError(
          'ANALYTICS_TOO_LARGE',
          'One minute of these events takes longer than may be spent on it.',
          {
            cause: error,
          },
        );
      sliceMs = Math.max(MINUTE_MS, Math.floor((end - at) / 4));
      continue;
    }
    const tookMs = clock.monotonicMs() - startedMs;
    const events = scan.take(rows);
    sliceMs = Math.max(leastMs, nextSliceMs(end - at, tookMs, events));
    at = end;
  }
}

/** The engine's own limits of time and memory. */
function isTooMuch(error: unknown): boolean {
  return isWeirError(error) && /Timeout exceeded|TIMEOUT_EXCEEDED|MEMORY_LIMIT/i.test(messageOf(error));
}
