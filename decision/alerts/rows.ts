import type { AlertThread, Delivery, DeliveryView } from '../../platform/contracts/alert-thread.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import { headline } from './channels/words.ts';

/** Rows of ClickHouse, absolute: a later version replaces. */

export const threadColumns = [
  'tenant',
  'started_at',
  'id',
  'title',
  'family',
  'state',
  'severity',
  'ended_at',
  'changed_at',
  'alert_count',
  'firing_count',
  'impact',
  'acknowledged',
  'snoozed',
  'alerts',
  'history',
  'version',
] as const;

export function threadRow(thread: AlertThread): string {
  return line([
    thread.tenant,
    thread.startedAtMs,
    thread.id,
    escapeTsv(thread.title),
    thread.family,
    thread.state,
    thread.severity,
    thread.endedAtMs ?? '\\N',
    thread.changedAtMs,
    thread.alertCount,
    thread.firingCount,
    thread.impact ?? '\\N',
    escapeTsv(JSON.stringify(thread.acknowledged)),
    escapeTsv(JSON.stringify(thread.snoozed)),
    escapeTsv(JSON.stringify(thread.alerts)),
    escapeTsv(JSON.stringify(thread.history)),
    thread.version,
  ]);
}

export const deliveryColumns = [
  'tenant',
  'created_at',
  'id',
  'user_id',
  'contact_id',
  'channel',
  'state',
  'title',
  'kind',
  'severity',
  'subscription_id',
  'subscription_name',
  'why',
  'thread_ids',
  'tries',
  'next_at',
  'last_note',
  'ended_at',
  'version',
] as const;

export function deliveryRow(delivery: Delivery, version: number): string {
  const view = deliveryView(delivery);
  const ids = view.threadIds.map((id) => `'${id}'`).join(',');
  return line([
    delivery.tenant,
    view.createdAtMs,
    view.id,
    escapeTsv(delivery.message.userId),
    view.contactId,
    view.channel,
    view.state,
    escapeTsv(view.title),
    view.kind,
    view.severity,
    view.subscriptionId,
    escapeTsv(view.subscriptionName),
    escapeTsv(delivery.message.why),
    `[${ids}]`,
    view.tries,
    view.nextAtMs ?? '\\N',
    escapeTsv(view.lastNote),
    view.endedAtMs ?? '\\N',
    version,
  ]);
}

export function deliveryView(delivery: Delivery): DeliveryView {
  const { attempts, channel, contactId, createdAtMs, endedAtMs, id, message, nextAtMs, state, tries } =
    delivery;
  const last = attempts.at(-1);
  return {
    id,
    contactId,
    channel,
    state,
    title: headline(message),
    kind: message.kind,
    subscriptionId: message.subscriptionId,
    subscriptionName: message.subscriptionName,
    threadIds: message.threads.map(({ threadId }) => threadId),
    severity: message.severity,
    tries,
    nextAtMs: state === 'waiting' ? nextAtMs : null,
    lastNote: last === undefined ? '' : last.isOk ? last.note : `${last.code}: ${last.note}`,
    createdAtMs,
    endedAtMs,
  };
}

function line(cells: readonly (string | number)[]): string {
  return `${cells.join('\t')}\n`;
}
