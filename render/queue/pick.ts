import type { RenderRequest } from '../../platform/contracts/render.ts';

/** A wish that is in hand and waits for its turn. */
export interface Waiting {
  readonly request: Pick<RenderRequest, 'priority' | 'createdAtMs' | 'id' | 'tenant'>;
  /** After a failed try it is not tried again before this. */
  readonly notBeforeMs: number;
}

/**
 * Whose turn it is: the lowest priority number, then the tenant with the fewest running, then the oldest. Undefined when all turns are
 * taken or nobody may start yet.
 */
export function pickNext<W extends Waiting>(
  waiting: Iterable<W>,
  running: readonly { readonly tenant: string }[],
  atOnce: number,
  nowMs: number,
): W | undefined {
  if (running.length >= atOnce) return undefined;
  const busy = (tenant: string): number => running.filter((each) => each.tenant === tenant).length;
  let best: W | undefined;
  for (const each of waiting) {
    if (each.notBeforeMs > nowMs) continue;
    if (best === undefined || compare(each, best, busy) < 0) best = each;
  }
  return best;
}

function compare(a: Waiting, b: Waiting, busy: (tenant: string) => number): number {
  return (
    a.request.priority - b.request.priority ||
    busy(a.request.tenant) - busy(b.request.tenant) ||
    a.request.createdAtMs - b.request.createdAtMs ||
    (a.request.id < b.request.id ? -1 : 1)
  );
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 120_000;

/** Pause after the `attempts`-th try failed: doubles from two seconds to two minutes, less up to a third by `random` in [0, 1). */
export function retryDelayMs(attempts: number, random: number): number {
  const full = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1));
  return Math.round(full * (1 - random / 3));
}
