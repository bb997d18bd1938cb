import { stageFigures, type TrendStage } from '../../platform/contracts/trend.ts';

/** Revenue in USD of a thousand views by category, and by quarter (seeds: SYSTEMS A8). Estimates until own revenue says better. */
const rpmByCategory = {
  finance: 12.5,
  technology: 8.75,
  education: 6.25,
  entertainment: 4.5,
  gaming: 3.75,
} as const;
type Category = keyof typeof rpmByCategory;
const quarterFactors = [0.8, 1, 0.9, 1.4] as const;

const categoryWords: readonly (readonly [RegExp, Category])[] = [
  [/financ|invest|business|money|crypto/i, 'finance'],
  [/tech/i, 'technology'],
  [/educat|how ?to|document|science/i, 'education'],
  [/gam(?:e|ing)/i, 'gaming'],
];

export function categoryOf(name: string): Category {
  return categoryWords.find(([pattern]) => pattern.test(name))?.[1] ?? 'entertainment';
}

/** Estimated RPM in the quarter of a time (UTC), for viewers of the first geography tier. */
export function rpmEstimateUsd(category: Category, atMs: number): number {
  const quarter = Math.floor(new Date(atMs).getUTCMonth() / 3);
  return rpmByCategory[category] * (quarterFactors[quarter] ?? 1);
}

/** Channels at which half of the room is taken. */
const CROWDED_CHANNELS = 10;

/** How crowded a trend is, 0 to 1: what the stage usually brings, and the channels that are at it. */
export function competitionOf(stage: TrendStage, channels: number): number {
  return 0.5 * stageFigures[stage].competition + 0.5 * (channels / (channels + CROWDED_CHANNELS));
}
