/** Ends of a 95% interval of a standard normal. */
const Z = 1.959964;

/** A sum of counts as they were answered, noise and all, over so many cells. Nothing is cut at 0 before it is summed: that would count noise as people. */
export interface NoisySum {
  readonly raw: number;
  readonly cells: number;
}

/** How a sum is told: not below 0, and how far it may be from the true one in 95 of 100 answers. No half width where there is no noise. */
export function toldSum(
  { raw, cells }: NoisySum,
  sd: number,
): { readonly people: number; readonly halfWidth?: number } {
  return { people: Math.max(0, raw), ...(sd > 0 ? { halfWidth: sumHalfWidth(cells, sd) } : {}) };
}

/** Half width, 95%, of the noise on a sum of counts that have noise of this standard deviation each. */
export function sumHalfWidth(cells: number, sd: number): number {
  return Z * sd * Math.sqrt(cells);
}

/**
 * The share that `part` is of itself and `rest`, two sums over different cells, with the half width of what the noise does to it: delta method,
 * Var = ((1 − r)² Var(part) + r² Var(rest)) ÷ whole². Null where the whole does not stand out of its noise.
 */
export function toldRate(
  part: NoisySum,
  rest: NoisySum,
  sd: number,
): { readonly rate: number | null; readonly halfWidth?: number } {
  const whole = part.raw + rest.raw;
  if (!(whole > sumHalfWidth(part.cells + rest.cells, sd))) return { rate: null };
  const rate = Math.min(1, Math.max(0, part.raw / whole));
  if (sd === 0) return { rate };
  const variance = ((1 - rate) ** 2 * part.cells + rate ** 2 * rest.cells) * (sd / whole) ** 2;
  return { rate, halfWidth: Math.min(1, Z * Math.sqrt(variance)) };
}

export function addSums(sums: readonly NoisySum[]): NoisySum {
  return sums.reduce((a, b) => ({ raw: a.raw + b.raw, cells: a.cells + b.cells }), { raw: 0, cells: 0 });
}

/** What is left of a whole without one of its parts. */
export function without(whole: NoisySum, part: NoisySum): NoisySum {
  return { raw: whole.raw - part.raw, cells: whole.cells - part.cells };
}
