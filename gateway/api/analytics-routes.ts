import { Type } from '@sinclair/typebox';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { AnalyticsFilters, type AnalyticsScope } from '../../platform/contracts/analytics.ts';
import { AttributionQuestion, AttributionReply } from '../../platform/contracts/attribution.ts';
import { CohortQuestion, CohortReply, isCohortSegment } from '../../platform/contracts/cohorts.ts';
import { FunnelQuestion, FunnelReply, isFunnelSegment } from '../../platform/contracts/funnel.ts';
import { dimensions } from '../../platform/contracts/kpi.ts';
import {
  defaultTargetPerMonth,
  PlanName,
  pnlGrains,
  PnlReply,
  TargetPerMonth,
} from '../../platform/contracts/pnl.ts';
import { RisksReply } from '../../platform/contracts/risks.ts';
import { BreakdownReply, DecompositionReply } from '../../platform/contracts/revenue.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Analyst } from '../analytics/ask.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import { principalOf, type Caller } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import { parseInstant, readRange, type TimeRange } from '../series/range.ts';
import { tenantOf } from './session-routes.ts';

export interface AnalyticsRouteDeps {
  readonly access: Access;
  readonly analyst: Analyst;
  readonly clock: Clock;
}

const tag = 'Revenue analytics';
const DAY_MS = 86_400_000;
const sharedMs = 1_000;

const Instant = (description: string) =>
  Type.Optional(
    Type.String({ maxLength: 64, description: `${description}. Milliseconds since 1970 or RFC 3339` }),
  );
const span = { from: Instant('Start'), to: Instant('End, exclusive; now when absent') };

const BreakdownQuery = Type.Object(
  {
    ...span,
    by: Type.Optional(
      Type.Union(
        dimensions.map((dimension) => Type.Literal(dimension)),
        { description: 'stream when absent' },
      ),
    ),
    comparedFrom: Instant('Start of what it is compared with'),
    comparedTo: Instant('End of what it is compared with'),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: '100 when absent' })),
  },
  { additionalProperties: false },
);
const DecompositionQuery = Type.Object(
  { ...span, ...AnalyticsFilters.properties },
  { additionalProperties: false },
);
const PnlQuery = Type.Object(
  {
    ...span,
    grain: Type.Optional(
      Type.Union(
        pnlGrains.map((grain) => Type.Literal(grain)),
        { description: 'month when absent' },
      ),
    ),
    plan: Type.Optional(PlanName),
    targetPerMonth: Type.Optional(TargetPerMonth),
  },
  { additionalProperties: false },
);

const codecs = {
  funnel: createJsonCodec(FunnelReply),
  cohorts: createJsonCodec(CohortReply),
  attribution: createJsonCodec(AttributionReply),
  breakdown: createJsonCodec(BreakdownReply),
  decomposition: createJsonCodec(DecompositionReply),
  pnl: createJsonCodec(PnlReply),
  risks: createJsonCodec(RisksReply),
};
const longText =
  'A short one is answered at once. A long one answers `state: running` with its percentage; asking the same again gives the newest ' +
  'percentage and in the end `state: done` with the answer. Nobody asking for a minute ends it. At most 300,000 users are followed.';
const segmentText =
  'With a filter, a cut or a field an event must have, it is about a part of the users: that needs the scope kpis:write, as private answers do, and groups ' +
  'of one to nine people are null.';
const windowErrors = [
  'ANALYTICS_QUESTION_INVALID',
  'STORE_UNAVAILABLE',
  'GATEWAY_OVERLOADED',
  'BUS_REQUEST_FAILED',
] as const;
const userErrors = [...windowErrors, 'ANALYTICS_TOO_LARGE', 'ANALYTICS_BUSY'] as const;

