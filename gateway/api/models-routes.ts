import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { churnManifest } from '../../platform/contracts/churn-manifest.ts';
import type { ChurnRegistry } from '../../platform/contracts/customers.ts';
import {
  forecastGrains,
  forecastRegistryKey,
  type ForecastRegistry,
} from '../../platform/contracts/forecast.ts';
import { ModelManifestList } from '../../platform/contracts/model-manifest.ts';
import { ModelsReply } from '../../platform/contracts/models.ts';
import { principalOf } from '../http/caller.ts';
import { defineRoute, noBody, none, type Route } from '../http/route.ts';

export interface ModelRegistries {
  /** KV `modelmanifests`, key `forecast.<tenant>.<grain>`. */
  readonly forecasts: KvMirror<ForecastRegistry>;
  /** KV `churnmodels`, key `<tenant>`. */
  readonly churn: KvMirror<ChurnRegistry>;
}

/** What the models compute on, and the manifests of those that were trained. */
export function modelsRoutes(
  read: (tenant: string) => Promise<ModelsReply>,
  { churn, forecasts }: ModelRegistries,
): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/models',
      tag: 'Forecasts',
      summary: 'Manifests of the tenant’s trained models: shape, data, backtest, and which version counts.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ModelManifestList,
      handle: async ({ caller }) => {
        const { tenant } = principalOf(caller);
        const ofForecasts = forecastGrains.flatMap(
          (grain) => forecasts.get(forecastRegistryKey(tenant, grain))?.versions ?? [],
        );
        const ofChurn = (churn.get(tenant)?.versions ?? []).map(churnManifest);
        return await Promise.resolve({ models: [...ofForecasts, ...ofChurn] });
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/system/models',
      tag: 'System',
      summary: 'Backend, device and self-test of the models, memory, and the tenant’s runs since the start.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: ModelsReply,
      handle: async ({ caller }) => await read(principalOf(caller).tenant),
    }),
  ];
}
