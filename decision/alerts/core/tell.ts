import type { Subscription } from '../../../platform/contracts/alert-subscription.ts';
import type { AlertItem, AlertMessage, MessageCounts } from '../../../platform/contracts/alert-thread.ts';
import { nameOf, widerCuts } from './alert.ts';
import { digestAtMs, quietUntilMs } from './local-time.ts';
import { isSilenced, severityRank, takes, worse } from './match.ts';
import type { Follow, HeldReason, KeptAlert, Subscriber, TenantAlerts, Thread } from './state.ts';
import type { AlertContext, AlertOutput } from './context.ts';
import { alertsOf, byWeight, impactOf, note, stateOf, titleOf } from './thread.ts';

/** Above so many threads at once one message tells of all. */
const MAX_SINGLE_MESSAGES = 3;
const MAX_THREADS = 10;
const MAX_ITEMS = 8;
/** What is held back is looked at again after this. */
const RECHECK_MS = 30_000;
const HOUR_MS = 3_600_000;

type Status = 'fired' | 'changed' | 'resolved' | 'ended' | 'still';

interface Told {
  readonly thread: Thread;
  readonly follow: Follow;
  readonly items: readonly { readonly item: AlertItem; readonly status: Status }[];
}

/** Messages of all subscribers that are due at `nowMs`. */
export function tellDue(state: TenantAlerts, nowMs: number, context: AlertContext): AlertOutput[] {
  const outputs: AlertOutput[] = [];
  for (const subscription of context.subscriptions) {
    const subscriber = state.subscribers.get(subscription.id);
    if (subscriber === undefined || !subscription.isOn) continue;
    outputs.push(...tellOne({ state, subscription, subscriber, nowMs, context }));
    outputs.push(...escalate({ state, subscription, subscriber, nowMs, context }));
  }
  return outputs;
}

interface Telling {
  readonly state: TenantAlerts;
  readonly subscription: Subscription;
  readonly subscriber: Subscriber;
  readonly nowMs: number;
  readonly context: AlertContext;
}

function tellOne(telling: Telling): AlertOutput[] {
  const { nowMs, state, subscriber, subscription } = telling;
  const due = dueFollows(telling);
  if (due.length === 0) return [];
  const isDigest = subscription.when.mode !== 'immediate';
  if (isDigest) {
    const firstMs = Math.min(...due.map(({ follow }) => follow.dueMs ?? nowMs));
    subscriber.digestMs ??= digestAtMs(subscription, firstMs);
    if (nowMs < subscriber.digestMs) return [];
  }
  const ready = pastQuietHours(telling, due);
  if (ready.length === 0) return [];
  if (roomUnderCap(telling) <= 0) {
    for (const { thread } of ready) subscriber.capHeld.add(thread.id);
    return [];
  }
  subscriber.digestMs = null;
  const told = ready.flatMap(({ follow, thread }) => {
    const items = takeItems(telling, thread, follow);
    settle(telling, thread, follow, items.length > 0);
    return items.length === 0 ? [] : [{ thread, follow, items }];
  });
  const outputs =
    isDigest || told.length > Math.min(MAX_SINGLE_MESSAGES, roomUnderCap(telling))
      ? told.length === 0
        ? []
        : [messageOf(telling, told, told.length === 1 ? 'thread' : 'digest')]
      : told.map((one) => messageOf(telling, [one], 'thread'));
  forgetTold(state, subscriber, ready);
  return outputs;
}

function dueFollows({ nowMs, state, subscriber }: Telling): { thread: Thread; follow: Follow }[] {
  const due: { thread: Thread; follow: Follow }[] = [];
  for (const follow of subscriber.follows.values()) {
    if (follow.dueMs === null || follow.dueMs > nowMs) continue;
    const thread = state.threads.get(follow.threadId);
    if (thread === undefined) subscriber.follows.delete(follow.threadId);
    else if (thread.snoozed === null) due.push({ thread, follow });
  }
  return due;
}

