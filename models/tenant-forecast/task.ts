import { Type, type Static } from '@sinclair/typebox';
import { openKv, type Kv } from '../../platform/bus/kv.ts';
import { noCalendar, TenantCalendar } from '../../platform/contracts/calendar.ts';
import {
  forecastGrains,
  ForecastGrainName,
  type ForecastRegistry,
  type SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';
import { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { createSignalPublisher } from '../../platform/signals/publisher.ts';
import { defineTask } from '../tasks/define-task.ts';
import type { AnyTask, TaskDeps, TaskWish } from '../tasks/task.ts';
import { isForecastResult, type ForecastResult } from './result.ts';
import { stepDeviations, stepMonthEnd, type Realised } from './deviations.ts';
import { writeForecasts } from './forecast-rows.ts';
import { noDrift, retrainReason, stepDrift, type DriftState } from './drift.ts';
import { aheadOf, monthEndOf } from './month-end.ts';
import type { ForecastOrder } from './order.ts';
import { readPanel, readSpan } from './read-panel.ts';
import { realisedSince } from './realised.ts';
import { createRegistry, withCurrent, withVersion } from './registry.ts';

const Params = Type.Object({
  grain: ForecastGrainName,
  /** Learn anew, and why; absent: only forecast by the model there is. */
  train: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  /** Go back to this version first. */
  rollbackTo: Type.Optional(Type.Integer({ minimum: 1 })),
});
type Params = Static<typeof Params>;

/** Without drift the models learn anew this often. */
const RETRAIN_AFTER_MS: Readonly<Record<Params['grain'], number>> = {
  daily: 7 * 86_400_000,
  hourly: 2 * 86_400_000,
};

/** Wishes remembered. */
const MAX_REMEMBERED = 10_000;
/** A training that was wished and did not come about is not wished again for this long. */
const WISH_AGAIN_MS = 3_600_000;

/** Forecasts of a tenant's series of one grain: `computeForecasts` on a thread, the registry and the tables around it. */
export function createForecastTask(): AnyTask {
  const wishedAt = new Map<string, number>();
  return defineTask<typeof Params, ForecastOrder, ForecastResult>({
    name: 'forecast',
    params: Params,
    title: ({ grain, rollbackTo, train }) =>
      rollbackTo !== undefined
        ? `Going back to version ${rollbackTo} of the ${grain} forecast models`
        : train === undefined
          ? `Forecasting by the ${grain === 'daily' ? 'day' : 'hour'}`
          : `Training the ${grain} forecast models`,
    gather,
    isResult: isForecastResult,
    store,
    due: async (deps, tenants) => await due(deps, tenants, wishedAt),
  });
}

async function gather(deps: TaskDeps, tenant: Tenant, params: Params): Promise<ForecastOrder | undefined> {
  const { clock, store: tables } = deps;
  const span = await readSpan(tables, tenant, params.grain, clock.nowMs());
  if (span === undefined) return undefined;
  const calendar = await calendarOf(await openCalendars(deps), tenant.id);
  const panel = await readPanel(
    tables,
    tenant,
    params.grain,
    span,
    await kpisOfTenant(deps, tenant.id),
    calendar.planned,
  );
  if (panel.series.length === 0) return undefined;
  const registry = createRegistry(deps.bus);
  const held = await registry.load(tenant.id, params.grain);
  const version = params.rollbackTo ?? held.value.current;
  if (params.rollbackTo !== undefined) withCurrent(held.value, params.rollbackTo);
  const current = version === 0 ? undefined : await registry.model(tenant.id, params.grain, version);
  if (params.rollbackTo !== undefined && current === undefined)
    throw new WeirError('FORECAST_VERSION_UNKNOWN', `Version ${params.rollbackTo} is not kept any more.`);
  const realised = await realisedSince(tables, tenant.id, panel, held.value.originMs);
  return {
    panel,
    train: params.rollbackTo === undefined && (params.train !== undefined || current === undefined),
    current,
    passed: {
      realised,
      monthEnd: monthEndOf(tenant, panel),
      historySteps: span.starts.length - 1,
      calendarRevision: calendar.revision,
    },
  };
}

/**
 * Crash order: the model's object, the rows of the forecasts, the signals, then the registry entry, which alone makes the version count, moves the
 * origin on and remembers what fires. Killed before the last, all of it is done again with the same names, keys and message ids.
 */
async function store(
  deps: TaskDeps,
  tenant: Tenant,
  params: Params,
  result: ForecastResult,
): Promise<string> {
  const { bus, clock, store: tables } = deps;
  const { grain } = params;
  const registry = createRegistry(bus);
  const held = await registry.load(tenant.id, grain);
  let next: ForecastRegistry =
    params.rollbackTo === undefined ? held.value : withCurrent(held.value, params.rollbackTo);
  const { passed, trained } = result;
  if (trained !== undefined) {
    await registry.putModel(tenant.id, grain, next.next, trained.model);
    next = withVersion(
      next,
      {
        name: `forecast-${grain}`,
        version: next.next,
        reason: params.train ?? 'the version in force could not be read',
        trainedAtMs: clock.nowMs(),
        features: [...trained.kpis],
        series: result.forecasts.length,
        input: trained.steps,
        horizon: trained.horizon,
        normalisation:
          'over the recent level of each series (trees), logarithms over the seasonal change (network)',
        dataHash: trained.dataHash,
        backend: trained.backend,
        backtest: {
          measure: 'mean scaled absolute error',
          origins: trained.origins,
          error: trained.score.error,
          currentError: trained.currentScore?.error ?? null,
          relativeToReference: trained.score.relativeToSeasonalNaive,
        },
      },
      result.by === 'trained',
    );
  }
  const originMs = result.forecasts[0]?.originMs ?? held.value.originMs;
  const forecasts: SeriesForecastDetail[] = result.forecasts.map((forecast) => ({
    ...forecast,
    bands: forecast.bands.map((band) => ({ ...band })),
    madeAtMs: clock.nowMs(),
    modelVersion: next.current,
  }));
  await writeForecasts(tables, tenant.id, forecasts);

  const context = { tenant: tenant.id, currency: tenant.currency, grain };
  let [firing, signals] = stepDeviations(context, next.firing, passed.realised);
  const { monthEnd } = passed;
  const projected = forecasts.find(({ kpi, rollup }) => kpi === monthEnd?.kpi && rollup === 'total');
  if (monthEnd !== undefined && projected !== undefined && projected.points.length >= monthEnd.daysLeft) {
    const [after, more] = stepMonthEnd(
      context,
      firing,
      { ...monthEnd, ahead: aheadOf(projected, monthEnd.daysLeft) },
      originMs,
    );
    firing = after;
    signals = [...signals, ...more];
  }
  await createSignalPublisher(bus, tables).publish(signals);

  const { drift, reason } = driftAfter(next, passed.realised, trained !== undefined);
  const isNewOrigin = originMs > held.value.originMs;
  await registry.save(
    tenant.id,
    grain,
    {
      ...next,
      originMs: Math.max(originMs, held.value.originMs),
      historySteps: passed.historySteps,
      calendarRevision: passed.calendarRevision,
      firing,
      drift: isNewOrigin || trained !== undefined ? drift : next.drift,
      retrain: trained !== undefined ? null : (reason ?? next.retrain),
    },
    held,
  );
  return `${forecasts.length} series, version ${next.current}${signals.length > 0 ? `, ${signals.length} signals` : ''}`;
}

/** The test of every series taken on by the steps that came; a new training starts it anew. */
function driftAfter(
  registry: ForecastRegistry,
  realised: readonly Realised[],
  isTrained: boolean,
): { readonly drift: ForecastRegistry['drift']; readonly reason: string | undefined } {
  if (isTrained) return { drift: {}, reason: undefined };
  const states = new Map<string, { state: DriftState; isTotal: boolean; title: string }>();
  for (const { observed, said, series } of realised) {
    const before = states.get(series.id)?.state ?? registry.drift[series.id] ?? noDrift;
    const state = stepDrift(before, observed < said.lower95 || observed > said.upper95);
    states.set(series.id, { state, isTotal: series.rollup === 'total', title: series.title });
  }
  return {
    drift: {
      ...registry.drift,
      ...Object.fromEntries([...states].map(([id, { state }]) => [id, { ...state }])),
    },
    reason: retrainReason(states),
  };
}

async function kpisOfTenant({ bus }: TaskDeps, tenant: string): Promise<readonly KpiDefinition[]> {
  const kv = await openKv(bus, buckets.kpis, { schema: KpiDefinition });
  return kpisOf((await kv.entries(`${tenant}.>`)).map(({ value }) => value));
}

async function openCalendars({ bus }: TaskDeps): Promise<Kv<TenantCalendar>> {
  return await openKv(bus, buckets.calendars, { schema: TenantCalendar });
}

async function calendarOf(
  calendars: Kv<TenantCalendar>,
  tenant: string,
): Promise<{ readonly planned: TenantCalendar; readonly revision: number }> {
  const entry = await calendars.get(tenant);
  return { planned: entry?.value ?? noCalendar, revision: entry?.revision ?? 0 };
}

/** Whether steps from before have come in, as by an import, that the models have not seen: some days, or a tenth more. */
function moreHistory(
  { historySteps, originMs }: ForecastRegistry,
  starts: readonly number[],
): string | undefined {
  const before = starts.slice(0, -1).filter((start) => start < originMs).length;
  return before >= historySteps + Math.max(2, Math.ceil(historySteps / 10))
    ? `${before - historySteps} more steps of history have come in`
    : undefined;
}

/** What there is to do: first forecasts, a training that drift or age asks for, forecasts of steps that have begun. */
async function due(
  deps: TaskDeps,
  tenants: readonly Tenant[],
  wishedAt: Map<string, number>,
): Promise<readonly TaskWish[]> {
  const registry = createRegistry(deps.bus);
  const calendars = await openCalendars(deps);
  const nowMs = deps.clock.nowMs();
  const wishes: TaskWish[] = [];
  for (const tenant of tenants) {
    const { revision: calendarRevision } = await calendarOf(calendars, tenant.id);
    for (const grain of forecastGrains) {
      const span = await readSpan(deps.store, tenant, grain, nowMs);
      const { revision, value } = await registry.load(tenant.id, grain);
      if (span === undefined) {
        // Its data were removed: models of what is no more would only be in the way of what comes next.
        if (revision > 0 && value.versions.length > 0) await registry.forget(tenant.id, grain);
        continue;
      }
      const newest = value.versions.reduce((most, { trainedAtMs }) => Math.max(most, trainedAtMs), 0);
      const reason =
        revision === 0
          ? 'the first forecasts of this tenant'
          : (value.retrain ??
            moreHistory(value, span.starts) ??
            (newest > 0 && nowMs - newest > RETRAIN_AFTER_MS[grain]
              ? 'the last training is too old'
              : undefined));
      // The same wish waits before it is repeated; another reason does not.
      const key = `${tenant.id}.${grain}.${reason ?? ''}`;
      if (reason !== undefined && nowMs - (wishedAt.get(key) ?? 0) > WISH_AGAIN_MS) {
        if (wishedAt.size > MAX_REMEMBERED) wishedAt.clear();
        wishedAt.set(key, nowMs);
        wishes.push({ tenant: tenant.id, params: { grain, train: reason }, isShown: true });
      } else if (
        revision > 0 &&
        (value.originMs < (span.starts.at(-1) ?? 0) || value.calendarRevision !== calendarRevision)
      ) {
        wishes.push({ tenant: tenant.id, params: { grain }, isShown: false });
      }
    }
  }
  return wishes;
}
