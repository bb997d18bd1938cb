import { createCurve } from '../allocation/curve.ts';
import { solvePart } from '../allocation/solve.ts';
import type { RevenueModel } from './model.ts';

export interface ContentValue {
  /** Σ over streams of weight × revenue at the present mix, as reached, and what nothing exceeds. */
  readonly value: number;
  readonly bound: number;
  /** By pot, entry. */
  readonly amounts: readonly Float64Array[];
}

export interface WorkSettings {
  readonly tolerance: number;
  /** Boxes a pot is searched with at most. */
  readonly maxNodes: number;
}

/**
 * The most that channels can bring when a revenue of stream s counts `weights[s]` times: a weighted sum of curves, so the allocator's problem, with its bound. As a function of
 * the weights, none below 0, it is convex and homogeneous of degree 1 (a maximum of linear functions), which the search over mixes rests on.
 */
export function contentValue(
  model: RevenueModel,
  weights: Float64Array,
  { maxNodes, tolerance }: WorkSettings,
): ContentValue {
  const worth = new Float64Array(model.channels.length);
  let fixed = 0;
  for (const [s, { apart, earned }] of model.streams.entries()) {
    const weight = weights[s] ?? 0;
    fixed += weight * apart;
    for (const [c, each] of earned.entries()) worth[c] = (worth[c] ?? 0) + weight * each;
  }
  for (const [c, { base }] of model.channels.entries()) fixed += (worth[c] ?? 0) * base;
  let [value, bound] = [fixed, fixed];
  const amounts = model.pots.map(({ entries, prepared }) => {
    const { box, part } = prepared;
    if (entries.length === 0) return new Float64Array(0);
    const curves = entries.map(({ channel, curve }) =>
      createCurve({ ...curve, scale: curve.scale * (worth[channel] ?? 0) }),
    );
    const solved = solvePart({ part: { ...part, curves }, box }, { tolerance, maxNodes });
    value += solved.value;
    bound += solved.bound;
    return solved.x;
  });
  return { value, bound, amounts };
}
