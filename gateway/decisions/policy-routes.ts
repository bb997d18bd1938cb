import { Type } from '@sinclair/typebox';
import { Job } from '../../platform/contracts/api.ts';
import { DryRunRequest, DryRunResult } from '../../platform/contracts/dry-run.ts';
import { Policy, PolicyList, PolicyRequest, RecordId } from '../../platform/contracts/policy.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import type { DecisionDesk } from './ask.ts';

const tag = 'Policies';
const path = '/api/v1/policies';
const Id = Type.Object({ id: RecordId }, { additionalProperties: false });

/** Policies: what decides when to act. */
export function policyRoutes(desk: DecisionDesk): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'Policies of the tenant.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: PolicyList,
      handle: async ({ caller }) => await desk.ask('policies-list', principalOf(caller), {}),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/{id}`,
      tag,
      summary: 'One policy.',
      guard: 'query:read',
      params: Id,
      query: none,
      body: noBody,
      reply: Policy,
      errors: ['DECISION_POLICY_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('policies-get', principalOf(caller), params),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/{id}/versions`,
      tag,
      summary: 'Every version of a policy, newest first; of deleted ones too.',
      guard: 'query:read',
      params: Id,
      query: none,
      body: noBody,
      reply: PolicyList,
      errors: ['DECISION_POLICY_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('policies-versions', principalOf(caller), params),
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/{id}`,
      tag,
      summary: 'Creates a policy or writes a new version over the one that was read.',
      guard: 'admin',
      params: Id,
      query: none,
      body: PolicyRequest,
      reply: Policy,
      errors: [
        'DECISION_POLICY_INVALID',
        'DECISION_AUTOMATIC_REFUSED',
        'DECISION_VERSION_CONFLICT',
        'DECISION_LIMIT_REACHED',
      ],
      handle: async ({ body, caller, params }) =>
        await desk.ask('policies-save', principalOf(caller), { id: params.id, policy: body }),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/{id}/enable`,
      tag,
      summary: 'Switches a policy on or off; a version of its own.',
      guard: 'admin',
      params: Id,
      query: none,
      body: Type.Object(
        { enabled: Type.Boolean(), version: Type.Integer({ minimum: 1 }) },
        { additionalProperties: false },
      ),
      reply: Policy,
      errors: ['DECISION_POLICY_NOT_FOUND', 'DECISION_AUTOMATIC_REFUSED', 'DECISION_VERSION_CONFLICT'],
      handle: async ({ body, caller, params }) =>
        await desk.ask('policies-enable', principalOf(caller), { ...params, ...body }),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/{id}`,
      tag,
      summary: 'Deletes a policy; its open proposals end, its versions stay.',
      guard: 'admin',
      params: Id,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['DECISION_POLICY_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        await desk.ask('policies-delete', principalOf(caller), params);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/policy-dry-runs',
      tag,
      summary: 'What a policy, saved or not, would have done over stored history; a job.',
      guard: 'query:read',
      params: none,
      query: none,
      body: DryRunRequest,
      status: 202,
      reply: Job,
      errors: ['DECISION_POLICY_INVALID', 'DECISION_LIMIT_REACHED'],
      handle: async ({ body, caller }) => await desk.ask('policies-dry-run', principalOf(caller), body),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/policy-dry-runs/{id}',
      tag,
      summary: 'Result of a dry run, once its job is done.',
      guard: 'query:read',
      params: Type.Object(
        { id: Type.String({ minLength: 1, maxLength: 64 }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      reply: DryRunResult,
      errors: ['DECISION_DRY_RUN_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('dry-run-result', principalOf(caller), params),
    }),
  ];
}
