import { Type } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { AlertThread, DeliveryView } from '../../platform/contracts/alert-thread.ts';
import type { Severity } from '../../platform/contracts/signal.ts';
import type { SqlParams, Store } from '../../platform/store/store.ts';

/** Threads and deliveries as their owner wrote them last. */

const Maybe = Type.Union([Type.Number(), Type.Null()]);
const ThreadRow = Type.Object({
  id: Type.String(),
  title: Type.String(),
  family: Type.String(),
  state: Type.String(),
  severity: Type.String(),
  startedAtMs: Type.Number(),
  endedAtMs: Maybe,
  changedAtMs: Type.Number(),
  alertCount: Type.Integer(),
  firingCount: Type.Integer(),
  impact: Maybe,
  acknowledged: Type.String(),
  snoozed: Type.String(),
  alerts: Type.String(),
  history: Type.String(),
  version: Type.Integer(),
});
const threadColumns = `id, title, family, state, severity, toUnixTimestamp64Milli(started_at) AS startedAtMs,
  toUnixTimestamp64Milli(ended_at) AS endedAtMs, toUnixTimestamp64Milli(changed_at) AS changedAtMs, alert_count AS alertCount,
  firing_count AS firingCount, impact, acknowledged, snoozed, alerts, history, version`;
const isThread = TypeCompiler.Compile(AlertThread);

export interface ThreadQuestion {
  readonly tenant: string;
  /** `open`: firing or acknowledged. */
  readonly state?: AlertThread['state'] | 'open';
  readonly severity?: Severity;
  readonly family?: string;
  readonly limit: number;
}

/** The newest change first; what is open with the worst first. */
export async function readThreads(store: Store, question: ThreadQuestion): Promise<AlertThread[]> {
  const { family, limit, severity, state, tenant } = question;
  const wanted = ['tenant = {tenant:String}'];
  const params: Record<string, SqlParams[string]> = { tenant, limit };
  if (state === 'open') wanted.push("state != 'resolved'");
  else if (state !== undefined) {
    wanted.push('state = {state:String}');
    params['state'] = state;
  }
  if (severity !== undefined) {
    wanted.push('severity = {severity:String}');
    params['severity'] = severity;
  }
  if (family !== undefined) {
    wanted.push('family = {family:String}');
    params['family'] = family;
  }
  const order =
    state === 'open'
      ? "state = 'acknowledged', indexOf(['critical', 'warning', 'info'], severity), started_at DESC, id"
      : 'changed_at DESC, id';
  const rows = await store.query(
    `SELECT ${threadColumns} FROM alerts FINAL WHERE ${wanted.join(' AND ')} ORDER BY ${order} LIMIT {limit:UInt32}`,
    params,
    ThreadRow,
  );
  return rows.flatMap((row) => threadOf(tenant, row) ?? []);
}

export async function readThread(store: Store, tenant: string, id: string): Promise<AlertThread | undefined> {
  const [row] = await store.query(
    `SELECT ${threadColumns} FROM alerts FINAL WHERE tenant = {tenant:String} AND id = {id:String}`,
    { tenant, id },
    ThreadRow,
  );
  return row === undefined ? undefined : threadOf(tenant, row);
}

function threadOf(tenant: string, row: (typeof ThreadRow)['static']): AlertThread | undefined {
  const thread: unknown = {
    ...row,
    tenant,
    acknowledged: parsed(row.acknowledged),
    snoozed: parsed(row.snoozed),
    alerts: parsed(row.alerts),
    history: parsed(row.history),
  };
  return isThread.Check(thread) ? thread : undefined;
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}

const DeliveryRow = Type.Composite([DeliveryView, Type.Object({ why: Type.String() })]);

/** Deliveries to one person, the newest first. */
export async function readDeliveries(
  store: Store,
  question: {
    readonly tenant: string;
    readonly userId: string;
    readonly threadId?: string;
    readonly channel?: 'inapp';
    readonly limit: number;
  },
): Promise<(DeliveryView & { readonly why: string })[]> {
  const { channel, limit, tenant, threadId, userId } = question;
  const wanted = ['tenant = {tenant:String}', 'user_id = {userId:String}'];
  const params: Record<string, SqlParams[string]> = { tenant, userId, limit };
  if (threadId !== undefined) {
    wanted.push('has(thread_ids, {threadId:String})');
    params['threadId'] = threadId;
  }
  if (channel !== undefined) {
    wanted.push('channel = {channel:String}');
    params['channel'] = channel;
  }
  return await store.query(
    `SELECT id, contact_id AS contactId, channel, state, title, kind, subscription_id AS subscriptionId, subscription_name AS subscriptionName,
       why, thread_ids AS threadIds, severity, tries, toUnixTimestamp64Milli(next_at) AS nextAtMs, last_note AS lastNote,
       toUnixTimestamp64Milli(created_at) AS createdAtMs, toUnixTimestamp64Milli(ended_at) AS endedAtMs
     FROM deliveries FINAL WHERE ${wanted.join(' AND ')} ORDER BY created_at DESC, id LIMIT {limit:UInt32}`,
    params,
    DeliveryRow,
  );
}
