import type { KpiList, KpiRequest, KpiSaved, SeriesReply, TopReply } from '../../platform/contracts/api.ts';
import type { Dimension, WindowSize } from '../../platform/contracts/kpi.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import type { Filters } from './view-state.ts';
import { isKpiList, isKpiSaved, isSeriesReply, isTopReply } from './wire-kpi.ts';

export interface SeriesArgs {
  readonly key: string;
  readonly window: WindowSize;
  readonly fromMs: number;
  readonly toMs: number;
  readonly by?: Dimension | undefined;
  readonly filters: Filters;
}

export interface TopArgs {
  readonly kpi: string;
  readonly by: 'channel' | 'content';
  readonly window: WindowSize;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** Routes of KPIs, their series and what ranks first by them. Each throws ApiError. */
export interface KpisApi {
  readonly kpis: () => Promise<KpiList>;
  readonly createKpi: (body: KpiRequest) => Promise<KpiSaved>;
  readonly replaceKpi: (body: KpiRequest) => Promise<KpiSaved>;
  readonly deleteKpi: (key: string) => Promise<unknown>;
  readonly series: (args: SeriesArgs) => Promise<SeriesReply>;
  readonly top: (args: TopArgs) => Promise<TopReply>;
}

export function createKpisApi({ request }: Pick<Http, 'request'>): KpisApi {
  return {
    kpis: () => request({ method: 'GET', path: apiPath('kpis') }, isKpiList),
    createKpi: (body) => request({ method: 'POST', path: apiPath('kpis'), body }, isKpiSaved),
    replaceKpi: (body) => request({ method: 'PUT', path: apiPath('kpis', body.key), body }, isKpiSaved),
    deleteKpi: (key) => request({ method: 'DELETE', path: apiPath('kpis', key) }, isUnknown),
    series: ({ key, window, fromMs, toMs, by, filters }) =>
      request(
        {
          method: 'GET',
          path: apiPath('kpis', key, 'series'),
          query: { window, from: fromMs, to: toMs, by, ...filters },
        },
        isSeriesReply,
      ),
    top: ({ kpi, by, window, fromMs, toMs, limit }) =>
      request(
        { method: 'GET', path: apiPath('top'), query: { kpi, by, window, from: fromMs, to: toMs, limit } },
        isTopReply,
      ),
  };
}
