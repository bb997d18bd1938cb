import type { Decision, Expected } from '../../platform/contracts/decision.ts';
import { normalCdf } from '../../platform/statistics/normal.ts';
import type { Wish } from '../proposals/wish.ts';

/** Something worth trying: what it may bring and how sure that is. */
export interface Opportunity {
  /** What kind of thing it is; what became of earlier ones of the area moves the next ones. */
  readonly area: string;
  /** Money within the horizon of the wish, major units. */
  readonly impact: number;
  /** Chance that it brings anything, 0 to 1. */
  readonly confidence: number;
  readonly wish: Wish;
}

/**
 * The best few by impact × confidence × how often the area came true: mean of a Beta(1, 1) prior with the outcomes that were measured, so
 * that an area nobody tried counts one half and one that disappoints sinks. Ties by key, so that the same facts rank the same.
 */
export function bestOf(
  opportunities: readonly Opportunity[],
  trust: ReadonlyMap<string, number>,
  most: number,
): Opportunity[] {
  const worth = ({ area, confidence, impact }: Opportunity): number =>
    impact * confidence * (trust.get(area) ?? untried);
  return opportunities
    .filter((each) => Number.isFinite(worth(each)) && worth(each) > 0)
    .toSorted((a, b) => worth(b) - worth(a) || (a.wish.key < b.wish.key ? -1 : 1))
    .slice(0, most);
}

const untried = 0.5;

/** How often decisions of a routine came true, by area: those whose measured effect was above 0. */
export function trustOf(decisions: readonly Decision[], policyId: string): Map<string, number> {
  const tried = new Map<string, { good: number; all: number }>();
  for (const { facts, outcome, policy } of decisions) {
    const area = facts.find(({ name }) => name === 'area')?.value;
    const realised = outcome?.realised;
    if (policy.id !== policyId || typeof area !== 'string' || realised === undefined || realised === null)
      continue;
    const sums = tried.get(area) ?? { good: 0, all: 0 };
    tried.set(area, { good: sums.good + (realised > 0 ? 1 : 0), all: sums.all + 1 });
  }
  return new Map([...tried].map(([area, { all, good }]) => [area, (1 + good) / (2 + all)]));
}

/** Chance that the change is above 0, by its 95% interval as of a normal one; one half without an interval. */
export function confidenceOf({ delta, high, low }: Pick<Expected, 'delta' | 'low' | 'high'>): number {
  if (low === null || high === null || high <= low) return 0.5;
  return normalCdf(delta / ((high - low) / (2 * 1.959964)));
}
