import { binOf, type SeasonPlan } from './seasons.ts';

/**
 * What a point should be: a slow level plus a seasonal profile. The profile is used only while it predicts better than the level alone.
 * The level moves by bounded steps (Huber 1964), so that an anomaly hardly moves it and a lasting shift does within about a season.
 */
export interface Baseline {
  points: number;
  level: number;
  /** Mean absolute deviation, the unit of the bounded steps. */
  spread: number;
  seasonalError: number;
  levelError: number;
  readonly profile: Float32Array;
  /** How often a bin was met; stops at 255. */
  readonly visits: Uint8Array;
}

export interface Expectation {
  readonly bin: number;
  /** Level and profile, also while the profile is not trusted; undefined before the bin was met. */
  readonly seasonal: number | undefined;
  readonly expected: number;
}

const BOUND = 3;
const PROFILE_RATE = 0.4;
const ERROR_RATE = 0.002;
const SPREAD_RATE = 0.005;
const SPREAD_PRIMING = 50;

export function createBaseline(plan: SeasonPlan): Baseline {
  return {
    points: 0,
    level: 0,
    spread: 0,
    seasonalError: 0,
    levelError: 0,
    profile: new Float32Array(plan.bins),
    visits: new Uint8Array(plan.bins),
  };
}

export function expectationAt(baseline: Baseline, plan: SeasonPlan, timeMs: number): Expectation {
  const bin = binOf(timeMs, plan.seasonMs, plan.bins);
  const isMet = (baseline.visits[bin] ?? 0) > 0;
  const seasonal = isMet ? baseline.level + (baseline.profile[bin] ?? 0) : undefined;
  const isTrusted = baseline.seasonalError < baseline.levelError;
  return { bin, seasonal, expected: seasonal !== undefined && isTrusted ? seasonal : baseline.level };
}

export function learnBaseline(
  baseline: Baseline,
  plan: SeasonPlan,
  value: number,
  { bin, seasonal, expected }: Expectation,
): void {
  baseline.points++;
  const residual = value - expected;
  const offLevel = value - baseline.level;
  if (seasonal !== undefined) {
    baseline.seasonalError += ERROR_RATE * (Math.abs(value - seasonal) - baseline.seasonalError);
    baseline.levelError += ERROR_RATE * (Math.abs(offLevel) - baseline.levelError);
  }
  const bound = BOUND * baseline.spread;
  const bounded = bound > 0 ? Math.max(-bound, Math.min(bound, residual)) : residual;
  const spreadRate = baseline.points < SPREAD_PRIMING ? 1 / baseline.points : SPREAD_RATE;
  baseline.spread += spreadRate * (Math.abs(residual) - baseline.spread);
  baseline.level += Math.max(1 / plan.levelPoints, 1 / baseline.points) * bounded;
  if (plan.bins === 0) return;
  const visits = baseline.visits[bin] ?? 0;
  const before = baseline.profile[bin] ?? 0;
  baseline.profile[bin] = before + profileRate(plan, visits) * (offLevel - before);
  if (visits < 255) baseline.visits[bin] = visits + 1;
}

/** A bin that takes several points a season learns from each of them the less. */
function profileRate(plan: SeasonPlan, visits: number): number {
  return Math.max(PROFILE_RATE, 1 / (visits + 1)) / plan.pointsPerBin;
}
