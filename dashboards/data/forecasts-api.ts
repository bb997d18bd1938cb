import type { Job } from '../../platform/contracts/api.ts';
import type { PlannedEvent, PlannedEventRequest, TenantCalendar } from '../../platform/contracts/calendar.ts';
import type {
  ForecastGrain,
  ForecastList,
  ForecastReply,
  ForecastRollup,
  ModelVersionList,
} from '../../platform/contracts/forecast.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import {
  isCalendar,
  isForecastList,
  isForecastReply,
  isModelVersionList,
  isPlannedEvent,
} from './wire-forecast.ts';
import { isJob } from './wire-system.ts';

export interface ForecastArgs {
  readonly grain: ForecastGrain;
  readonly kpi: string;
  readonly rollup: ForecastRollup;
  readonly dim: string;
}

/** Routes of forecasts and of the calendar they reckon with. Each throws ApiError. */
export interface ForecastsApi {
  readonly forecasts: (grain: ForecastGrain) => Promise<ForecastList>;
  readonly forecast: (args: ForecastArgs) => Promise<ForecastReply>;
  readonly forecastModels: (grain: ForecastGrain) => Promise<ModelVersionList>;
  readonly calendar: () => Promise<TenantCalendar>;
  readonly addPlannedEvent: (event: PlannedEventRequest) => Promise<PlannedEvent>;
  readonly removePlannedEvent: (id: string) => Promise<unknown>;
  readonly setHolidayCountry: (country: string | null) => Promise<TenantCalendar>;
  readonly retrainForecasts: (grain: ForecastGrain) => Promise<Job>;
  readonly rollBackForecasts: (grain: ForecastGrain, version: number) => Promise<Job>;
}

export function createForecastsApi({ request }: Pick<Http, 'request'>): ForecastsApi {
  return {
    forecasts: (grain) =>
      request({ method: 'GET', path: apiPath('forecasts'), query: { grain } }, isForecastList),
    forecast: ({ grain, kpi, rollup, dim }) =>
      request(
        {
          method: 'GET',
          path: apiPath('forecasts', 'series'),
          query: { grain, kpi, rollup, dim: dim === '' ? undefined : dim },
        },
        isForecastReply,
      ),
    forecastModels: (grain) =>
      request({ method: 'GET', path: apiPath('forecasts', 'models'), query: { grain } }, isModelVersionList),
    calendar: () => request({ method: 'GET', path: apiPath('calendar') }, isCalendar),
    addPlannedEvent: (body) => request({ method: 'POST', path: apiPath('calendar'), body }, isPlannedEvent),
    removePlannedEvent: (id) => request({ method: 'DELETE', path: apiPath('calendar', id) }, isUnknown),
    setHolidayCountry: (country) =>
      request({ method: 'PATCH', path: apiPath('calendar'), body: { country } }, isCalendar),
    retrainForecasts: (grain) =>
      request({ method: 'POST', path: apiPath('forecasts', 'retrain'), body: { grain } }, isJob),
    rollBackForecasts: (grain, version) =>
      request(
        { method: 'POST', path: apiPath('forecasts', 'models', 'rollback'), body: { grain, version } },
        isJob,
      ),
  };
}
