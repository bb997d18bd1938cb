import { wishOfTest } from './experiment-wish.ts';
import type { Opportunity } from './opportunity.ts';
import { gapsOf, type Gap, type Part } from './parts.ts';

export const contentOptimizer = 'content-optimizer';
export const contentDays = 28;
/** Below this a variant is not worth the test (seeds). */
const leastPotential = 0.1;
const leastImpressions = 1_000;
const leastViews = 200;
/** What the upper quarter of contents reaches is within reach. */
const upperQuarter = 0.75;

export interface ContentFacts {
  readonly parts: readonly Part[];
  /** Keys of experiments there were, so that the next thing is tried on a content. */
  readonly isTried: (area: string, content: string) => boolean;
}

/**
 * Variants of contents whose potential is above a tenth: title or thumbnail where few who see it click, structure where a view is short,
 * engagement where few react. One a content, the one with most to gain; thumbnail before title, as it is seen first. Each is a test of 48 hours.
 */
export function contentVariants({ isTried, parts }: ContentFacts): Opportunity[] {
  const byContent = new Map<string, Opportunity>();
  const offer = (gap: Gap, areas: readonly (keyof typeof variants)[]): void => {
    if (gap.potential <= leastPotential) return;
    const area = areas.find((each) => !isTried(each, gap.part.dim));
    if (area === undefined) return;
    const found = variantOf(gap, area);
    const held = byContent.get(gap.part.dim);
    if (held === undefined || held.impact * held.confidence < found.impact * found.confidence)
      byContent.set(gap.part.dim, found);
  };
  for (const gap of gapsOf(parts, 'clicks', 'impressions', {
    least: leastImpressions,
    quantile: upperQuarter,
  }))
    offer(gap, ['thumbnail', 'title']);
  for (const gap of gapsOf(parts, 'watchMs', 'views', { least: leastViews, quantile: upperQuarter }))
    offer(gap, ['structure']);
  for (const gap of gapsOf(parts, 'engagements', 'views', { least: leastViews, quantile: upperQuarter }))
    offer(gap, ['engagement']);
  return [...byContent.values()];
}

const variants = {
  thumbnail: {
    what: 'clicks by those who see it',
    variant: 'Another thumbnail',
    metric: 'conversion',
    events: 'video_view',
  },
  title: {
    what: 'clicks by those who see it',
    variant: 'Another title',
    metric: 'conversion',
    events: 'video_view',
  },
  structure: {
    what: 'time watched',
    variant: 'The promise first, the opening shorter',
    metric: 'revenue',
    events: 'ad_impression,product_sale,tip',
  },
  engagement: {
    what: 'reactions a view',
    variant: 'A question that asks for an answer',
    metric: 'conversion',
    events: 'engagement,share',
  },
} as const;

function variantOf(gap: Gap, area: keyof typeof variants): Opportunity {
  const { confidence, part, potential } = gap;
  const { events, metric, variant, what } = variants[area];
  // Revenue follows views or reactions one to one at most; no content is taken to double.
  const impact = Math.min(1, potential) * part.total.revenue;
  const wish = wishOfTest({
    routine: contentOptimizer,
    area,
    on: part.dim,
    dims: { content: part.dim.slice(0, 256) },
    title: `${variant} for ${part.dim}`,
    hypothesis: `${part.dim} has ${Math.round(100 * potential)}% to gain in ${what} to reach the upper quarter of contents.`,
    variant,
    metric,
    events,
    days: 2,
    windowHours: 48,
    effect: 0.05,
    impact,
    confidence,
    potential,
    link: '/kpis/ctr?by=content',
  });
  return { area, impact, confidence, wish };
}
