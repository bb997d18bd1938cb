import {
  revenueRiskCodes,
  type Recommendation,
  type RevenueRisk,
  type RisksAnswer,
} from '../../platform/contracts/risks.ts';

const DAY = 86_400_000;

/** Risks of every length of words, with and without a subject, a start and an amount. */
export function risksAnswer(isEmpty: boolean): RisksAnswer {
  const asOfMs = Math.floor(Date.now() / DAY) * DAY;
  const risks: RevenueRisk[] = [
    {
      code: 'stream_concentration',
      subject: 'ads',
      value: 0.64,
      bound: 0.5,
      unit: 'ratio',
      severity: 'high',
      atRiskMinor: 9_120_400,
      method: 'worst_fall',
      sinceMs: asOfMs - 61 * DAY,
      isSinceOpen: true,
      evidence: [
        { name: 'revenue_of_subject', value: 18_240_800, unit: 'money' },
        { name: 'parts', value: 9, unit: 'count' },
        { name: 'index', value: 0.47, unit: 'index' },
        { name: 'worst_fall', value: 0.5, unit: 'ratio' },
      ],
    },
    {
      code: 'content_concentration',
      subject: 'vid-1',
      title: 'The longest night in the harbour, told by those who were there',
      value: 0.27,
      bound: 0.25,
      unit: 'ratio',
      severity: 'unknown',
      atRiskMinor: null,
      method: 'worst_fall',
      sinceMs: null,
      isSinceOpen: false,
      evidence: [],
    },
    {
      code: 'revenue_trend_falling',
      value: 0.000_4,
      bound: 0.05,
      unit: 'probability',
      severity: 'moderate',
      atRiskMinor: 812_000,
      method: 'slope_ahead',
      sinceMs: asOfMs - 9 * DAY,
      isSinceOpen: false,
      evidence: [
        { name: 'slope_a_day', value: -2_000, unit: 'money' },
        { name: 'tau', value: -0.62, unit: 'index' },
      ],
    },
    {
      code: 'ad_season',
      subject: 'ads',
      value: -0.43,
      bound: -0.1,
      unit: 'ratio',
      severity: 'high',
      atRiskMinor: 7_843_000,
      method: 'season',
      sinceMs: null,
      isSinceOpen: false,
      evidence: [
        { name: 'season_now', value: 1.4, unit: 'times' },
        { name: 'season_ahead', value: 0.8, unit: 'times' },
        { name: 'seen_a_year_ago', value: 0, unit: 'count' },
        { name: 'season_starts', value: asOfMs + 20 * DAY, unit: 'instant' },
      ],
    },
    {
      code: 'source_silent',
      subject: 'stripe-webhooks',
      value: 7.2,
      bound: 3,
      unit: 'times',
      severity: 'moderate',
      atRiskMinor: 42_100,
      method: 'silence',
      sinceMs: asOfMs - 3_600_000,
      isSinceOpen: false,
      evidence: [{ name: 'longest_pause', value: 3, unit: 'hours' }],
    },
  ];
  const recommendations: Recommendation[] = [
    {
      code: 'spread_revenue',
      subject: 'ads',
      kind: 'avoided_loss',
      effectMinor: 1_995_000,
      ofMinor: 9_120_400,
      share: 0.219,
      shareBasis: 'bound',
      restsOn: ['stream_concentration'],
      evidence: risks[0]?.evidence ?? [],
      screen: '/allocation/revenue',
    },
    {
      code: 'move_budget',
      subject: 'Night Train',
      kind: 'gain',
      effectMinor: 412_000,
      ofMinor: 412_000,
      share: 1,
      shareBasis: 'assumed',
      restsOn: [],
      evidence: [
        { name: 'return_of_best', value: 6.2, unit: 'times' },
        { name: 'return_of_least', value: 1.1, unit: 'times' },
        { name: 'cost_moved', value: 161_000, unit: 'money' },
      ],
      screen: '/allocation',
    },
  ];
  return {
    currency: 'USD',
    asOfMs,
    days: isEmpty ? 0 : 112,
    revenueMinor: isEmpty ? 0 : 28_501_200,
    risks: isEmpty ? [] : risks,
    recommendations: isEmpty ? [] : recommendations,
    checks: revenueRiskCodes.map((code) => {
      const risk = isEmpty ? undefined : risks.find((each) => each.code === code);
      return {
        code,
        value: risk?.value ?? (code === 'refunds' && !isEmpty ? 0.012 : null),
        bound: risk?.bound ?? 0.05,
        unit: risk?.unit ?? 'ratio',
        state: risk !== undefined ? 'beyond' : code === 'refunds' && !isEmpty ? 'within' : 'unknown',
      };
    }),
  };
}