/** What may go out now; the rest waits for the end of the quiet hours, or is counted and left out, as the subscriber chose. */
function pastQuietHours(
  telling: Telling,
  due: { thread: Thread; follow: Follow }[],
): { thread: Thread; follow: Follow }[] {
  const { nowMs, state, subscriber, subscription } = telling;
  const { quiet, timeZone } = subscription;
  if (quiet === null || quietUntilMs(quiet, timeZone, nowMs) === undefined) return due;
  const isUrgent = ({ follow, thread }: { thread: Thread; follow: Follow }): boolean =>
    quiet.criticalBypass &&
    alertsOf(state, thread).some(
      (alert) =>
        alert.changeSeq > follow.toldSeq &&
        alert.item.severity === 'critical' &&
        takes(subscription.what, alert) !== undefined,
    );
  const urgent = due.filter(isUrgent);
  if (quiet.policy === 'drop') {
    for (const one of due) if (!urgent.includes(one)) dropItems(telling, one.thread, one.follow);
    forgetTold(state, subscriber, due);
  }
  return urgent;
}

function dropItems(telling: Telling, thread: Thread, follow: Follow): void {
  const { subscriber } = telling;
  for (const { item, status } of takeItems(telling, thread, follow)) {
    subscriber.pending.dropped += 1;
    if (status === 'fired') follow.held.set(item.id, 'dropped');
  }
  settle(telling, thread, follow, false);
}

function roomUnderCap({ nowMs, subscriber, subscription: { cap } }: Telling): number {
  if (cap === null) return Number.POSITIVE_INFINITY;
  subscriber.sentMs = subscriber.sentMs.filter((atMs) => atMs > nowMs - cap.perHours * HOUR_MS);
  return cap.messages - subscriber.sentMs.length;
}

/** What this subscriber has not heard of the thread; all of it counts as told, counted or held from now on. */
function takeItems(telling: Telling, thread: Thread, follow: Follow): Told['items'] {
  const { context, nowMs, state, subscriber, subscription } = telling;
  const items: { item: AlertItem; status: Status }[] = [];
  for (const alert of alertsOf(state, thread)) {
    const { id } = alert.item;
    const held = follow.held.get(id);
    const isNews = alert.changeSeq > follow.toldSeq;
    if ((!isNews && held === undefined) || takes(subscription.what, alert) === undefined) continue;
    const isFiring = alert.item.state === 'firing';
    if (held !== undefined && !isFiring) {
      // Counted when it was held back; its end is nobody's news.
      follow.held.delete(id);
      continue;
    }
    const wasTold = held === undefined && alert.firstSeq <= follow.toldSeq;
    if (wasTold) {
      if (!isFiring && subscription.withResolved) items.push({ item: alert.item, status: 'resolved' });
      else if (isFiring && !isSilenced(context.silences, alert, subscription.userId, nowMs))
        items.push({ item: alert.item, status: 'changed' });
      continue;
    }
    const reason = reasonToHold(telling, alert);
    if (reason !== undefined) {
      if (held === undefined) subscriber.pending[reason] += 1;
      if (isFiring) follow.held.set(id, held ?? reason);
      continue;
    }
    if (held === 'dropped' && !isNews) continue;
    follow.held.delete(id);
    items.push({ item: alert.item, status: isFiring ? 'fired' : 'ended' });
  }
  follow.toldSeq = thread.seq;
  return items.length > 0 || !isReminderDue(telling, thread, follow)
    ? items
    : stillFiring(telling, thread, follow);
}

function isReminderDue({ context, nowMs }: Telling, thread: Thread, follow: Follow): boolean {
  if (thread.endedAtMs !== null || follow.lastToldMs === null) return false;
  if (follow.isReminded) return true;
  return thread.acknowledged === null && nowMs >= follow.lastToldMs + context.settings.repeatHours * HOUR_MS;
}

function stillFiring(
  { context, nowMs, state, subscription }: Telling,
  thread: Thread,
  follow: Follow,
): Told['items'] {
  return alertsOf(state, thread).flatMap((alert) =>
    alert.item.state === 'firing' &&
    !follow.held.has(alert.item.id) &&
    takes(subscription.what, alert) !== undefined &&
    !isSilenced(context.silences, alert, subscription.userId, nowMs)
      ? [{ item: alert.item, status: 'still' as const }]
      : [],
  );
}

