import type { Request, Router } from 'express';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  attributionModels,
  AttributionQuestion,
  AttributionReply,
} from '../../platform/contracts/attribution.ts';
import { CohortQuestion, CohortReply } from '../../platform/contracts/cohorts.ts';
import { FunnelQuestion, FunnelReply } from '../../platform/contracts/funnel.ts';
import { planFees, plans, pnlGrains, PnlReply, type PnlFigures } from '../../platform/contracts/pnl.ts';
import { BreakdownReply, DecompositionReply } from '../../platform/contracts/revenue.ts';
import { RisksReply } from '../../platform/contracts/risks.ts';
import { risksAnswer } from './fixture-risks.ts';
import { channels, contents, cutsOf, kpiValue, windowStarts } from './fixture-data.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What a test may set. */
export interface AnalyticsState {
  /** A tenant without a single event. */
  isEmpty: boolean;
  /** So many answers of a long question say that it is still running. */
  runningFor: number;
  plan: (typeof plans)[number];
  profitTarget: number;
}

/** Schemas of the answers by route. */
export const analyticsContract: readonly (readonly [string, RegExp, TSchema])[] = [
  ['GET', /^\/revenue\/breakdown$/, BreakdownReply],
  ['GET', /^\/revenue\/decomposition$/, DecompositionReply],
  ['GET', /^\/pnl$/, PnlReply],
  ['GET', /^\/revenue\/risks$/, RisksReply],
  ['POST', /^\/funnels$/, FunnelReply],
  ['POST', /^\/cohorts$/, CohortReply],
  ['POST', /^\/attribution$/, AttributionReply],
];

export function addAnalyticsRoutes(api: Router, state: AnalyticsState): void {
  api.get('/revenue/breakdown', (req, res) => void res.json(breakdown(state, req)));
  api.get('/revenue/decomposition', (req, res) => void res.json(decomposition(state, req)));
  api.get('/pnl', (req, res) => void res.json(pnl(state, req)));
  const answer = (made: object): object => {
    if (state.runningFor > 0) {
      state.runningFor -= 1;
      return { state: 'running', stage: 'following users', percent: 42, startedAtMs: Date.now() - 3_000 };
    }
    return { state: 'done', computedAtMs: Date.now(), tookMs: 840, answer: made };
  };
  api.get('/revenue/risks', (_req, res) => void res.json(answer(risksAnswer(state.isEmpty))));
  api.post(
    '/funnels',
    (req, res) => void res.json(answer(funnel(state, Value.Parse(FunnelQuestion, req.body)))),
  );
  api.post(
    '/cohorts',
    (req, res) => void res.json(answer(cohorts(state, Value.Parse(CohortQuestion, req.body)))),
  );
  api.post(
    '/attribution',
    (req, res) => void res.json(answer(attribution(state, Value.Parse(AttributionQuestion, req.body)))),
  );
}

/** Minor units of a KPI over a range, up to now. */
function minor(key: string, fromMs: number, toMs: number, share = 1): number {
  const sum = windowStarts(fromMs, toMs, '1h').reduce(
    (total, start) => total + (kpiValue(key, start, '1h', Date.now()) ?? 0),
    0,
  );
  return Math.round(sum * 100 * share);
}

