import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { EventTypeList, EventTypeView } from '../../platform/contracts/admin.ts';
import { EVENT_TYPE_PATTERN, eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import {
  EventTypeRequest,
  eventTypeFault,
  eventTypeKey,
  type EventTypeRecord,
} from '../../platform/contracts/event-type.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';

const tag = 'Event types';
const path = '/api/v1/event-types';
const TypePath = Type.Object(
  { type: Type.String({ pattern: EVENT_TYPE_PATTERN }) },
  { additionalProperties: false },
);
const maxOwnTypes = 500;

export function eventTypeRoutes(types: KvMirror<EventTypeRecord>, clock: Clock): Route[] {
  const ownTypes = (tenant: string): EventTypeRecord[] =>
    types
      .values()
      .filter((record) => record.tenant === tenant)
      .toSorted((a, b) => (a.type < b.type ? -1 : 1));

  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'Event types with the JSON Schema of their data: the catalogue and the tenant’s own.',
      guard: 'signed-in',
      params: none,
      query: none,
      body: noBody,
      reply: EventTypeList,
      handle: async ({ caller }) => ({
        types: [...catalogue, ...ownTypes(principalOf(caller).tenant).map(ownView)],
      }),
    }),
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Registers an event type of the tenant; its data is checked from then on.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: EventTypeRequest,
      status: 201,
      reply: EventTypeView,
      errors: ['GATEWAY_EVENT_TYPE_INVALID', 'GATEWAY_EVENT_TYPE_EXISTS', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller, setHeader }) => {
        const { tenant } = principalOf(caller);
        assertValid(body);
        if (ownTypes(tenant).length >= maxOwnTypes) {
          throw new WeirError(
            'GATEWAY_LIMIT_REACHED',
            `A tenant has at most ${maxOwnTypes} event types of its own.`,
          );
        }
        const nowMs = clock.nowMs();
        const record: EventTypeRecord = {
          ...body,
          tenant,
          version: 1,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
        };
        if (!(await types.create(eventTypeKey(tenant, body.type), record))) {
          throw new WeirError('GATEWAY_EVENT_TYPE_EXISTS', `There is an event type "${body.type}" already.`);
        }
        setHeader('Location', `${path}/${body.type}`);
        return ownView(record);
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/{type}`,
      tag,
      summary: 'Replaces an event type of the tenant; events stored before stay as they are.',
      guard: 'kpis:write',
      params: TypePath,
      query: none,
      body: EventTypeRequest,
      reply: EventTypeView,
      errors: ['GATEWAY_EVENT_TYPE_INVALID', 'GATEWAY_EVENT_TYPE_NOT_FOUND'],
      handle: async ({ body, caller, params }) => {
        const { tenant } = principalOf(caller);
        assertValid(body);
        if (body.type !== params.type) {
          throw new WeirError(
            'GATEWAY_REQUEST_INVALID',
            'The type in the body must be the one in the path.',
            {
              details: { in: 'body', field: 'type' },
            },
          );
        }
        const stored = await types.update(
          eventTypeKey(tenant, params.type),
          (current) =>
            current && {
              ...body,
              tenant,
              version: current.version + 1,
              createdAtMs: current.createdAtMs,
              updatedAtMs: clock.nowMs(),
            },
        );
        if (stored === undefined) throw notFound(params.type);
        return ownView(stored);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/{type}`,
      tag,
      summary:
        'Deletes an event type of the tenant; events of it are accepted as unknown ones are, and stay stored.',
      guard: 'kpis:write',
      params: TypePath,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['GATEWAY_EVENT_TYPE_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        const key = eventTypeKey(principalOf(caller).tenant, params.type);
        if (types.get(key) === undefined) throw notFound(params.type);
        await types.delete(key);
      },
    }),
  ];
}

const catalogue: readonly EventTypeView[] = eventCatalogue.map(({ data, metrics, ...spec }) => ({
  ...spec,
  schema: data,
  metrics: [...metrics],
  origin: 'catalogue',
}));

function ownView(record: EventTypeRecord): EventTypeView {
  const { tenant: _tenant, createdAtMs: _created, updatedAtMs: _updated, ...shown } = record;
  return { ...shown, group: 'custom', origin: 'tenant' };
}

function assertValid(request: EventTypeRequest): void {
  const fault = eventTypeFault(request);
  if (fault !== undefined) throw new WeirError('GATEWAY_EVENT_TYPE_INVALID', `${fault}.`);
}

function notFound(type: string): WeirError {
  return new WeirError('GATEWAY_EVENT_TYPE_NOT_FOUND', `There is no event type "${type}" of this tenant.`);
}
