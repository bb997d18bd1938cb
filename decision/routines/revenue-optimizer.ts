import type { NoWish, Wish } from '../proposals/wish.ts';
import { isWish } from '../proposals/wish.ts';
import { normalCdf } from '../../platform/statistics/normal.ts';
import { wishOfTest } from './experiment-wish.ts';
import { confidenceOf, type Opportunity } from './opportunity.ts';
import { gapsOf, type Part } from './parts.ts';

export const revenueOptimizer = 'revenue-optimizer';
export const revenueDays = 90;
const leastViews = 1_000;
const leastDays = 20;
const weeksOfQuarter = 13;
const weeksOfPrice = 4;

export interface RevenueFacts {
  /** The last 90 days by channel and by stream. */
  readonly channels: readonly Part[];
  readonly streams: readonly Part[];
  /** Best prices the workbench recommends, by product. */
  readonly prices: readonly { readonly product: string; readonly wish: Wish | NoWish | undefined }[];
}

/**
 * Hypotheses of the last 90 days, each with what it may bring in a quarter and how sure it is: a better price of a product, a stream that
 * earns less in the second half than in the first, a channel whose revenue a view lies below the median. Each is tested before it is applied.
 */
export function revenueHypotheses({ channels, prices, streams }: RevenueFacts): Opportunity[] {
  return [
    ...prices.flatMap(({ product, wish }): Opportunity[] => {
      if (wish === undefined || !isWish(wish) || wish.expected === null || wish.expected.delta <= 0)
        return [];
      const impact = (wish.expected.delta / weeksOfPrice) * weeksOfQuarter;
      const confidence = confidenceOf(wish.expected);
      const to = wish.actions[0]?.params['to'];
      return [
        test('price', product, {}, impact, confidence, impact, {
          title: `Test the price of ${product}: ${String(to)}`,
          hypothesis: `History says that ${product} earns more at ${String(to)}; no reading of history is causal, so half of the visitors are offered it.`,
          variant: `Price ${String(to)}`,
          metric: 'revenue',
          events: 'product_sale,merchandise_sale',
          link: wish.link,
        }),
      ];
    }),
    ...streams.flatMap((part): Opportunity[] => {
      const change = halves(part);
      if (change === undefined || change.drop <= 0) return [];
      return [
        test(
          'stream',
          part.dim,
          { stream: part.dim.slice(0, 256) },
          change.drop,
          change.confidence,
          change.share,
          {
            title: `Win back ${part.dim}: present it anew`,
            hypothesis: `${part.dim} earned ${Math.round(100 * change.share)}% less a day in the last 45 days than in the 45 before.`,
            variant: `${part.dim} shown earlier and more plainly`,
            metric: 'revenue',
            events: 'ad_impression,affiliate_click,product_sale,merchandise_sale,tip,membership,super_chat',
            link: '/revenue?by=stream',
          },
        ),
      ];
    }),
    ...gapsOf(channels, 'revenue', 'views', { least: leastViews, quantile: 0.5 }).map((gap) =>
      test(
        'revenue a view',
        gap.part.dim,
        { channel: gap.part.dim.slice(0, 256) },
        (gap.target - gap.own) * gap.part.total.views,
        gap.confidence,
        gap.potential,
        {
          title: `Raise what a view of ${gap.part.dim} earns`,
          hypothesis: `A view of ${gap.part.dim} earns ${Math.round(100 * (1 - gap.own / gap.target))}% less than the median of channels over ${revenueDays} days.`,
          variant: 'The offers of the best channel',
          metric: 'revenue',
          events: 'ad_impression,affiliate_click,product_sale,merchandise_sale,tip,membership',
          link: '/revenue?by=channel',
        },
      ),
    ),
  ];
}

function test(
  area: string,
  on: string,
  dims: Wish['dims'],
  impact: number,
  confidence: number,
  potential: number,
  words: {
    readonly title: string;
    readonly hypothesis: string;
    readonly variant: string;
    readonly metric: 'conversion' | 'revenue';
    readonly events: string;
    readonly link: string;
  },
): Opportunity {
  const wish = wishOfTest({
    routine: revenueOptimizer,
    area,
    on,
    dims,
    ...words,
    days: 28,
    windowHours: 7 * 24,
    effect: 0.05,
    impact,
    confidence,
    potential,
  });
  return { area, impact, confidence, wish };
}

/** What the second half of the days lost against the first, over the half, and how sure it is that it lost (Welch's statistic, normal). */
function halves({ days }: Part): { drop: number; share: number; confidence: number } | undefined {
  if (days.length < leastDays) return undefined;
  const middle = Math.floor(days.length / 2);
  const sides = [days.slice(0, middle), days.slice(middle)].map((side) => {
    const mean = side.reduce((sum, { revenue }) => sum + revenue, 0) / side.length;
    const variance = side.reduce((sum, { revenue }) => sum + (revenue - mean) ** 2, 0) / (side.length - 1);
    return { mean, error: variance / side.length, n: side.length };
  });
  const [first, second] = sides;
  if (first === undefined || second === undefined || !(first.mean > 0)) return undefined;
  const error = Math.sqrt(first.error + second.error);
  const lost = first.mean - second.mean;
  return {
    drop: lost * second.n,
    share: lost / first.mean,
    confidence: error > 0 ? normalCdf(lost / error) : lost > 0 ? 1 : 0,
  };
}
