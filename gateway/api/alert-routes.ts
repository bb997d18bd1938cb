import { createHash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { AlertFamilySchema, AlertRecordId } from '../../platform/contracts/alert-subscription.ts';
import {
  AlertFeedback,
  AlertNoticeList,
  AlertThread,
  AlertThreadDetail,
  AlertThreadList,
  DeliveryList,
  DeliveryView,
  FeedbackRequest,
  NoticesReadRequest,
} from '../../platform/contracts/alert-thread.ts';
import { Severity } from '../../platform/contracts/signal.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { AlertRecords } from '../alerts/alert-records.ts';
import type { AskAlerts } from '../alerts/ask-owner.ts';
import { readDeliveries, readThread, readThreads } from '../alerts/alert-history.ts';
import { markRead, readNotices } from '../alerts/notices.ts';
import { principalOf, type Caller } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import { tenantOf } from './session-routes.ts';

export interface AlertRouteDeps {
  readonly access: Access;
  readonly store: Store;
  readonly records: AlertRecords;
  readonly ask: AskAlerts;
  readonly clock: Clock;
}

const tag = 'Alerts';
const storeErrors = ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'] as const;
const ownerErrors = ['ALERT_NOT_FOUND', 'ALERT_OVER', 'BUS_REQUEST_FAILED'] as const;
const ThreadParams = Type.Object({ id: AlertRecordId }, { additionalProperties: false });
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 when absent' }));
const Comment = Type.String({ maxLength: 500 });

/** Who acts, as it stands in the history of a thread. */
export function actorOf(caller: Caller): {
  readonly tenant: string;
  readonly userId: string;
  readonly by: string;
} {
  const { subject, tenant } = principalOf(caller);
  if (caller.kind !== 'session') return { tenant, userId: subject, by: 'an API key' };
  return { tenant, userId: caller.session.user.id, by: caller.session.user.name };
}

/** Threads of alerts: the inbox, one with its history, what people do with it, and what they were told. */
export function alertRoutes({ access, ask, clock, records, store }: AlertRouteDeps): Route[] {
  const feedbackKey = (tenant: string, threadId: string, userId: string): string =>
    `${tenant}.${threadId}.${createHash('sha256').update(userId).digest('hex').slice(0, 16)}`;

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/alerts',
      tag,
      summary: 'Threads of alerts, the newest change first.',
      description:
        'A thread holds what belongs together: alerts of one family of KPIs and one segment, from the first that fired until none does.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          state: Type.Optional(
            Type.Union(
              (['open', 'firing', 'acknowledged', 'resolved'] as const).map((state) => Type.Literal(state)),
              { description: 'open: firing or acknowledged, the worst first' },
            ),
          ),
          severity: Type.Optional(Severity),
          family: Type.Optional(AlertFamilySchema),
          limit: Limit,
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: AlertThreadList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const { limit = 100, ...filters } = query;
        const found = await readThreads(store, { tenant: tenant.id, ...filters, limit: limit + 1 });
        return { currency: tenant.currency, threads: found.slice(0, limit), isCut: found.length > limit };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alerts/{id}',
      tag,
      summary: 'One thread: its alerts, its history, and why you were told.',
      guard: 'query:read',
      params: ThreadParams,
      query: none,
      body: noBody,
      reply: AlertThreadDetail,
      errors: ['ALERT_NOT_FOUND', ...storeErrors],
      handle: async ({ caller, params }) => {
        const { tenant, userId } = actorOf(caller);
        const thread = await readThread(store, tenant, params.id);
        if (thread === undefined) throw new WeirError('ALERT_NOT_FOUND', 'There is no thread of this id.');
        const told = await readDeliveries(store, { tenant, userId, threadId: thread.id, limit: 200 });
        const because = new Map(
          told.map(({ subscriptionId, subscriptionName, why }) => [
            subscriptionId,
            { id: subscriptionId, name: subscriptionName, why },
          ]),
        );
        const tunable = thread.alerts.flatMap(({ kind, kpi }) => (kind === 'anomaly' ? [kpi] : []));
        return {
          currency: tenantOf(access, tenant).currency,
          thread,
          feedback: records.feedback.get(feedbackKey(tenant, thread.id, userId)) ?? null,
          because: [...because.values()],
          tunable: [...new Set(tunable)],
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alerts/{id}/acknowledge',
      tag,
      summary: 'Says that you take care: no reminders and no escalation, unless it gets worse.',
      guard: 'query:read',
      params: ThreadParams,
      query: none,
      body: Type.Object({ comment: Comment }, { additionalProperties: false }),
      reply: AlertThread,
      errors: ownerErrors,
      handle: async ({ body, caller, params }) =>
        threadOf(await ask({ op: 'acknowledge', ...actorOf(caller), threadId: params.id, ...body })),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alerts/{id}/snooze',
      tag,
      summary:
        'Holds the thread’s messages back for a while, for everybody; what still fires then is told again.',
      guard: 'query:read',
      params: ThreadParams,
      query: none,
      body: Type.Object(
        {
          minutes: Type.Union([Type.Integer({ minimum: 1, maximum: 43_200 }), Type.Null()], {
            description: 'Null: until something new fires in it or it gets worse',
          }),
        },
        { additionalProperties: false },
      ),
      reply: AlertThread,
      errors: ownerErrors,
      handle: async ({ body, caller, params }) => {
        const untilMs = body.minutes === null ? null : clock.nowMs() + 60_000 * body.minutes;
        return threadOf(await ask({ op: 'snooze', ...actorOf(caller), threadId: params.id, untilMs }));
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alerts/{id}/wake',
      tag,
      summary: 'Ends a snooze.',
      guard: 'query:read',
      params: ThreadParams,
      query: none,
      body: noBody,
      reply: AlertThread,
      errors: ownerErrors,
      handle: async ({ caller, params }) =>
        threadOf(await ask({ op: 'wake', ...actorOf(caller), threadId: params.id })),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/alerts/{id}/feedback',
      tag,
      summary: 'Says whether being told was useful; kept with who said it, the newest of each person.',
      guard: 'query:read',
      params: ThreadParams,
      query: none,
      body: FeedbackRequest,
      reply: AlertFeedback,
      errors: ['ALERT_NOT_FOUND', ...storeErrors],
      handle: async ({ body, caller, params }) => {
        const { tenant, userId } = actorOf(caller);
        if ((await readThread(store, tenant, params.id)) === undefined)
          throw new WeirError('ALERT_NOT_FOUND', 'There is no thread of this id.');
        const said: AlertFeedback = { tenant, threadId: params.id, userId, ...body, atMs: clock.nowMs() };
        await records.feedback.update(feedbackKey(tenant, params.id, userId), () => said);
        return said;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-notices',
      tag,
      summary: 'Messages to your own inbox of this app, the newest first, and which of them you have read.',
      guard: 'query:read',
      params: none,
      query: Type.Object({ limit: Limit }, { additionalProperties: false }),
      body: noBody,
      reply: AlertNoticeList,
      errors: storeErrors,
      handle: async ({ caller, query }) =>
        await readNotices({ store, reads: records.reads }, actorOf(caller), query.limit ?? 100),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alert-notices/read',
      tag,
      summary: 'Marks notices as read, for you alone.',
      guard: 'query:read',
      params: none,
      query: none,
      body: NoticesReadRequest,
      status: 204,
      reply: noReply,
      handle: async ({ body, caller }) => {
        await markRead(records.reads, actorOf(caller), body);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/alert-deliveries',
      tag,
      summary: 'What was sent to you and what became of it, the newest first.',
      guard: 'query:read',
      params: none,
      query: Type.Object({ limit: Limit }, { additionalProperties: false }),
      body: noBody,
      reply: DeliveryList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const { tenant, userId } = actorOf(caller);
        const rows = await readDeliveries(store, { tenant, userId, limit: query.limit ?? 100 });
        return { deliveries: rows.map(({ why: _why, ...view }) => view) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/alert-deliveries/{id}/retry',
      tag,
      summary: 'Sends again what was given up.',
      guard: 'query:read',
      params: ThreadParams,
      query: none,
      body: noBody,
      reply: DeliveryView,
      errors: ['ALERT_DELIVERY_NOT_FOUND', 'ALERT_DELIVERY_NOT_DEAD', 'BUS_REQUEST_FAILED'],
      handle: async ({ caller, params }) => {
        const { delivery } = await ask({ op: 'retry', ...actorOf(caller), deliveryId: params.id });
        if (delivery === undefined)
          throw new WeirError('ALERT_DELIVERY_NOT_FOUND', 'There is no such delivery.');
        return delivery;
      },
    }),
  ];
}

function threadOf({ thread }: Awaited<ReturnType<AskAlerts>>): AlertThread {
  if (thread === undefined) throw new WeirError('ALERT_NOT_FOUND', 'There is no open thread of this id.');
  return thread;
}
