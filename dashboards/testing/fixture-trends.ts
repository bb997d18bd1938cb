import { defaultTrendAssumptions, type TrendLifecycle } from '../../platform/contracts/trend-lifecycle.ts';
import type { Trend, TrendHistory, TrendList, TrendStage } from '../../platform/contracts/trend.ts';

const HOUR_MS = 3_600_000;

interface Made {
  readonly key: string;
  readonly label: string;
  readonly stage: TrendStage;
  readonly spark: readonly number[];
  readonly velocity: number;
  readonly category?: string;
}

const made: readonly Made[] = [
  {
    key: 'topic:solar sail',
    label: 'Solar sail',
    stage: 'emerging',
    spark: [0, 0, 0, 0.1, 0.4, 1.3, 3.9],
    velocity: 1.6,
    category: 'education',
  },
  {
    key: 'topic:jumanji',
    label: 'Jumanji',
    stage: 'rising',
    spark: [0.4, 0.6, 0.5, 0.9, 1.4, 2.2, 3.4],
    velocity: 0.63,
  },
  {
    key: 'channel:Late Harbour',
    label: 'Late Harbour',
    stage: 'peak',
    spark: [1.2, 1.4, 1.3, 2.1, 2.9, 3.1, 3.2],
    velocity: 0.04,
  },
  {
    key: 'topic:cold brew coffee maker',
    label: 'cold brew coffee maker',
    stage: 'declining',
    spark: [4, 3.6, 3.1, 2.5, 2.1, 1.7, 1.2],
    velocity: -0.5,
    category: 'technology',
  },
  {
    key: 'topic:eclipse',
    label: 'eclipse',
    stage: 'dead',
    spark: [6, 2, 0.9, 0.4, 0.2, 0.1, 0.1],
    velocity: -0.02,
  },
];

function trendOf(
  { key, label, stage, spark, velocity, category = 'entertainment' }: Made,
  index: number,
): Trend {
  const now = Date.now();
  const isAhead = stage === 'emerging' || stage === 'rising';
  const peakMs = isAhead ? now + 20 * HOUR_MS : now - (index + 1) * 12 * HOUR_MS;
  const peak = isAhead
    ? { expectedMs: peakMs, fromMs: now + 4 * HOUR_MS, toMs: now + 70 * HOUR_MS, isPast: false }
    : { expectedMs: peakMs, fromMs: peakMs, toMs: peakMs, isPast: true };
  const end =
    stage === 'dead'
      ? { expectedMs: now - HOUR_MS, fromMs: now - HOUR_MS, toMs: now - HOUR_MS, isPast: true }
      : {
          expectedMs: now + 90 * HOUR_MS,
          fromMs: now + 40 * HOUR_MS,
          toMs: now + 200 * HOUR_MS,
          isPast: false,
        };
  const attention = spark.at(-1) ?? 0;
  return {
    key,
    kind: key.startsWith('channel:') ? 'channel' : 'topic',
    label,
    members: index === 0 ? ['topic:solarsail', 'topic:light sail'] : [],
    angles: index === 0 ? ['first flight', 'how it works'] : [],
    rank: index + 1,
    score: 0.72 - index * 0.12,
    virality: 0.81 - index * 0.12,
    validation: 0.89,
    stage,
    stageSinceMs: now - 5 * HOUR_MS,
    health: Math.min(1, Math.max(0, 0.5 + velocity / 4)),
    attention,
    velocity,
    acceleration: velocity / 2,
    risk: 0.3,
    competition: 0.12 + index * 0.1,
    timing: {
      onsetMs: now - 40 * HOUR_MS,
      peak,
      end,
      advice: isAhead ? 'publish now' : 'too late',
    },
    formats: index === 0 ? [{ name: 'explainer', contents: 3, viewsAgainstMedian: 2.1 }] : [],
    monitor: {
      socialVelocity: index === 4 ? null : velocity,
      searchVelocity: index === 0 ? 0.9 : null,
      saturation: index * 0.2,
      againstExpected: 1.2 - index * 0.2,
      adjustments: index === 0 ? ['Health is above 80%: bring forward what is planned, and follow up.'] : [],
    },
    trajectory: {
      low: ahead(attention * 0.3),
      expected: ahead(attention),
      high: ahead(attention * 2.4),
    },
    viewsPerPoint: 318_000,
    monetization: { rpmUsdEstimate: 6.25, revenueUsdEstimate: 148.2, category },
    evidence: {
      mentions24h: 100 - index * 20,
      expectedMentions24h: 1.4,
      pValue: 1e-9,
      qValue: index === 0 ? 1e-7 : 0.02,
      views24h: 1_240_511,
      viewsBefore24h: 390_020,
      expectedViewsNext24h: 1_900_000,
      contents: 9,
      freshContents: 4,
      channels: 6,
      sources: { social: 60, search: 12, news: index === 0 ? 4 : 0, competitor: 0, platform: 9 },
      audience: { views24h: index === 1 ? 4_200 : 0, contents: index === 1 ? 2 : 0 },
      examples: [
        {
          content: 'v1',
          title: 'A sail of light, explained in ten minutes',
          channel: 'Late Harbour',
          views24h: 512_000,
        },
        { content: 'v2', title: 'How far can a solar sail go?', channel: 'Orbit Weekly', views24h: 331_000 },
      ],
    },
    spark: [...spark],
  };
}

