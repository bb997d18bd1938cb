import type {
  Trend,
  TrendEvidence,
  TrendHistory,
  TrendList,
  TrendMoment,
  TrendPoint,
  TrendSource,
  TrendStage,
} from '../../platform/contracts/trend.ts';
import type {
  TrendAssumptions,
  TrendLifecycle,
  TrendRisk,
  TrendWindow,
} from '../../platform/contracts/trend-lifecycle.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  type Guard,
} from './guard.ts';

/** The contract's lists, spelled again because importing them would bring the schema library into the page. */
export const trendStages = [
  'emerging',
  'rising',
  'peak',
  'declining',
  'dead',
] as const satisfies readonly TrendStage[];
export const trendSources = [
  'social',
  'search',
  'news',
  'competitor',
  'platform',
] as const satisfies readonly TrendSource[];

const isStage = oneOf(trendStages);
const isMoment: Guard<TrendMoment> = object<TrendMoment>({
  expectedMs: isNumber,
  fromMs: isNumber,
  toMs: isNumber,
  isPast: isBoolean,
});

const isEvidence: Guard<TrendEvidence> = object<TrendEvidence>({
  mentions24h: isNumber,
  expectedMentions24h: isNumber,
  pValue: isNumber,
  qValue: isNumber,
  views24h: isNumber,
  viewsBefore24h: isNumber,
  expectedViewsNext24h: isNumber,
  contents: isNumber,
  freshContents: isNumber,
  channels: isNumber,
  sources: object<TrendEvidence['sources']>({
    social: isNumber,
    search: isNumber,
    news: isNumber,
    competitor: isNumber,
    platform: isNumber,
  }),
  audience: object<TrendEvidence['audience']>({ views24h: isNumber, contents: isNumber }),
  voice: optional(
    object<NonNullable<TrendEvidence['voice']>>({
      reach: isNumber,
      sentiment: nullable(isNumber),
      rated: isNumber,
    }),
  ),
  examples: arrayOf(
    object<TrendEvidence['examples'][number]>({
      content: isString,
      title: isString,
      channel: isString,
      views24h: isNumber,
    }),
  ),
});

const isTrend: Guard<Trend> = object<Trend>({
  key: isString,
  kind: oneOf(['topic', 'channel']),
  label: isString,
  members: arrayOf(isString),
  angles: arrayOf(isString),
  rank: isNumber,
  score: isNumber,
  virality: isNumber,
  validation: isNumber,
  stage: isStage,
  stageSinceMs: isNumber,
  health: isNumber,
  attention: isNumber,
  velocity: isNumber,
  acceleration: isNumber,
  risk: isNumber,
  competition: isNumber,
  timing: object<Trend['timing']>({
    onsetMs: isNumber,
    peak: isMoment,
    end: isMoment,
    advice: oneOf(['publish now', 'prepare', 'too late']),
  }),
  formats: arrayOf(
    object<Trend['formats'][number]>({ name: isString, contents: isNumber, viewsAgainstMedian: isNumber }),
  ),
  monitor: object<Trend['monitor']>({
    socialVelocity: nullable(isNumber),
    searchVelocity: nullable(isNumber),
    saturation: isNumber,
    againstExpected: isNumber,
    adjustments: arrayOf(isString),
  }),
  trajectory: object<Trend['trajectory']>({
    low: arrayOf(isNumber),
    expected: arrayOf(isNumber),
    high: arrayOf(isNumber),
  }),
  viewsPerPoint: isNumber,
  monetization: object<Trend['monetization']>({
    rpmUsdEstimate: isNumber,
    revenueUsdEstimate: isNumber,
    category: isString,
  }),
  evidence: isEvidence,
  noDataSinceMs: optional(isNumber),
  spark: arrayOf(isNumber),
});

export const isTrendList: Guard<TrendList> = object<TrendList>({
  evaluatedAtMs: nullable(isNumber),
  trends: arrayOf(isTrend),
});

export const isTrendHistory: Guard<TrendHistory> = object<TrendHistory>({
  trend: isTrend,
  points: arrayOf(
    object<TrendPoint>({
      atMs: isNumber,
      rank: isNumber,
      stage: isStage,
      score: isNumber,
      attention: isNumber,
      views24h: isNumber,
      mentions24h: isNumber,
      health: isNumber,
    }),
  ),
});

const isWindowStage = oneOf(['emerging', 'rising', 'peak']);
const isMoneyFrom = oneOf(['own', 'assumed', 'estimate']);
const isRange = object<{ low: number; expected: number; high: number }>({
  low: isNumber,
  expected: isNumber,
  high: isNumber,
});
const isByStage = object<TrendAssumptions['risk']>({
  emerging: isNumber,
  rising: isNumber,
  peak: isNumber,
  declining: isNumber,
  dead: isNumber,
});

export const isTrendAssumptions: Guard<TrendAssumptions> = object<TrendAssumptions>({
  leadTimeHours: isNumber,
  costPerContent: nullable(isNumber),
  rpm: nullable(isNumber),
  minRoi: isNumber,
  maxRisk: isNumber,
  competition: isByStage,
  risk: isByStage,
});

export const isTrendLifecycle: Guard<TrendLifecycle> = object<TrendLifecycle>({
  key: isString,
  atMs: isNumber,
  stage: isStage,
  peak: isMoment,
  end: isMoment,
  saturationMs: nullable(isNumber),
  currency: isString,
  rpm: object<TrendLifecycle['rpm']>({ value: isNumber, from: isMoneyFrom }),
  cost: object<TrendLifecycle['cost']>({ value: isNumber, from: isMoneyFrom }),
  windows: arrayOf(
    object<TrendWindow>({
      stage: isWindowStage,
      fromMs: isNumber,
      toMs: isNumber,
      publishMs: nullable(isNumber),
      views: nullable(isRange),
      roi: nullable(isRange),
      contents: isNumber,
      investment: isNumber,
    }),
  ),
  entry: nullable(
    object<NonNullable<TrendLifecycle['entry']>>({
      stage: isWindowStage,
      publishMs: isNumber,
      startMs: isNumber,
    }),
  ),
  risks: arrayOf(
    object<TrendRisk>({
      kind: oneOf(['policy', 'monetization', 'competition', 'fatigue', 'stage']),
      score: isNumber,
      facts: arrayOf(isString),
    }),
  ),
  risk: isNumber,
  decision: oneOf(['go', 'no-go']),
  reasons: arrayOf(isString),
  assumptions: isTrendAssumptions,
});
