import type { NoWish, Wish } from '../proposals/wish.ts';
import { factsFrom, isWish } from '../proposals/wish.ts';
import { wishOfTest } from './experiment-wish.ts';
import { confidenceOf, type Opportunity } from './opportunity.ts';
import { gapsOf, type Gap, type Part } from './parts.ts';

export const channelOptimizer = 'channel-optimizer';
export const channelDays = 28;
const leastViews = 500;
const median = 0.5;

export interface ChannelFacts {
  /** Channels over the last four weeks. */
  readonly parts: readonly Part[];
  /** Division of content resources the workbench recommends. */
  readonly mix: Wish | NoWish | undefined;
  /** When to publish, by channel. */
  readonly slots: readonly (Wish | NoWish | undefined)[];
}

/**
 * Opportunities of channels in the four areas of the seeds: content mix (the certified division of resources), schedule (the best slot of a
 * channel), monetization (revenue a view below the median of channels) and audience (engagement below it). What can be measured on the
 * channel is proposed as a change; what has to be made first is proposed as an experiment.
 */
export function channelOpportunities({ mix, parts, slots }: ChannelFacts): Opportunity[] {
  const ready = (wish: Wish | NoWish | undefined, area: string): Opportunity[] => {
    if (wish === undefined || !isWish(wish) || wish.expected === null) return [];
    const confidence = confidenceOf(wish.expected);
    return [{ area, impact: wish.expected.delta, confidence, wish: ownOf(wish, area, confidence) }];
  };
  return [
    ...ready(mix, 'content mix'),
    ...slots.flatMap((slot) => ready(slot, 'schedule')),
    ...gapsOf(parts, 'revenue', 'views', { least: leastViews, quantile: median }).map((gap) =>
      tried(gap, 'monetization', (gap.target - gap.own) * gap.part.total.views),
    ),
    ...gapsOf(parts, 'engagements', 'views', { least: leastViews, quantile: median }).map((gap) =>
      // Worth of an audience: revenue follows its engagement by a tenth of the change, a default of ours that outcomes correct.
      tried(gap, 'audience', 0.1 * Math.min(1, gap.potential) * gap.part.total.revenue),
    ),
  ];
}

/** The workbench's wish as one of this routine. */
function ownOf(wish: Wish, area: string, confidence: number): Wish {
  return {
    ...wish,
    // Of its own key: what a person proposed from the workbench stays theirs.
    key: `routine|${channelOptimizer}|${wish.key}`.slice(0, 600),
    source: { type: 'routine', routine: channelOptimizer },
    facts: [...factsFrom({ area, confidence }), ...wish.facts],
  };
}

const ideas = {
  monetization: {
    what: 'revenue a view',
    variant: 'More ad breaks and offers where viewers stay',
    metric: 'revenue',
    events: 'ad_impression,affiliate_click,product_sale,tip,membership',
  },
  audience: {
    what: 'engagement a view',
    variant: 'A question, a poll or a reply in every video',
    metric: 'conversion',
    events: 'engagement,share,subscription',
  },
} as const;

function tried(gap: Gap, area: keyof typeof ideas, impact: number): Opportunity {
  const { confidence, own, part, potential, target } = gap;
  const { events, metric, variant, what } = ideas[area];
  const wish = wishOfTest({
    routine: channelOptimizer,
    area,
    on: part.dim,
    dims: { channel: part.dim.slice(0, 256) },
    title: `Try on ${part.dim}: ${variant.toLowerCase()}`,
    hypothesis: `On ${part.dim} ${what} is ${Math.round(100 * (1 - own / target))}% below the median of channels; with it at the median the last ${channelDays} days had brought more.`,
    variant,
    metric,
    events,
    days: 14,
    windowHours: 48,
    effect: 0.05,
    impact,
    confidence,
    potential,
    link: '/revenue?by=channel',
  });
  return { area, impact, confidence, wish };
}
