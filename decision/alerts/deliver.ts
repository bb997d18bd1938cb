import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { ContactPoint, ContactSecret } from '../../platform/contracts/alert-subscription.ts';
import type { Delivery } from '../../platform/contracts/alert-thread.ts';
import { messageOf } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { SealedMirror } from '../../platform/secrets/sealed-mirror.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import { waitAfter } from './channels/backoff.ts';
import type { SendResult } from './channels/result.ts';
import type { AlertMetrics } from './metrics.ts';
import { deliveryColumns, deliveryRow } from './rows.ts';
import type { SendMessage } from './send.ts';

/** Sends what waits, each contact point one at a time, and keeps the record of every try. */
export interface Deliverer {
  /** Puts deliveries on record; one of the same id that is there already stays as it is. */
  queue(deliveries: readonly Delivery[]): Promise<void>;
  /** Begins what is due; does not wait for it. */
  sendDue(): void;
  /** Tries one now and answers what became of it. */
  sendNow(delivery: Delivery): Promise<Delivery>;
  /** A given-up delivery waits again, from its first try. */
  retry(key: string): Promise<Delivery | undefined>;
  /** Deletes sent ones older than an hour; only to be called when no snapshot holds them any more. */
  sweep(): Promise<void>;
  /** Resolves when nothing is being sent. */
  idle(): Promise<void>;
}

export interface DelivererDeps {
  readonly deliveries: KvMirror<Delivery>;
  readonly contacts: KvMirror<ContactPoint>;
  readonly secrets: SealedMirror<ContactSecret>;
  readonly store: Store;
  readonly send: SendMessage;
  readonly confirm: () => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: AlertMetrics;
}

const MAX_AT_ONCE = 8;
const MAX_ATTEMPTS_KEPT = 20;
const SLACK_PAUSE_MS = 1_000;
const HOUR_MS = 3_600_000;
const DEAD_KEPT_MS = 30 * 24 * HOUR_MS;

