import { Type } from '@sinclair/typebox';
import { AuditList, AuditState } from '../../platform/contracts/audit.ts';
import {
  NextRuns,
  OutboxItem,
  Schedule,
  ScheduleList,
  ScheduleRequest,
  WebhookList,
  WebhookRequest,
  WebhookSaved,
  WebhookTest,
} from '../../platform/contracts/outbox.ts';
import { RecordId } from '../../platform/contracts/policy.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import type { DecisionDesk } from './ask.ts';

const Id = Type.Object({ id: RecordId }, { additionalProperties: false });
const schedules = '/api/v1/schedules';
const webhooks = '/api/v1/webhooks';

/** Schedules, webhook endpoints and the audit trail. */
export function automationRoutes(desk: DecisionDesk): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: schedules,
      tag: 'Automation',
      summary: 'Schedules and when each runs next; their runs are in the outbox under their id.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ScheduleList,
      handle: async ({ caller }) => await desk.ask('schedules-list', principalOf(caller), {}),
    }),
    defineRoute({
      method: 'PUT',
      path: `${schedules}/{id}`,
      tag: 'Automation',
      summary: 'Creates a schedule or writes over the version that was read.',
      guard: 'admin',
      params: Id,
      query: none,
      body: ScheduleRequest,
      reply: Schedule,
      errors: [
        'DECISION_SCHEDULE_INVALID',
        'DECISION_AUTOMATIC_REFUSED',
        'DECISION_VERSION_CONFLICT',
        'DECISION_LIMIT_REACHED',
      ],
      handle: async ({ body, caller, params }) =>
        await desk.ask('schedules-save', principalOf(caller), { id: params.id, schedule: body }),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${schedules}/{id}`,
      tag: 'Automation',
      summary: 'Deletes a schedule; runs that are under way end.',
      guard: 'admin',
      params: Id,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['DECISION_SCHEDULE_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        await desk.ask('schedules-delete', principalOf(caller), params);
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${schedules}/{id}/run`,
      tag: 'Automation',
      summary: 'Runs a schedule now.',
      guard: 'admin',
      params: Id,
      query: none,
      body: noBody,
      status: 202,
      reply: OutboxItem,
      errors: ['DECISION_SCHEDULE_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('schedules-run', principalOf(caller), params),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/schedule-runs',
      tag: 'Automation',
      summary: 'The next five times of an expression in a zone, or what is wrong with it.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        { cron: Type.String({ maxLength: 120 }), zone: Type.String({ maxLength: 64 }) },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: NextRuns,
      handle: async ({ caller, query }) => await desk.ask('schedules-next', principalOf(caller), query),
    }),
    defineRoute({
      method: 'GET',
      path: webhooks,
      tag: 'Webhooks',
      summary: 'Endpoints webhooks go to; never their secrets.',
      guard: 'admin',
      params: none,
      query: none,
      body: noBody,
      reply: WebhookList,
      handle: async ({ caller }) => await desk.ask('webhooks-list', principalOf(caller), {}),
    }),
    defineRoute({
      method: 'PUT',
      path: `${webhooks}/{id}`,
      tag: 'Webhooks',
      summary: 'Creates or changes an endpoint; a new address gets a new secret, shown this once.',
      guard: 'admin',
      params: Id,
      query: none,
      body: WebhookRequest,
      reply: WebhookSaved,
      errors: ['DECISION_WEBHOOK_INVALID', 'DECISION_LIMIT_REACHED'],
      handle: async ({ body, caller, params }) =>
        await desk.ask('webhooks-save', principalOf(caller), { id: params.id, webhook: body }),
    }),
    defineRoute({
      method: 'POST',
      path: `${webhooks}/{id}/rotate`,
      tag: 'Webhooks',
      summary: 'A new secret; the one before signs beside it until the next rotation.',
      guard: 'admin',
      params: Id,
      query: none,
      body: noBody,
      reply: WebhookSaved,
      errors: ['DECISION_WEBHOOK_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('webhooks-rotate', principalOf(caller), params),
    }),
    defineRoute({
      method: 'POST',
      path: `${webhooks}/{id}/test`,
      tag: 'Webhooks',
      summary: 'Sends one signed message of type weir.test now and says what came back.',
      guard: 'admin',
      params: Id,
      query: none,
      body: noBody,
      reply: WebhookTest,
      errors: ['DECISION_WEBHOOK_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('webhooks-test', principalOf(caller), params),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${webhooks}/{id}`,
      tag: 'Webhooks',
      summary: 'Deletes an endpoint.',
      guard: 'admin',
      params: Id,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['DECISION_WEBHOOK_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        await desk.ask('webhooks-delete', principalOf(caller), params);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/audit',
      tag: 'Audit',
      summary: 'Entries of the audit trail, newest first.',
      guard: 'admin',
      params: none,
      query: Type.Object(
        {
          before: Type.Optional(Type.Integer({ minimum: 1, description: 'Entries below this number' })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: AuditList,
      handle: async ({ caller, query }) =>
        await desk.ask('audit-list', principalOf(caller), {
          ...(query.before === undefined ? {} : { beforeNumber: query.before }),
          limit: query.limit ?? 50,
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/audit/state',
      tag: 'Audit',
      summary:
        'Whether the chain is whole, its newest signed checkpoint and the public key; copy both elsewhere.',
      guard: 'admin',
      params: none,
      query: none,
      body: noBody,
      reply: AuditState,
      handle: async ({ caller }) => await desk.ask('audit-state', principalOf(caller), {}),
    }),
  ];
}
