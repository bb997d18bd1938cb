import { logGamma } from '../../platform/statistics/log-gamma.ts';

/** Assignments made while the weights were the same. */
export interface RatioEpoch {
  /** Expected shares, above 0, summing to 1. */
  readonly shares: readonly number[];
  /** Users seen, in the same order. */
  readonly users: readonly number[];
}

/** Prior weight of the expected shares against anything else: Lindon and Malek's concentration. */
const CONCENTRATION = 10_000;

/**
 * Whether users fell onto variants as they should have: the sequential multinomial test of Lindon and Malek (2022, "Anytime-valid inference
 * for multinomial count data"), a Dirichlet mixture against the expected shares. The p-value is valid at every look. Epochs of other
 * weights multiply.
 */
export function sampleRatioPValue(epochs: readonly RatioEpoch[]): number {
  let logFactor = 0;
  for (const { shares, users } of epochs) {
    const n = users.reduce((sum, count) => sum + count, 0);
    logFactor += logGamma(CONCENTRATION) - logGamma(CONCENTRATION + n);
    for (const [i, share] of shares.entries()) {
      const prior = CONCENTRATION * share;
      const count = users[i] ?? 0;
      logFactor += logGamma(prior + count) - logGamma(prior) - count * Math.log(share);
    }
  }
  return Math.min(1, Math.exp(-logFactor));
}