function breakdown({ isEmpty }: AnalyticsState, req: Request) {
  const by =
    (['channel', 'content', 'country', 'stream'] as const).find((each) => each === req.query['by']) ??
    'stream';
  const [fromMs, toMs] = [Number(req.query['from']), Number(req.query['to'])];
  const isCompared = req.query['comparedFrom'] !== undefined;
  const totalMinor = isEmpty ? 0 : minor('total_revenue', fromMs, toMs);
  const previous = minor('total_revenue', Number(req.query['comparedFrom']), Number(req.query['comparedTo']));
  const rows = cutsOf(by).map(({ id, share }, i) => ({
    id,
    title: contents.find((content) => content.id === id)?.title ?? id,
    revenueMinor: Math.round(totalMinor * share),
    previousMinor: isCompared ? (i === 3 ? 0 : Math.round(previous * share * (1.1 - i / 60))) : null,
    share,
    views: Math.round(totalMinor * share * 1.4),
    rpmMinor: 690 - 11 * i,
  }));
  const today = Math.floor(toMs / DAY) * DAY;
  const rpm = Array.from({ length: 28 }, (_each, i) => ({
    startMs: today - (28 - i) * DAY,
    rpmMinor: 660 + 40 * Math.sin(i) - 2 * i,
    trendMinor: 665 - 2 * i,
  }));
  return {
    currency: 'USD',
    by,
    rows: isEmpty ? [] : rows,
    totalMinor,
    previousTotalMinor: isCompared ? previous : null,
    pace: isEmpty
      ? { days: 0, perDayMinor: null, beforePerDayMinor: null, growth: null, perDayPerDayMinor: null }
      : {
          days: 28,
          perDayMinor: 1_023_400,
          beforePerDayMinor: 981_200,
          growth: 0.043,
          perDayPerDayMinor: 4_120.5,
        },
    concentration: isEmpty
      ? {
          stream: { largest: null, largestShare: null, hhi: null },
          channel: { largest: null, largestShare: null, hhi: null },
        }
      : {
          stream: { largest: 'ads', largestShare: 0.53, hhi: 0.31 },
          channel: { largest: 'Deep Sea Diaries', largestShare: 0.21, hhi: 0.11 },
        },
    risks: isEmpty
      ? []
      : [
          { code: 'stream_concentration', value: 0.53, bound: 0.5, subject: 'ads' },
          { code: 'few_streams', value: 0.31, bound: 0.25 },
        ],
    rpm: isEmpty ? [] : rpm,
  };
}

function decomposition({ isEmpty }: AnalyticsState, req: Request) {
  const end = Math.floor(Math.min(Date.now(), Number(req.query['to'])) / HOUR) * HOUR;
  const hourEffects = Array.from(
    { length: 24 },
    (_each, hour) => 1 + 0.5 * Math.sin(((hour - 13) / 24) * 2 * Math.PI),
  );
  const points = Array.from({ length: 336 }, (_each, i) => {
    const startMs = end - (336 - i) * HOUR;
    const expectedMinor = 41_200 * (hourEffects[new Date(startMs).getUTCHours()] ?? 1);
    const isAnomaly = i % 97 === 40;
    return {
      startMs,
      valueMinor: Math.round(expectedMinor * (isAnomaly ? 1.7 : 1 + 0.03 * Math.sin(i * 7))),
      trendMinor: 41_200 + i,
      expectedMinor,
      lowMinor: expectedMinor * 0.9,
      highMinor: expectedMinor * 1.1,
      isAnomaly,
    };
  });
  return {
    currency: 'USD',
    form: 'multiplicative',
    hours: isEmpty ? 11 : 672,
    weeks: isEmpty ? 11 / 168 : 4,
    hourEffects: isEmpty ? [] : hourEffects,
    weekdayEffects: isEmpty ? [] : [0.94, 0.93, 0.95, 0.97, 1, 1.12, null],
    seasonalStrength: isEmpty ? null : 0.91,
    ensemble: [
      { member: 'decomposition', weight: isEmpty ? 0 : 0.78, errorMinor: isEmpty ? null : 1_240.5 },
      { member: 'same_hour_last_week', weight: isEmpty ? 0 : 0.2, errorMinor: isEmpty ? null : 2_480 },
      { member: 'recent_level', weight: isEmpty ? 0 : 0.02, errorMinor: isEmpty ? null : 9_900 },
    ],
    residuals: isEmpty
      ? { low: null, median: null, high: null, sensitivity: 0.95 }
      : { low: -0.096, median: 0.001, high: 0.104, sensitivity: 0.95 },
    points: isEmpty ? [] : points,
    anomalies: isEmpty ? 0 : 9,
  };
}

