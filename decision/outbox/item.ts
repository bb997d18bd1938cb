import type { OutboxItem, RunnableAction } from '../../platform/contracts/outbox.ts';
import type { Random } from '../../platform/time/random.ts';
import { waitAfter } from './backoff.ts';

/** What an executor answers. A failure says whether the same can succeed later. */
export type ExecutionResult =
  | { readonly ok: true; readonly note: string; readonly status?: number }
  | {
      readonly ok: false;
      readonly note: string;
      readonly status?: number;
      readonly isFinal: boolean;
      readonly retryAfterMs?: number;
    };

export interface NewItem {
  readonly id: string;
  readonly tenant: string;
  readonly action: RunnableAction;
  readonly cause: OutboxItem['cause'];
  readonly atMs: number;
  /** Not before this; at once when absent. */
  readonly notBeforeMs?: number;
}

export function newItem({ id, tenant, action, cause, atMs, notBeforeMs }: NewItem): OutboxItem {
  return {
    id,
    tenant,
    action,
    cause,
    state: 'waiting',
    tries: 0,
    nextAtMs: notBeforeMs ?? atMs,
    attempts: [],
    createdAtMs: atMs,
  };
}

/** Whether somebody may take it now: it is due, or whoever ran it has let its lease run out. */
export function isTakeable(item: OutboxItem, atMs: number): boolean {
  if (item.state === 'waiting') return item.nextAtMs <= atMs;
  return item.state === 'running' && (item.lease?.untilMs ?? 0) <= atMs;
}

/** Taken by `owner`: from here on a crash leaves it running until the lease ends; then it runs again under the same id. */
export function takeItem(item: OutboxItem, owner: string, atMs: number, leaseMs: number): OutboxItem {
  return { ...item, state: 'running', tries: item.tries + 1, lease: { owner, untilMs: atMs + leaseMs } };
}

const maxAttempts = 24;

/** After an attempt: done, waiting for the next try, or given up. */
export function settleItem(
  item: OutboxItem,
  result: ExecutionResult,
  atMs: number,
  tookMs: number,
  random: Random,
): OutboxItem {
  const attempt = {
    atMs,
    isOk: result.ok,
    note: result.note.slice(0, 300),
    tookMs: Math.round(tookMs),
    ...(result.status === undefined ? {} : { status: result.status }),
  };
  const { lease: _, ...rest } = item;
  const attempts = [...item.attempts, attempt].slice(-maxAttempts);
  if (result.ok) return { ...rest, attempts, state: 'done', endedAtMs: atMs };
  const waitMs = result.isFinal
    ? undefined
    : waitAfter(item.action.kind, item.tries, random, result.retryAfterMs);
  return waitMs === undefined
    ? { ...rest, attempts, state: 'dead', endedAtMs: atMs }
    : { ...rest, attempts, state: 'waiting', nextAtMs: atMs + waitMs };
}

/** Given back untouched, such as while the kill switch is on: it does not count as a try. */
export function releaseItem(item: OutboxItem, nextAtMs: number): OutboxItem {
  const { lease: _, ...rest } = item;
  return { ...rest, state: 'waiting', tries: Math.max(0, item.tries - 1), nextAtMs };
}

/** Replayed by a person: tries begin anew, the id stays, so that what did arrive is not done twice. */
export function replayItem(item: OutboxItem, atMs: number): OutboxItem {
  const { endedAtMs: _, ...rest } = item;
  return { ...rest, state: 'waiting', tries: 0, nextAtMs: atMs };
}
