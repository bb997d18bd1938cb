import { createHash } from 'node:crypto';
import type { Kv } from '../../platform/bus/kv.ts';
import type { ChangeRecord, ChangeTarget } from '../../platform/contracts/outbox.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { keyIn } from '../records.ts';
import { refused, type Executor } from './executor.ts';

const maxRaces = 16;
const keptChanges = 64;

/**
 * Writes down a change of a budget, slot, price or variant that a connector applies. Value and changes of a target are one KV entry, written by one
 * compare-and-set: killed before it nothing happened, after it the change is found by the item's id (among the newest 64 of the
 * target). What a target stood at before its first change is what the action says (`from`), else nothing. Undoing is a change back to the value before, and is refused once something else changed the target since.
 */
export function createChangeExecutor(kind: ChangeRecord['kind'], changes: Kv<ChangeTarget>): Executor {
  return {
    kind,
    execute: async ({ item, params, undoOf }) => {
      const { tenant } = item;
      const target = String(params['target']);
      if (target === '' || target.length > 200)
        return refused('the target is empty or longer than 200 characters');
      const key = keyIn(tenant, `${kind}.${createHash('sha256').update(target).digest('hex').slice(0, 32)}`);
      for (let race = 0; race < maxRaces; race += 1) {
        const found = await changes.get(key);
        const known = found?.value.changes ?? [];
        if (known.some(({ id }) => id === item.id)) return { ok: true, note: 'written down already' };
        const newest = known.at(-1);
        let to = valueOf(params['to']);
        if (undoOf !== undefined) {
          if (!known.some(({ id }) => id === undoOf))
            return { ok: true, note: 'there was nothing to take back' };
          if (newest?.id !== undoOf)
            return refused('the target was changed again since; undoing would overwrite that');
          to = newest.from;
        }
        const change: ChangeRecord = {
          id: item.id,
          tenant,
          kind,
          target,
          from: newest === undefined ? valueOf(params['from']) : newest.to,
          to,
          cause: item.cause,
          order: (newest?.order ?? 0) + 1,
          createdAtMs: item.createdAtMs,
        };
        const next: ChangeTarget = { value: to, changes: [...known, change].slice(-keptChanges) };
        const written =
          found === undefined
            ? await changes.create(key, next)
            : await changes.update(key, next, found.revision);
        if (written.ok)
          return { ok: true, note: `${String(change.from ?? 'nothing')} → ${String(to ?? 'nothing')}` };
      }
      throw new WeirError('DECISION_ACTION_FAILED', `${target} changes too often to be written`);
    },
  };
}

function valueOf(value: string | number | boolean | undefined): ChangeRecord['to'] {
  if (value === undefined) return null;
  return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? value.slice(0, 500) : value;
}
