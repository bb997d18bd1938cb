import { nameOf, type Alert } from './alert.ts';
import type { AlertContext, AlertInput, AlertOutput } from './context.ts';
import { severityRank, takes, worse } from './match.ts';
import { indexFiring } from './snapshot.ts';
import { emptyFollow, emptySubscriber, type KeptAlert, type TenantAlerts, type Thread } from './state.ts';
import { note } from './thread.ts';
import { tellAcknowledged, tellDue } from './tell.ts';

export interface AlertBounds {
  readonly maxAlerts: number;
  readonly maxSeen: number;
}
export const alertBounds: AlertBounds = { maxAlerts: 20_000, maxSeen: 20_000 };

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
/** A thread that is over is kept so long, for what people still say about it. */
const KEPT_AFTER_END_MS = HOUR_MS;
const MAX_RESOLVED_OF_OPEN = 200;

/**
 * Applies one input to a tenant's alerts, in place, and answers what subscribers are to be told. Nothing depends on how inputs are cut into batches, and
 * the state through a snapshot goes on the same. Alertmanager's notions: group wait, group interval, repeat, inhibition, silences.
 */
export function stepAlerts(
  state: TenantAlerts,
  input: AlertInput,
  context: AlertContext,
  bounds: AlertBounds = alertBounds,
): AlertOutput[] {
  switch (input.type) {
    case 'alert':
      takeAlert(state, input.alert, input.atMs, context, bounds);
      return [];
    case 'tick':
      wakeSnoozed(state, input.nowMs);
      endDecisions(state, input.nowMs);
      return tellAndForget(state, input.nowMs, context, bounds);
    case 'acknowledge':
      return acknowledge(state, input, context);
    case 'snooze': {
      const thread = state.threads.get(input.threadId);
      if (thread === undefined || thread.endedAtMs !== null) return [];
      const { atMs, by, untilMs } = input;
      thread.snoozed = { by, atMs, untilMs };
      note(state, thread, { atMs, what: 'snoozed', by, text: '' });
      return [];
    }
    case 'wake': {
      const thread = state.threads.get(input.threadId);
      if (thread !== undefined && thread.snoozed !== null) wake(state, thread, input.by, input.atMs);
      return [];
    }
  }
}

function takeAlert(
  state: TenantAlerts,
  alert: Alert,
  atMs: number,
  context: AlertContext,
  bounds: AlertBounds,
): void {
  const { id } = alert.item;
  const known = state.alerts.get(id);
  const lastRevision = known?.revision ?? state.seen.get(id) ?? 0;
  if (alert.revision <= lastRevision) return;
  if (known === undefined || known.item.state === 'resolved') {
    // Its beginning was never heard of, so neither is its end.
    if (alert.item.state === 'resolved') return;
    if (known === undefined && state.alerts.size >= bounds.maxAlerts) {
      countOverflow(state, alert, context, bounds);
      return;
    }
    if (known !== undefined) dropAlert(state, known);
    fire(state, alert, atMs, context);
    return;
  }
  change(state, known, alert, atMs, context);
}

function fire(state: TenantAlerts, alert: Alert, atMs: number, context: AlertContext): void {
  const thread = threadFor(state, alert, atMs);
  const { item } = alert;
  thread.seq += 1;
  thread.firing += 1;
  thread.alertIds.push(item.id);
  thread.alertCount += 1;
  thread.severity = worse(thread.severity, item.severity);
  thread.startedAtMs = Math.min(thread.startedAtMs, item.startedAtMs);
  const kept: KeptAlert = {
    item,
    revision: alert.revision,
    family: alert.family,
    threadId: thread.id,
    firstSeq: thread.seq,
    changeSeq: thread.seq,
    severity: item.severity,
  };
  state.alerts.set(item.id, kept);
  indexFiring(state, kept);
  note(state, thread, { atMs, what: 'fired', by: '', text: item.title });
  stir(state, thread, item.severity, atMs);
  schedule(state, thread, kept, atMs, context);
}

function change(
  state: TenantAlerts,
  known: KeptAlert,
  alert: Alert,
  atMs: number,
  context: AlertContext,
): void {
  const thread = state.threads.get(known.threadId);
  if (thread === undefined) return;
  const before = known.item;
  known.item = alert.item;
  known.revision = alert.revision;
  known.severity = worse(known.severity, alert.item.severity);
  thread.severity = worse(thread.severity, known.severity);
  indexFiring(state, known);
  // New evidence alone disturbs nobody; whoever looks sees it.
  if (before.state === alert.item.state && before.severity === alert.item.severity) {
    state.dirty.add(thread.id);
    thread.version += 1;
    return;
  }
  thread.seq += 1;
  known.changeSeq = thread.seq;
  if (alert.item.state === 'resolved') {
    thread.firing -= 1;
    note(state, thread, { atMs, what: 'resolved', by: '', text: alert.item.title });
    endIfOver(state, thread, atMs);
  } else {
    note(state, thread, {
      atMs,
      what: 'changed',
      by: '',
      text: `${before.severity} → ${alert.item.severity}`,
    });
    stir(state, thread, alert.item.severity, atMs);
  }
  schedule(state, thread, known, atMs, context);
}