function reasonToHold(
  { context, nowMs, state, subscription }: Telling,
  alert: KeptAlert,
): HeldReason | undefined {
  if (isSilenced(context.silences, alert, subscription.userId, nowMs)) return 'silenced';
  return context.settings.isInhibiting && isCovered(state, alert, subscription) ? 'covered' : undefined;
}

/**
 * Whether another alert that this subscriber hears of explains this one: events stay away, which makes every KPI look bad, or the same KPI is
 * unusual in a wider cut.
 */
function isCovered(state: TenantAlerts, { family, item }: KeptAlert, subscription: Subscription): boolean {
  if (item.kind !== 'threshold' && item.kind !== 'anomaly' && item.kind !== 'forecast') return false;
  const hears = (id: string): boolean => {
    const other = state.alerts.get(id);
    return other !== undefined && takes(subscription.what, other) !== undefined;
  };
  if (family !== 'feed' && item.isGood !== true && [...state.firingFeeds].some(hears)) return true;
  return widerCuts(item.dims).some((cut) => {
    const ids = state.firingCuts.get(`${item.kpi}|${cut}`);
    return ids !== undefined && [...ids].some(hears);
  });
}

/** When the thread is next due for this subscriber. */
function settle({ context, nowMs }: Telling, thread: Thread, follow: Follow, isTold: boolean): void {
  if (isTold) {
    follow.firstToldMs ??= nowMs;
    follow.lastToldMs = nowMs;
    follow.messages += 1;
    follow.isReminded = false;
  }
  const repeatMs =
    follow.lastToldMs !== null && thread.endedAtMs === null && thread.acknowledged === null
      ? follow.lastToldMs + context.settings.repeatHours * HOUR_MS
      : Number.POSITIVE_INFINITY;
  const recheckMs = follow.held.size > 0 ? nowMs + RECHECK_MS : Number.POSITIVE_INFINITY;
  const nextMs = Math.min(Math.max(repeatMs, nowMs + RECHECK_MS), recheckMs);
  follow.dueMs = Number.isFinite(nextMs) ? nextMs : null;
}

function forgetTold(
  state: TenantAlerts,
  subscriber: Subscriber,
  flushed: { thread: Thread; follow: Follow }[],
): void {
  for (const { follow, thread } of flushed) {
    if (thread.endedAtMs === null || follow.held.size > 0 || follow.toldSeq < thread.seq) continue;
    subscriber.follows.delete(thread.id);
    subscriber.capHeld.delete(thread.id);
  }
}

function escalate(telling: Telling): AlertOutput[] {
  const { nowMs, state, subscriber, subscription } = telling;
  const { escalation } = subscription;
  if (escalation === null) return [];
  const outputs: AlertOutput[] = [];
  for (const follow of subscriber.follows.values()) {
    const thread = state.threads.get(follow.threadId);
    if (thread === undefined || follow.isEscalated || follow.firstToldMs === null) continue;
    if (thread.endedAtMs !== null || thread.acknowledged !== null || thread.snoozed !== null) continue;
    if (nowMs < follow.firstToldMs + 60_000 * escalation.afterMinutes) continue;
    const items = stillFiring(telling, thread, follow);
    if (items.length === 0) continue;
    follow.isEscalated = true;
    follow.messages += 1;
    note(state, thread, { atMs: nowMs, what: 'escalated', by: subscription.name, text: '' });
    const { message } = messageOf(telling, [{ thread, follow, items }], 'thread');
    outputs.push({ message: { ...message, isEscalation: true }, contacts: escalation.to });
  }
  return outputs;
}

