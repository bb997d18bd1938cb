import type { Static, TSchema } from '@sinclair/typebox';
import { openKvMirror, type KvMirror } from '../platform/access/kv-mirror.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { WatchSettings } from '../platform/contracts/anomaly.ts';
import { TenantCalendar } from '../platform/contracts/calendar.ts';
import { ChurnBands } from '../platform/contracts/churn-bands.ts';
import { ChurnRegistry } from '../platform/contracts/customers.ts';
import { Job } from '../platform/contracts/api.ts';
import { EventTypeRecord } from '../platform/contracts/event-type.ts';
import { ForecastRegistry } from '../platform/contracts/forecast.ts';
import { KpiDefinition } from '../platform/contracts/kpi.ts';
import { MrrPolicy } from '../platform/contracts/recurring.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { TrendAssumptions } from '../platform/contracts/trend-lifecycle.ts';
import { Experiment, ExperimentResult } from '../platform/contracts/experiment.ts';
import { SessionRecord } from './sign-in/session.ts';
import { UserRecord } from './sign-in/user.ts';

/** Opens what the gateway keeps in memory of KV; resolves once all of it is there. */
export async function openMirrors(bus: Bus) {
  const all: { stop(): Promise<void> }[] = [];
  const open = async <S extends TSchema>(bucket: string, schema: S): Promise<KvMirror<Static<S>>> => {
    const mirror = await openKvMirror(bus, bucket, { schema });
    all.push(mirror);
    return mirror;
  };
  const [
    users,
    sessions,
    kpis,
    jobRecords,
    eventTypes,
    mrrPolicies,
    watch,
    modelRegistry,
    trendAssumptions,
    calendars,
    churnRegistry,
    churnBands,
    experiments,
    results,
  ] = await Promise.all([
    open(buckets.users, UserRecord),
    open(buckets.sessions, SessionRecord),
    open(buckets.kpis, KpiDefinition),
    open(buckets.jobs, Job),
    open(buckets.eventTypes, EventTypeRecord),
    open(buckets.mrrPolicies, MrrPolicy),
    open(buckets.watch, WatchSettings),
    open(buckets.models, ForecastRegistry),
    open(buckets.trendAssumptions, TrendAssumptions),
    open(buckets.calendars, TenantCalendar),
    open(buckets.churnModels, ChurnRegistry),
    open(buckets.churnBands, ChurnBands),
    open(buckets.experiments, Experiment),
    open(buckets.experimentResults, ExperimentResult),
  ]);
  return {
    users,
    sessions,
    kpis,
    jobRecords,
    eventTypes,
    mrrPolicies,
    watch,
    modelRegistry,
    trendAssumptions,
    calendars,
    churnRegistry,
    churnBands,
    experiments,
    results,
    stop: async (): Promise<void> => {
      for (const mirror of all) await mirror.stop();
    },
  };
}
