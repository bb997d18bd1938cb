/** What a trend's health is made of. */
export interface HealthInput {
  /** Doublings a day. */
  readonly velocity: number;
  /** Actual views ÷ those expected for the day. */
  readonly againstExpected: number;
  /** Reactions a view ÷ the tenant's. */
  readonly reaction: number;
  /** 0 to 1. */
  readonly competition: number;
}

/**
 * Health from 0 to 1: velocity for half of it (no change .5, doubling daily .8), then views against expectation, reactions against the
 * tenant's, and the room that competition leaves. Above .8 a trend goes up, below .3 down (seed).
 */
export function healthOf({ velocity, againstExpected, reaction, competition }: HealthInput): number {
  const speed = 1 / (1 + 2 ** (-2 * velocity));
  const health =
    0.5 * speed +
    0.2 * (againstExpected / (1 + againstExpected)) +
    0.15 * (reaction / (1 + reaction)) +
    0.15 * (1 - competition);
  // Velocity must be able to carry a trend over both marks: the rest alone moves it by a fifth around the middle.
  return Math.min(1, Math.max(0, 0.5 + (health - 0.5) * 1.5));
}
