import type { AlarmWindow } from '../../platform/contracts/alarm-window.ts';
import type {
  AnomalyDetail,
  AnomalyList,
  BandReply,
  SensitivityRequest,
  WatchSettings,
} from '../../platform/contracts/anomaly.ts';
import { apiPath } from './api-path.ts';
import type { Http } from './http.ts';
import type { Filters } from './view-state.ts';
import { watchedFilters } from './watched-filters.ts';
import { isAnomalyDetail, isAnomalyList, isBandReply, isWatchSettings } from './wire-anomaly.ts';

export interface AnomalyArgs {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kpi?: string | undefined;
  readonly window?: AlarmWindow | undefined;
  readonly severity?: string | undefined;
  readonly state?: string | undefined;
  readonly parts?: boolean | undefined;
  readonly filters: Filters;
  readonly limit: number;
}

export interface BandArgs {
  readonly key: string;
  readonly window: AlarmWindow;
  readonly fromMs: number;
  readonly toMs: number;
  readonly filters: Filters;
}

/** Routes of what is unusual and of the watch that finds it. Each throws ApiError. */
export interface AnomaliesApi {
  readonly anomalies: (args: AnomalyArgs) => Promise<AnomalyList>;
  readonly anomaly: (id: string) => Promise<AnomalyDetail>;
  readonly band: (args: BandArgs) => Promise<BandReply>;
  readonly watch: () => Promise<WatchSettings>;
  readonly changeWatch: (body: SensitivityRequest) => Promise<WatchSettings>;
}

export function createAnomaliesApi({ request }: Pick<Http, 'request'>): AnomaliesApi {
  return {
    anomalies: ({ fromMs, toMs, kpi, window, severity, state, parts, filters, limit }) =>
      request(
        {
          method: 'GET',
          path: apiPath('anomalies'),
          query: {
            from: fromMs,
            to: toMs,
            kpi,
            window,
            severity,
            state,
            parts: parts === true ? 'true' : undefined,
            limit,
            ...watchedFilters(filters),
          },
        },
        isAnomalyList,
      ),
    anomaly: (id) => request({ method: 'GET', path: apiPath('anomalies', id) }, isAnomalyDetail),
    band: ({ key, window, fromMs, toMs, filters }) =>
      request(
        {
          method: 'GET',
          path: apiPath('kpis', key, 'band'),
          query: { window, from: fromMs, to: toMs, ...watchedFilters(filters) },
        },
        isBandReply,
      ),
    watch: () => request({ method: 'GET', path: apiPath('watch') }, isWatchSettings),
    changeWatch: (body) => request({ method: 'PATCH', path: apiPath('watch'), body }, isWatchSettings),
  };
}
