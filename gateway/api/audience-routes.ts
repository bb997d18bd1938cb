import { Type } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  AudienceAnswer,
  audienceSubject,
  AudienceTopic,
  DemographicFieldName,
  PrivateRequest,
  type AudienceQuestion,
} from '../../platform/contracts/audience.ts';
import { PrivacyState, privacySubject } from '../../platform/contracts/privacy.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import { parseInstant } from '../series/range.ts';
import { askProcessors } from '../system/ask-processors.ts';

export interface AudienceRouteDeps {
  readonly bus: Bus;
  readonly clock: Clock;
}

const tag = 'Audience';
const timeoutMs = 35_000;
/** Exact answers read the stored events; dashboards that open together share one. */
const sharedMs = 10_000;
const Instant = Type.Optional(
  Type.String({
    maxLength: 64,
    description: 'Milliseconds since 1970 or RFC 3339; the last 28 days when absent',
  }),
);
const What = Type.Object({ what: AudienceTopic }, { additionalProperties: false });
const answerCodec = createJsonCodec(AudienceAnswer);
const stateCodec = createJsonCodec(PrivacyState);

export function audienceRoutes({ bus, clock }: AudienceRouteDeps): Route[] {
  const exact = createSharedAnswers<AudienceAnswer>(clock, sharedMs, 200);
  const ask = async (question: AudienceQuestion): Promise<AudienceAnswer> =>
    await askProcessors(bus, audienceSubject, question, answerCodec, timeoutMs);

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/privacy-budget',
      tag,
      summary: 'The privacy budget of a period: what is left, and what was spent on what.',
      description: 'Who asked is told to callers with the scope admin alone.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          at: Type.Optional(
            Type.String({ maxLength: 64, description: 'A moment of the period; now when absent' }),
          ),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: PrivacyState,
      errors: ['BUS_REQUEST_FAILED'],
      handle: async ({ caller, query }) => {
        const { scopes, tenant } = principalOf(caller);
        const at = query.at === undefined ? {} : { atMs: parseInstant('at', query.at) };
        const state = await askProcessors(bus, privacySubject, { tenant, ...at }, stateCodec, timeoutMs);
        if (scopes.includes('admin')) return state;
        return { ...state, charges: state.charges.map((charge) => ({ ...charge, by: '' })) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/audience/{what}',
      tag,
      summary: 'A question about the whole audience, answered exactly for the tenant’s own people.',
      description:
        'Activity by hour of the week, return rates, watch time, interactions, loyalty, descriptive churn rates, preferences, demographics (people, views, minutes and revenue by what events say of a person; groups of fewer than ten people are told together or not at all). Days are in the tenant’s zone; ' +
        'at most 92. Segments are asked by POST.',
      guard: 'query:read',
      params: What,
      query: Type.Object(
        {
          from: Instant,
          to: Instant,
          by: Type.Optional(
            Type.Union([Type.Literal('channel'), Type.Literal('content')], {
              description: 'What preferences are of; channel when absent',
            }),
          ),
          field: Type.Optional(DemographicFieldName),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: AudienceAnswer,
      errors: ['AUDIENCE_QUESTION_INVALID', 'AUDIENCE_BUSY', 'STORE_UNAVAILABLE', 'BUS_REQUEST_FAILED'],
      handle: async ({ caller, params, query }) => {
        const question: AudienceQuestion = {
          tenant: principalOf(caller).tenant,
          asker: '',
          what: params.what,
          release: 'tenant',
          ...rangeOf(query),
          ...(query.by === undefined ? {} : { by: query.by }),
          ...(query.field === undefined ? {} : { field: query.field }),
        };
        return await exact.get(JSON.stringify(question), async () => await ask(question));
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/audience/{what}',
      tag,
      summary:
        'A question that names a segment, or whose answer leaves the tenant: answered with differential privacy.',
      description:
        'Costs privacy budget once; the same question in the same period is answered again for nothing. Refused with PRIVACY_BUDGET_SPENT ' +
        'when the budget of the period does not hold it.',
      guard: 'kpis:write',
      params: What,
      query: none,
      body: PrivateRequest,
      reply: AudienceAnswer,
      errors: [
        'AUDIENCE_QUESTION_INVALID',
        'PRIVACY_BUDGET_SPENT',
        'PRIVACY_LEDGER_BUSY',
        'AUDIENCE_BUSY',
        'STORE_UNAVAILABLE',
        'BUS_REQUEST_FAILED',
      ],
      handle: async ({ body, caller, params }) => {
        const { subject, tenant } = principalOf(caller);
        const { from, to, release = 'tenant', ...rest } = body;
        return await ask({
          ...rest,
          what: params.what,
          tenant,
          asker: subject,
          release,
          ...rangeOf({ from, to }),
        });
      },
    }),
  ];
}

function rangeOf(query: { readonly from?: string | undefined; readonly to?: string | undefined }) {
  return {
    ...(query.from === undefined ? {} : { fromMs: parseInstant('from', query.from) }),
    ...(query.to === undefined ? {} : { toMs: parseInstant('to', query.to) }),
  };
}
