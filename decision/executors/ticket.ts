import type { Kv } from '../../platform/bus/kv.ts';
import type { Ticket } from '../../platform/contracts/outbox.ts';
import { keyIn } from '../records.ts';
import type { Executor } from './executor.ts';

/** Opens a ticket under the item's id; undoing closes it. Both are the same however often they are done. */
export function createTicketExecutor(tickets: Kv<Ticket>): Executor {
  return {
    kind: 'ticket',
    execute: async ({ item, params, undoOf }) => {
      const key = keyIn(item.tenant, undoOf ?? item.id);
      if (undoOf !== undefined) {
        const found = await tickets.get(key);
        if (found === undefined || found.value.state === 'closed')
          return { ok: true, note: 'closed already' };
        const written = await tickets.update(key, { ...found.value, state: 'closed' }, found.revision);
        return written.ok
          ? { ok: true, note: 'closed' }
          : { ok: false, note: 'changed meanwhile', isFinal: false };
      }
      const { ok } = await tickets.create(key, {
        id: item.id,
        tenant: item.tenant,
        title: String(params['title']).slice(0, 300),
        body: String(params['body']),
        cause: item.cause,
        state: 'open',
        createdAtMs: item.createdAtMs,
      });
      return { ok: true, note: ok ? 'opened' : 'open already' };
    },
  };
}
