import type { Recommendation, RevenueRisk, RevenueRiskCode } from '../../platform/contracts/risks.ts';
import { shareAboveBound } from './concentration.ts';
import { seasonAhead } from './course.ts';
import type { RiskFacts } from './facts.ts';
import { fact } from './finding.ts';

/** Shares of the money at risk that acting is taken to save where the tenant's own past tells none. Ours, said with every answer. */
const assumed = { half: 0.5, season: 0.1, moved: 0.1 } as const;
/** What the last unit of cost brings against the mean unit: returns diminish. The workbench of allocation learns it by channel. */
const MARGINAL = 0.5;
/** Failed payments whose outcome is known, below which their share of recoveries is chance. */
const FEWEST_KNOWN = 10;
const SEASON_GAIN = 0.1;

type Draft = Omit<Recommendation, 'effectMinor'>;

/** What to do, by expected effect over 28 days; each rests on risks that were found or on figures it brings itself. */
export function recommend(facts: RiskFacts, risks: readonly RevenueRisk[]): Recommendation[] {
  return [...risks.flatMap((risk) => answerTo(facts, risk)), ...useSeason(facts), ...moveBudget(facts)]
    .map((draft) => ({ ...draft, effectMinor: Math.round(draft.ofMinor * draft.share) }))
    .filter(({ effectMinor }) => effectMinor > 0)
    .toSorted((a, b) => b.effectMinor - a.effectMinor || (a.code < b.code ? -1 : 1));
}

/** Where each kind of risk is acted on, and what acting saves of the money at risk. */
const answers: Readonly<
  Record<
    Exclude<RevenueRiskCode, 'few_streams' | 'ad_season' | 'payment_failures'>,
    { readonly code: Recommendation['code']; readonly screen: string; readonly basis: 'bound' | 'assumed' }
  >
> = {
  stream_concentration: { code: 'spread_revenue', screen: '/allocation/revenue', basis: 'bound' },
  channel_concentration: { code: 'spread_revenue', screen: '/allocation', basis: 'bound' },
  content_concentration: { code: 'spread_revenue', screen: '/trends', basis: 'bound' },
  platform_dependence: { code: 'spread_revenue', screen: '/allocation/marketing', basis: 'bound' },
  customer_concentration: { code: 'spread_revenue', screen: '/audience/value', basis: 'bound' },
  revenue_trend_falling: { code: 'stop_fall', screen: '/anomalies', basis: 'assumed' },
  rpm_falling: { code: 'lift_rpm', screen: '/pricing/videos', basis: 'assumed' },
  churn_rising: { code: 'keep_customers', screen: '/audience/churn', basis: 'assumed' },
  contraction_rising: { code: 'keep_plans', screen: '/pricing/tiers', basis: 'assumed' },
  refunds: { code: 'reduce_refunds', screen: '/revenue?by=content', basis: 'bound' },
  source_silent: { code: 'mend_source', screen: '/system', basis: 'bound' },
};

function answerTo(facts: RiskFacts, risk: RevenueRisk): Draft[] {
  const { atRiskMinor, code, evidence, subject } = risk;
  // Without history nobody knows what acting is worth; and few streams are what spreading the largest mends.
  if (atRiskMinor === null || code === 'few_streams') return [];
  const common = {
    ...(subject === undefined ? {} : { subject }),
    kind: 'avoided_loss' as const,
    ofMinor: atRiskMinor,
    restsOn: [code],
    evidence,
  };
  if (code === 'payment_failures') {
    const { known, recovered } = facts.payments;
    const isKnown = known >= FEWEST_KNOWN;
    return [
      {
        ...common,
        code: 'collect_payments',
        share: isKnown ? recovered / known : assumed.half,
        shareBasis: isKnown ? 'measured' : 'assumed',
        evidence: isKnown ? [...evidence, fact('recovered', recovered / known, 'ratio')] : evidence,
        screen: '/audience/churn?band=critical',
      },
    ];
  }
  if (code === 'ad_season')
    return [
      {
        ...common,
        code: 'prepare_season',
        share: assumed.season,
        shareBasis: 'assumed',
        screen: '/pricing/videos',
      },
    ];
  const answer = answers[code];
  const isWhole = code === 'refunds' || code === 'source_silent';
  return [
    {
      ...common,
      code: answer.code,
      share: answer.basis === 'assumed' ? assumed.half : isWhole ? 1 : shareAboveBound(code, risk.value),
      shareBasis: answer.basis,
      screen: answer.screen,
    },
  ];
}

/** Ads will be worth more: a tenth of the season's gain by publishing into it. */
function useSeason(facts: RiskFacts): Draft[] {
  const season = seasonAhead(facts);
  if (season.adsMinor === 0 || season.change < SEASON_GAIN) return [];
  return [
    {
      code: 'use_season',
      subject: 'ads',
      kind: 'gain',
      ofMinor: Math.round(season.adsMinor * season.change),
      share: assumed.season,
      shareBasis: 'assumed',
      restsOn: [],
      evidence: [
        fact('revenue_of_subject', season.adsMinor, 'money'),
        fact('season_now', season.now, 'times'),
        fact('season_ahead', season.ahead, 'times'),
        fact('seen_a_year_ago', season.isMeasured ? 1 : 0, 'count'),
      ],
      screen: '/pricing/videos',
    },
  ];
}

/** A tenth of the cost of the channel with the least return, given to the one with the best, at diminishing returns. */
function moveBudget({ channel }: RiskFacts): Draft[] {
  const all = channel.parts
    .filter(({ costMinor, id }) => costMinor > 0 && id !== '')
    .map(({ costMinor, id, revenueMinor }) => ({ id, costMinor, return: revenueMinor / costMinor }))
    .toSorted((a, b) => b.return - a.return || (a.id < b.id ? -1 : 1));
  const best = all[0];
  const least = all.at(-1);
  if (best === undefined || least === undefined || best.id === least.id) return [];
  const moved = least.costMinor * assumed.moved;
  const gain = moved * MARGINAL * (best.return - Math.max(0, least.return));
  return [
    {
      code: 'move_budget',
      subject: best.id,
      kind: 'gain',
      ofMinor: Math.round(gain),
      share: 1,
      shareBasis: 'assumed',
      restsOn: [],
      evidence: [
        fact('return_of_best', best.return, 'times'),
        fact('return_of_least', least.return, 'times'),
        fact('cost_moved', moved, 'money'),
      ],
      screen: '/allocation',
    },
  ];
}
