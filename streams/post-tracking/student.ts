/** Normal quantile of .90. */
const Z = 1.2815515655446004;

/**
 * Quantile .90 of Student's t, by the expansion around the normal (Abramowitz and Stegun 26.7.5); within .001 from 3 degrees of
 * freedom on, the least used here.
 */
export function studentT90(freedom: number): number {
  const g1 = (Z ** 3 + Z) / 4;
  const g2 = (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96;
  const g3 = (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384;
  return Z + g1 / freedom + g2 / freedom ** 2 + g3 / freedom ** 3;
}
