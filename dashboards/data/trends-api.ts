import type { TrendAssumptions, TrendLifecycle } from '../../platform/contracts/trend-lifecycle.ts';
import type { TrendHistory, TrendList } from '../../platform/contracts/trend.ts';
import { apiPath } from './api-path.ts';
import type { Http } from './http.ts';
import { isTrendAssumptions, isTrendHistory, isTrendLifecycle, isTrendList } from './wire-trends.ts';

/** Routes of trends. Each throws ApiError. */
export interface TrendsApi {
  readonly trends: () => Promise<TrendList>;
  readonly trend: (key: string) => Promise<TrendHistory>;
  readonly trendLifecycle: (key: string) => Promise<TrendLifecycle>;
  readonly changeTrendAssumptions: (body: Partial<TrendAssumptions>) => Promise<TrendAssumptions>;
}

export function createTrendsApi({ request }: Pick<Http, 'request'>): TrendsApi {
  return {
    trends: () => request({ method: 'GET', path: apiPath('trends'), query: { limit: 100 } }, isTrendList),
    trend: (key) => request({ method: 'GET', path: apiPath('trends', key) }, isTrendHistory),
    trendLifecycle: (key) =>
      request({ method: 'GET', path: apiPath('trends', key, 'lifecycle') }, isTrendLifecycle),
    changeTrendAssumptions: (body) =>
      request({ method: 'PATCH', path: apiPath('trend-assumptions'), body }, isTrendAssumptions),
  };
}
