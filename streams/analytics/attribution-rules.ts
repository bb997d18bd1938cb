/** One touch of a path that ended in a conversion. */
export interface Touch {
  /** Number of the touchpoint. */
  readonly key: number;
  readonly timeMs: number;
}

export const ruleModels = ['first', 'last', 'linear', 'time_decay', 'position'] as const;
export type RuleModel = (typeof ruleModels)[number];

/** Of position-based credit: to the first and to the last touch; the rest is shared by those between. */
const ENDS_SHARE = 0.4;

/**
 * Share of the credit of each touch of a path, oldest first; they add up to 1. Time decay halves with every half-life before
 * the conversion; position gives 40% to each end and 20% to those between, half to each of two.
 */
export function ruleWeights(
  model: RuleModel,
  path: readonly Touch[],
  convertedMs: number,
  halfLifeMs: number,
): number[] {
  const last = path.length - 1;
  switch (model) {
    case 'first':
      return path.map((_touch, i) => (i === 0 ? 1 : 0));
    case 'last':
      return path.map((_touch, i) => (i === last ? 1 : 0));
    case 'linear':
      return path.map(() => 1 / path.length);
    case 'time_decay': {
      // Relative to the newest touch: far from the conversion all would fall below the smallest number.
      const newestMs = path[last]?.timeMs ?? convertedMs;
      const weights = path.map(({ timeMs }) => 2 ** -((newestMs - timeMs) / halfLifeMs));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return weights.map((weight) => weight / sum);
    }
    case 'position':
      if (path.length <= 2) return path.map(() => 1 / path.length);
      return path.map((_touch, i) =>
        i === 0 || i === last ? ENDS_SHARE : (1 - 2 * ENDS_SHARE) / (path.length - 2),
      );
  }
}
