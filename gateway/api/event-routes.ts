import { Type } from '@sinclair/typebox';
import { EventStats, StoredEvents } from '../../platform/contracts/api.ts';
import { EVENT_TYPE_PATTERN } from '../../platform/contracts/event-catalogue.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { readEvents, readEventStats } from '../history/event-history.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import { readRange } from '../series/range.ts';

const tag = 'Events';
const Instant = Type.Optional(
  Type.String({ maxLength: 64, description: 'Milliseconds since 1970 or RFC 3339' }),
);

export function eventRoutes(store: Store, clock: Clock): Route[] {
  const stats = createSharedAnswers<EventStats>(clock, 250, 200);
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/events/stats',
      tag,
      summary:
        'What became of the events received in a range: stored, duplicates, rejected, late, and stored by type.',
      description:
        'The range is received time, everything when absent. Duplicates and late events are known by the minute.',
      guard: 'query:read',
      params: none,
      query: Type.Object({ from: Instant, to: Instant }, { additionalProperties: false }),
      body: noBody,
      reply: EventStats,
      errors: ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, query }) => {
        const { tenant } = principalOf(caller);
        const range = readRange(query.from, query.to, clock.nowMs(), Number.POSITIVE_INFINITY);
        return await stats.get(
          `${tenant} ${range.fromMs} ${range.toMs}`,
          async () => await readEventStats(store, tenant, range),
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/events',
      tag,
      summary: 'Stored events: those with an id, or the newest by event time.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          id: Type.Optional(Type.String({ maxLength: 512, description: 'Id as the sender gave it' })),
          type: Type.Optional(Type.String({ pattern: EVENT_TYPE_PATTERN })),
          limit: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 500, description: '50 when absent, 500 with an id' }),
          ),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: StoredEvents,
      errors: ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, query }) => {
        const { id, type, limit = id === undefined ? 50 : 500 } = query;
        return { events: await readEvents(store, principalOf(caller).tenant, { id, type, limit }) };
      },
    }),
  ];
}