export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { clock, contacts, deliveries, log, metrics, random, secrets, store } = deps;
  /** Contact points that are being sent to. */
  const busy = new Set<string>();
  const running = new Set<Promise<unknown>>();
  /** Slack takes about one message a second for a webhook. */
  const freeAtMs = new Map<string, number>();

  const writeRow = async (delivery: Delivery): Promise<void> => {
    const version = Math.round(delivery.attempts.at(-1)?.atMs ?? delivery.createdAtMs);
    try {
      await store.insertRows('deliveries', deliveryColumns, deliveryRow(delivery, version));
    } catch (error) {
      // The log is for people; that a mail goes out must not hang on it.
      metrics.rowFailures.inc();
      log.debug({ err: error }, 'a row of the delivery log was not written');
    }
  };

  const tryOnce = async (delivery: Delivery): Promise<SendResult> => {
    const key = `${delivery.tenant}.${delivery.contactId}`;
    const contact = contacts.get(key);
    const secret = secrets.get(key);
    const fault = secrets.faultOf(key);
    if (contact !== undefined && fault !== undefined)
      return { kind: 'refused', code: 'SECRETS_KEY_WRONG', note: fault };
    if (contact === undefined || secret === undefined)
      return { kind: 'refused', code: 'CONTACT_REMOVED', note: 'the contact point was removed' };
    if (!contact.isOn && delivery.message.kind !== 'test')
      return { kind: 'refused', code: 'CONTACT_OFF', note: contact.offReason };
    return await deps.send(delivery.message, delivery.contactId, secret);
  };

  /**
   * Crash order: send, then write down. Killed in between, the same message goes out again under the same id: Message-ID, dedup_key,
   * webhook-id, tag. That is what at least once means here.
   */
  const attempt = async (delivery: Delivery): Promise<Delivery> => {
    await deps.confirm();
    const key = `${delivery.tenant}.${delivery.id}`;
    const beganMs = clock.monotonicMs();
    // Whoever presses the button looks at the answer; it need not come again.
    const isTest = delivery.message.kind === 'test';
    const result = await tryOnce(delivery);
    const nowMs = clock.nowMs();
    const tries = delivery.tries + 1;
    const waitMs =
      result.kind === 'retry' && !isTest
        ? waitAfter(delivery.channel, tries, random, result.retryAfterMs)
        : undefined;
    const state = result.kind === 'sent' ? 'sent' : waitMs === undefined ? 'dead' : 'waiting';
    metrics.notifications.inc({ channel: delivery.channel, result: state === 'waiting' ? 'retry' : state });
    const entry = {
      atMs: nowMs,
      isOk: result.kind === 'sent',
      code: result.kind === 'sent' ? '' : result.code.slice(0, 64),
      note: result.note.slice(0, 300),
      tookMs: Math.round(clock.monotonicMs() - beganMs),
    };
    const stored = await deliveries.update(key, (current) => ({
      ...(current ?? delivery),
      state,
      tries,
      nextAtMs: nowMs + (waitMs ?? 0),
      endedAtMs: state === 'waiting' ? null : nowMs,
      attempts: [...(current ?? delivery).attempts, entry].slice(-MAX_ATTEMPTS_KEPT),
    }));
    if (result.kind === 'refused' && result.isContactDead === true)
      await switchTo(delivery, false, result.note);
    if (isTest && result.kind === 'sent') await switchTo(delivery, true, '');
    const after = stored ?? delivery;
    await writeRow(after);
    return after;
  };

  const switchTo = async (delivery: Delivery, isOn: boolean, why: string): Promise<void> => {
    await contacts.update(`${delivery.tenant}.${delivery.contactId}`, (current) =>
      current === undefined || current.isOn === isOn
        ? undefined
        : { ...current, isOn, offReason: why.slice(0, 300) },
    );
  };

  const begin = (delivery: Delivery): void => {
    const contact = `${delivery.tenant}.${delivery.contactId}`;
    busy.add(contact);
    const work = attempt(delivery)
      .catch((error: unknown) => {
        // It stays waiting as it was and comes up again.
        log.warn({ delivery: delivery.id, error: messageOf(error) }, 'a delivery could not be tried');
        freeAtMs.set(contact, clock.monotonicMs() + SLACK_PAUSE_MS);
      })
      .finally(() => {
        busy.delete(contact);
        running.delete(work);
        if (delivery.channel === 'slack') freeAtMs.set(contact, clock.monotonicMs() + SLACK_PAUSE_MS);
      });
    running.add(work);
  };

  const isFree = (contact: string): boolean => {
    const untilMs = freeAtMs.get(contact);
    if (untilMs === undefined) return true;
    if (untilMs > clock.monotonicMs()) return false;
    freeAtMs.delete(contact);
    return true;
  };

  return {
    queue: async (wanted) => {
      for (const delivery of wanted) {
        const isNew = await deliveries.create(`${delivery.tenant}.${delivery.id}`, delivery);
        if (isNew) await writeRow(delivery);
      }
    },
    sendDue: () => {
      const nowMs = clock.nowMs();
      let waiting = 0;
      let dead = 0;
      const due: Delivery[] = [];
      for (const delivery of deliveries.values()) {
        if (delivery.state === 'dead') dead += 1;
        if (delivery.state !== 'waiting') continue;
        waiting += 1;
        if (delivery.nextAtMs <= nowMs) due.push(delivery);
      }
      metrics.waiting.set(waiting);
      metrics.dead.set(dead);
      due.sort((a, b) => a.createdAtMs - b.createdAtMs || a.nextAtMs - b.nextAtMs);
      for (const delivery of due) {
        if (running.size >= MAX_AT_ONCE) return;
        const contact = `${delivery.tenant}.${delivery.contactId}`;
        if (!busy.has(contact) && isFree(contact)) begin(delivery);
      }
    },
    sendNow: attempt,
    retry: async (key) =>
      await deliveries.update(key, (current) =>
        current?.state === 'dead'
          ? { ...current, state: 'waiting', tries: 0, nextAtMs: clock.nowMs(), endedAtMs: null }
          : undefined,
      ),
    sweep: async () => {
      const nowMs = clock.nowMs();
      for (const { endedAtMs, id, state, tenant } of deliveries.values()) {
        if (endedAtMs === null) continue;
        const keptMs = state === 'sent' ? HOUR_MS : DEAD_KEPT_MS;
        if (endedAtMs + keptMs < nowMs) await deliveries.delete(`${tenant}.${id}`);
      }
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
