/**
 * The grain of a series: counts move by whole numbers, amounts by cents. A tail fitted to such readings must not be thinner than the
 * grain allows, or the second-smallest step of a sparse count would look like a wonder.
 */
export interface Grain {
  points: number;
  /** The smallest step between two neighbouring points; infinite before the first. */
  smallestStep: number;
  /** Part of the points that differ from the one before. */
  moving: number;
}

const MEMORY = 1_000;
/** A series that moves less often than this has too few steps to speak of a grain: a rare step is news by itself. */
const SETTLED = 0.05;

export const createGrain = (): Grain => ({ points: 0, smallestStep: Number.POSITIVE_INFINITY, moving: 0 });

/** In the unit of the series; 0 where none is known. */
export function grainOf({ smallestStep, moving }: Grain): number {
  return Number.isFinite(smallestStep) ? smallestStep * Math.min(1, moving / SETTLED) : 0;
}

export function learnGrain(grain: Grain, step: number, floor: number): void {
  grain.points++;
  const isMove = step > floor;
  if (isMove && step < grain.smallestStep) grain.smallestStep = step;
  grain.moving += Math.max(1 / grain.points, 1 / MEMORY) * ((isMove ? 1 : 0) - grain.moving);
}
