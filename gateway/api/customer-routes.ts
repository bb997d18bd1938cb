import { Type } from '@sinclair/typebox';
import { Job } from '../../platform/contracts/api.ts';
import {
  ChurnBandName,
  CustomerBoard,
  CustomerDetail,
  CustomerScoreList,
  CustomerValueList,
} from '../../platform/contracts/customers.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { readCustomer, readRun, readScores, readValues } from '../customers/customer-history.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';

export interface CustomerRouteDeps {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

const tag = 'Customers';
const storeErrors = ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'] as const;
const MAX_LIMIT = 1_000;
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, description: '100 when absent' }));
const Offset = Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 }));
const Segment = Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Id of a segment' }));
const inside =
  'For the tenant’s own people: figures of its own customers by the pseudonym its events use, exact as its books are. What is to leave the ' +
  'tenant goes through the private questions of the audience instead (ADR 0015).';

/** Who is likely to leave and why, what customers are worth, and the segments they fall into. */
export function customerRoutes({ clock, jobs, store }: CustomerRouteDeps): Route[] {
  const boards = createSharedAnswers<CustomerBoard>(clock, 2_000, 500);
  const board = async (tenant: string): Promise<CustomerBoard> =>
    await boards.get(tenant, async () => ({ run: (await readRun(store, tenant)) ?? null }));
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/customers',
      tag,
      summary: 'Bands, money at risk, backtest, survival by plan, segments and values of the newest run.',
      description: inside,
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: CustomerBoard,
      errors: storeErrors,
      handle: async ({ caller }) => await board(principalOf(caller).tenant),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/customers/churn',
      tag,
      summary: 'Customers by money at risk, each with probability, reasons, when and campaign.',
      description: inside,
      guard: 'kpis:write',
      params: none,
      query: Type.Object(
        {
          band: Type.Optional(ChurnBandName),
          reason: Type.Optional(
            Type.String({ maxLength: 64, description: 'Factor that speaks most for leaving' }),
          ),
          segment: Segment,
          limit: Limit,
          offset: Offset,
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: CustomerScoreList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const { tenant } = principalOf(caller);
        const { run } = await board(tenant);
        if (run === null) return { asOfMs: null, total: 0, customers: [] };
        const { limit = 100, offset = 0, ...filters } = query;
        return await readScores(store, { tenant, asOfMs: run.asOfMs, limit, offset, ...filters });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/customers/values',
      tag,
      summary: 'Customers and buyers by lifetime value, each with its interval.',
      description: inside,
      guard: 'kpis:write',
      params: none,
      query: Type.Object({ segment: Segment, limit: Limit, offset: Offset }, { additionalProperties: false }),
      body: noBody,
      reply: CustomerValueList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const { tenant } = principalOf(caller);
        const { run } = await board(tenant);
        if (run === null) return { asOfMs: null, total: 0, customers: [] };
        const { limit = 100, offset = 0, segment } = query;
        return await readValues(store, { tenant, asOfMs: run.asOfMs, limit, offset, segment });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/customers/details/{customer}',
      tag,
      summary: 'One customer: probability, reasons, outlook, value, segment, and how it was scored before.',
      description: inside,
      guard: 'kpis:write',
      params: Type.Object(
        { customer: Type.String({ minLength: 1, maxLength: 256 }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      reply: CustomerDetail,
      errors: ['CHURN_CUSTOMER_NOT_FOUND', ...storeErrors],
      handle: async ({ caller, params }) => {
        const found = await readCustomer(store, principalOf(caller).tenant, params.customer);
        if (found === undefined)
          throw new WeirError('CHURN_CUSTOMER_NOT_FOUND', 'The newest run knows no customer of this name.');
        return found;
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/customer-runs',
      tag,
      summary: 'Scores customers now, by a job; with `train` it learns anew first.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: Type.Object({ train: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
      status: 202,
      reply: Job,
      errors: ['GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) =>
        await jobs.queue({
          tenant: principalOf(caller).tenant,
          kind: 'models',
          title: body.train === true ? 'Learning which customers leave' : 'Scoring customers',
          params: { task: 'customers', ...(body.train === true ? { train: 'somebody asked for it' } : {}) },
        }),
    }),
  ];
}
