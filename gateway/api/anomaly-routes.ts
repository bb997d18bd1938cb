import { Type, type Static } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import {
  AnomalyDetail,
  AnomalyList,
  BandReply,
  defaultWatchSettings,
  SensitivityRequest,
  WatchSettings,
  type WatchedRollup,
} from '../../platform/contracts/anomaly.ts';
import { AlarmWindowSchema, type KpiDefinition } from '../../platform/contracts/kpi.ts';
import { Severity, SignalKindSchema, SignalList } from '../../platform/contracts/signal.ts';
import type { Access } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { readAnomalies, readAnomaly, readBand } from '../anomalies/anomaly-history.ts';
import { changedSettings } from '../anomalies/sensitivity.ts';
import { readSignals } from '../anomalies/signal-history.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import { readRange } from '../series/range.ts';
import { findKpi, KpiKey, tenantKpis } from './kpi-routes.ts';
import { tenantOf } from './session-routes.ts';

export interface AnomalyRouteDeps {
  readonly access: Access;
  readonly kpis: KvMirror<KpiDefinition>;
  /** KV `watch`, key = tenant. */
  readonly watch: KvMirror<WatchSettings>;
  readonly store: Store;
  readonly clock: Clock;
}

const tag = 'Anomalies';
const DAY_MS = 86_400_000;
const Instant = (description: string) =>
  Type.Optional(
    Type.String({ maxLength: 64, description: `${description}. Milliseconds since 1970 or RFC 3339` }),
  );
const Value = Type.Optional(Type.String({ maxLength: 256, description: 'Only the series of this value' }));
const Cut = { channel: Value, country: Value, stream: Value };
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '100 when absent' }));
const storeErrors = ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'] as const;
/** Windows shown around an episode on each side. */
const AROUND: Readonly<Record<AlarmWindow, number>> = { '1m': 90, '1h': 72, '1d': 60, '1mo': 13 };
/** Longest of its kind. */
const stepMs: Readonly<Record<AlarmWindow, number>> = {
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 25 * 3_600_000,
  '1mo': 31 * DAY_MS + 3_600_000,
};
/** Without `from`: about as many windows as a chart shows. */
const bandSpanMs: Readonly<Record<AlarmWindow, number>> = {
  '1m': DAY_MS,
  '1h': 31 * DAY_MS,
  '1d': 400 * DAY_MS,
  '1mo': 1_100 * DAY_MS,
};
const MAX_BAND_POINTS = 5_000;
const RELATED = 12;

const AnomalyQuery = Type.Object(
  {
    from: Instant('Episodes that end after it; seven days back when absent'),
    to: Instant('Episodes that start before it'),
    kpi: Type.Optional(KpiKey),
    window: Type.Optional(AlarmWindowSchema),
    ...Cut,
    severity: Type.Optional(Severity),
    state: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('resolved')])),
    parts: Type.Optional(
      Type.Boolean({ description: 'With the episodes that one of a wider cut covers; false when absent' }),
    ),
    limit: Limit,
  },
  { additionalProperties: false },
);

