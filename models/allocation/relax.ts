import { solveDual, type DualSolution, type Prices } from './dual.ts';
import type { Box, Part } from './part.ts';

/** What is known about a box of amounts: a bound on everything in it, something feasible in it, and where to split it. */
export interface Relaxation<Hint> {
  readonly bound: number;
  /** Feasible amounts and what they return. */
  readonly x: Float64Array;
  readonly value: number;
  /** The amount to split and where; absent when bound and value are the same but for rounding. */
  readonly branch: Branch | undefined;
  readonly hint: Hint;
}

export interface Branch {
  readonly index: number;
  readonly leftHi: number;
  readonly rightLo: number;
}

/** Bound and feasible division of one resource over a box. Expects the lower limits to fit the total and the caps. */
export function relaxPart(part: Part, box: Box, hint?: Prices): Relaxation<Prices> {
  const dual = solveDual(part, box, hint);
  const filled = fill(part, dual);
  let { x, value } = filled;
  for (const start of filled.branch === undefined ? [] : [x, dual.within]) {
    const polished = polish(part, box, start, dual.prices);
    if (polished.value > value) ({ x, value } = polished);
  }
  // By weak duality nothing feasible is above the bound. Where something is, it proves nothing: better no answer than a false certificate.
  if (dual.bound < value - 1e-7 * Math.abs(value))
    throw new RangeError(`a bound of ${dual.bound} lies below a feasible return of ${value}`);
  return { bound: Math.max(value, dual.bound), x, value, branch: filled.branch, hint: dual.prices };
}

interface Filled {
  readonly x: Float64Array;
  readonly value: number;
  readonly branch: Branch | undefined;
}

/**
 * Gives out what the responses at the higher price left over, to channels that would take it at the lower one. Those stopped half-way
 * stand on the chord of their convex part in the relaxation; the one whose curve lies furthest below its chord is to be split.
 */
function fill(part: Part, { within, over, prices }: DualSolution): Filled {
  const x = Float64Array.from(within);
  let slack = part.total;
  const groupSlack = Float64Array.from(part.caps);
  for (let i = 0; i < x.length; i++) {
    slack -= x[i] ?? 0;
    const g = part.groupOf[i] ?? -1;
    if (g >= 0) groupSlack[g] = (groupSlack[g] ?? 0) - (x[i] ?? 0);
  }
  let branch: Branch | undefined;
  let deepest = 0;
  // Members of groups with a price of their own first: what their group left of its cap is theirs.
  const isOfTightGroup = (i: number): boolean => (prices.groups[part.groupOf[i] ?? -1] ?? 0) > prices.total;
  const waiting = [...x.keys()].filter((i) => (over[i] ?? 0) > (within[i] ?? 0));
  for (const i of [...waiting.filter(isOfTightGroup), ...waiting.filter((each) => !isOfTightGroup(each))]) {
    const from = within[i] ?? 0;
    const to = over[i] ?? 0;
    const g = part.groupOf[i] ?? -1;
    const room = Math.max(0, Math.min(to - from, slack, g < 0 ? Infinity : (groupSlack[g] ?? 0)));
    const at = room < to - from ? from + room : to;
    const given = part.step > 0 && at < to ? Math.floor(at / part.step + 1e-9) * part.step : at;
    const amount = Math.max(from, given);
    if (at < to) {
      const curve = part.curves[i];
      if (curve === undefined) continue;
      const base = curve.value(from);
      const chord = base + ((at - from) * (curve.value(to) - base)) / (to - from);
      const depth = chord - curve.value(amount);
      if (depth > deepest) {
        deepest = depth;
        branch =
          part.step > 0
            ? { index: i, leftHi: amount, rightLo: amount + part.step }
            : { index: i, leftHi: at, rightLo: at };
      }
    }
    x[i] = amount;
    slack -= amount - from;
    if (g >= 0) groupSlack[g] = (groupSlack[g] ?? 0) - (amount - from);
  }
  const value = valueOf(part, x);
  // A gap of the size of rounding cannot be closed by splitting.
  return { x, value, branch: deepest > 1e-13 * Math.abs(value) ? branch : undefined };
}

/**
 * The best division near `start`: channels on their concave part move freely on it, the others keep their amount. Concave, so
 * solved exactly by its dual.
 */
export function polish(part: Part, box: Box, start: Float64Array, hint: Prices): Filled {
  const lo = Float64Array.from(start);
  const hi = Float64Array.from(start);
  for (const [i, curve] of part.curves.entries()) {
    const x = start[i] ?? 0;
    if (x < curve.inflection) continue;
    const from = part.step > 0 ? Math.ceil(curve.inflection / part.step) * part.step : curve.inflection;
    lo[i] = Math.min(x, Math.max(box.lo[i] ?? 0, from));
    hi[i] = box.hi[i] ?? x;
  }
  const dual = solveDual(part, { lo, hi }, hint);
  return fill(part, dual);
}

export function valueOf(part: Part, x: Float64Array): number {
  let value = 0;
  for (const [i, curve] of part.curves.entries()) {
    const amount = x[i] ?? 0;
    value += curve.value(amount) - (part.shift?.[i] ?? 0) * amount;
  }
  return value;
}
