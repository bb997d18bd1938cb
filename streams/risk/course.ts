import { RISK_DAYS } from '../../platform/contracts/risks.ts';
import { nextQuarterMs, seasonFactor } from './ad-season.ts';
import type { RiskFacts } from './facts.ts';
import { fact, finding, isBeyond, never, type Finding } from './finding.ts';
import { lastSum, sinceOf, sumOf } from './history.ts';
import { fallTest } from './mann-kendall.ts';

const DAY_MS = 86_400_000;
/** Days the test of a fall looks at: eight weeks, so that each weekday comes eight times. */
const TEST_DAYS = 56;
const WEEK = 7;

/** Whether revenue or what a view brings is falling, and what the season of ads will do. */
export function courseFindings(facts: RiskFacts, revenueMinor: number): readonly Finding[] {
  return [trendOf(facts, revenueMinor), rpmOf(facts, revenueMinor), seasonOf(facts, revenueMinor)];
}

function trendOf({ days }: RiskFacts, revenueMinor: number): Finding {
  const code = 'revenue_trend_falling';
  const revenue = days.map((day) => day.revenueMinor);
  const starts = days.map((day) => day.startMs);
  const testAt = (end: number) => fallTest(revenue.slice(Math.max(0, end - TEST_DAYS), end));
  const test = testAt(revenue.length);
  if (test === undefined) return finding(code, revenueMinor, []);
  const perDay = Math.max(0, -test.slope);
  return finding(code, revenueMinor, [
    {
      value: test.fallProbability,
      // Day k from now brings k × slope less than today's level.
      atRiskMinor: Math.min(revenueMinor, (perDay * RISK_DAYS * (RISK_DAYS + 1)) / 2),
      method: 'slope_ahead',
      since: sinceOf(starts, 4 * WEEK, (end) => {
        const then = testAt(end);
        return then !== undefined && isBeyond(code, then.fallProbability);
      }),
      evidence: [
        fact('slope_a_day', test.slope, 'money'),
        fact('tau', test.tau, 'index'),
        fact('days', Math.min(TEST_DAYS, revenue.length), 'count'),
      ],
    },
  ]);
}

/** Revenue per 1,000 views of seven days against the 28 before them. */
function rpmOf({ days }: RiskFacts, revenueMinor: number): Finding {
  const code = 'rpm_falling';
  const revenue = days.map((day) => day.revenueMinor);
  const views = days.map((day) => day.views);
  const rate = (from: number, to: number): number | undefined => {
    const seen = sumOf(views, from, to);
    return seen > 0 ? (sumOf(revenue, from, to) / seen) * 1_000 : undefined;
  };
  const at = (end: number) => {
    const now = rate(end - WEEK, end);
    const before = end < 2 * WEEK ? undefined : rate(end - WEEK - RISK_DAYS, end - WEEK);
    return now === undefined || before === undefined || before <= 0
      ? undefined
      : { now, before, value: now / before - 1 };
  };
  const last = at(days.length);
  if (last === undefined) return finding(code, revenueMinor, []);
  const seen = lastSum(views);
  return finding(code, revenueMinor, [
    {
      value: last.value,
      atRiskMinor: ((last.before - last.now) / 1_000) * seen,
      method: 'rate_lost',
      since: sinceOf(
        days.map((day) => day.startMs),
        2 * WEEK,
        (end) => isBeyond(code, at(end)?.value ?? 0),
      ),
      evidence: [
        fact('rpm_now', last.now, 'money'),
        fact('rpm_before', last.before, 'money'),
        fact('views', seen, 'count'),
      ],
    },
  ]);
}

/** Expected change of ad revenue over the next 28 days against the last 28, by the season alone. */
export function seasonAhead(facts: RiskFacts): {
  readonly change: number;
  readonly adsMinor: number;
  readonly now: number;
  readonly ahead: number;
  readonly isMeasured: boolean;
} {
  const { asOfMs, adsYearAgo, stream } = facts;
  const span = RISK_DAYS * DAY_MS;
  const adsMinor = Math.max(0, stream.parts.find(({ id }) => id === 'ads')?.revenueMinor ?? 0);
  if (adsYearAgo !== undefined && adsYearAgo.beforeMinor > 0)
    return {
      change: adsYearAgo.afterMinor / adsYearAgo.beforeMinor - 1,
      adsMinor,
      now: 1,
      ahead: adsYearAgo.afterMinor / adsYearAgo.beforeMinor,
      isMeasured: true,
    };
  const now = seasonFactor(asOfMs - span, asOfMs);
  const ahead = seasonFactor(asOfMs, asOfMs + span);
  return { change: ahead / now - 1, adsMinor, now, ahead, isMeasured: false };
}

function seasonOf(facts: RiskFacts, revenueMinor: number): Finding {
  const code = 'ad_season';
  const season = seasonAhead(facts);
  if (season.adsMinor === 0) return finding(code, revenueMinor, []);
  return finding(code, revenueMinor, [
    {
      subject: 'ads',
      value: season.change,
      atRiskMinor: season.adsMinor * -season.change,
      method: 'season',
      since: never,
      evidence: [
        fact('revenue_of_subject', season.adsMinor, 'money'),
        fact('season_now', season.now, 'times'),
        fact('season_ahead', season.ahead, 'times'),
        fact('seen_a_year_ago', season.isMeasured ? 1 : 0, 'count'),
        fact('season_starts', nextQuarterMs(facts.asOfMs), 'instant'),
      ],
    },
  ]);
}