function figures(revenueMinor: number, feeMinor: number, videos: number): PnlFigures {
  const costs = {
    productionMinor: Math.round(revenueMinor * 0.08),
    advertisingMinor: Math.round(revenueMinor * 0.17),
    apiMinor: Math.round(revenueMinor * 0.03),
    otherMinor: Math.round(revenueMinor * 0.05),
  };
  const costMinor = Object.values(costs).reduce((sum, each) => sum + each, 0);
  const profitMinor = revenueMinor - costMinor - feeMinor;
  const perVideo = (amount: number): number | null => (videos === 0 ? null : amount / videos);
  return {
    revenueMinor,
    costMinor,
    costs,
    feeMinor,
    profitMinor,
    margin: revenueMinor === 0 ? null : profitMinor / revenueMinor,
    roi: costMinor + feeMinor === 0 ? null : profitMinor / (costMinor + feeMinor),
    videos,
    revenuePerVideoMinor: perVideo(revenueMinor),
    costPerVideoMinor: perVideo(costMinor),
    profitPerVideoMinor: perVideo(profitMinor),
  };
}

function pnl(state: AnalyticsState, req: Request) {
  const { isEmpty } = state;
  const grain = pnlGrains.find((each) => each === req.query['grain']) ?? 'month';
  const plan = plans.find((each) => each === req.query['plan']) ?? state.plan;
  const nowMs = Date.now();
  const [fromMs, toMs] = [Number(req.query['from']), Math.min(Number(req.query['to']), nowMs)];
  const starts =
    grain === 'week'
      ? windowStarts(fromMs, toMs, '1d').filter((start) => new Date(start).getUTCDay() === 1)
      : windowStarts(fromMs, toMs, grain === 'day' ? '1d' : '1mo');
  const dayFee = Math.round((planFees[plan] * 100) / 30);
  const targetPerMonth = Number(req.query['targetPerMonth'] ?? state.profitTarget);
  const dayTarget = Math.round((targetPerMonth * 100) / 30);
  const periods = starts.map((startMs, i) => {
    const endMs = starts[i + 1] ?? startMs + (grain === 'day' ? 1 : grain === 'week' ? 7 : 30) * DAY;
    const days = Math.round((endMs - startMs) / DAY);
    const own = figures(
      isEmpty ? 0 : minor('total_revenue', startMs, endMs),
      dayFee * days,
      isEmpty ? 0 : 26 * days,
    );
    const targetMinor = dayTarget * days;
    return {
      startMs,
      endMs,
      isComplete: endMs <= nowMs,
      figures: own,
      targetMinor,
      isReached: own.profitMinor >= targetMinor,
    };
  });
  const sum = (part: (figures: PnlFigures) => number): number =>
    periods.reduce((total, period) => total + part(period.figures), 0);
  const revenueMinor = sum((each) => each.revenueMinor);
  return {
    currency: 'USD',
    grain,
    plan,
    targetPerMonth,
    feePerMonthMinor: planFees[plan] * 100,
    periods,
    total: figures(
      revenueMinor,
      sum((each) => each.feeMinor),
      sum((each) => each.videos),
    ),
    targetMinor: periods.reduce((total, period) => total + period.targetMinor, 0),
    channels: isEmpty
      ? []
      : [...channels, ''].map((channel, i) => ({
          channel,
          figures: figures(Math.round(revenueMinor / (i + 4)), 0, channel === '' ? 0 : 40 - i),
        })),
  };
}

function funnel({ isEmpty }: AnalyticsState, { by, steps }: FunnelQuestion) {
  const users = steps.map((_step, i) => (isEmpty ? 0 : Math.round(12_480 * 0.31 ** i)));
  const [first = 0] = users;
  const cuts = by === undefined ? [] : cutsOf(by).slice(0, 20);
  return {
    isGuarded: by !== undefined,
    steps: users.map((count, i) => ({
      users: count,
      ofFirst: first === 0 ? null : count / first,
      ofPrevious: first === 0 ? null : i === 0 ? 1 : count / (users[i - 1] ?? 1),
      medianMsFromPrevious: i === 0 || first === 0 ? null : 1_260_000 * i,
      medianMsFromFirst: i === 0 || first === 0 ? null : 2_460_000 * i,
    })),
    parts: isEmpty
      ? []
      : cuts.map(({ id, share }) => ({
          value: id,
          isRest: false,
          users: users.map((count) => Math.round(count * share)),
        })),
    events: isEmpty ? 0 : 184_022,
  };
}