/** Where revenue comes from, what leads to it and what is left of it. */
export function analyticsRoutes({ access, analyst, clock }: AnalyticsRouteDeps): Route[] {
  const breakdowns = createSharedAnswers<BreakdownReply>(clock, sharedMs, 100);
  const decompositions = createSharedAnswers<DecompositionReply>(clock, sharedMs, 100);
  const statements = createSharedAnswers<PnlReply>(clock, sharedMs, 100);
  const scopeOf = (caller: Caller): AnalyticsScope => {
    const { id, timeZone, currency } = tenantOf(access, principalOf(caller).tenant);
    return { tenant: id, timeZone, currency };
  };
  /** Up to now when nothing else is said, beginning `days` before. */
  const rangeOf = (query: { readonly from?: string; readonly to?: string }, days: number): TimeRange => {
    const nowMs = clock.nowMs();
    return readRange(query.from, query.to ?? String(nowMs + 1), nowMs, days * DAY_MS);
  };

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/revenue/breakdown',
      tag,
      summary:
        'Revenue by stream, channel, content or country, with comparison, pace, concentration and risks.',
      description:
        'From live windows: whole hours, or whole days where the range is made up of them. Today in the tenant’s zone when no range is given; at most 400 days.',
      guard: 'query:read',
      params: none,
      query: BreakdownQuery,
      body: noBody,
      reply: BreakdownReply,
      errors: windowErrors,
      handle: async ({ caller, query }) => {
        const scope = scopeOf(caller);
        const today = createWindowClock(scope.timeZone).start('1d', clock.nowMs());
        const { comparedFrom, comparedTo } = query;
        refuseHalfComparison(comparedFrom, comparedTo);
        const question = {
          ...rangeOf({ from: String(today), ...query }, 1),
          by: query.by ?? 'stream',
          limit: query.limit ?? 100,
          ...(comparedFrom === undefined
            ? {}
            : { comparedFromMs: parseInstant('comparedFrom', comparedFrom) }),
          ...(comparedTo === undefined ? {} : { comparedToMs: parseInstant('comparedTo', comparedTo) }),
        };
        return await breakdowns.get(JSON.stringify([scope, question]), () =>
          analyst.ask('breakdown', scope, question, codecs.breakdown),
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/revenue/decomposition',
      tag,
      summary:
        'Trend, hour-of-day and day-of-week effects of revenue, its interval of .95 and what lies outside.',
      description:
        'From complete hours, 56 days when no range is given, at most 400. Seasons need two days, weekdays are those that were seen.',
      guard: 'query:read',
      params: none,
      query: DecompositionQuery,
      body: noBody,
      reply: DecompositionReply,
      errors: windowErrors,
      handle: async ({ caller, query: { from, to, ...filters } }) => {
        const scope = scopeOf(caller);
        const question = {
          ...rangeOf({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, 56),
          filters,
        };
        return await decompositions.get(JSON.stringify([scope, question]), () =>
          analyst.ask('decomposition', scope, question, codecs.decomposition),
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/revenue/risks',
      tag,
      summary:
        'What could harm revenue, with measure, bound and money at risk, and what to do by expected effect.',
      description: `As of the last complete day of the tenant’s zone, from up to 112 days of windows and 56 of events. Amounts are for 28 days; risks overlap and do not add up. How each is worked out is told by its method (docs/adr/0037). ${longText}`,
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: RisksReply,
      errors: userErrors,
      handle: async ({ caller }) => await analyst.ask('risks', scopeOf(caller), {}, codecs.risks),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/pnl',
      tag,
      summary: 'Profit and loss by day, week or month and by channel: revenue − cost − fee = profit.',
      description:
        'Days are those of the tenant’s zone; the fee of a month and the target are spread over its days; where the question names none they are those of the settings. 90 days when no range is given, at most 400.',
      guard: 'query:read',
      params: none,
      query: PnlQuery,
      body: noBody,
      reply: PnlReply,
      errors: windowErrors,
      handle: async ({ caller, query }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const scope = scopeOf(caller);
        const question = {
          ...rangeOf(query, 90),
          grain: query.grain ?? 'month',
          plan: query.plan ?? tenant.plan ?? 'none',
          targetPerMonth: query.targetPerMonth ?? tenant.profitTargetPerMonth ?? defaultTargetPerMonth,
        };
        return await statements.get(JSON.stringify([scope, question]), () =>
          analyst.ask('pnl', scope, question, codecs.pnl),
        );
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/funnels',
      tag,
      summary: 'How many users go from step to step, how long it takes them, and by what they differ.',
      description: `Any two to ten event types, in order, strictly one after the other, or in any order. ${segmentText} ${longText}`,
      guard: 'query:read',
      params: none,
      query: none,
      body: FunnelQuestion,
      reply: FunnelReply,
      errors: userErrors,
      handle: async ({ body, caller }) => {
        if (isFunnelSegment(body)) requireSegmentRight(caller);
        return await analyst.ask('funnel', scopeOf(caller), body, codecs.funnel);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/cohorts',
      tag,
      summary:
        'Users by the day, week or month of their first entry: who came back and what each has paid so far.',
      description: `At most 60 cohorts and 24 periods after the first. ${segmentText} ${longText}`,
      guard: 'query:read',
      params: none,
      query: none,
      body: CohortQuestion,
      reply: CohortReply,
      errors: userErrors,
      handle: async ({ body, caller }) => {
        if (isCohortSegment(body)) requireSegmentRight(caller);
        return await analyst.ask('cohorts', scopeOf(caller), body, codecs.cohorts);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/attribution',
      tag,
      summary: 'Which touches led to conversions, by seven models side by side.',
      description: `First, last, linear, time decay, position, Markov removal effect and Shapley value. ${longText}`,
      guard: 'query:read',
      params: none,
      query: none,
      body: AttributionQuestion,
      reply: AttributionReply,
      errors: userErrors,
      handle: async ({ body, caller }) =>
        await analyst.ask('attribution', scopeOf(caller), body, codecs.attribution),
    }),
  ];
}

/** A segment of the users is the business of those who may ask private questions about one. */
function requireSegmentRight(caller: Caller): void {
  if (principalOf(caller).scopes.includes('kpis:write')) return;
  throw new WeirError(
    'GATEWAY_FORBIDDEN',
    'To ask about a part of the users needs the scope kpis:write; without filters, cuts and fields the question is about all of them.',
  );
}

/** Schemas that have a name in the OpenAPI document. */
export const analyticsSchemas = {
  BreakdownReply,
  DecompositionReply,
  PnlReply,
  RisksReply,
  FunnelQuestion,
  FunnelReply,
  CohortQuestion,
  CohortReply,
  AttributionQuestion,
  AttributionReply,
};

/** Half of a comparison is none, and one that ends before it begins has nothing in it: neither is answered as if it had not been asked. */
function refuseHalfComparison(from: string | undefined, to: string | undefined): void {
  if (from === undefined && to === undefined) return;
  const isWhole = from !== undefined && to !== undefined;
  if (isWhole && parseInstant('comparedFrom', from) < parseInstant('comparedTo', to)) return;
  throw new WeirError(
    'GATEWAY_REQUEST_INVALID',
    isWhole
      ? '"comparedFrom" must be before "comparedTo".'
      : 'Give both "comparedFrom" and "comparedTo", or neither.',
    { details: { in: 'query', field: from === undefined ? 'comparedFrom' : 'comparedTo' } },
  );
}
