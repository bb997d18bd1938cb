import { createAdminApi, type AdminApi } from './admin-api.ts';
import { createAlertsApi, type AlertsApi } from './alerts-api.ts';
import { createAnomaliesApi, type AnomaliesApi } from './anomalies-api.ts';
import { createAudienceApi, type AudienceApi } from './audience-api.ts';
import { createCustomersApi, type CustomersApi } from './customers-api.ts';
import { createDecisionsApi, type DecisionsApi } from './decisions-api.ts';
import { createExperimentsApi, type ExperimentsApi } from './experiments-api.ts';
import { createForecastsApi, type ForecastsApi } from './forecasts-api.ts';
import { createKpisApi, type KpisApi } from './kpis-api.ts';
import { createRendersApi, type RendersApi } from './renders-api.ts';
import { createRevenueApi, type RevenueApi } from './revenue-api.ts';
import { createSessionApi, type SessionApi } from './session-api.ts';
import { createSystemApi, type SystemApi } from './system-api.ts';
import { createTrendsApi, type TrendsApi } from './trends-api.ts';
import type { Http } from './http.ts';
import { createWorkbenchApi, type WorkbenchApi } from './workbench-api.ts';

/** Every route this app uses, typed by the contract and checked on arrival; a file a resource has what its routes take and give. Each throws ApiError. */
export interface Api
  extends
    AdminApi,
    AlertsApi,
    AnomaliesApi,
    AudienceApi,
    CustomersApi,
    ExperimentsApi,
    ForecastsApi,
    KpisApi,
    RendersApi,
    RevenueApi,
    SessionApi,
    SystemApi,
    TrendsApi,
    WorkbenchApi {
  readonly decisions: DecisionsApi;
}

export function createApi(http: Http): Api {
  return {
    decisions: createDecisionsApi(http),
    ...createAdminApi(http),
    ...createAlertsApi(http),
    ...createAnomaliesApi(http),
    ...createAudienceApi(http),
    ...createCustomersApi(http),
    ...createExperimentsApi(http),
    ...createForecastsApi(http),
    ...createKpisApi(http),
    ...createRendersApi(http),
    ...createRevenueApi(http),
    ...createSessionApi(http),
    ...createSystemApi(http),
    ...createTrendsApi(http),
    ...createWorkbenchApi(http),
  };
}
