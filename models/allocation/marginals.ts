import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import type { PreparedPart } from './prepare.ts';
import { exposureGradient } from './risk.ts';

/**
 * KKT check: channels inside their bounds, and under the same tight limits, must have the same marginal return. Answers by resource the price
 * (the marginal outside of tight groups, 0 when the total is not used up) and the greatest difference among those that must be equal.
 */
export function marginalsOf(
  problem: AllocationProblem,
  parts: readonly PreparedPart[],
  amounts: readonly Float64Array[],
): Record<string, { price: number; spread: number }> {
  const penalty = exposureGradient(problem.risk, amounts);
  return Object.fromEntries(
    problem.resources.map((resource, r) => {
      const prepared = parts[r];
      const x = amounts[r];
      if (prepared === undefined || x === undefined) throw new RangeError('a resource without amounts');
      return [resource.id, marginalsOfPart(prepared, x, penalty)];
    }),
  );
}

function marginalsOfPart(
  { part, box }: PreparedPart,
  x: Float64Array,
  penalty: Float64Array | undefined,
): { price: number; spread: number } {
  const isTight = part.members.map((members, g) => {
    const taken = members.reduce((sum, i) => sum + (x[i] ?? 0), 0);
    return taken >= (part.caps[g] ?? 0) * (1 - 1e-9);
  });
  /** Marginals of those that must agree: -1 for all outside tight groups, else the group. */
  const agreeing = new Map<number, number[]>();
  let size = 0;
  for (const [i, curve] of part.curves.entries()) {
    const at = x[i] ?? 0;
    const margin = 1e-9 * Math.max(1e-300, (box.hi[i] ?? 0) - (box.lo[i] ?? 0));
    if (at <= (box.lo[i] ?? 0) + margin || at >= (box.hi[i] ?? 0) - margin) continue;
    const g = part.groupOf[i] ?? -1;
    const key = g >= 0 && isTight[g] === true ? g : -1;
    size = Math.max(size, curve.slope(at));
    agreeing.set(key, [...(agreeing.get(key) ?? []), curve.slope(at) - (penalty?.[i] ?? 0)]);
  }
  let spread = 0;
  for (const marginals of part.step > 0 ? [] : agreeing.values()) {
    const high = marginals.reduce((a, b) => Math.max(a, b), -Infinity);
    const low = marginals.reduce((a, b) => Math.min(a, b), Infinity);
    if (size > 0) spread = Math.max(spread, (high - low) / size);
  }
  const free = agreeing.get(-1) ?? [];
  const isUsedUp = x.reduce((sum, each) => sum + each, 0) >= part.total * (1 - 1e-9);
  const price = isUsedUp && free.length > 0 ? free.reduce((a, b) => a + b, 0) / free.length : 0;
  return { price, spread };
}
