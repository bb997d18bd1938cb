import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import { growthOf } from './pace.ts';

/**
 * Bounds beyond which something counts as a risk. Concentration: .25 is where the Horizontal Merger Guidelines of 2010 (U.S. DOJ and FTC)
 * begin to call a market highly concentrated; the others are ours.
 */
export const riskBounds = {
  stream_concentration: 0.5,
  channel_concentration: 0.4,
  few_streams: 0.25,
  revenue_falling: -0.1,
  rpm_falling: -0.1,
} as const;

type Concentration = BreakdownReply['concentration']['stream'];

/** Share of the largest and Herfindahl–Hirschman index; what earned nothing or less is left out. */
export function concentrationOf(
  parts: readonly { readonly id: string; readonly revenueMinor: number }[],
): Concentration {
  const earning = parts.filter(({ revenueMinor }) => revenueMinor > 0);
  const total = earning.reduce((sum, part) => sum + part.revenueMinor, 0);
  const [largest] = earning.toSorted((a, b) => b.revenueMinor - a.revenueMinor);
  if (largest === undefined) return { largest: null, largestShare: null, hhi: null };
  return {
    largest: largest.id,
    largestShare: largest.revenueMinor / total,
    hhi: earning.reduce((sum, part) => sum + (part.revenueMinor / total) ** 2, 0),
  };
}

/** What lies beyond its bound. */
export function risksOf(
  concentration: BreakdownReply['concentration'],
  pace: BreakdownReply['pace'],
  rpm: BreakdownReply['rpm'],
): BreakdownReply['risks'] {
  const { stream, channel } = concentration;
  const risks: BreakdownReply['risks'] = [];
  const above = (
    code: BreakdownReply['risks'][number]['code'],
    value: number | null,
    subject?: string | null,
  ): void => {
    const bound = riskBounds[code];
    const isBeyond = value !== null && (bound < 0 ? value < bound : value > bound);
    if (isBeyond) risks.push({ code, value, bound, ...(subject == null ? {} : { subject }) });
  };
  above('stream_concentration', stream.largestShare, stream.largest);
  above('channel_concentration', channel.largestShare, channel.largest);
  above('few_streams', stream.hhi);
  above('revenue_falling', pace.growth);
  above('rpm_falling', growthOf(rpm.at(-1)?.trendMinor ?? null, rpm.at(-8)?.trendMinor ?? null));
  return risks;
}
