import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import {
  defaultTrendAssumptions,
  TrendAssumptions,
  TrendAssumptionsRequest,
  TrendLifecycle,
  type LifecycleQuestion,
} from '../../platform/contracts/trend-lifecycle.ts';
import { TrendHistory, TrendList, TrendSourceName, TrendStageName } from '../../platform/contracts/trend.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Analyst } from '../analytics/ask.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import { readRange } from '../series/range.ts';
import { readTrend, readTrends } from '../trends/trend-history.ts';
import { tenantOf } from './session-routes.ts';

const tag = 'Trends';
const DAY_MS = 86_400_000;
const storeErrors = ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'] as const;
const Instant = (description: string) =>
  Type.Optional(
    Type.String({ maxLength: 64, description: `${description}. Milliseconds since 1970 or RFC 3339` }),
  );

export interface TrendRouteDeps {
  readonly access: Access;
  readonly analyst: Analyst;
  readonly assumptions: KvMirror<TrendAssumptions>;
  readonly store: Store;
  readonly clock: Clock;
}

const lifecycleCodec = createJsonCodec(TrendLifecycle);
const WHOLE = { fromMs: 0, toMs: 1 };

export function trendRoutes({ access, analyst, assumptions, store, clock }: TrendRouteDeps): Route[] {
  const lists = createSharedAnswers<TrendList>(clock, 1_000, 500);
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/trends',
      tag,
      summary:
        'Topics and channels that are trending, by virality × validation, each with stage, evidence and timing.',
      description:
        'From mentions, search interest, news, competitors’ posts and the posts and charts of platforms. RPM and revenue are estimates.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          stage: Type.Optional(TrendStageName),
          source: Type.Optional(TrendSourceName),
          kind: Type.Optional(Type.Union([Type.Literal('topic'), Type.Literal('channel')])),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '20 when absent' })),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: TrendList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const { tenant } = principalOf(caller);
        const { limit = 20, ...filters } = query;
        return await lists.get(
          JSON.stringify([tenant, limit, filters]),
          async () => await readTrends(store, { tenant, limit, ...filters }),
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/trends/{key}',
      tag,
      summary: 'One trend as it was last evaluated, and how it went by the hour.',
      guard: 'query:read',
      params: Type.Object(
        { key: Type.String({ minLength: 1, maxLength: 300 }) },
        { additionalProperties: false },
      ),
      query: Type.Object(
        {
          from: Instant('Start, in event time; 30 days before the end when absent'),
          to: Instant('End, exclusive; when absent, after everything known'),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: TrendHistory,
      errors: ['TREND_NOT_FOUND', ...storeErrors],
      handle: async ({ caller, params, query }) => {
        const { tenant } = principalOf(caller);
        const range =
          query.from === undefined && query.to === undefined
            ? { fromMs: 0, toMs: clock.nowMs() + DAY_MS }
            : readRange(query.from, query.to, clock.nowMs(), 30 * DAY_MS);
        const found = await readTrend(store, tenant, params.key, range);
        if (found === undefined)
          throw new WeirError('TREND_NOT_FOUND', `There was no trend ${params.key} so far.`);
        return { trend: found.trend, points: found.points };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/trends/{key}/lifecycle',
      tag,
      summary:
        'How a trend is expected to go on, what a content in it may return, what may go wrong, and go or no go.',
      description:
        'Reckoned from its last evaluation with the tenant’s own revenue and cost of the 28 days before it, or the assumptions set. All figures are estimates.',
      guard: 'query:read',
      params: Type.Object(
        { key: Type.String({ minLength: 1, maxLength: 300 }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      reply: TrendLifecycle,
      errors: ['TREND_NOT_FOUND', 'BUS_REQUEST_FAILED', ...storeErrors],
      handle: async ({ caller, params }) => {
        const { tenant } = principalOf(caller);
        const found = await readTrend(store, tenant, params.key, WHOLE);
        if (found === undefined)
          throw new WeirError('TREND_NOT_FOUND', `There was no trend ${params.key} so far.`);
        const { currency, timeZone, rates } = tenantOf(access, tenant);
        const question: LifecycleQuestion = {
          trend: found.trend,
          atMs: found.atMs,
          assumptions: assumptions.get(tenant) ?? defaultTrendAssumptions,
          usdRate: currency === 'USD' ? 1 : (rates['USD'] ?? null),
        };
        return await analyst.ask('trend-lifecycle', { tenant, timeZone, currency }, question, lifecycleCodec);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/trend-assumptions',
      tag,
      summary: 'What the tenant reckons with when a trend is weighed.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: TrendAssumptions,
      handle: async ({ caller }) => assumptions.get(principalOf(caller).tenant) ?? defaultTrendAssumptions,
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/trend-assumptions',
      tag,
      summary: 'Changes what the tenant reckons with; what is left out stays.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: TrendAssumptionsRequest,
      reply: TrendAssumptions,
      handle: async ({ body, caller }) => {
        const changed = await assumptions.update(principalOf(caller).tenant, (before) => ({
          ...defaultTrendAssumptions,
          ...before,
          ...body,
        }));
        return changed ?? defaultTrendAssumptions;
      },
    }),
  ];
}
