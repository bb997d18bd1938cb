import type { Router } from 'express';
import type { TenantCalendar } from '../../platform/contracts/calendar.ts';
import type {
  ForecastGrain,
  ForecastHorizon,
  ForecastList,
  ForecastReply,
  SeriesForecastDetail,
} from '../../platform/contracts/forecast.ts';
import type { ModelManifest } from '../../platform/contracts/model-manifest.ts';
import type { ModelsReply } from '../../platform/contracts/models.ts';
import type { Job } from '../../platform/contracts/api.ts';

const STEP_MS = { daily: 86_400_000, hourly: 3_600_000 } as const;

interface Made {
  readonly kpi: string;
  readonly rollup: 'total' | 'channel';
  readonly dim: string;
  readonly title: string;
  readonly unit: 'currency' | 'count';
  readonly level: number;
}

const made: readonly Made[] = [
  { kpi: 'total_revenue', rollup: 'total', dim: '', title: 'Total revenue', unit: 'currency', level: 4_000 },
  { kpi: 'views', rollup: 'total', dim: '', title: 'Views', unit: 'count', level: 90_000 },
  {
    kpi: 'views',
    rollup: 'channel',
    dim: 'Night Train',
    title: 'Views of channel Night Train',
    unit: 'count',
    level: 30_000,
  },
];

export function forecastList(grain: ForecastGrain, isEmpty: boolean): ForecastList {
  if (isEmpty) return { grain, forecasts: [], model: null };
  return {
    grain,
    model: versions[0] ?? null,
    forecasts: made.map((each) => {
      const { dim, id, kpi, originMs, rollup, title, unit, horizons, method } = detailOf(each, grain);
      const horizon = horizons[1] ?? horizons[0];
      return {
        id,
        grain,
        kpi,
        rollup,
        dim,
        title,
        unit,
        originMs,
        method,
        horizonSteps: horizon?.steps ?? 1,
        total: horizon?.total ?? 0,
        growth: 0.042,
        accuracy: 0.913,
      };
    }),
  };
}

export function forecastReply(grain: ForecastGrain, kpi: string, dim: string): ForecastReply | undefined {
  const found = made.find((each) => each.kpi === kpi && each.dim === dim);
  if (found === undefined) return undefined;
  const forecast = detailOf(found, grain);
  return {
    forecast,
    past: Array.from({ length: 10 }, (_, i) => ({
      targetMs: forecast.originMs - (10 - i) * STEP_MS[grain],
      point: found.level * (1 + 0.05 * Math.sin(i)),
      lower95: found.level * 0.8,
      upper95: found.level * 1.2,
    })),
  };
}

function detailOf(each: Made, grain: ForecastGrain): SeriesForecastDetail {
  const stepMs = STEP_MS[grain];
  const originMs = Math.floor(Date.now() / stepMs) * stepMs;
  const steps = grain === 'daily' ? 30 : 24;
  const points = Array.from({ length: steps }, (_, h) => each.level * (1 + 0.1 * Math.sin(h) + 0.004 * h));
  return {
    id: `${each.kpi}.${each.rollup}.${each.dim}`,
    grain,
    kpi: each.kpi,
    rollup: each.rollup,
    dim: each.dim,
    title: each.title,
    unit: each.unit,
    isStock: false,
    originMs,
    madeAtMs: Date.now() - 600_000,
    modelVersion: 2,
    historySteps: 120,
    method: 'ensemble',
    statement:
      'Ensemble over 7 days: 91.3% accurate by day at 12 past origins, 24% less error than seasonal-naive.',
    notes: ['2 outliers replaced by trend and season before learning; the figures keep them.'],
    stepStarts: points.map((_, h) => originMs + h * stepMs),
    endMs: originMs + steps * stepMs,
    points,
    bands: [0.68, 0.8, 0.95].map((level) => ({
      level,
      lower: points.map((p, h) => p * (1 - level * (0.1 + 0.004 * h))),
      upper: points.map((p, h) => p * (1 + level * (0.1 + 0.004 * h))),
    })),
    horizons: (grain === 'daily' ? [1, 7, 30] : [6, 24]).map((count) => horizonOf(points, count)),
    milestones:
      grain === 'hourly'
        ? []
        : [
            {
              kind: 'reaches' as const,
              value: 1.1 * each.level,
              likelyMs: originMs + 20 * stepMs,
              earliestMs: originMs + 3 * stepMs,
              latestMs: null,
              words: 'The mean of 7 days; dates by the .80 bounds of single days, which are wide for a mean.',
            },
          ],
    monthEnd:
      grain === 'hourly'
        ? null
        : {
            month: '2026-11',
            daysLeft: 5,
            soFar: 25 * each.level,
            total: 30.4 * each.level,
            lower: 29.8 * each.level,
            upper: 31 * each.level,
            before: 29 * each.level,
          },
    ...(grain === 'hourly' || each.rollup !== 'total'
      ? {}
      : {
          recommendations: [
            {
              kind: 'grow' as const,
              words: `Give channel music more: its ${each.title.toLowerCase()} grows.`,
              because:
                'Over the next 30 days +12.4% on the 30 days before, and +3.1% even by the lower .68 bound.',
            },
          ],
        }),
  };
}