/** Those who keep the state of incidents, PagerDuty and webhooks, are told at once that somebody takes care. */
export function tellAcknowledged(
  state: TenantAlerts,
  thread: Thread,
  nowMs: number,
  context: AlertContext,
): AlertOutput[] {
  return context.subscriptions.flatMap((subscription) => {
    const subscriber = state.subscribers.get(subscription.id);
    const follow = subscriber?.follows.get(thread.id);
    if (subscriber === undefined || follow === undefined || follow.lastToldMs === null) return [];
    const telling: Telling = { state, subscription, subscriber, nowMs, context };
    const kept = contactsOf(subscription, [follow]).filter((id) => {
      const channel = context.channelOf(id);
      return channel === 'pagerduty' || channel === 'webhook';
    });
    if (kept.length === 0) return [];
    follow.messages += 1;
    const { message } = messageOf(telling, [{ thread, follow, items: [] }], 'acknowledged');
    return [{ message, contacts: kept }];
  });
}

function messageOf(telling: Telling, told: readonly Told[], kind: AlertMessage['kind']): AlertOutput {
  const { context, nowMs, state, subscriber, subscription } = telling;
  subscriber.messages += 1;
  if (kind !== 'acknowledged') subscriber.sentMs = [...subscriber.sentMs, nowMs].slice(-100);
  const counts: MessageCounts = {
    fired: 0,
    changed: 0,
    resolved: 0,
    ended: 0,
    still: 0,
    ...subscriber.pending,
  };
  subscriber.pending = { covered: 0, silenced: 0, dropped: 0, overflow: 0 };
  let held = 0;
  for (const { items, thread } of told) {
    for (const { status } of items) counts[status] += 1;
    if (subscriber.capHeld.delete(thread.id)) held += 1;
    if (kind !== 'acknowledged')
      note(state, thread, { atMs: nowMs, what: 'told', by: subscription.name, text: '' });
  }
  const ordered = told.toSorted(
    (a, b) =>
      severityRank(b.thread.severity) - severityRank(a.thread.severity) ||
      b.items.length - a.items.length ||
      a.thread.startedAtMs - b.thread.startedAtMs,
  );
  const message: AlertMessage = {
    id: nameOf('m', state.tenant, subscription.id, subscription.createdAtMs, subscriber.messages),
    tenant: state.tenant,
    subscriptionId: subscription.id,
    subscriptionName: subscription.name,
    userId: subscription.userId,
    kind,
    isEscalation: false,
    severity: told.reduce<AlertMessage['severity']>(
      (worst, { thread }) => worse(worst, thread.severity),
      'info',
    ),
    createdAtMs: nowMs,
    why: whyTold(state, subscription, told),
    timeZone: subscription.timeZone,
    currency: context.currency,
    tenantName: context.tenantName,
    threads: ordered.slice(0, MAX_THREADS).map(({ follow, items, thread }) => {
      const all = alertsOf(state, thread).map(({ item }) => item);
      const news = items.map(({ item }) => item).sort(byWeight);
      return {
        threadId: thread.id,
        title: titleOf(news.length === 0 ? all : news),
        family: thread.family,
        state: stateOf(thread),
        severity: thread.severity,
        startedAtMs: thread.startedAtMs,
        endedAtMs: thread.endedAtMs,
        impact: impactOf(all),
        number: follow.messages,
        items: news.slice(0, MAX_ITEMS),
        more: Math.max(0, news.length - MAX_ITEMS),
      };
    }),
    moreThreads: Math.max(0, told.length - MAX_THREADS),
    counts,
    held,
  };
  return {
    message,
    contacts: contactsOf(
      subscription,
      told.map(({ follow }) => follow),
    ),
  };
}

function whyTold(state: TenantAlerts, subscription: Subscription, told: readonly Told[]): string {
  for (const { items, thread } of told) {
    const [first] = items;
    const alert = state.alerts.get(first?.item.id ?? thread.alertIds[0] ?? '');
    const why = alert === undefined ? undefined : takes(subscription.what, alert);
    if (why !== undefined) return why;
  }
  return 'it takes these alerts';
}

function contactsOf(subscription: Subscription, follows: readonly Follow[]): string[] {
  const beyond = follows.some(({ isEscalated }) => isEscalated) ? (subscription.escalation?.to ?? []) : [];
  return [...new Set([...subscription.where, ...beyond])];
}
