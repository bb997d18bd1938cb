import { Type } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import {
  DeadLetterList,
  DeadLetterPost,
  DeadLetterPosted,
  Job,
  ReplayRequest,
} from '../../platform/contracts/api.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { listDeadLetters, postDeadLetters } from '../history/dead-letters.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';

export interface DeadLetterRouteDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

const tag = 'Refused events';
const path = '/api/v1/deadletter';
/** 500 entries, each with an item of at most 64 KiB; importers send far smaller ones. */
const postLimitBytes = 8 * 1024 * 1024;

export function deadLetterRoutes({ bus, store, jobs, clock }: DeadLetterRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'Refused events with their reason, newest first.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '50 when absent' })),
          beforeSeq: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: Number.MAX_SAFE_INTEGER,
              description: 'nextBeforeSeq of the page before',
            }),
          ),
          code: Type.Optional(
            Type.String({ pattern: '^[A-Z][A-Z0-9_]{0,63}$', description: 'Only this error code' }),
          ),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: DeadLetterList,
      errors: ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, query }) => {
        const { beforeSeq, code, limit = 50 } = query;
        return await listDeadLetters(store, principalOf(caller).tenant, { beforeSeq, code, limit });
      },
    }),
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary:
        'Keeps rows an importer could not read. The same row of the same source is kept once, however often it is sent.',
      guard: 'ingest:write',
      params: none,
      query: none,
      body: DeadLetterPost,
      bodyLimitBytes: postLimitBytes,
      reply: DeadLetterPosted,
      errors: ['STORE_UNAVAILABLE', 'BUS_UNAVAILABLE', 'BUS_TIMEOUT'],
      handle: async ({ body, caller }) =>
        await postDeadLetters(bus, store, principalOf(caller).tenant, body.entries, clock.nowMs()),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/replay`,
      tag,
      summary:
        'Sends refused events through the door again, by a job; what is accepted now keeps its identity.',
      guard: 'admin',
      params: none,
      query: none,
      body: ReplayRequest,
      status: 202,
      reply: Job,
      errors: ['GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) =>
        await jobs.queue({
          tenant: principalOf(caller).tenant,
          kind: 'deadletter-replay',
          title: 'Refused events sent again',
          params: { ...body },
        }),
    }),
  ];
}