function cohorts({ isEmpty }: AnalyticsState, { fromMs, grain, periods }: CohortQuestion) {
  const length = grain === 'day' ? DAY : grain === 'week' ? 7 * DAY : 30 * DAY;
  const nowMs = Date.now();
  const starts = Array.from({ length: 8 }, (_each, i) => fromMs + i * length).filter(
    (start) => start <= nowMs,
  );
  const made = starts.map((startMs, i) => {
    const size = isEmpty ? 0 : 240 + 17 * i;
    const began = Array.from({ length: periods + 1 }, (_each, period) => period).filter(
      (period) => startMs + period * length <= nowMs,
    );
    return {
      startMs,
      endMs: startMs + length,
      size,
      cells: began.map((period) => ({
        returned: Math.round(size * (period === 0 ? 1 : 0.48 * 0.82 ** period)),
        revenueMinor: Math.round((size * 340) / (period + 1)),
        ltvMinor: size === 0 ? 0 : 340 * Math.log(period + 2),
        isComplete: startMs + (period + 1) * length <= nowMs,
      })),
    };
  });
  const mean = Array.from({ length: periods + 1 }, (_each, period) => {
    const complete = made.filter(({ cells, size }) => size > 0 && (cells[period]?.isComplete ?? false));
    const members = complete.reduce((sum, { size }) => sum + size, 0);
    return {
      members,
      retention: members === 0 ? null : period === 0 ? 1 : 0.48 * 0.82 ** period,
      ltvMinor: members === 0 ? null : 340 * Math.log(period + 2),
    };
  });
  return { currency: 'USD', isGuarded: false, cohorts: made, mean, events: isEmpty ? 0 : 22_914 };
}

function attribution({ isEmpty }: AnalyticsState, _question: AttributionQuestion) {
  const keys = ['search', 'newsletter', 'social', 'podcast', 'partner'];
  const weights = [0.34, 0.27, 0.16, 0.13, 0.1];
  const touchpoints = keys.map((key, i) => ({
    key,
    isRest: false,
    touches: 4_210 - 640 * i,
    credits: attributionModels.map((model, m) => {
      // Models differ by a few points; those of the last touchpoint take what is left.
      const shift = ((m * 7 + i * 3) % 5) / 100 - 0.02;
      return {
        model,
        conversions: 1_860 * Math.max(0.01, (weights[i] ?? 0) + shift),
        valueMinor: Math.round(418_500 * Math.max(0.01, (weights[i] ?? 0) + shift)),
        ...(model === 'shapley' ? { conversionsError: 4.2 } : {}),
      };
    }),
  }));
  return {
    currency: 'USD',
    conversions: isEmpty ? 0 : 1_934,
    valueMinor: isEmpty ? 0 : 431_200,
    unattributed: isEmpty ? { conversions: 0, valueMinor: 0 } : { conversions: 74, valueMinor: 12_700 },
    lostPaths: isEmpty ? 0 : 6_120,
    meanTouches: isEmpty ? null : 2.3,
    touchpoints: isEmpty ? [] : touchpoints,
    shapley: 'exact',
    paths: isEmpty
      ? []
      : [
          { keys: ['search'], conversions: 412, valueMinor: 92_300 },
          { keys: ['newsletter'], conversions: 301, valueMinor: 80_100 },
          { keys: ['social', 'search', 'newsletter'], conversions: 88, valueMinor: 21_000 },
        ],
    events: isEmpty ? 0 : 41_550,
  };
}
