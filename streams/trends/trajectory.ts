import { trendStages, type TrendStage } from '../../platform/contracts/trend.ts';
import { normalBelow } from './durations.ts';
import { createShrinkage, HORIZON_DAYS, learnShrinkage, partOf, type Shrinkage } from './shrinkage.ts';

/** Classes of the logarithm of attention against the base: the first is "next to nothing". */
const LOWEST = -6;
const WIDTH = 0.25;
const CLASSES = 33;
/** Percent of a day's attention below which ratios mean nothing. */
const SMOOTHING = 0.02;
const PRIOR_WEIGHT = 12;
export const BASE_DAYS = 3;

/** How attention went on from each stage, by days ahead: counts, 5 × 30 × 33 numbers, 20 KB a tenant. */
export interface Trajectories {
  readonly counts: Float32Array;
  readonly shrinkage: Shrinkage;
}

export function createTrajectories(): Trajectories {
  return {
    counts: new Float32Array(trendStages.length * HORIZON_DAYS * CLASSES),
    shrinkage: createShrinkage(),
  };
}

/** What a trajectory starts from: today's for tomorrow; for later days the mean of the last three, which one day's chance moves less. */
function baseOf(attention: readonly number[], daysAhead: number): number {
  const days = attention.slice(0, daysAhead === 1 ? 1 : BASE_DAYS);
  return days.reduce((sum, value) => sum + value, 0) / Math.max(1, days.length);
}

/** Takes in what the attention was `days` after a trend was in a stage, and how high it had been before (newest first). */
export function learnTrajectory(
  trajectories: Trajectories,
  stage: TrendStage,
  days: number,
  before: readonly number[],
  attention: number,
): void {
  if (days < 1 || days > HORIZON_DAYS) return;
  learnShrinkage(
    trajectories.shrinkage,
    days,
    attentionAt(massesOf(trajectories, stage, days), baseOf(before, days), 0.5),
    attention,
  );
  const { counts } = trajectories;
  const ratio = Math.log((Math.max(0, attention) + SMOOTHING) / (baseOf(before, days) + SMOOTHING));
  const at = Math.min(CLASSES - 1, Math.max(0, Math.floor((ratio - LOWEST) / WIDTH)));
  const cell = cellOf(stage, days) + at;
  counts[cell] = (counts[cell] ?? 0) + 1;
}

export interface Fan {
  readonly low: readonly number[];
  readonly expected: readonly number[];
  readonly high: readonly number[];
}

/**
 * The attention of the next thirty days, percent of a day's: what errs least, as a part of its median, and the interval that holds it four times in five. Split conformal by stage and
 * horizon (Vovk's Mondrian taxonomy): quantiles of how trends of this stage went on so far, over a prior.
 */
export function fanOf(trajectories: Trajectories, stage: TrendStage, attention: readonly number[]): Fan {
  const low: number[] = [];
  const expected: number[] = [];
  const high: number[] = [];
  for (let days = 1; days <= HORIZON_DAYS; days++) {
    const masses = massesOf(trajectories, stage, days);
    const base = baseOf(attention, days);
    const middle = partOf(trajectories.shrinkage, days) * attentionAt(masses, base, 0.5);
    const tenth = attentionAt(masses, base, 0.1);
    // Where nothing is expected there is no lower tail to leave out: all that is left out lies above.
    const isOver = middle < tenth;
    low.push(isOver ? middle : tenth);
    expected.push(middle);
    high.push(attentionAt(masses, base, isOver ? 0.8 : 0.9));
  }
  return { low, expected, high };
}

function attentionAt(masses: readonly number[], base: number, share: number): number {
  return Math.max(0, (base + SMOOTHING) * Math.exp(quantileOf(masses, share)) - SMOOTHING);
}

function massesOf({ counts }: Trajectories, stage: TrendStage, days: number): readonly number[] {
  // A day and its neighbours say nearly the same; tomorrow, which starts from another base, stands alone.
  const near = days < 3 ? [days] : [days - 1, days, Math.min(HORIZON_DAYS, days + 1)];
  const cells = near.map((each) => cellOf(stage, each));
  return priorShares(stage, days).map(
    (share, i) =>
      PRIOR_WEIGHT * share + cells.reduce((sum, cell) => sum + (counts[cell + i] ?? 0), 0) / cells.length,
  );
}

/** The lowest class stands for nothing at all: there is no shape within it. */
function quantileOf(masses: readonly number[], share: number): number {
  let left = share * masses.reduce((sum, mass) => sum + mass, 0);
  for (const [i, mass] of masses.entries()) {
    if (mass > 0 && left <= mass) return i === 0 ? LOWEST : LOWEST + (i + left / mass) * WIDTH;
    left -= mass;
  }
  return LOWEST + CLASSES * WIDTH;
}

function cellOf(stage: TrendStage, days: number): number {
  return (trendStages.indexOf(stage) * HORIZON_DAYS + days - 1) * CLASSES;
}

/**
 * Median and spread of the logarithm after 1, 3, 7 and 14 days, from what was followed in the first half of `youtube-trending-us` (docs/adr/0030); further days are
 * like the last.
 */
const knots = [1, 3, 7, 14] as const;
const priorFigures: Readonly<Record<TrendStage, readonly (readonly [number, number])[]>> = {
  emerging: [
    [0.4, 1],
    [-0.9, 1.3],
    [-1.6, 1.7],
    [-2.1, 1.7],
  ],
  rising: [
    [-0.1, 1.2],
    [-0.9, 1.5],
    [-1.4, 1.8],
    [-1.9, 1.9],
  ],
  peak: [
    [-0.1, 1.1],
    [-0.9, 1.6],
    [-2.1, 2],
    [-2.1, 1.9],
  ],
  declining: [
    [-0.9, 1],
    [-1.6, 1.4],
    [-2.4, 1.8],
    [-2.4, 1.8],
  ],
  dead: [
    [-0.9, 1.2],
    [-1.1, 1.5],
    [-1.1, 1.6],
    [-1.1, 1.7],
  ],
};

const priorCache = new Map<string, readonly number[]>();

function priorShares(stage: TrendStage, days: number): readonly number[] {
  const name = `${stage}/${Math.min(days, knots[3])}`;
  const known = priorCache.get(name);
  if (known !== undefined) return known;
  const [median, spread] = priorAt(priorFigures[stage], days);
  const below = (i: number): number => normalBelow((LOWEST + i * WIDTH - median) / spread);
  const shares = Array.from(
    { length: CLASSES },
    (_, i) => (i === CLASSES - 1 ? 1 : below(i + 1)) - (i === 0 ? 0 : below(i)),
  );
  priorCache.set(name, shares);
  return shares;
}

/** Between two knots in proportion. */
function priorAt(figures: readonly (readonly [number, number])[], days: number): readonly [number, number] {
  const next = knots.findIndex((knot) => knot >= days);
  const [median, spread] = figures[next === -1 ? knots.length - 1 : next] ?? [0, 1];
  if (next <= 0) return [median, spread];
  const [medianBefore, spreadBefore] = figures[next - 1] ?? [median, spread];
  const from = knots[next - 1] ?? 0;
  const part = (days - from) / ((knots[next] ?? days) - from);
  return [medianBefore + part * (median - medianBefore), spreadBefore + part * (spread - spreadBefore)];
}
