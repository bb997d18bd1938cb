import { binOf, type SeasonPlan } from './seasons.ts';

/** How large deviations usually are at this hour: a quiet night and a busy evening are judged each by its own measure. */
export interface HourScale {
  points: number;
  overall: number;
  readonly byHour: Float32Array;
  readonly visits: Uint16Array;
}

const HOUR_RATE = 0.15;
const MIN_OVERALL_POINTS = 100;
/** An hour's scale is at least this part of the overall one. */
const LEAST = 0.2;
/** A deviation teaches as at most so many overall scales. */
const CLIP = 10;
const PRIMING = 50;

export function createHourScale(plan: SeasonPlan): HourScale {
  return {
    points: 0,
    overall: 0,
    byHour: new Float32Array(plan.scaleBins),
    visits: new Uint16Array(plan.scaleBins),
  };
}

/** The residual in units of its hour's scale; 0 while nothing is known of it. */
export function normalisedByHour(
  scale: HourScale,
  plan: SeasonPlan,
  timeMs: number,
  residual: number,
  floor: number,
): number {
  if (scale.overall === 0) return 0;
  const bin = binOf(timeMs, plan.scaleSeasonMs, plan.scaleBins);
  const visits = scale.visits[bin] ?? 0;
  const trust = visits / (visits + 2 * plan.pointsPerScaleBin);
  const own = trust * (scale.byHour[bin] ?? 0) + (1 - trust) * scale.overall;
  return residual / Math.max(own, LEAST * scale.overall, floor);
}

export function learnHourScale(scale: HourScale, plan: SeasonPlan, timeMs: number, residual: number): void {
  scale.points++;
  const bin = binOf(timeMs, plan.scaleSeasonMs, plan.scaleBins);
  const visits = scale.visits[bin] ?? 0;
  const size = Math.abs(residual);
  const learned = scale.points > PRIMING ? Math.min(size, CLIP * scale.overall) : size;
  const overallPoints = Math.max(MIN_OVERALL_POINTS, 7 * plan.levelPoints);
  scale.overall += Math.max(1 / scale.points, 1 / overallPoints) * (learned - scale.overall);
  const before = scale.byHour[bin] ?? 0;
  const rate = Math.min(1, Math.max(HOUR_RATE / plan.pointsPerScaleBin, 1 / (visits + 1)));
  scale.byHour[bin] = before + rate * (learned - before);
  if (visits < 65_535) scale.visits[bin] = visits + 1;
}
