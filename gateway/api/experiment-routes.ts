import { Type } from '@sinclair/typebox';
import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import {
  ExperimentAssignment,
  ExperimentList,
  ExperimentRequest,
  ExperimentView,
  type Experiment,
  type ExperimentResult,
} from '../../platform/contracts/experiment.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { assign, viewOf, type Experiments } from '../experiments/experiments.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import { tenantOf } from './session-routes.ts';

export interface ExperimentRouteDeps {
  readonly access: Access;
  readonly experiments: Experiments;
  readonly results: Pick<KvMirror<ExperimentResult>, 'get'>;
  readonly clock: Clock;
}

const tag = 'Experiments';
const path = '/api/v1/experiments';
const ExperimentPath = Type.Object(
  { key: Type.String({ pattern: '^[a-z][a-z0-9_-]{0,63}$' }) },
  { additionalProperties: false },
);
const StopRequest = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500 }) },
  { additionalProperties: false },
);
const AssignmentQuery = Type.Object(
  {
    user: Type.String({ minLength: 1, maxLength: 256 }),
    at: Type.Optional(
      Type.String({
        pattern: '^\\d{1,15}$',
        description:
          'When the user first came, in ms since 1970: the answer then stays the same while shares follow the results',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Experiments: their design, their life, who gets what, and what is known. */
export function experimentRoutes({ access, clock, experiments, results }: ExperimentRouteDeps): Route[] {
  const view = (experiment: Experiment): ExperimentView =>
    viewOf(
      experiment,
      results.get(`${experiment.tenant}.${experiment.key}`),
      tenantOf(access, experiment.tenant).currency,
    );
  return [
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary: 'Experiments of the tenant with what is known of each, newest first.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ExperimentList,
      handle: async ({ caller }) => ({ experiments: experiments.list(principalOf(caller).tenant).map(view) }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/{key}`,
      tag,
      summary: 'One experiment.',
      guard: 'query:read',
      params: ExperimentPath,
      query: none,
      body: noBody,
      reply: ExperimentView,
      errors: ['EXPERIMENT_NOT_FOUND'],
      handle: async ({ caller, params }) => view(experiments.get(principalOf(caller).tenant, params.key)),
    }),
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Makes a draft.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: ExperimentRequest,
      status: 201,
      reply: ExperimentView,
      errors: ['EXPERIMENT_INVALID', 'EXPERIMENT_CONFLICT', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller, setHeader }) => {
        const { tenant } = principalOf(caller);
        const made = await experiments.create(tenant, body, randomBase62(16), clock.nowMs());
        setHeader('Location', `${path}/${made.key}`);
        return view(made);
      },
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/{key}`,
      tag,
      summary: 'Gives a draft another design. What has run keeps the design it ran with.',
      guard: 'kpis:write',
      params: ExperimentPath,
      query: none,
      body: Type.Omit(ExperimentRequest, ['key']),
      reply: ExperimentView,
      errors: ['EXPERIMENT_INVALID', 'EXPERIMENT_CONFLICT', 'EXPERIMENT_NOT_FOUND'],
      handle: async ({ body, caller, params }) =>
        view(await experiments.redesign(principalOf(caller).tenant, { ...body, key: params.key })),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/{key}/start`,
      tag,
      summary: 'Starts a draft: from now on users are assigned and counted.',
      guard: 'decisions:approve',
      params: ExperimentPath,
      query: none,
      body: noBody,
      reply: ExperimentView,
      errors: ['EXPERIMENT_CONFLICT', 'EXPERIMENT_NOT_FOUND'],
      handle: async ({ caller, params }) =>
        view(await experiments.start(principalOf(caller).tenant, params.key, clock.nowMs())),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/{key}/stop`,
      tag,
      summary: 'Stops a running experiment for good.',
      guard: 'decisions:approve',
      params: ExperimentPath,
      query: none,
      body: StopRequest,
      reply: ExperimentView,
      errors: ['EXPERIMENT_CONFLICT', 'EXPERIMENT_NOT_FOUND'],
      handle: async ({ body, caller, params }) =>
        view(await experiments.stop(principalOf(caller).tenant, params.key, body.reason, clock.nowMs())),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/{key}`,
      tag,
      summary: 'Deletes a draft.',
      guard: 'kpis:write',
      params: ExperimentPath,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['EXPERIMENT_CONFLICT', 'EXPERIMENT_NOT_FOUND'],
      handle: async ({ caller, params }) => {
        await experiments.delete(principalOf(caller).tenant, params.key);
      },
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/{key}/assignment`,
      tag,
      summary: 'The variant a user gets. Send an experiment_exposure event when the user really sees it.',
      description:
        'A client may compute it by itself: the first 52 bits of SHA-256 of salt, newline, user, over 2^52, is the position; shares lie end to ' +
        'end in the order of the variants, over `traffic`.',
      guard: 'query:read',
      params: ExperimentPath,
      query: AssignmentQuery,
      body: noBody,
      reply: ExperimentAssignment,
      errors: ['EXPERIMENT_NOT_FOUND'],
      handle: async ({ caller, params, query }) => {
        const experiment = experiments.get(principalOf(caller).tenant, params.key);
        const atMs = query.at === undefined ? clock.nowMs() : Number(query.at);
        return { experiment: experiment.key, variant: assign(experiment, query.user, atMs) };
      },
    }),
  ];
}
