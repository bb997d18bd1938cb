/** Which seasons a series has room for, and into how many bins each is cut. */
export interface SeasonPlan {
  readonly stepMs: number;
  /** Season of the baseline: the longest that holds at least two points; 0 when none does. */
  readonly seasonMs: number;
  readonly bins: number;
  /** Points that fall into one bin each season, at least 1. */
  readonly pointsPerBin: number;
  /** Season of the scale: the shortest that holds at least two points; 0 when none does. */
  readonly scaleSeasonMs: number;
  readonly scaleBins: number;
  readonly pointsPerScaleBin: number;
  /** Points in the shortest season, at least 20: how long the level remembers. */
  readonly levelPoints: number;
  /** How many readings the judgement of what is rare remembers: a day and a half of them, at least 500 and at most 5,000. */
  readonly tailPoints: number;
}

export const DAY_MS = 86_400_000;
export const WEEK_MS = 7 * DAY_MS;

/** A week in half hours. */
const MAX_BINS = 336;
const MAX_SCALE_BINS = 24;
const MIN_LEVEL_POINTS = 20;
const MIN_TAIL_POINTS = 500;
const MAX_TAIL_POINTS = 5_000;

export function planSeasons(stepMs: number, seasonsMs: readonly number[] = [DAY_MS, WEEK_MS]): SeasonPlan {
  const fitting = seasonsMs.filter((season) => season >= 2 * stepMs).sort((a, b) => a - b);
  const shortest = fitting.at(0) ?? 0;
  const longest = fitting.at(-1) ?? 0;
  const bins = Math.min(MAX_BINS, Math.round(longest / stepMs));
  const scaleBins = Math.max(1, Math.min(MAX_SCALE_BINS, Math.round(shortest / stepMs)));
  return {
    stepMs,
    seasonMs: longest,
    bins,
    pointsPerBin: bins === 0 ? 1 : Math.max(1, longest / stepMs / bins),
    scaleSeasonMs: shortest,
    scaleBins,
    pointsPerScaleBin: Math.max(1, shortest / stepMs / scaleBins),
    levelPoints: Math.max(MIN_LEVEL_POINTS, Math.round(shortest / stepMs)),
    tailPoints: Math.max(MIN_TAIL_POINTS, Math.min(MAX_TAIL_POINTS, Math.round((1.5 * DAY_MS) / stepMs))),
  };
}

/** Bin of a moment in a season that repeats from 1970-01-01 UTC on. */
export function binOf(timeMs: number, seasonMs: number, bins: number): number {
  if (seasonMs === 0) return 0;
  const phase = timeMs % seasonMs;
  return Math.min(bins - 1, Math.floor(((phase < 0 ? phase + seasonMs : phase) / seasonMs) * bins));
}