/** Falls to half in two days, for thirty. */
function ahead(from: number): number[] {
  return Array.from({ length: 30 }, (_, day) => Math.round(1e4 * from * 0.7 ** (day + 1)) / 1e4);
}

export function trendLifecycle(key: string): TrendLifecycle | undefined {
  const trend = trendList(false).trends.find((each) => each.key === key);
  if (trend === undefined) return undefined;
  const atMs = Date.now() - 5 * 60_000;
  const { peak, end } = trend.timing;
  const isAhead = !peak.isPast;
  return {
    key,
    atMs,
    stage: trend.stage,
    peak,
    end,
    saturationMs: atMs + 150 * HOUR_MS,
    currency: 'USD',
    rpm: { value: 7.4, from: 'own' },
    cost: { value: 2.1, from: 'own' },
    windows: isAhead
      ? [
          {
            stage: 'rising',
            fromMs: atMs,
            toMs: peak.expectedMs,
            publishMs: null,
            views: null,
            roi: null,
            contents: 0,
            investment: 0,
          },
          {
            stage: 'peak',
            fromMs: peak.expectedMs,
            toMs: atMs + 150 * HOUR_MS,
            publishMs: atMs + 24 * HOUR_MS,
            views: { low: 310, expected: 1_240, high: 5_200 },
            roi: { low: 0.09, expected: 3.37, high: 17.3 },
            contents: 3,
            investment: 6.3,
          },
        ]
      : [],
    entry: isAhead ? { stage: 'peak', publishMs: atMs + 24 * HOUR_MS, startMs: atMs } : null,
    risks: [
      {
        kind: 'policy',
        score: 0,
        facts: ['None of 3 titles looked at has a word of a subject whose ads are limited.'],
      },
      { kind: 'monetization', score: 0.3, facts: ['Reckoned with the revenue of your own views.'] },
      { kind: 'competition', score: 0.3, facts: ['6 channels with 9 live contents, 4 of them new in 24 h.'] },
      { kind: 'fatigue', score: 0.18, facts: ['31% of its expected life has gone by.'] },
      { kind: 'stage', score: 0.2, facts: ['It is rising: reckoned with 20%.'] },
    ],
    risk: 0.27,
    decision: isAhead ? 'go' : 'no-go',
    reasons: isAhead
      ? [
          'A content published while it is at its peak is expected to return 337% of its cost, four times in five between 9% and 1,730%; at least 50% is asked for.',
          'Its risks together come to 27%; at most 60% is accepted.',
        ]
      : ['Its peak is past: what is published now comes late.'],
    assumptions: defaultTrendAssumptions,
  };
}

export function trendList(isEmpty: boolean): TrendList {
  if (isEmpty) return { evaluatedAtMs: null, trends: [] };
  return { evaluatedAtMs: Date.now() - 5 * 60_000, trends: made.map(trendOf) };
}

export function trendHistory(key: string): TrendHistory | undefined {
  const trend = trendList(false).trends.find((each) => each.key === key);
  if (trend === undefined) return undefined;
  const { rank, stage, score, health, spark, evidence } = trend;
  const start = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 167 * HOUR_MS;
  return {
    trend,
    points: Array.from({ length: 168 }, (_, hour) => ({
      atMs: start + hour * HOUR_MS,
      rank,
      stage,
      score,
      health,
      attention: spark[Math.floor(hour / 24)] ?? 0,
      views24h: evidence.views24h,
      mentions24h: evidence.mentions24h,
    })),
  };
}
