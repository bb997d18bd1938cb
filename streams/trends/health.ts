import type { TrendStage } from '../../platform/contracts/trend.ts';
import { DEAD_BELOW, PEAK_ABOVE } from './stages.ts';

/** What a trend's health is made of. */
export interface HealthInput {
  readonly stage: TrendStage;
  /** Attention ÷ the highest the trend has had. */
  readonly height: number;
  /** Doublings a day of its attention. */
  readonly velocity: number;
  /** Doublings a day of searches for it; null where nobody reports any. */
  readonly searchVelocity: number | null;
  /** Actual views ÷ those expected for the day. */
  readonly againstExpected: number;
  /** Reactions a view ÷ the tenant's. */
  readonly reaction: number;
  /** 0 to 1. */
  readonly competition: number;
  /** 0 to 1: how much less a content gets than at best. */
  readonly saturation: number;
}

/** Above this a trend goes up, below that down (seed). */
export const HEALTH_UP = 0.8;
export const HEALTH_DOWN = 0.3;
/** A band is left only this far beyond its mark, so that a trend that wavers about it is not told again and again. */
const LEAVE_BY = 0.1;

/**
 * Health from 0 to 1: velocity for half of it (no change .5, doubling daily .8; a quarter of that half by searches where they are known), then views against expectation,
 * reactions against the tenant's, and the room that competition and saturation leave. Past its peak a trend is as healthy as what is left of it at most: below .3
 * where it is dead, however it moves about nothing.
 */
export function healthOf(input: HealthInput): number {
  const { velocity, searchVelocity, againstExpected, reaction, competition, saturation } = input;
  const moves = searchVelocity === null ? velocity : 0.75 * velocity + 0.25 * searchVelocity;
  const speed = 1 / (1 + 2 ** (-2 * moves));
  const health =
    0.5 * speed +
    0.2 * (againstExpected / (1 + againstExpected)) +
    0.15 * (reaction / (1 + reaction)) +
    0.15 * (1 - Math.max(competition, saturation));
  // Velocity must be able to carry a trend over both marks: the rest alone moves it by a fifth around the middle.
  return Math.min(healthLeft(input), Math.max(0, 0.5 + (health - 0.5) * 1.5));
}

/** .3 where a trend is taken for dead, 1 where it still is at its peak, in proportion between. */
function healthLeft({ stage, height }: HealthInput): number {
  if (stage !== 'declining' && stage !== 'dead') return 1;
  if (stage === 'dead' || height < DEAD_BELOW)
    return HEALTH_DOWN * Math.min(1, Math.max(0, height) / DEAD_BELOW);
  return Math.min(1, HEALTH_DOWN + ((1 - HEALTH_DOWN) * (height - DEAD_BELOW)) / (PEAK_ABOVE - DEAD_BELOW));
}

export type HealthBand = 'up' | 'middle' | 'down';

/** The band a health lies in, given the one before. */
export function bandOf(health: number, before: HealthBand): HealthBand {
  if (health > HEALTH_UP || (before === 'up' && health > HEALTH_UP - LEAVE_BY)) return 'up';
  if (health < HEALTH_DOWN || (before === 'down' && health < HEALTH_DOWN + LEAVE_BY)) return 'down';
  return 'middle';
}