function horizonOf(points: readonly number[], steps: number): ForecastHorizon {
  const total = points.slice(0, steps).reduce((sum, p) => sum + p, 0);
  const half = (level: number): number => total * 0.12 * level;
  return {
    steps,
    method: 'ensemble',
    total,
    bounds: [0.68, 0.8, 0.95].map((level) => ({
      level,
      lower: total - half(level),
      upper: total + half(level),
    })),
    before: total / 1.042,
    backtest: {
      origins: 12,
      stepsTested: steps,
      meanAbsoluteError: total / steps / 11,
      wape: 0.087,
      mase: 0.71,
      accuracy: 0.913,
      totalAccuracy: 0.962,
      relativeToSeasonalNaive: 0.76,
      beatsSeasonalNaive: true,
    },
    members: [
      ['seasonal-naive', 'reference', 0, 1],
      ['boosted-trees', 'gradient boosting', 0.34, 0.79],
      ['n-hits', 'neural', 0.22, 0.83],
      ['theta', 'Bayesian and classical', 0.44, 0.74],
    ].map(([name, family, weight, relative]) => ({
      name: String(name),
      family: String(family),
      weight: Number(weight),
      meanAbsoluteError: (Number(relative) * total) / steps / 9,
      relativeToSeasonalNaive: Number(relative),
    })),
    scenarios: (['conservative', 'likely', 'optimistic'] as const).map((name, i) => ({
      name,
      total: total + (i - 1) * half(0.68),
      growth: 0.042 + 0.08 * (i - 1),
      assumptions:
        'The season repeats and the trend goes on as the members that did best on this series see it.',
    })),
    drivers: [
      {
        name: 'period before' as const,
        amount: total / 1.042,
        words: `What the ${steps} steps before came to`,
      },
      { name: 'season' as const, amount: -0.01 * total, words: 'Which weekdays the steps to come fall on' },
      {
        name: 'holidays and events' as const,
        amount: 0.02 * total,
        words: 'Those to come less those before: promotion +34%, seen 4 times',
      },
      { name: 'trend' as const, amount: 0.04 * total, words: 'The slope of the last 14 steps' },
      {
        name: 'momentum' as const,
        amount: total - total / 1.042 - 0.05 * total,
        words: 'What the members see beyond that',
      },
    ],
  };
}

const manifest = {
  name: 'forecast-daily',
  features: ['total_revenue', 'views'],
  series: 3,
  input: 120,
  horizon: 30,
  normalisation: 'over the recent level of each series',
  backend: 'wasm',
  backtest: {
    measure: 'mean scaled absolute error' as const,
    origins: 12,
    error: 0.78,
    currentError: null,
    relativeToReference: 0.81,
  },
};

const versions: readonly ModelManifest[] = [
  {
    ...manifest,
    version: 2,
    state: 'current',
    trainedAtMs: Date.UTC(2026, 10, 20),
    reason: 'Views has left its .95 interval more often than it should',
    dataHash: 'a'.repeat(64),
    backtest: { ...manifest.backtest, error: 0.71, currentError: 0.78, relativeToReference: 0.76 },
  },
  {
    ...manifest,
    version: 1,
    state: 'retired',
    trainedAtMs: Date.UTC(2026, 10, 13),
    reason: 'the first forecasts of this tenant',
    dataHash: 'b'.repeat(64),
  },
];