export function anomalyRoutes({ access, kpis, watch, store, clock }: AnomalyRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/anomalies',
      tag,
      summary: 'Stretches of time in which a KPI was not what was expected, the newest first.',
      description:
        'KPIs are watched by the minute and by the hour: the total and the busiest channels, countries and streams. Those that have a value a day, ' +
        'look back over days or rest on recurring revenue are watched by the day, in total; those with a value a month alone have a threshold and no ' +
        'detector. An episode of a part that the total covers is listed with parts=true.',
      guard: 'query:read',
      params: none,
      query: AnomalyQuery,
      body: noBody,
      reply: AnomalyList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const { from, to, limit = 100, parts, ...filters } = query;
        const cut = cutOf(filters);
        const found = await readAnomalies(store, tenantKpis(kpis, tenant.id), {
          tenant: tenant.id,
          range: readRange(from, to, clock.nowMs(), 7 * DAY_MS),
          ...pick(filters),
          ...(cut === undefined ? {} : { cut }),
          rootsOnly: parts !== true && cut === undefined,
          limit: limit + 1,
        });
        return {
          currency: tenant.currency,
          anomalies: found.slice(0, limit),
          isCut: found.length > limit,
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/anomalies/{id}',
      tag,
      summary:
        'One episode: what was expected around it, which values of which dimension moved it, what else happened.',
      guard: 'query:read',
      params: Type.Object(
        { id: Type.String({ minLength: 1, maxLength: 200 }) },
        { additionalProperties: false },
      ),
      query: none,
      body: noBody,
      reply: AnomalyDetail,
      errors: ['ANOMALY_NOT_FOUND', ...storeErrors],
      handle: async ({ caller, params }) => {
        const tenant = tenantOf(access, principalOf(caller).tenant);
        const definitions = tenantKpis(kpis, tenant.id);
        const found = await readAnomaly(store, definitions, tenant.id, params.id);
        if (found === undefined) throw new WeirError('ANOMALY_NOT_FOUND', 'There is no anomaly of this id.');
        const { anomaly, explanation } = found;
        const { window } = anomaly;
        const aroundMs = AROUND[window] * stepMs[window];
        const [band, near] = await Promise.all([
          readBand(store, {
            tenant: tenant.id,
            kpi: anomaly.kpi,
            window,
            rollup: anomaly.rollup,
            dim: anomaly.dim,
            range: { fromMs: anomaly.startedAtMs - aroundMs, toMs: anomaly.endedAtMs + aroundMs },
            limit: MAX_BAND_POINTS,
          }),
          readAnomalies(store, definitions, {
            tenant: tenant.id,
            range: { fromMs: anomaly.startedAtMs - stepMs[window], toMs: anomaly.endedAtMs },
            rootsOnly: false,
            limit: 200,
          }),
        ]);
        const distance = (startedAtMs: number): number => Math.abs(startedAtMs - anomaly.startedAtMs);
        return {
          currency: tenant.currency,
          anomaly,
          explanation: explanation ?? null,
          band,
          related: near
            .filter(({ id }) => id !== anomaly.id)
            .sort(
              (a, b) =>
                Number(b.rollup === 'total') - Number(a.rollup === 'total') ||
                distance(a.startedAtMs) - distance(b.startedAtMs),
            )
            .slice(0, RELATED),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/kpis/{key}/band',
      tag,
      summary: 'What a KPI was expected to be over time, as its windows were judged.',
      description: `At most ${MAX_BAND_POINTS.toLocaleString('en-US')} windows, the earliest of the range. By the minute it is kept for 30 days.`,
      guard: 'query:read',
      params: Type.Object({ key: KpiKey }, { additionalProperties: false }),
      query: Type.Object(
        {
          window: Type.Optional(AlarmWindowSchema),
          from: Instant('Start'),
          to: Instant('End, exclusive'),
          ...Cut,
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: BandReply,
      errors: ['KPI_NOT_FOUND', ...storeErrors],
      handle: async ({ caller, params, query }) => {
        const { tenant } = principalOf(caller);
        const { key } = findKpi(kpis, tenant, params.key);
        const { window = '1h' } = query;
        const cut = cutOf(query) ?? { rollup: 'total' as const, dim: '' };
        const range = readRange(query.from, query.to, clock.nowMs(), bandSpanMs[window]);
        const points = await readBand(store, {
          tenant,
          kpi: key,
          window,
          ...cut,
          range,
          limit: MAX_BAND_POINTS,
        });
        return { kpi: key, window, points };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/signals',
      tag,
      summary:
        'Signals as they were last told: broken thresholds, anomalies, trends, viral posts, forecasts missed.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          from: Instant('Signals that had not ended by then; seven days back when absent'),
          to: Instant('Signals that started before it'),
          kind: Type.Optional(SignalKindSchema),
          state: Type.Optional(Type.Union([Type.Literal('firing'), Type.Literal('resolved')])),
          limit: Limit,
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: SignalList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const { from, to, limit = 100, ...filters } = query;
        const range = readRange(from, to, clock.nowMs(), 7 * DAY_MS);
        const { tenant } = principalOf(caller);
        return { signals: await readSignals(store, { tenant, range, limit, ...filters }) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/watch',
      tag,
      summary: 'How many false alarms a week the tenant accepts, and who changed it.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: WatchSettings,
      handle: async ({ caller }) => watch.get(principalOf(caller).tenant) ?? defaultWatchSettings,
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/watch',
      tag,
      summary: 'Changes how many false alarms a week are accepted, for the tenant or one KPI.',
      description:
        'The number is shared among all watched series, half of it among the totals. It holds from the next window on.',
      guard: 'admin',
      params: none,
      query: none,
      body: SensitivityRequest,
      reply: WatchSettings,
      errors: ['KPI_NOT_FOUND'],
      handle: async ({ body, caller }) => {
        const { subject, tenant } = principalOf(caller);
        if (body.kpi !== undefined) findKpi(kpis, tenant, body.kpi.key);
        const changed = await watch.update(tenant, (before) =>
          changedSettings(before, body, subject, clock.nowMs()),
        );
        return changed ?? defaultWatchSettings;
      },
    }),
  ];
}

function cutOf(
  query: Partial<Record<'channel' | 'country' | 'stream', string>>,
): { rollup: WatchedRollup; dim: string } | undefined {
  const given = (['channel', 'country', 'stream'] as const).flatMap((rollup) => {
    const dim = query[rollup];
    return dim === undefined ? [] : [{ rollup, dim }];
  });
  const [first, ...others] = given;
  if (others.length === 0) return first;
  throw new WeirError(
    'GATEWAY_REQUEST_INVALID',
    'Series are watched by one dimension at a time: give channel, country or stream, not several.',
    { details: { in: 'query', field: others[0]?.rollup ?? '' } },
  );
}

/** The filters that the history knows by the same name. */
function pick(
  filters: Pick<Static<typeof AnomalyQuery>, 'kpi' | 'window' | 'severity' | 'state'>,
): Pick<Static<typeof AnomalyQuery>, 'kpi' | 'window' | 'severity' | 'state'> {
  const { kpi, window, severity, state } = filters;
  return {
    ...(kpi === undefined ? {} : { kpi }),
    ...(window === undefined ? {} : { window }),
    ...(severity === undefined ? {} : { severity }),
    ...(state === undefined ? {} : { state }),
  };
}
