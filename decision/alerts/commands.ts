import type { Access } from '../../platform/contracts/tenant.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { ContactPoint } from '../../platform/contracts/alert-subscription.ts';
import type {
  AlertAnswer,
  AlertAsk,
  AlertMessage,
  AlertThread,
  Delivery,
} from '../../platform/contracts/alert-thread.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { nameOf } from './core/alert.ts';
import type { Deliverer } from './deliver.ts';
import type { Owner } from './owner.ts';
import { deliveryView } from './rows.ts';

export interface CommandDeps {
  readonly owner: Owner;
  readonly deliverer: Deliverer;
  readonly contacts: KvMirror<ContactPoint>;
  readonly deliveries: KvMirror<Delivery>;
  readonly access: Pick<Access, 'tenant'>;
  readonly clock: Clock;
}

/** Does what a person asked for; the tenant and the person are the gateway's word. Throws ALERT_…. Each may be repeated without effect. */
export async function answerCommand(
  deps: CommandDeps,
  ask: Exclude<AlertAsk, { op: 'push-key' }>,
): Promise<AlertAnswer> {
  const { clock, deliverer, deliveries, owner } = deps;
  const atMs = clock.nowMs();
  switch (ask.op) {
    case 'acknowledge': {
      openThread(owner, ask.tenant, ask.threadId);
      const { by, comment, tenant, threadId } = ask;
      const thread = await owner.command(tenant, { type: 'acknowledge', threadId, by, comment, atMs });
      return thread === undefined ? {} : { thread };
    }
    case 'snooze': {
      openThread(owner, ask.tenant, ask.threadId);
      const { by, tenant, threadId, untilMs } = ask;
      const thread = await owner.command(tenant, { type: 'snooze', threadId, by, untilMs, atMs });
      return thread === undefined ? {} : { thread };
    }
    case 'wake': {
      openThread(owner, ask.tenant, ask.threadId);
      const { by, tenant, threadId } = ask;
      const thread = await owner.command(tenant, { type: 'wake', threadId, by, atMs });
      return thread === undefined ? {} : { thread };
    }
    case 'test': {
      const contact = deps.contacts.get(`${ask.tenant}.${ask.contactId}`);
      if (contact === undefined || contact.userId !== ask.userId)
        throw new WeirError('ALERT_CONTACT_NOT_FOUND', 'There is no contact point of yours of this id.');
      const delivery = testDelivery(contact, deps.access.tenant(ask.tenant)?.name ?? ask.tenant, atMs);
      return { delivery: deliveryView(await deliverer.sendNow(delivery)) };
    }
    case 'retry': {
      const key = `${ask.tenant}.${ask.deliveryId}`;
      const known = deliveries.get(key);
      if (known === undefined || known.message.userId !== ask.userId)
        throw new WeirError(
          'ALERT_DELIVERY_NOT_FOUND',
          'There is no delivery of yours of this id that could be sent again.',
        );
      if (known.state !== 'dead')
        throw new WeirError(
          'ALERT_DELIVERY_NOT_DEAD',
          'This delivery was sent or still waits for its next try.',
        );
      const waiting = await deliverer.retry(key);
      return { delivery: deliveryView(waiting ?? known) };
    }
  }
}

function openThread(owner: Owner, tenant: string, threadId: string): AlertThread {
  const thread = owner.viewOf(tenant, threadId);
  if (thread === undefined) throw new WeirError('ALERT_NOT_FOUND', 'There is no open thread of this id.');
  if (thread.state === 'resolved') throw new WeirError('ALERT_OVER', 'The thread is over.');
  return thread;
}

function testDelivery(contact: ContactPoint, tenantName: string, atMs: number): Delivery {
  const message: AlertMessage = {
    id: nameOf('m', contact.tenant, contact.id, 'test', atMs),
    tenant: contact.tenant,
    subscriptionId: 'test',
    subscriptionName: 'Test',
    userId: contact.userId,
    kind: 'test',
    isEscalation: false,
    severity: 'info',
    createdAtMs: atMs,
    why: 'you asked for it',
    timeZone: 'UTC',
    currency: '',
    tenantName,
    threads: [],
    moreThreads: 0,
    counts: {
      fired: 0,
      changed: 0,
      resolved: 0,
      ended: 0,
      still: 0,
      covered: 0,
      silenced: 0,
      dropped: 0,
      overflow: 0,
    },
    held: 0,
  };
  return {
    id: nameOf('d', message.id, contact.id),
    tenant: contact.tenant,
    contactId: contact.id,
    channel: contact.channel,
    state: 'waiting',
    tries: 0,
    nextAtMs: atMs,
    attempts: [],
    createdAtMs: atMs,
    endedAtMs: null,
    message,
  };
}
