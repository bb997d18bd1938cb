import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { SeriesReply, TopReply, WindowParam } from '../../platform/contracts/api.ts';
import { dimensions, type KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createSharedAnswers } from '../history/shared-answers.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import {
  readCuts,
  readWindow,
  refuseUnknownCuts,
  type Filters,
  type SeriesQuestion,
} from '../series/question.ts';
import { readRange, readSeriesRange } from '../series/range.ts';
import { readRecurringSeries, type PolicyOf } from '../recurring/recurring-series.ts';
import { readSeries } from '../series/series.ts';
import { MAX_TRAILING } from '../series/trailing-cells.ts';
import { readTop } from '../series/top.ts';
import { findKpi, KpiKey } from './kpi-routes.ts';
import { tenantOf } from './session-routes.ts';

export interface SeriesRouteDeps {
  readonly access: Access;
  readonly kpis: KvMirror<KpiDefinition>;
  readonly policyOf: PolicyOf;
  readonly store: Store;
  readonly clock: Clock;
  /** Event time up to which a tenant's windows are complete; null before its first event. */
  readonly watermark: (tenant: string) => Promise<number | null>;
}

const tag = 'KPIs';
const instant = 'Milliseconds since 1970 or RFC 3339';
const Instant = (description: string) =>
  Type.Optional(Type.String({ maxLength: 64, description: `${description}. ${instant}` }));
const Value = Type.Optional(Type.String({ maxLength: 256, description: 'Only events with this value' }));

const SeriesQuery = Type.Object(
  {
    window: Type.Optional(WindowParam),
    from: Instant('Start; the window that holds it is the first'),
    to: Instant('End, exclusive; the window that holds the instant before it is the last'),
    by: Type.Optional(
      Type.String({
        maxLength: 200,
        description: `Dimensions to cut by, comma-separated: ${dimensions.join(', ')}`,
      }),
    ),
    trailing: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_TRAILING,
        description:
          'Each point is over this many windows, the last of them its own: window=1d&trailing=7 is a rolling week. 1 when absent',
      }),
    ),
    channel: Value,
    content: Value,
    country: Value,
    stream: Value,
  },
  { additionalProperties: false },
);

const TopQuery = Type.Object(
  {
    by: Type.Optional(
      Type.Union([Type.Literal('channel'), Type.Literal('content')], { description: 'channel when absent' }),
    ),
    kpi: Type.Optional(KpiKey),
    window: Type.Optional(WindowParam),
    from: Instant('Start; today in the tenant’s zone when absent'),
    to: Instant('End, exclusive'),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: '10 when absent' })),
  },
  { additionalProperties: false },
);

const sharedMs = 250;

export function seriesRoutes({ access, kpis, policyOf, store, clock, watermark }: SeriesRouteDeps): Route[] {
  const series = createSharedAnswers<SeriesReply['series']>(clock, sharedMs, 200);
  const tops = createSharedAnswers<TopReply['entries']>(clock, sharedMs, 200);

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/kpis/{key}/series',
      tag,
      summary: 'Values of a KPI over time, one series per combination of the dimensions asked for.',
      description:
        'Windows are event time, half-open; days and months are in the tenant’s zone. Windows in which nothing happened have no ' +
        'point. One dimension or none is answered from live rollups, whose distinct counts are exact up to 256 and then estimated; ' +
        'other combinations are counted from stored events. At most 50,000 points.',
      guard: 'query:read',
      params: Type.Object({ key: KpiKey }, { additionalProperties: false }),
      query: SeriesQuery,
      body: noBody,
      reply: SeriesReply,
      errors: ['KPI_NOT_FOUND', 'GATEWAY_RANGE_TOO_WIDE', 'STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, params, query }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const definition = findKpi(kpis, tenant.id, params.key);
        const window = readWindow(query.window, definition);
        const windows = createWindowClock(tenant.timeZone);
        const question: SeriesQuestion = {
          tenant: tenant.id,
          definition,
          window,
          trailing: query.trailing ?? 1,
          range: readSeriesRange(query.from, query.to, window, clock.nowMs(), windows),
          by: readCuts(query.by, definition),
          filters: filtersOf(query),
        };
        if (definition.basis === undefined) refuseUnknownCuts(question);
        if (definition.basis === 'recurring' && question.trailing > 1)
          throw new WeirError(
            'GATEWAY_REQUEST_INVALID',
            `${definition.key} is what holds at the end of a window, so it has no trailing windows.`,
            { details: { in: 'query', field: 'trailing' } },
          );
        const [watermarkMs, answer] = await Promise.all([
          watermark(tenant.id),
          series.get(JSON.stringify(question), async () =>
            definition.basis === 'recurring'
              ? await readRecurringSeries(store, question, tenant, policyOf)
              : await readSeries(store, question, tenant),
          ),
        ]);
        return {
          key: definition.key,
          unit: definition.unit,
          ...(definition.unit === 'currency' ? { currency: tenant.currency } : {}),
          window,
          watermarkMs,
          series: answer,
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/top',
      tag,
      summary: 'Channels or contents with the highest value of a KPI over a range.',
      description: 'Windows of the size asked for are added up; 1d when absent.',
      guard: 'query:read',
      params: none,
      query: TopQuery,
      body: noBody,
      reply: TopReply,
      errors: ['KPI_NOT_FOUND', 'STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'],
      handle: async ({ caller, query }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const definition = findKpi(kpis, tenant.id, query.kpi ?? 'views');
        const { by = 'channel', limit = 10, window = '1d' } = query;
        refuseUnknownCuts({ by: [by], definition, filters: {} });
        const windows = createWindowClock(tenant.timeZone);
        const nowMs = clock.nowMs();
        const asked = readRange(
          query.from ?? String(windows.start('1d', nowMs)),
          query.to ?? String(nowMs + 1),
          nowMs,
          0,
        );
        const range = {
          fromMs: windows.start(window, asked.fromMs),
          toMs: windows.end(window, windows.start(window, asked.toMs - 1)),
        };
        const question = { by, definition, window, range, limit };
        const entries = await tops.get(JSON.stringify([tenant.id, question]), async () => {
          const ranked = await readTop(store, question, tenant);
          return ranked.map(({ id, title, value }) => ({ id, title, value }));
        });
        return {
          kpi: definition.key,
          by,
          unit: definition.unit,
          ...(definition.unit === 'currency' ? { currency: tenant.currency } : {}),
          ...range,
          entries,
        };
      },
    }),
  ];
}

function filtersOf(query: Partial<Record<(typeof dimensions)[number], string>>): Filters {
  const filters: Partial<Record<(typeof dimensions)[number], string>> = {};
  for (const dimension of dimensions) {
    const value = query[dimension];
    if (value === undefined) continue;
    if (value.includes('\0'))
      throw new WeirError('GATEWAY_REQUEST_INVALID', `"${dimension}" holds a NUL character.`);
    filters[dimension] = value;
  }
  return filters;
}