function endIfOver(state: TenantAlerts, thread: Thread, atMs: number): void {
  if (thread.firing > 0) return;
  const ends = thread.alertIds.flatMap((id) => state.alerts.get(id)?.item.endedAtMs ?? []);
  thread.endedAtMs = ends.length === 0 ? atMs : Math.max(...ends);
  thread.snoozed = null;
  if (state.open.get(thread.groupKey) === thread.id) state.open.delete(thread.groupKey);
  note(state, thread, { atMs, what: 'ended', by: '', text: '' });
}

/** Something new: what people said about less does not hold for it. */
function stir(state: TenantAlerts, thread: Thread, severity: KeptAlert['severity'], atMs: number): void {
  if (thread.snoozed !== null && thread.snoozed.untilMs === null) {
    thread.snoozed = null;
    note(state, thread, { atMs, what: 'woken', by: '', text: 'something changed' });
  }
  const { acknowledged } = thread;
  if (acknowledged !== null && severityRank(severity) > severityRank(acknowledged.severity)) {
    thread.acknowledged = null;
    note(state, thread, { atMs, what: 'unacknowledged', by: '', text: `now ${severity}` });
  }
}

/** Each subscriber who takes it is told when the thread is next due for them. */
function schedule(
  state: TenantAlerts,
  thread: Thread,
  alert: KeptAlert,
  atMs: number,
  { settings, subscriptions }: AlertContext,
): void {
  const waitMs = 1_000 * settings.groupWaitSeconds;
  const intervalMs = 1_000 * settings.groupIntervalSeconds;
  for (const subscription of subscriptions) {
    if (!subscription.isOn || takes(subscription.what, alert) === undefined) continue;
    const subscriber = state.subscribers.get(subscription.id) ?? emptySubscriber(subscription.id);
    state.subscribers.set(subscription.id, subscriber);
    const follow = subscriber.follows.get(thread.id) ?? emptyFollow(thread.id);
    subscriber.follows.set(thread.id, follow);
    const afterLast = (follow.lastToldMs ?? Number.NEGATIVE_INFINITY) + intervalMs;
    // The end of a thread does not wait for the interval: the trouble it ends may be weighed against it right now.
    const dueMs = thread.firing === 0 ? atMs + waitMs : Math.max(atMs + waitMs, afterLast);
    follow.dueMs = follow.dueMs === null ? dueMs : Math.min(follow.dueMs, dueMs);
  }
}

function threadFor(state: TenantAlerts, alert: Alert, atMs: number): Thread {
  const openId = state.open.get(alert.groupKey);
  const open = openId === undefined ? undefined : state.threads.get(openId);
  if (open !== undefined) return open;
  const thread: Thread = {
    id: nameOf('t', state.tenant, alert.groupKey, alert.item.id, alert.revision),
    groupKey: alert.groupKey,
    family: alert.family,
    seq: 0,
    alertIds: [],
    alertCount: 0,
    firing: 0,
    severity: alert.item.severity,
    startedAtMs: alert.item.startedAtMs,
    endedAtMs: null,
    changedAtMs: atMs,
    acknowledged: null,
    snoozed: null,
    history: [],
    version: 0,
  };
  state.threads.set(thread.id, thread);
  state.open.set(alert.groupKey, thread.id);
  return thread;
}

function countOverflow(
  state: TenantAlerts,
  alert: Alert,
  { subscriptions }: AlertContext,
  bounds: AlertBounds,
): void {
  rememberSeen(state, alert.item.id, alert.revision, bounds.maxSeen);
  const matchable = { item: alert.item, family: alert.family, severity: alert.item.severity };
  for (const subscription of subscriptions) {
    if (!subscription.isOn || takes(subscription.what, matchable) === undefined) continue;
    const subscriber = state.subscribers.get(subscription.id) ?? emptySubscriber(subscription.id);
    state.subscribers.set(subscription.id, subscriber);
    subscriber.pending.overflow += 1;
  }
}

function acknowledge(
  state: TenantAlerts,
  input: Extract<AlertInput, { type: 'acknowledge' }>,
  context: AlertContext,
): AlertOutput[] {
  const thread = state.threads.get(input.threadId);
  if (thread === undefined || thread.endedAtMs !== null) return [];
  const { atMs, by, comment } = input;
  thread.acknowledged = { by, atMs, comment, severity: thread.severity };
  note(state, thread, { atMs, what: 'acknowledged', by, text: comment });
  for (const id of thread.alertIds) {
    const alert = state.alerts.get(id);
    if (alert?.item.kind === 'decision') endDecision(state, thread, alert, atMs);
  }
  endIfOver(state, thread, atMs);
  return tellAcknowledged(state, thread, atMs, context);
}

