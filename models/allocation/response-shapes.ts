/** One shape of a response on the grid, with its column over the periods. */
export interface Candidate {
  readonly exponent: number;
  readonly half: number;
  readonly carryOver: number;
  /** Shape (0 to 1) of the carried-over amounts, period by period. */
  readonly column: Float64Array;
  /** Shape at the mean amount. */
  readonly atMean: number;
}

const CARRY_OVERS = [0, 0.3, 0.6, 0.8];
const EXPONENTS = [0.8, 1.2, 2, 3];
/** Half-saturation as a multiple of the mean amount. */
const HALVES = [0.25, 0.5, 1, 2, 4];

/** All shapes tried on the amounts of one resource. None where nothing was ever given. */
export function candidates(amounts: Float64Array): readonly Candidate[] {
  const mean = amounts.reduce((sum, each) => sum + each, 0) / Math.max(1, amounts.length);
  if (!(mean > 0)) return [];
  return CARRY_OVERS.flatMap((carryOver) => {
    const carried = carry(amounts, carryOver);
    return EXPONENTS.flatMap((exponent) =>
      HALVES.map((multiple) => {
        const half = multiple * mean;
        return {
          exponent,
          half,
          carryOver,
          column: carried.map((each) => shapeOf(each, exponent, half)),
          atMean: shapeOf(mean, exponent, half),
        };
      }),
    );
  });
}

/** Geometric carry-over, scaled so that a steady amount stays what it is; the first period is taken as steady. */
export function carry(amounts: Float64Array, left: number): Float64Array {
  const carried = new Float64Array(amounts.length);
  let held = amounts[0] ?? 0;
  for (const [t, amount] of amounts.entries()) {
    held = (1 - left) * amount + left * held;
    carried[t] = held;
  }
  return carried;
}

/** Hill's function, 0 to 1. */
export function shapeOf(x: number, exponent: number, half: number): number {
  if (x <= 0) return 0;
  return 1 / (1 + (half / x) ** exponent);
}
