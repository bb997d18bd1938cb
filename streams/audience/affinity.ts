/** Ends of a 95% interval of a standard normal. */
const Z = 1.96;

export interface Affinity {
  readonly index: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * How much more a segment likes something than everybody does: its share of the segment's counts over its share of everybody's, with an interval on
 * the logarithm by the delta method. The variance of a count is its own (Poisson) and that of the noise, which the total of `cells` counts has as well.
 * Null where the segment's count does not stand out of nothing.
 */
export function affinityOf(
  count: number,
  total: number,
  countOfAll: number,
  totalOfAll: number,
  halfWidth: number,
  cells: number,
): Affinity {
  if (total <= 0 || countOfAll <= 0 || totalOfAll <= 0) return { index: null, low: null, high: null };
  const index = count / total / (countOfAll / totalOfAll);
  const noise = (halfWidth / Z) ** 2;
  if (count <= Z * Math.sqrt(count + noise)) return { index, low: null, high: null };
  const variance = (count + noise) / count ** 2 + (cells * noise) / total ** 2 + 1 / countOfAll;
  const factor = Math.exp(Z * Math.sqrt(variance));
  return { index, low: index / factor, high: index * factor };
}

/**
 * 95% interval of the lift P(a and b) ÷ (P(a) P(b)) of people counted exactly: on the logarithm, by the delta method for shares of one multinomial
 * sample. With Var(ln n_x) = 1/n_x − 1/n, cov(ln n_ab, ln n_a) = 1/n_a − 1/n and cov(ln n_a, ln n_b) = n_ab/(n_a n_b) − 1/n the variance is
 * 1/n_ab − 1/n_a − 1/n_b − 1/n + 2 n_ab/(n_a n_b).
 */
export function liftInterval(both: number, a: number, b: number, all: number): readonly [number, number] {
  const lift = (both * all) / (a * b);
  if (!(both > 0)) return [0, 0];
  const variance = Math.max(0, 1 / both - 1 / a - 1 / b - 1 / all + (2 * both) / (a * b));
  const factor = Math.exp(Z * Math.sqrt(variance));
  return [lift / factor, lift * factor];
}