/** A decision's alert ends without a word: whoever acknowledged it knows. */
function endDecision(state: TenantAlerts, thread: Thread, alert: KeptAlert, atMs: number): void {
  if (alert.item.state === 'resolved') return;
  alert.item = { ...alert.item, state: 'resolved', endedAtMs: atMs };
  indexFiring(state, alert);
  thread.firing -= 1;
}

function endDecisions(state: TenantAlerts, nowMs: number): void {
  for (const id of state.open.values()) {
    const thread = state.threads.get(id);
    if (thread?.family !== 'decision') continue;
    for (const alertId of thread.alertIds) {
      const alert = state.alerts.get(alertId);
      if (alert !== undefined && alert.item.startedAtMs + WEEK_MS <= nowMs)
        endDecision(state, thread, alert, nowMs);
    }
    endIfOver(state, thread, nowMs);
  }
}

function wakeSnoozed(state: TenantAlerts, nowMs: number): void {
  for (const thread of state.threads.values()) {
    const untilMs = thread.snoozed?.untilMs ?? null;
    if (untilMs !== null && untilMs <= nowMs) wake(state, thread, '', nowMs);
  }
}

/** What still fires is told again, to everybody who had heard of it. */
function wake(state: TenantAlerts, thread: Thread, by: string, atMs: number): void {
  thread.snoozed = null;
  note(state, thread, { atMs, what: 'woken', by, text: '' });
  if (thread.endedAtMs !== null) return;
  for (const { follows } of state.subscribers.values()) {
    const follow = follows.get(thread.id);
    if (follow === undefined) continue;
    follow.isReminded = true;
    follow.dueMs = atMs;
  }
}

function tellAndForget(
  state: TenantAlerts,
  nowMs: number,
  context: AlertContext,
  bounds: AlertBounds,
): AlertOutput[] {
  const outputs = tellDue(state, nowMs, context);
  const on = new Set(context.subscriptions.flatMap(({ id, isOn }) => (isOn ? [id] : [])));
  /** Lowest sequence that a follower of a thread has been told. */
  const toldSeq = new Map<string, number>();
  for (const [id, { follows }] of state.subscribers) {
    if (!on.has(id)) {
      state.subscribers.delete(id);
      continue;
    }
    for (const follow of follows.values()) {
      const thread = state.threads.get(follow.threadId);
      const isDone = thread === undefined || (thread.endedAtMs !== null && follow.toldSeq >= thread.seq);
      if (isDone && follow.held.size === 0) follows.delete(follow.threadId);
      else
        toldSeq.set(
          follow.threadId,
          Math.min(follow.toldSeq, toldSeq.get(follow.threadId) ?? follow.toldSeq),
        );
    }
  }
  for (const thread of state.threads.values()) {
    if (thread.endedAtMs === null)
      forgetResolved(state, thread, toldSeq.get(thread.id) ?? thread.seq, bounds);
    else if (
      thread.changedAtMs + KEPT_AFTER_END_MS <= nowMs &&
      !toldSeq.has(thread.id) &&
      !state.dirty.has(thread.id)
    ) {
      for (const id of thread.alertIds) forgetAlert(state, id, bounds);
      state.threads.delete(thread.id);
    }
  }
  return outputs;
}

/** A thread that never ends does not keep what is over in it, once everybody knows. */
function forgetResolved(state: TenantAlerts, thread: Thread, toldSeq: number, bounds: AlertBounds): void {
  if (thread.alertIds.length - thread.firing <= MAX_RESOLVED_OF_OPEN) return;
  thread.alertIds = thread.alertIds.filter((id) => {
    const alert = state.alerts.get(id);
    const isKept = alert !== undefined && (alert.item.state === 'firing' || alert.changeSeq > toldSeq);
    if (!isKept) forgetAlert(state, id, bounds);
    return isKept;
  });
}

function forgetAlert(state: TenantAlerts, id: string, bounds: AlertBounds): void {
  const alert = state.alerts.get(id);
  if (alert === undefined) return;
  state.alerts.delete(id);
  rememberSeen(state, id, alert.revision, bounds.maxSeen);
}

function dropAlert(state: TenantAlerts, alert: KeptAlert): void {
  const thread = state.threads.get(alert.threadId);
  if (thread !== undefined) thread.alertIds = thread.alertIds.filter((id) => id !== alert.item.id);
  state.alerts.delete(alert.item.id);
}

function rememberSeen(state: TenantAlerts, id: string, revision: number, maxSeen: number): void {
  state.seen.delete(id);
  state.seen.set(id, revision);
  for (const oldest of state.seen.keys()) {
    if (state.seen.size <= maxSeen) break;
    state.seen.delete(oldest);
  }
}
