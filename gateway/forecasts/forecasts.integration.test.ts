import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKv } from '../../platform/bus/kv.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { Type } from '@sinclair/typebox';
import {
  ForecastRegistry,
  forecastRegistryKey,
  type SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';
import { modelsStatusSubject, type ModelsStatus } from '../../platform/contracts/models.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { startRig, type Rig } from '../testing/rig.ts';

const DAY_MS = 86_400_000;
const origin = Date.UTC(2026, 10, 20);
let rig: Rig;

function detail(
  kpi: string,
  rollup: 'total' | 'channel',
  dim: string,
  originMs: number,
): SeriesForecastDetail {
  return {
    id: `${kpi}.${rollup}.${dim}`,
    grain: 'daily',
    kpi,
    rollup,
    dim,
    title: kpi,
    unit: 'count',
    isStock: false,
    originMs,
    madeAtMs: originMs + 1,
    modelVersion: 1,
    historySteps: 9,
    method: 'ensemble',
    statement: 'A test.',
    notes: [],
    stepStarts: [originMs],
    endMs: originMs + DAY_MS,
    points: [10],
    bands: [{ level: 0.95, lower: [5], upper: [15] }],
    milestones: [],
    monthEnd: null,
    horizons: [
      {
        steps: 1,
        method: 'ensemble',
        total: 10,
        bounds: [{ level: 0.95, lower: 5, upper: 15 }],
        before: 9,
        backtest: {
          origins: 3,
          stepsTested: 1,
          meanAbsoluteError: 1,
          wape: 0.1,
          mase: 0.9,
          accuracy: 0.9,
          totalAccuracy: 0.9,
          relativeToSeasonalNaive: 0.8,
          beatsSeasonalNaive: true,
        },
        members: [],
        scenarios: [{ name: 'likely', total: 10, growth: 0.11, assumptions: 'none' }],
        drivers: [],
      },
    ],
  };
}

beforeAll(async () => {
  rig = await startRig();
  const row = (tenant: string, each: SeriesForecastDetail): string =>
    [
      tenant,
      each.grain,
      each.kpi,
      each.rollup,
      each.dim,
      each.originMs,
      JSON.stringify(each),
      each.madeAtMs,
    ].join('\t');
  await rig.store.insertRows(
    'forecast_details',
    ['tenant', 'grain', 'kpi', 'rollup', 'dim', 'origin', 'detail', 'version'],
    `${[
      row('main', detail('views', 'channel', 'a', origin)),
      row('main', detail('views', 'total', '', origin)),
      // A series that is no more: its last forecast is from an earlier origin.
      row('main', detail('views', 'channel', 'gone', origin - DAY_MS)),
      row('other', detail('secret', 'total', '', origin)),
    ].join('\n')}\n`,
  );
  const said = (target: number, at: number, point: number): string =>
    ['main', 'daily', 'views', 'total', '', target, at, point, 1, 2, 1, 2, point - 1, point + 1, 1, at].join(
      '\t',
    );
  await rig.store.insertRows(
    'forecasts',
    [
      'tenant',
      'grain',
      'kpi',
      'rollup',
      'dim',
      'target',
      'origin',
      'point',
      'lower68',
      'upper68',
      'lower80',
      'upper80',
      'lower95',
      'upper95',
      'model_version',
      'version',
    ],
    `${[
      said(origin - DAY_MS, origin - 3 * DAY_MS, 30),
      said(origin - DAY_MS, origin - 2 * DAY_MS, 20),
      said(origin - 2 * DAY_MS, origin - 2 * DAY_MS, 40),
    ].join('\n')}\n`,
  );
  const registry = await openKv(rig.bus, buckets.models, { schema: ForecastRegistry });
  await registry.put(forecastRegistryKey('main', 'daily'), {
    current: 1,
    next: 2,
    versions: [
      {
        name: 'forecast-daily',
        version: 1,
        state: 'current',
        reason: 'a test',
        trainedAtMs: 5,
        features: ['views'],
        series: 2,
        input: 9,
        horizon: 1,
        normalisation: 'none',
        dataHash: 'a'.repeat(64),
        backend: 'wasm',
        backtest: {
          measure: 'mean scaled absolute error',
          origins: 3,
          error: 0.7,
          currentError: null,
          relativeToReference: 0.8,
        },
      },
    ],
    calendarRevision: 0,
    originMs: origin,
    historySteps: 9,
    drift: {},
    retrain: null,
    firing: {},
  });
});
afterAll(async () => rig.stop());

describe('forecasts over REST', () => {
  it('lists those of the newest origin, totals first, with the model; of the own tenant alone', async () => {
    await eventually('the registry is known', async () => {
      const { body } = await rig.call('GET', '/api/v1/forecasts', { key: rig.adminKey });
      return body.model !== null;
    });
    const { body, status } = await rig.call('GET', '/api/v1/forecasts', { key: rig.adminKey });
    expect(status).toBe(200);
    expect(body.forecasts.map(({ id }: { id: string }) => id)).toEqual(['views.total.', 'views.channel.a']);
    expect(body.forecasts[0]).toMatchObject({ total: 10, growth: 0.11, accuracy: 0.9 });
    expect(body.model).toMatchObject({ version: 1, state: 'current' });
    const hourly = await rig.call('GET', '/api/v1/forecasts?grain=hourly', { key: rig.adminKey });
    expect(hourly.body).toEqual({ grain: 'hourly', forecasts: [], model: null });
  });

  it('answers one series with what was said of each past step last before it came', async () => {
    const { body } = await rig.call('GET', '/api/v1/forecasts/series?kpi=views', { key: rig.adminKey });
    expect(body.forecast.points).toEqual([10]);
    expect(body.past).toEqual([
      { targetMs: origin - 2 * DAY_MS, point: 40, lower95: 39, upper95: 41 },
      { targetMs: origin - DAY_MS, point: 20, lower95: 19, upper95: 21 },
    ]);
    const missing = await rig.call('GET', '/api/v1/forecasts/series?kpi=secret', { key: rig.adminKey });
    expect([missing.status, missing.body.code]).toEqual([404, 'FORECAST_NOT_FOUND']);
    const wrong = await rig.call('GET', '/api/v1/forecasts/series?kpi=views&rollup=planet', {
      key: rig.adminKey,
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'GATEWAY_REQUEST_INVALID']);
  });

  it('training is a job that can be cancelled; going back is for admins and for versions there are', async () => {
    const reader = await rig.key('main', 'query:read');
    const analyst = await rig.key('main', 'query:read', 'kpis:write');
    const body = { grain: 'daily' };
    expect((await rig.call('POST', '/api/v1/forecasts/retrain', { key: reader, body })).status).toBe(403);
    const queued = await rig.call('POST', '/api/v1/forecasts/retrain', { key: analyst, body });
    expect(queued.status).toBe(202);
    expect(queued.body).toMatchObject({
      kind: 'models',
      state: 'queued',
      params: { task: 'forecast', grain: 'daily' },
    });
    const path = `/api/v1/jobs/${queued.body.id}/cancel`;
    expect((await rig.call('POST', path, { key: reader })).status).toBe(403);
    const other = await rig.key('other', 'query:read', 'kpis:write');
    expect((await rig.call('POST', path, { key: other })).body.code).toBe('GATEWAY_JOB_NOT_FOUND');
    const cancelled = await rig.call('POST', path, { key: analyst });
    expect(cancelled.status).toBe(202);
    expect(cancelled.body.cancelAskedAtMs).toBeGreaterThan(0);

    const rollback = '/api/v1/forecasts/models/rollback';
    const versions = await rig.call('GET', '/api/v1/forecasts/models', { key: reader });
    expect(versions.body.versions).toHaveLength(1);
    expect(
      (await rig.call('POST', rollback, { key: analyst, body: { grain: 'daily', version: 1 } })).status,
    ).toBe(403);
    const unknown = await rig.call('POST', rollback, {
      key: rig.adminKey,
      body: { grain: 'daily', version: 7 },
    });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'FORECAST_VERSION_UNKNOWN']);
    const back = await rig.call('POST', rollback, {
      key: rig.adminKey,
      body: { grain: 'daily', version: 1 },
    });
    expect(back.body.params).toEqual({ task: 'forecast', grain: 'daily', rollbackTo: 1 });
  });

  it('manifests of trained models are those of the own tenant', async () => {
    const { body } = await rig.call('GET', '/api/v1/models', { key: rig.adminKey });
    expect(body.models).toHaveLength(1);
    expect(body.models[0]).toMatchObject({ name: 'forecast-daily', version: 1, features: ['views'] });
    const other = await rig.call('GET', '/api/v1/models', { key: await rig.key('other', 'query:read') });
    expect(other.body).toEqual({ models: [] });
  });

  it('a planned event is kept for the own tenant; what cannot be is refused with the reason', async () => {
    const path = '/api/v1/calendar';
    const analyst = await rig.key('main', 'query:read', 'kpis:write');
    const reader = await rig.key('main', 'query:read');
    const sale = {
      kind: 'promotion',
      label: 'Spring sale',
      from: '2026-03-05',
      to: '2026-03-08',
      knownFrom: '2026-01-10',
    };
    expect((await rig.call('POST', path, { key: reader, body: sale })).status).toBe(403);
    const added = await rig.call('POST', path, { key: analyst, body: sale });
    expect([added.status, added.body.label]).toEqual([201, 'Spring sale']);
    const later = await rig.call('POST', path, { key: analyst, body: { ...sale, from: '2026-02-29' } });
    expect([later.status, later.body.code]).toEqual([422, 'CALENDAR_INVALID']);
    const nowhere = await rig.call('PATCH', path, { key: analyst, body: { country: 'QQ' } });
    expect([nowhere.status, nowhere.body.code]).toEqual([422, 'CALENDAR_INVALID']);
    await rig.call('PATCH', path, { key: analyst, body: { country: 'DE' } });
    const { body } = await rig.call('GET', path, { key: reader });
    expect([body.country, body.events.map(({ id }: { id: string }) => id)]).toEqual(['DE', [added.body.id]]);
    const other = await rig.key('other', 'query:read', 'kpis:write');
    expect((await rig.call('GET', path, { key: other })).body).toEqual({ country: null, events: [] });
    const foreign = await rig.call('DELETE', `${path}/${added.body.id}`, { key: other });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'CALENDAR_EVENT_NOT_FOUND']);
    expect((await rig.call('DELETE', `${path}/${added.body.id}`, { key: analyst })).status).toBe(204);
    expect((await rig.call('GET', path, { key: reader })).body.events).toEqual([]);
  });

  it('a job that no worker watches for that cannot be cancelled', async () => {
    const kpi = {
      key: 'tips_counted',
      title: 'Tips counted',
      description: '',
      unit: 'count',
      formula: 'tips_counted',
      measures: [{ key: 'tips_counted', agg: 'count', types: ['tip'] }],
      direction: 'up',
      dimensions: [],
    };
    const saved = await rig.call('POST', '/api/v1/kpis', { key: rig.adminKey, body: kpi });
    const refused = await rig.call('POST', `/api/v1/jobs/${saved.body.job.id}/cancel`, { key: rig.adminKey });
    expect([refused.status, refused.body.code]).toEqual([409, 'GATEWAY_JOB_FIXED']);
  });

  it('the models say what they compute on; a tenant sees its own runs', async () => {
    const silent = await rig.call('GET', '/api/v1/system/models', { key: rig.adminKey });
    expect(silent.body).toEqual({ isOwned: false, status: null });
    const run = {
      task: 'forecast',
      title: 'x',
      endedAtMs: 1,
      tookMs: 1,
      outcome: 'done' as const,
      detail: '',
    };
    const status: ModelsStatus = {
      backend: { name: 'wasm', device: 'here', selfTestError: 0, refused: [] },
      backendFault: null,
      running: { task: 'forecast', title: 'of somebody', percent: 1, stage: 'x' },
      waiting: 0,
      processBytes: 1,
      runs: [
        { ...run, tenant: 'other' },
        { ...run, tenant: 'main' },
      ],
    };
    const answering = rig.bus.respond(modelsStatusSubject, createJsonCodec(Type.Object({})), () => status);
    await eventually('the status is asked again', async () => {
      const { body } = await rig.call('GET', '/api/v1/system/models', { key: rig.adminKey });
      return body.isOwned === true;
    });
    const { body } = await rig.call('GET', '/api/v1/system/models', { key: rig.adminKey });
    expect(body.status.runs.map(({ tenant }: { tenant: string }) => tenant)).toEqual(['main']);
    expect(body.status.running).toBeNull();
    answering.stop();
  });
});
