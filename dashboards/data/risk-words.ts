import type {
  Evidence,
  EvidenceName,
  Recommendation,
  RecommendationCode,
  RevenueRisk,
  RevenueRiskCode,
  RiskMethod,
} from '../../platform/contracts/risks.ts';
import { dimensionTitle } from './colour-slots.ts';
import { duration, type Formatter } from './format.ts';

const HOUR_MS = 3_600_000;

export const riskTitles: Readonly<Record<RevenueRiskCode, string>> = {
  stream_concentration: 'One stream decides',
  channel_concentration: 'One channel decides',
  content_concentration: 'One content decides',
  customer_concentration: 'One customer decides',
  platform_dependence: 'One platform decides',
  few_streams: 'Few streams',
  revenue_trend_falling: 'Revenue is falling',
  rpm_falling: 'A view brings less',
  churn_rising: 'Churn is rising',
  contraction_rising: 'Plans are shrinking',
  payment_failures: 'Payments fail',
  refunds: 'Much is paid back',
  ad_season: 'Ad season',
  source_silent: 'A source is silent',
};

/** What each measure is. */
export const measureWords: Readonly<Record<RevenueRiskCode, string>> = {
  stream_concentration: 'of revenue from one stream',
  channel_concentration: 'of revenue from one channel',
  content_concentration: 'of revenue from one content',
  customer_concentration: 'of revenue from one customer',
  platform_dependence: 'of revenue from one platform',
  few_streams: 'concentration of streams (HHI)',
  revenue_trend_falling: 'probability of such a fall by chance',
  rpm_falling: 'revenue per 1,000 views, 7 days on the 28 before',
  churn_rising: 'the usual monthly churn',
  contraction_rising: 'the usual monthly contraction',
  payment_failures: 'of payments failed',
  refunds: 'of what was sold paid back',
  ad_season: 'expected change of ads, next 28 days',
  source_silent: 'its longest pause',
};

export const methodWords: Readonly<Record<RiskMethod, string>> = {
  worst_fall: 'Its revenue of 28 days × the worst fall of one week against the week before',
  whole: 'All it brought in 28 days',
  slope_ahead: 'What 28 days bring less when the slope goes on',
  rate_lost: 'What the views of 28 days bring less than at the earlier rate',
  above_usual: 'What goes a month beyond the median of earlier months',
  unpaid: 'Mean payment × customers whose payment has not come since',
  above_bound: 'What was paid back beyond the bound',
  season: 'Ad revenue of 28 days × the change of the season',
  silence: 'Its usual revenue an hour × hours of silence',
};

export const evidenceWords: Readonly<Record<EvidenceName, string>> = {
  revenue: 'revenue in 28 days',
  revenue_of_subject: 'of it in 28 days',
  parts: 'parts',
  index: 'HHI',
  worst_fall: 'worst week',
  slope_a_day: 'a day',
  tau: 'Kendall’s τ',
  days: 'days of history',
  rpm_now: 'RPM now',
  rpm_before: 'RPM before',
  views: 'views in 28 days',
  rate_now: 'last month',
  rate_before: 'median before',
  months: 'months',
  mrr: 'MRR',
  failed: 'failed',
  paid: 'paid',
  open_payments: 'still open',
  mean_payment: 'a payment',
  recovered: 'came within 14 days so far',
  refunded: 'paid back',
  sold: 'sold',
  season_now: 'season factor now',
  season_ahead: 'season factor ahead',
  season_starts: 'next quarter',
  seen_a_year_ago: 'season',
  last_event: 'last event',
  longest_pause: 'longest pause so far',
  revenue_an_hour: 'an hour',
  return_of_best: 'return on cost, best channel',
  return_of_least: 'least',
  cost_moved: 'moved',
};

/** Amounts come in minor units. */
export function figureText(
  value: number,
  unit: Evidence['unit'],
  format: Formatter,
  money: (minor: number) => string,
): string {
  switch (unit) {
    case 'ratio':
      return value < 0 ? `−${format.percent(-value)}` : format.percent(value);
    case 'index':
      return value.toFixed(2);
    case 'probability':
      return value < 0.001 ? 'below 0.1%' : format.percent(value);
    case 'hours':
      return duration(value * HOUR_MS);
    case 'times':
      return `${value.toFixed(2)} ×`;
    case 'count':
      return format.count(value);
    case 'money':
      return money(value);
    case 'instant':
      return format.dateTime(value);
  }
}

export function evidenceText(
  evidence: readonly Evidence[],
  format: Formatter,
  money: (minor: number) => string,
): string {
  return evidence
    .map(({ name, unit, value }) =>
      name === 'seen_a_year_ago'
        ? value > 0
          ? 'as measured a year ago'
          : 'by the usual factors of the quarters'
        : `${evidenceWords[name]} ${name === 'season_starts' ? format.date(value) : figureText(value, unit, format, money)}`,
    )
    .join(' · ');
}

/** The name of what a risk or a recommendation is about; empty when it is about the whole. */
export function subjectOf(
  { subject, title }: Pick<RevenueRisk, 'subject' | 'title'>,
  codes: readonly string[],
  locale: string,
): string {
  if (subject === undefined) return '';
  if (title !== undefined) return title;
  const isStream = codes.some((code) => code === 'stream_concentration' || code.includes('season'));
  return isStream ? dimensionTitle('stream', subject, locale) : subject;
}

export const recommendationWords: Readonly<Record<RecommendationCode, readonly [string, string]>> = {
  spread_revenue: ['Earn more beside', 'Plan where else to earn'],
  lift_rpm: ['Bring back what a view earns', 'Plan videos by what they earn'],
  stop_fall: ['Find what falls', 'See the anomalies'],
  keep_customers: ['Keep customers likely to leave', 'See who may leave'],
  keep_plans: ['Stop downgrades', 'Rethink the tiers'],
  collect_payments: ['Collect failed payments', 'See whose payment failed'],
  reduce_refunds: ['Bring refunds back to a twentieth', 'See revenue by content'],
  prepare_season: ['Shift publishing ahead of the season', 'Plan when to publish'],
  use_season: ['Publish into the season', 'Plan when to publish'],
  mend_source: ['Mend the source', 'See the sources'],
  move_budget: ['Move a tenth of the weakest channel’s cost to', 'Divide the budget'],
};

export function recommendationText({ code }: Pick<Recommendation, 'code'>, subject: string): string {
  const [text] = recommendationWords[code];
  const namesSubject = code === 'spread_revenue' || code === 'move_budget' || code === 'mend_source';
  if (!namesSubject) return text;
  if (subject !== '') return `${text} ${subject}`;
  return code === 'spread_revenue' ? `${text} the largest customer` : text;
}

export function linkText({ code }: Pick<Recommendation, 'code'>): string {
  return recommendationWords[code][1];
}

export const basisWords: Readonly<Record<Recommendation['shareBasis'], string>> = {
  measured: 'as often as it went well here so far',
  bound: 'back to the bound',
  assumed: 'assumed',
};
