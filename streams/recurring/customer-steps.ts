import type { MrrPolicy } from '../../platform/contracts/recurring.ts';
import { compareFacts, type Fact } from './fact.ts';
import { subscriptionLevels, type Level } from './subscription-levels.ts';

/** MRR of a customer by cell (segment and currency) from a moment on; cells without MRR are left out. */
export interface CustomerStep {
  readonly atMs: number;
  readonly cells: ReadonlyMap<string, number>;
}

const SEPARATOR = '\u0001';

export function cellOf(segment: string, currency: string): string {
  return `${segment}${SEPARATOR}${currency}`;
}

export function partsOfCell(cell: string): { readonly segment: string; readonly currency: string } {
  const at = cell.indexOf(SEPARATOR);
  return { segment: cell.slice(0, at), currency: cell.slice(at + 1) };
}

/**
 * The course of a customer's MRR over all its subscriptions: it is rolled up before anything is classified, so that one of two
 * subscriptions cancelled is a contraction and no churn. Depends on the set of facts, not on their order.
 */
export function customerSteps(
  facts: readonly Fact[],
  policy: MrrPolicy,
  baseCurrency: string,
): CustomerStep[] {
  const bySubscription = new Map<string, Fact[]>();
  for (const fact of facts) {
    const held = bySubscription.get(fact.subscription);
    if (held === undefined) bySubscription.set(fact.subscription, [fact]);
    else held.push(fact);
  }
  const changes: { readonly subscription: string; readonly level: Level }[] = [];
  for (const [subscription, own] of bySubscription) {
    const levels = subscriptionLevels(own.toSorted(compareFacts), policy);
    changes.push(...levels.map((level) => ({ subscription, level })));
  }
  changes.sort((a, b) => a.level.atMs - b.level.atMs || (a.subscription < b.subscription ? -1 : 1));
  const current = new Map<string, Level>();
  const steps: CustomerStep[] = [];
  for (const [i, { subscription, level }] of changes.entries()) {
    current.set(subscription, level);
    if (changes[i + 1]?.level.atMs === level.atMs) continue;
    const cells = cellsOf(current, baseCurrency);
    if (!isSameCells(steps.at(-1)?.cells, cells)) steps.push({ atMs: level.atMs, cells });
  }
  return steps;
}

/** Joins changes within `groupMs` of the first of them into one at the moment of the last, of which only the outcome counts. */
export function grouped(steps: readonly CustomerStep[], groupMs: number): readonly CustomerStep[] {
  if (groupMs === 0) return steps;
  const joined: CustomerStep[] = [];
  let firstMs = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    if (step.atMs - firstMs <= groupMs) joined.pop();
    else firstMs = step.atMs;
    joined.push(step);
  }
  return joined;
}

function cellsOf(current: ReadonlyMap<string, Level>, baseCurrency: string): Map<string, number> {
  const cells = new Map<string, number>();
  for (const { minor, segment, currency } of current.values()) {
    if (minor === 0) continue;
    const cell = cellOf(segment, currency === '' ? baseCurrency : currency);
    cells.set(cell, (cells.get(cell) ?? 0) + minor);
  }
  return cells;
}

function isSameCells(a: ReadonlyMap<string, number> | undefined, b: ReadonlyMap<string, number>): boolean {
  if (a === undefined) return b.size === 0;
  if (a.size !== b.size) return false;
  for (const [cell, minor] of b) if (a.get(cell) !== minor) return false;
  return true;
}
