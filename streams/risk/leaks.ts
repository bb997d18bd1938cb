import { RISK_DAYS } from '../../platform/contracts/risks.ts';
import { medianOf } from '../analytics/median.ts';
import type { RecurringFacts, RiskFacts } from './facts.ts';
import { bounds, fact, finding, isBeyond, never, type Finding } from './finding.ts';
import { lastSum, sinceOf, sumOf } from './history.ts';

const HOUR_MS = 3_600_000;
/** Complete months a rate is compared with at least. */
const FEWEST_MONTHS = 3;
/** A rate of so few in a hundred that rises is no risk: half a percent of MRR. */
const LEAST_RATE = 0.005;
/** Payments below which a share of failures is chance. */
const FEWEST_PAYMENTS = 20;
/** A source must be there so many hours of 28 days before a pause of it says anything. */
const FEWEST_HOURS = 48;
/** What is silent for less is late at most. */
const LEAST_SILENCE_HOURS = 6;

/** Where money that was earned or agreed on goes away again. */
export function leakFindings(facts: RiskFacts, revenueMinor: number): readonly Finding[] {
  return [
    rateOf(facts, revenueMinor, 'churn_rising', (month) => month.churnMinor),
    rateOf(facts, revenueMinor, 'contraction_rising', (month) => month.contractionMinor),
    paymentsOf(facts, revenueMinor),
    refundsOf(facts, revenueMinor),
    sourcesOf(facts, revenueMinor),
  ];
}

/** What of MRR went in the last complete month, as a multiple of the median of the months before. */
function rateOf(
  { recurring, mrrMinor }: RiskFacts,
  revenueMinor: number,
  code: 'churn_rising' | 'contraction_rising',
  lost: (month: RecurringFacts) => number,
): Finding {
  const months = recurring.filter(({ openingMinor }) => openingMinor > 0);
  const rates = months.map((month) => lost(month) / month.openingMinor);
  const at = (end: number) => {
    const now = rates[end - 1];
    const before = medianOf(rates.slice(Math.max(0, end - 7), end - 1));
    if (now === undefined || before === null || end - 1 < FEWEST_MONTHS) return undefined;
    // Against a month in which nothing went: half a percent is taken for what is usual.
    return { now, before, value: now / Math.max(before, LEAST_RATE) };
  };
  const last = at(rates.length);
  if (last === undefined) return finding(code, revenueMinor, []);
  return finding(code, revenueMinor, [
    {
      value: last.value,
      atRiskMinor: Math.max(0, last.now - last.before) * mrrMinor,
      method: 'above_usual',
      since: sinceOf(
        months.map(({ startMs }) => startMs),
        FEWEST_MONTHS + 1,
        (end) => isBeyond(code, at(end)?.value ?? 0),
      ),
      evidence: [
        fact('rate_now', last.now, 'ratio'),
        fact('rate_before', last.before, 'ratio'),
        fact('months', rates.length, 'count'),
        fact('mrr', mrrMinor, 'money'),
      ],
    },
  ]);
}

function paymentsOf({ days, payments }: RiskFacts, revenueMinor: number): Finding {
  const code = 'payment_failures';
  const { failed, failedDays, meanMinor, open, paid, paidDays } = payments;
  if (failed + paid < FEWEST_PAYMENTS) return finding(code, revenueMinor, []);
  const shareAt = (end: number): number => {
    const no = sumOf(failedDays, end - RISK_DAYS, end);
    const all = no + sumOf(paidDays, end - RISK_DAYS, end);
    return all > 0 ? no / all : 0;
  };
  return finding(code, revenueMinor, [
    {
      value: failed / (failed + paid),
      atRiskMinor: open * meanMinor,
      method: 'unpaid',
      since: sinceOf(
        days.map((day) => day.startMs),
        RISK_DAYS,
        (end) => isBeyond(code, shareAt(end)),
      ),
      evidence: [
        fact('failed', failed, 'count'),
        fact('paid', paid, 'count'),
        fact('open_payments', open, 'count'),
        fact('mean_payment', meanMinor, 'money'),
      ],
    },
  ]);
}

function refundsOf({ days, refundedDays, soldDays }: RiskFacts, revenueMinor: number): Finding {
  const code = 'refunds';
  const sold = lastSum(soldDays);
  const refunded = lastSum(refundedDays);
  if (sold <= 0) return finding(code, revenueMinor, []);
  const shareAt = (end: number): number => {
    const all = sumOf(soldDays, end - RISK_DAYS, end);
    return all > 0 ? sumOf(refundedDays, end - RISK_DAYS, end) / all : 0;
  };
  const value = refunded / sold;
  return finding(code, revenueMinor, [
    {
      value,
      atRiskMinor: Math.max(0, refunded - bounds.refunds.bound * sold),
      method: 'above_bound',
      since: sinceOf(
        days.map((day) => day.startMs),
        RISK_DAYS,
        (end) => isBeyond(code, shareAt(end)),
      ),
      evidence: [fact('refunded', refunded, 'money'), fact('sold', sold, 'money')],
    },
  ]);
}

/** Silence of each source as a multiple of its longest pause. */
function sourcesOf({ nowMs, sources }: RiskFacts, revenueMinor: number): Finding {
  const found = sources
    .filter(({ activeHours }) => activeHours >= FEWEST_HOURS)
    .map((source) => {
      const silentHours = Math.max(0, (nowMs - source.lastMs) / HOUR_MS);
      const usual = Math.max(1, source.longestPauseHours);
      return {
        subject: source.name,
        value: silentHours < LEAST_SILENCE_HOURS ? Math.min(1, silentHours / usual) : silentHours / usual,
        atRiskMinor: Math.max(0, source.revenuePerHourMinor * silentHours),
        method: 'silence' as const,
        since: { ...never, sinceMs: source.lastMs },
        evidence: [
          fact('last_event', source.lastMs, 'instant'),
          fact('longest_pause', source.longestPauseHours, 'hours'),
          fact('revenue_an_hour', source.revenuePerHourMinor, 'money'),
        ],
      };
    });
  return finding('source_silent', revenueMinor, found);
}