const models: ModelsReply = {
  isOwned: true,
  status: {
    backend: {
      name: 'wasm',
      device: 'A processor, WebAssembly, SIMD, 2 threads',
      selfTestError: 8.9e-8,
      refused: [{ name: 'node-gpu', reason: '@tensorflow/tfjs-node-gpu is not installed' }],
    },
    backendFault: null,
    running: null,
    waiting: 0,
    processBytes: 500_000_000,
    runs: [
      {
        task: 'forecast',
        tenant: 'main',
        title: 'Training the daily forecast models',
        endedAtMs: Date.UTC(2026, 10, 20),
        tookMs: 8_400,
        outcome: 'done',
        detail: '3 series, version 2',
      },
    ],
  },
};

/** Forecasts, their models and their jobs. */
export function addForecastRoutes(
  api: Router,
  state: { isEmpty: boolean; jobs: Job[] },
  notFound: (detail: string) => object,
): void {
  const grainOf = (value: unknown): ForecastGrain => (value === 'hourly' ? 'hourly' : 'daily');
  const job = (title: string, params: Job['params']): Job => {
    const queued: Job = {
      id: `job_${state.jobs.length + 1}`,
      tenant: 'main',
      kind: 'models',
      title,
      stage: 'training the network',
      percent: 34,
      state: 'running',
      createdAtMs: Date.now(),
      updatedAtMs: Date.now(),
      params,
    };
    state.jobs.unshift(queued);
    return queued;
  };
  api.get(
    '/forecasts',
    (req, res) => void res.json(forecastList(grainOf(req.query['grain']), state.isEmpty)),
  );
  api.get('/forecasts/series', (req, res) => {
    const { dim, grain, kpi } = req.query;
    const found = forecastReply(
      grainOf(grain),
      typeof kpi === 'string' ? kpi : '',
      typeof dim === 'string' ? dim : '',
    );
    if (found === undefined) res.status(404).json(notFound('There is no such forecast.'));
    else res.json(found);
  });
  api.get(
    '/forecasts/models',
    (req, res) =>
      void res.json({ grain: grainOf(req.query['grain']), versions: state.isEmpty ? [] : versions }),
  );
  api.post('/forecasts/retrain', (req, res) => {
    const body: unknown = req.body;
    const grain =
      typeof body === 'object' && body !== null && 'grain' in body ? grainOf(body.grain) : 'daily';
    res.status(202).json(job(`Training the ${grain} forecast models`, { task: 'forecast', grain }));
  });
  api.post(
    '/forecasts/models/rollback',
    (_req, res) =>
      void res.status(202).json(job('Going back to version 1', { task: 'forecast', grain: 'daily' })),
  );
  api.post('/jobs/:id/cancel', (req, res) => {
    const at = state.jobs.findIndex(({ id }) => id === req.params.id);
    const held = state.jobs[at];
    if (held === undefined) return void res.status(404).json(notFound('There is no such job.'));
    const next: Job = { ...held, cancelAskedAtMs: Date.now(), state: 'cancelled', stage: 'cancelled' };
    state.jobs[at] = next;
    res.status(202).json(next);
  });
  const calendar: TenantCalendar = {
    country: 'DE',
    events: [
      {
        id: 'sale1',
        kind: 'promotion',
        label: 'Winter sale with a name long enough to wrap on a phone',
        from: '2026-12-10',
        to: '2026-12-14',
        knownFrom: '2026-11-01',
        createdAtMs: Date.UTC(2026, 10, 1),
      },
    ],
  };
  api.get(
    '/calendar',
    (_req, res) => void res.json(state.isEmpty ? { country: null, events: [] } : calendar),
  );
  api.post('/calendar', (req, res) => {
    const body: unknown = req.body;
    const label = typeof body === 'object' && body !== null && 'label' in body ? String(body.label) : '';
    const event: TenantCalendar['events'][number] = {
      id: `event${calendar.events.length + 1}`,
      kind: 'promotion',
      label,
      from: '2027-01-02',
      to: '2027-01-03',
      knownFrom: '2026-11-26',
      createdAtMs: Date.UTC(2026, 10, 26),
    };
    calendar.events.push(event);
    res.status(201).json(event);
  });
  api.delete('/calendar/:id', (req, res) => {
    calendar.events = calendar.events.filter(({ id }) => id !== req.params.id);
    res.status(204).end();
  });
  api.get('/system/models', (_req, res) => void res.json(models));
}
