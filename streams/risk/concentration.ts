import { RISK_DAYS, type RevenueRiskCode } from '../../platform/contracts/risks.ts';
import { concentrationOf } from '../analytics/risks.ts';
import type { Cut, RiskFacts } from './facts.ts';
import { bounds, fact, finding, isBeyond, never, type Finding } from './finding.ts';
import { lastSum, sinceOf, sumOf, worstFall } from './history.ts';

/** On how few streams, channels, contents, platforms and customers revenue rests. */
export function concentrationFindings(facts: RiskFacts, revenueMinor: number): readonly Finding[] {
  const cut = (code: RevenueRiskCode, of: Cut): Finding => largestOf(facts, code, of, revenueMinor);
  return [
    cut('stream_concentration', facts.stream),
    cut('channel_concentration', facts.channel),
    cut('content_concentration', facts.content),
    cut('platform_dependence', facts.platform),
    customersOf(facts, revenueMinor),
    fewStreams(facts, revenueMinor),
  ];
}

function largestOf(facts: RiskFacts, code: RevenueRiskCode, of: Cut, revenueMinor: number): Finding {
  const { hhi, largest } = concentrationOf(of.parts);
  const earning = of.parts.filter((part) => part.revenueMinor > 0);
  const own = earning.find(({ id }) => id === largest)?.revenueMinor ?? 0;
  // Where the tenant uses one stream or names one platform there is nothing to spread over yet, and that is what it says.
  if (largest === null || hhi === null || revenueMinor <= 0) return finding(code, revenueMinor, []);
  const total = facts.days.map((day) => day.revenueMinor);
  const starts = facts.days.map((day) => day.startMs);
  const fall = worstFall(of.largestDays);
  // Of all revenue, that of no part included: what names no channel does not make the largest channel larger.
  const shareAt = (end: number): number => {
    const whole = sumOf(total, end - RISK_DAYS, end);
    return whole > 0 ? sumOf(of.largestDays, end - RISK_DAYS, end) / whole : 0;
  };
  return finding(code, revenueMinor, [
    {
      subject: largest,
      value: Math.min(1, own / revenueMinor),
      atRiskMinor: fall === null ? null : own * fall,
      method: 'worst_fall',
      since: sinceOf(starts, RISK_DAYS, (end) => isBeyond(code, shareAt(end))),
      evidence: [
        fact('revenue_of_subject', own, 'money'),
        fact('revenue', revenueMinor, 'money'),
        fact('parts', earning.length, 'count'),
        fact('index', hhi, 'index'),
        ...(fall === null ? [] : [fact('worst_fall', fall, 'ratio')]),
        fact('days', of.largestDays.length, 'count'),
      ],
    },
  ]);
}

function fewStreams(facts: RiskFacts, revenueMinor: number): Finding {
  const code = 'few_streams';
  const { hhi } = concentrationOf(facts.stream.parts);
  if (hhi === null) return finding(code, revenueMinor, []);
  const total = facts.days.map((day) => day.revenueMinor);
  const fall = worstFall(total);
  return finding(code, revenueMinor, [
    {
      value: hhi,
      atRiskMinor: fall === null ? null : lastSum(total) * fall,
      method: 'worst_fall',
      since: never,
      evidence: [
        fact('parts', facts.stream.parts.filter((part) => part.revenueMinor > 0).length, 'count'),
        fact('revenue', revenueMinor, 'money'),
        ...(fall === null ? [] : [fact('worst_fall', fall, 'ratio')]),
      ],
    },
  ]);
}

function customersOf({ customers }: RiskFacts, revenueMinor: number): Finding {
  const code = 'customer_concentration';
  if (customers === undefined || customers.count === 0 || revenueMinor <= 0)
    return finding(code, revenueMinor, []);
  return finding(code, revenueMinor, [
    {
      value: customers.largestMinor / revenueMinor,
      atRiskMinor: customers.largestMinor,
      method: 'whole',
      since: never,
      evidence: [
        fact('revenue_of_subject', customers.largestMinor, 'money'),
        fact('revenue', revenueMinor, 'money'),
        fact('parts', customers.count, 'count'),
        fact('index', customers.index, 'index'),
      ],
    },
  ]);
}

/** What the share of the largest would have to come down by, of itself, to be at its bound. */
export function shareAboveBound(code: RevenueRiskCode, value: number): number {
  return Math.max(0, Math.min(1, 1 - bounds[code].bound / value));
}
