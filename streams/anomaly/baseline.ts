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

const BOUND = 4;
/** Weight of a season's visit to a bin in its profile. */
const PROFILE_RATE = 0.5;
/** The profile is trusted while its error is clearly below that of the level alone: less may be the luck of a young one. */
const TRUSTED_BELOW = 0.85;
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
  const known = knownBin(baseline, plan, bin);
  const seasonal = known === undefined ? undefined : baseline.level + (baseline.profile[known] ?? 0);
  const isTrusted = baseline.seasonalError < TRUSTED_BELOW * baseline.levelError;
  return { bin, seasonal, expected: seasonal !== undefined && isTrusted ? seasonal : baseline.level };
}

/** The bin itself or, before it was met, the same hour of the day before. */
function knownBin({ visits }: Pick<Baseline, 'visits'>, plan: SeasonPlan, bin: number): number | undefined {
  if ((visits[bin] ?? 0) > 0) return bin;
  const before = (bin + plan.bins - plan.binsADay) % plan.bins;
  return plan.binsADay > 0 && (visits[before] ?? 0) > 0 ? before : undefined;
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
  if (plan.bins > 0) learnProfile(baseline, plan, bin, offLevel);
  const bound = BOUND * baseline.spread;
  const bounded = bound > 0 ? Math.max(-bound, Math.min(bound, residual)) : residual;
  const spreadRate = baseline.points < SPREAD_PRIMING ? 1 / baseline.points : SPREAD_RATE;
  baseline.spread += spreadRate * (Math.abs(residual) - baseline.spread);
  baseline.level += Math.max(1 / plan.levelPoints, 1 / baseline.points) * bounded;
}

/** A new bin starts as the same hour of the day before; the mean of what it meets then becomes one that forgets. */
function learnProfile({ profile, visits }: Baseline, plan: SeasonPlan, bin: number, offLevel: number): void {
  const known = knownBin({ visits }, plan, bin);
  const seen = known === undefined ? 0 : (visits[known] ?? 0);
  const before = known === undefined ? 0 : (profile[known] ?? 0);
  const rate = Math.max(PROFILE_RATE / plan.pointsPerBin, 1 / (seen + 1));
  profile[bin] = before + rate * (offLevel - before);
  visits[bin] = Math.min(255, seen + 1);
}
