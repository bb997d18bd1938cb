import type { Decision } from '../../platform/contracts/decision.ts';
import type { OutboxItem, RunnableAction } from '../../platform/contracts/outbox.ts';
import type { ExecutionResult } from '../outbox/item.ts';

export interface Execution {
  readonly item: OutboxItem;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** The decision behind it; undefined for a schedule. */
  readonly decision: Decision | undefined;
  /** Takes back what the item `undoOf` did. */
  readonly undoOf: string | undefined;
}

/**
 * Does one kind of action. Called again with the same item after a crash or a failed try: the second call must leave one effect, by the
 * item's id. A WeirError it throws is a failed try; domain `user` is final.
 */
export interface Executor {
  readonly kind: RunnableAction['kind'];
  execute(execution: Execution): Promise<ExecutionResult>;
}

/** Executors by kind. Throws RangeError when two claim one kind: which of them acts would be chance. */
export function executorTable(executors: readonly Executor[]): ReadonlyMap<string, Executor> {
  const table = new Map<string, Executor>();
  for (const executor of executors) {
    if (table.has(executor.kind)) throw new RangeError(`two executors of kind ${executor.kind}`);
    table.set(executor.kind, executor);
  }
  return table;
}

export const refused = (note: string): ExecutionResult => ({ ok: false, note, isFinal: true });
