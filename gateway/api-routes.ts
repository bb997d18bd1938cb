import type { AccessDirectory } from '../platform/access/access.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { StoredSourceStatus } from '../platform/contracts/source.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { createAskAlerts } from './alerts/ask-owner.ts';
import { createAnalyst } from './analytics/ask.ts';
import { alertRecordRoutes } from './api/alert-record-routes.ts';
import { alertRoutes } from './api/alert-routes.ts';
import { analyticsRoutes } from './api/analytics-routes.ts';
import { anomalyRoutes } from './api/anomaly-routes.ts';
import { audienceRoutes } from './api/audience-routes.ts';
import { calendarRoutes } from './api/calendar-routes.ts';
import { churnBandRoutes } from './api/churn-band-routes.ts';
import { customerRoutes } from './api/customer-routes.ts';
import { deadLetterRoutes } from './api/dead-letter-routes.ts';
import { eventRoutes } from './api/event-routes.ts';
import { eventTypeRoutes } from './api/event-type-routes.ts';
import { experimentRoutes } from './api/experiment-routes.ts';
import { forecastRoutes } from './api/forecast-routes.ts';
import { keyRoutes } from './api/key-routes.ts';
import { kpiRoutes } from './api/kpi-routes.ts';
import { memberRoutes } from './api/member-routes.ts';
import { modelsRoutes } from './api/models-routes.ts';
import { postRoutes } from './api/post-routes.ts';
import { recurringRoutes } from './api/recurring-routes.ts';
import { seriesRoutes } from './api/series-routes.ts';
import { sessionRoutes } from './api/session-routes.ts';
import { tenantRoutes } from './api/tenant-routes.ts';
import { trendRoutes } from './api/trend-routes.ts';
import type { createDecisionDesk } from './decisions/ask.ts';
import { automationRoutes } from './decisions/automation-routes.ts';
import { decisionRoutes } from './decisions/decision-routes.ts';
import { policyRoutes } from './decisions/policy-routes.ts';
import { createExperiments } from './experiments/experiments.ts';
import { createWatermarks } from './history/watermark.ts';
import type { Route } from './http/route.ts';
import { createModelsReader } from './models/models-status.ts';
import { createPolicies } from './recurring/policies.ts';
import { readSources } from './system/source-list.ts';
import { createStageReader } from './system/stage-list.ts';
import { createModelsAsker } from './workbench/ask-models.ts';
import { type openWorkbenchRecords, workbenchRoutes } from './workbench/routes.ts';
import type { AlertRecords } from './alerts/alert-records.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { openMirrors } from './mirrors.ts';
import type { GatewayRenders } from './renders/renders.ts';
import type { People } from './sign-in/start-sign-in.ts';
import type { StatusReader } from './system/streams-status.ts';
import type { SystemReader } from './system/system-state.ts';

type Mirrors = Awaited<ReturnType<typeof openMirrors>>;
type DecisionDesk = ReturnType<typeof createDecisionDesk>;
type WorkbenchRecords = Awaited<ReturnType<typeof openWorkbenchRecords>>;

/** What the routes stand on, made once for the whole gateway. */
export interface ApiParts {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: AccessDirectory;
  readonly clock: Clock;
  readonly mirrors: Mirrors;
  readonly jobs: Jobs;
  readonly status: StatusReader;
  readonly system: SystemReader;
  readonly people: People;
  readonly desk: DecisionDesk;
  readonly alertRecords: AlertRecords;
  readonly renders: GatewayRenders;
  readonly workbench: WorkbenchRecords;
}

/** Every route of the API. */
export async function apiRoutes(parts: ApiParts): Promise<readonly Route[]> {
  const { bus, store, access, clock, mirrors, jobs, status, system, desk, alertRecords, renders, workbench } =
    parts;
  const { signIn, limits, members } = parts.people;
  const { kpis, eventTypes, watch } = mirrors;
  const policies = createPolicies(mirrors.mrrPolicies);
  const analyst = createAnalyst(bus);
  const askAlerts = createAskAlerts(bus);
  const sourceStates = await openKv(bus, buckets.sources, { schema: StoredSourceStatus });
  return [
    ...kpiRoutes({ access, kpis, jobs, eventTypes }),
    ...seriesRoutes({
      access,
      kpis,
      policyOf: (tenant, version) => policies.of(tenant, version),
      store,
      clock,
      watermark: createWatermarks(status, store, clock),
    }),
    ...recurringRoutes({ access, policies, store, clock }),
    ...anomalyRoutes({ access, kpis, watch, store, clock }),
    ...trendRoutes({ access, analyst, assumptions: mirrors.trendAssumptions, store, clock }),
    ...analyticsRoutes({ access, analyst, clock }),
    ...alertRoutes({ access, store, records: alertRecords, ask: askAlerts, clock }),
    ...alertRecordRoutes({ records: alertRecords, ask: askAlerts, clock }),
    ...eventRoutes(store, clock),
    ...deadLetterRoutes({ bus, store, jobs, clock }),
    ...eventTypeRoutes(eventTypes, clock),
    ...sessionRoutes({ access, signIn, limits }),
    ...memberRoutes(members),
    ...keyRoutes(access, clock),
    ...tenantRoutes({
      access,
      store,
      jobs,
      system,
      stages: createStageReader(bus, clock),
      sources: async (tenant) => await readSources(sourceStates, tenant),
    }),
    ...audienceRoutes({ bus, clock }),
    ...postRoutes(store, clock),
    ...forecastRoutes({ store, jobs, registry: mirrors.modelRegistry }),
    ...experimentRoutes({
      access,
      experiments: createExperiments(mirrors.experiments),
      results: mirrors.results,
      clock,
    }),
    ...customerRoutes({ store, jobs, clock }),
    ...churnBandRoutes({ bands: mirrors.churnBands }),
    ...modelsRoutes(createModelsReader(bus, clock), {
      forecasts: mirrors.modelRegistry,
      churn: mirrors.churnRegistry,
    }),
    ...calendarRoutes({ access, calendars: mirrors.calendars, clock }),
    ...decisionRoutes(desk),
    ...policyRoutes(desk),
    ...automationRoutes(desk),
    ...renders.routes,
    ...workbenchRoutes(workbench, jobs, createModelsAsker(bus)),
  ];
}
