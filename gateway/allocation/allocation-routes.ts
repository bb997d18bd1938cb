import { Type } from '@sinclair/typebox';
import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  AllocationAnswer,
  AllocationKind,
  AllocationPlanRecord,
  AllocationQuestion,
  AllocationWorkbench,
  allocateSubject,
  PlanList,
  PlanRequest,
  type AllocationBasis,
} from '../../platform/contracts/allocation-plan.ts';
import { Job } from '../../platform/contracts/api.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { ModelsAsker } from '../workbench/ask-models.ts';

export interface AllocationRouteDeps {
  readonly bases: KvMirror<AllocationBasis>;
  readonly plans: KvMirror<AllocationPlanRecord>;
  readonly jobs: Jobs;
  readonly models: ModelsAsker;
}

const tag = 'Allocation';
const base = '/api/v1/allocation';
const ofKind = Type.Object({ kind: AllocationKind });
const ofPlan = Type.Object({ id: Type.String({ maxLength: 64 }) });
const MAX_PLANS = 100;
const answers = createJsonCodec(AllocationAnswer);

/** Resources over channels and effort over streams: what is known, the best division of it, plans that were kept. */
export function allocationRoutes({ bases, jobs, models, plans }: AllocationRouteDeps): Route[] {
  const planOf = (tenant: string, id: string): AllocationPlanRecord => {
    const plan = plans.get(`${tenant}.${id}`);
    if (plan === undefined) throw new WeirError('PLAN_NOT_FOUND', 'There is no plan of this id.');
    return plan;
  };
  return [
    defineRoute({
      method: 'POST',
      path: `${base}/history`,
      tag,
      summary:
        'Reads the tenant’s history anew for allocation and pricing, by a job; it happens once a day by itself.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: noBody,
      status: 202,
      reply: Job,
      errors: ['GATEWAY_LIMIT_REACHED'],
      handle: async ({ caller }) =>
        await jobs.queue({
          tenant: principalOf(caller).tenant,
          kind: 'models',
          title: 'History read for allocation and pricing',
          params: { task: 'workbenches' },
        }),
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/plans`,
      tag,
      summary: 'Plans that were kept, newest first.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: PlanList,
      handle: async ({ caller }) => {
        const { tenant } = principalOf(caller);
        return await Promise.resolve({
          plans: plans
            .values()
            .filter((plan) => plan.tenant === tenant)
            .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
            .map(({ answer, createdAtMs, createdBy, id, name }) => ({
              id,
              name,
              createdAtMs,
              createdBy,
              kind: answer.kind,
              expected: answer.candidates.find(({ isChosen }) => isChosen)?.expected ?? 0,
              scenarios: answer.scenarios,
            })),
        });
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/plans`,
      tag,
      summary: 'Keeps a plan, put through 1,000 or 100,000 scenarios, by a job.',
      description: `At most ${MAX_PLANS} plans are kept.`,
      guard: 'kpis:write',
      params: none,
      query: none,
      body: PlanRequest,
      status: 202,
      reply: Job,
      errors: ['GATEWAY_LIMIT_REACHED', 'ALLOCATION_BASIS_MISSING'],
      handle: async ({ body, caller }) => {
        const { subject, tenant } = principalOf(caller);
        if (bases.get(`${tenant}.${body.kind}`) === undefined)
          throw new WeirError('ALLOCATION_BASIS_MISSING', 'The history has not been read yet.');
        if (plans.values().filter((plan) => plan.tenant === tenant).length >= MAX_PLANS)
          throw new WeirError('GATEWAY_LIMIT_REACHED', `At most ${MAX_PLANS} plans are kept; delete one.`);
        const { kind, name, question, scenarios = 1_000 } = body;
        return await jobs.queue({
          tenant,
          kind: 'models',
          title: `Plan “${name}”, ${scenarios.toLocaleString('en-US')} scenarios`,
          params: {
            task: 'allocation-plan',
            id: `plan_${randomBase62(16)}`,
            name,
            kind,
            question,
            scenarios,
            createdBy: subject,
          },
        });
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/plans/{id}`,
      tag,
      summary: 'One plan with its question, its answer and what it was computed from.',
      guard: 'query:read',
      params: ofPlan,
      query: none,
      body: noBody,
      reply: AllocationPlanRecord,
      errors: ['PLAN_NOT_FOUND'],
      handle: async ({ caller, params }) =>
        await Promise.resolve(planOf(principalOf(caller).tenant, params.id)),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${base}/plans/{id}`,
      tag,
      summary: 'Deletes a plan.',
      guard: 'kpis:write',
      params: ofPlan,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['PLAN_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        const { tenant } = principalOf(caller);
        planOf(tenant, params.id);
        await plans.delete(`${tenant}.${params.id}`);
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${base}/workbench/{kind}`,
      tag,
      summary:
        'What an allocation is computed from: resources, channels, how they respond and how well that forecasts.',
      description:
        'Kinds: content (budget, hours, promotion over channels), revenue (effort over streams), marketing.',
      guard: 'query:read',
      params: ofKind,
      query: none,
      body: noBody,
      reply: AllocationWorkbench,
      handle: async ({ caller, params: { kind } }) =>
        await Promise.resolve({ kind, basis: bases.get(`${principalOf(caller).tenant}.${kind}`) ?? null }),
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/workbench/{kind}`,
      tag,
      summary:
        'The best division under your limits with its certificate, its risk, the current plan and the seeds’ rule beside it.',
      description:
        'Answered at once with 1,000 scenarios. ALLOCATION_CONTRADICTORY names every set of limits that cannot hold together.',
      guard: 'query:read',
      params: ofKind,
      query: none,
      body: AllocationQuestion,
      reply: AllocationAnswer,
      errors: [
        'ALLOCATION_INVALID',
        'ALLOCATION_CONTRADICTORY',
        'ALLOCATION_BASIS_MISSING',
        'MODELS_BUSY',
        'GATEWAY_OVERLOADED',
        'BUS_REQUEST_FAILED',
      ],
      handle: async ({ body, caller, params: { kind } }) =>
        await models.ask(
          allocateSubject,
          { tenant: principalOf(caller).tenant, kind, question: body },
          answers,
        ),
    }),
  ];
}

/** Schemas that have a name in the OpenAPI document. */
export const allocationSchemas = {
  AllocationQuestion,
  AllocationAnswer,
  AllocationWorkbench,
  AllocationPlanRecord,
  PlanRequest,
  PlanList,
};
