import { Type } from '@sinclair/typebox';
import {
  DecisionSettingsRequest,
  DecisionSettingsView,
  StopRequest,
} from '../../platform/contracts/decision-wire.ts';
import {
  ApproveRequest,
  Calibration,
  Decision,
  DecisionList,
  ReasonRequest,
} from '../../platform/contracts/decision.ts';
import { ChangeList, OutboxItem, OutboxList, outboxStates } from '../../platform/contracts/outbox.ts';
import { decisionStates, RecordId } from '../../platform/contracts/policy.ts';
import { ProposeRequest } from '../../platform/contracts/proposal.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { DecisionDesk } from './ask.ts';

const tag = 'Decisions';
const Id = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 120 }) },
  { additionalProperties: false },
);
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 }));
const defaultLimit = 50;

/** Decisions, what came of them, the kill switches and the outbox. */
export function decisionRoutes(desk: DecisionDesk): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/decisions',
      tag,
      summary: 'Decisions, newest first.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          state: Type.Optional(
            Type.String({
              maxLength: 120,
              description: `States separated by commas, of ${decisionStates.join(', ')}`,
            }),
          ),
          policy: Type.Optional(RecordId),
          limit: Limit,
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: DecisionList,
      handle: async ({ caller, query }) =>
        await desk.ask('decisions-list', principalOf(caller), {
          ...(query.state === undefined ? {} : { states: among(decisionStates, query.state) }),
          ...(query.policy === undefined ? {} : { policyId: query.policy }),
          limit: query.limit ?? defaultLimit,
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/decisions/calibration',
      tag,
      summary: 'Realised effect against predicted, by policy.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: Calibration,
      handle: async ({ caller }) => await desk.ask('decisions-calibration', principalOf(caller), {}),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/decisions/{id}',
      tag,
      summary: 'One decision with its evidence and history.',
      guard: 'query:read',
      params: Id,
      query: none,
      body: noBody,
      reply: Decision,
      errors: ['DECISION_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.ask('decisions-get', principalOf(caller), params),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/decisions',
      tag,
      summary: 'Proposes what a workbench, a kept plan, a price test or an experiment recommends.',
      description:
        'The server works out again what to change, what it costs and what it is expected to bring; no figures are sent. The same ' +
        'proposal while it is open is the same decision.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: ProposeRequest,
      status: 201,
      reply: Decision,
      errors: [
        'DECISION_PROPOSAL_EMPTY',
        'DECISION_LIMIT_REACHED',
        'PLAN_NOT_FOUND',
        'PRICE_TEST_NOT_FOUND',
        'EXPERIMENT_NOT_FOUND',
        'ALLOCATION_BASIS_MISSING',
        'ALLOCATION_CONTRADICTORY',
        'ALLOCATION_INVALID',
        'PRICING_BASIS_MISSING',
        'PRICING_INPUT_INVALID',
        'MONETIZATION_INPUT_INVALID',
        'MODELS_BUSY',
      ],
      handle: async ({ body, caller }) => await desk.ask('decisions-propose', principalOf(caller), body),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/decisions/{id}/approve',
      tag,
      summary:
        'Approves what the decision rests on; above the limit of the tenant with the amount typed again.',
      description:
        'An approval counts for the inputs it names. Above the limit two people must approve, neither the author of the policy.',
      guard: 'decisions:approve',
      params: Id,
      query: none,
      body: ApproveRequest,
      reply: Decision,
      errors: [
        'DECISION_NOT_FOUND',
        'DECISION_STATE_WRONG',
        'DECISION_INPUTS_STALE',
        'DECISION_APPROVAL_REFUSED',
        'DECISION_AMOUNT_WRONG',
      ],
      handle: async ({ body, caller, params }) =>
        await desk.ask('decisions-approve', principalOf(caller), { ...params, ...body }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/decisions/{id}/reject',
      tag,
      summary: 'Rejects a proposal, or what was approved and has not begun.',
      guard: 'decisions:approve',
      params: Id,
      query: none,
      body: ReasonRequest,
      reply: Decision,
      errors: ['DECISION_NOT_FOUND', 'DECISION_STATE_WRONG'],
      handle: async ({ body, caller, params }) =>
        await desk.ask('decisions-reject', principalOf(caller), { ...params, ...body }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/decisions/{id}/undo',
      tag,
      summary: 'Takes back what was applied, where the world allows.',
      guard: 'decisions:approve',
      params: Id,
      query: none,
      body: ReasonRequest,
      reply: Decision,
      errors: ['DECISION_NOT_FOUND', 'DECISION_STATE_WRONG', 'DECISION_NOT_REVERSIBLE'],
      handle: async ({ body, caller, params }) =>
        await desk.ask('decisions-undo', principalOf(caller), { ...params, ...body }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/decision-settings',
      tag,
      summary: 'What may run without a person, the limit of four eyes, and the kill switches.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: DecisionSettingsView,
      handle: async ({ caller }) => await desk.ask('settings-get', principalOf(caller), {}),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/decision-settings',
      tag,
      summary: 'Changes what may run without a person and the limit of four eyes.',
      guard: 'admin',
      params: none,
      query: none,
      body: DecisionSettingsRequest,
      reply: DecisionSettingsView,
      errors: ['DECISION_VERSION_CONFLICT'],
      handle: async ({ body, caller }) => await desk.ask('settings-save', principalOf(caller), body),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/decision-settings/stop',
      tag,
      summary: 'The kill switch of the tenant: while it is on nothing is executed.',
      guard: 'decisions:approve',
      params: none,
      query: none,
      body: StopRequest,
      reply: DecisionSettingsView,
      handle: async ({ body, caller }) =>
        await desk.ask('settings-stop', principalOf(caller), { ...body, all: false }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/decision-settings/stop-all',
      tag,
      summary: 'The kill switch of every tenant; for admins of tenant main.',
      guard: 'admin',
      params: none,
      query: none,
      body: StopRequest,
      reply: DecisionSettingsView,
      handle: async ({ body, caller }) =>
        await desk.ask('settings-stop', principalOf(caller), { ...body, all: true }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/outbox',
      tag,
      summary: 'Actions with their tries; state=dead shows what was given up.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          state: Type.Optional(Type.String({ maxLength: 80, description: `Of ${outboxStates.join(', ')}` })),
          cause: Type.Optional(
            Type.String({ maxLength: 200, description: 'Id of the decision or schedule' }),
          ),
          limit: Limit,
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: OutboxList,
      handle: async ({ caller, query }) =>
        await desk.ask('outbox-list', principalOf(caller), {
          ...(query.state === undefined ? {} : { states: among(outboxStates, query.state) }),
          ...(query.cause === undefined ? {} : { causeId: query.cause }),
          limit: query.limit ?? defaultLimit,
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/outbox/{id}/replay',
      tag,
      summary: 'Tries again what was given up, under the same id.',
      guard: 'decisions:approve',
      params: Id,
      query: none,
      body: noBody,
      reply: OutboxItem,
      errors: ['DECISION_OUTBOX_NOT_FOUND', 'DECISION_OUTBOX_NOT_DEAD'],
      handle: async ({ caller, params }) => await desk.ask('outbox-replay', principalOf(caller), params),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/changes',
      tag,
      summary: 'Changes of budgets, slots and prices for connectors to apply, newest first.',
      guard: 'query:read',
      params: none,
      query: Type.Object({ limit: Limit }, { additionalProperties: false }),
      body: noBody,
      reply: ChangeList,
      handle: async ({ caller, query }) =>
        await desk.ask('changes-list', principalOf(caller), { limit: query.limit ?? defaultLimit }),
    }),
  ];
}

function among<T extends string>(known: readonly T[], text: string): T[] {
  return text.split(',').map((part) => {
    const found = known.find((each) => each === part.trim());
    if (found === undefined)
      throw new WeirError(
        'GATEWAY_REQUEST_INVALID',
        `Query parameter "state" may hold ${known.join(', ')}.`,
        {
          details: { in: 'query', field: 'state' },
        },
      );
    return found;
  });
}
