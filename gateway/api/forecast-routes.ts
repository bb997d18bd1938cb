import { Type } from '@sinclair/typebox';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { Job } from '../../platform/contracts/api.ts';
import {
  ForecastGrainName,
  ForecastList,
  ForecastReply,
  ForecastRollup,
  forecastRegistryKey,
  ModelVersionList,
  type ForecastGrain,
  type ForecastRegistry,
} from '../../platform/contracts/forecast.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Store } from '../../platform/store/store.ts';
import { readForecast, readForecastList } from '../forecasts/forecast-history.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';
import type { Jobs } from '../jobs/jobs.ts';

export interface ForecastRouteDeps {
  readonly store: Store;
  readonly jobs: Jobs;
  /** KV `models`, key `forecast.<tenant>.<grain>`. */
  readonly registry: KvMirror<ForecastRegistry>;
}

const tag = 'Forecasts';
const storeErrors = ['STORE_UNAVAILABLE', 'GATEWAY_OVERLOADED'] as const;
const GrainQuery = Type.Object({ grain: Type.Optional(ForecastGrainName) }, { additionalProperties: false });

/** Forecasts of the tenant's series, the models they are by, and the jobs that make them anew. */
export function forecastRoutes({ jobs, registry, store }: ForecastRouteDeps): Route[] {
  const registryOf = (tenant: string, grain: ForecastGrain): ForecastRegistry | undefined =>
    registry.get(forecastRegistryKey(tenant, grain));
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/forecasts',
      tag,
      summary:
        'Every series that is forecast, with the sum over a week (or 24 hours) and how accurate such forecasts were.',
      guard: 'query:read',
      params: none,
      query: GrainQuery,
      body: noBody,
      reply: ForecastList,
      errors: storeErrors,
      handle: async ({ caller, query }) => {
        const { tenant } = principalOf(caller);
        const grain = query.grain ?? 'daily';
        const held = registryOf(tenant, grain);
        return {
          grain,
          forecasts: await readForecastList(store, tenant, grain),
          model: held?.versions.find(({ version }) => version === held.current) ?? null,
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/forecasts/series',
      tag,
      summary:
        'One series: points with intervals, horizons with scenarios, drivers and backtest, and what was said before of steps that have come.',
      description:
        'Intervals are conformal: at .68, .80 and .95 as large as past forecasts of the tenant’s series were wrong. A model that did not beat seasonal-naive on a series is not used on it.',
      guard: 'query:read',
      params: none,
      query: Type.Object(
        {
          grain: Type.Optional(ForecastGrainName),
          kpi: Type.String({ minLength: 1, maxLength: 64 }),
          rollup: Type.Optional(ForecastRollup),
          dim: Type.Optional(
            Type.String({ maxLength: 300, description: '"(rest)" is what the named series leave' }),
          ),
        },
        { additionalProperties: false },
      ),
      body: noBody,
      reply: ForecastReply,
      errors: ['FORECAST_NOT_FOUND', ...storeErrors],
      handle: async ({ caller, query }) => {
        const { dim = '', grain = 'daily', kpi, rollup = 'total' } = query;
        const found = await readForecast(store, {
          tenant: principalOf(caller).tenant,
          grain,
          kpi,
          rollup,
          dim,
        });
        if (found === undefined)
          throw new WeirError('FORECAST_NOT_FOUND', `There is no forecast of ${kpi} for this series.`);
        return found;
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/forecasts/retrain',
      tag,
      summary:
        'Trains the models anew, by a job; the new version counts only if it is no worse on the same past.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: Type.Object({ grain: ForecastGrainName }, { additionalProperties: false }),
      status: 202,
      reply: Job,
      errors: ['GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) =>
        await jobs.queue({
          tenant: principalOf(caller).tenant,
          kind: 'models',
          title: `Training the ${body.grain} forecast models`,
          params: { task: 'forecast', grain: body.grain, train: 'asked for by a person' },
        }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/forecasts/models',
      tag,
      summary: 'Trained versions of the models, the newest first: why, how good, which one is in force.',
      guard: 'query:read',
      params: none,
      query: GrainQuery,
      body: noBody,
      reply: ModelVersionList,
      handle: async ({ caller, query }) => {
        const grain = query.grain ?? 'daily';
        const versions = registryOf(principalOf(caller).tenant, grain)?.versions ?? [];
        return await Promise.resolve({ grain, versions: [...versions] });
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/forecasts/models/rollback',
      tag,
      summary: 'Goes back to an earlier version and forecasts with it, by a job.',
      guard: 'admin',
      params: none,
      query: none,
      body: Type.Object(
        { grain: ForecastGrainName, version: Type.Integer({ minimum: 1 }) },
        { additionalProperties: false },
      ),
      status: 202,
      reply: Job,
      errors: ['FORECAST_VERSION_UNKNOWN', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) => {
        const { tenant } = principalOf(caller);
        const known = registryOf(tenant, body.grain)?.versions ?? [];
        if (!known.some(({ version }) => version === body.version))
          throw new WeirError(
            'FORECAST_VERSION_UNKNOWN',
            `There is no version ${body.version} of these models.`,
          );
        return await jobs.queue({
          tenant,
          kind: 'models',
          title: `Going back to version ${body.version} of the ${body.grain} forecast models`,
          params: { task: 'forecast', grain: body.grain, rollbackTo: body.version },
        });
      },
    }),
  ];
}
