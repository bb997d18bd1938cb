import type { Box } from './part.ts';
import type { Relaxation } from './relax.ts';

export interface SearchSettings {
  /** Stop when the bound is within this share of the best value. */
  readonly tolerance: number;
  /** Stop after this many boxes, with the gap as it then is. */
  readonly maxNodes: number;
}

export interface Searched {
  readonly x: Float64Array;
  readonly value: number;
  readonly bound: number;
  readonly nodes: number;
}

/** A box that differs from its parent's in one limit. */
interface Node<Hint> {
  readonly parent: Node<Hint> | undefined;
  readonly index: number;
  readonly side: 'lo' | 'hi';
  readonly limit: number;
  readonly bound: number;
  readonly hint: Hint;
  readonly branch: { readonly index: number; readonly leftHi: number; readonly rightLo: number };
}

/**
 * Spatial branch and bound (Falk & Soland 1969), best bound first: relaxes a box, splits it where curve and envelope differ most, drops
 * what cannot be better than the best found. `relax` answers undefined for a box without a feasible point.
 */
export function branchAndBound<Hint>(
  root: Box,
  relax: (box: Box, hint: Hint | undefined) => Relaxation<Hint> | undefined,
  settings: SearchSettings,
): Searched | undefined {
  const first = relax(root, undefined);
  if (first === undefined) return undefined;
  let { x, value } = first;
  let nodes = 1;
  /** Highest bound among boxes that were dropped although something a little better may be in them. */
  let dropped = first.branch === undefined ? first.bound : -Infinity;
  const open: Node<Hint>[] = [];
  const isWorth = (bound: number): boolean => bound > value + settings.tolerance * Math.abs(value);
  if (first.branch !== undefined) {
    const { bound, hint, branch } = first;
    open.push({ parent: undefined, index: -1, side: 'lo', limit: 0, bound, hint, branch });
  }
  while (open.length > 0 && nodes < settings.maxNodes) {
    const node = takeBest(open);
    if (!isWorth(node.bound)) {
      dropped = Math.max(dropped, node.bound);
      break;
    }
    const { index, leftHi, rightLo } = node.branch;
    for (const [side, limit] of [
      ['hi', leftHi],
      ['lo', rightLo],
    ] as const) {
      const box = boxOf(root, node);
      box[side][index] = limit;
      if ((box.lo[index] ?? 0) > (box.hi[index] ?? 0)) continue;
      const relaxed = relax(box, node.hint);
      nodes++;
      if (relaxed === undefined) continue;
      if (relaxed.value > value) ({ x, value } = relaxed);
      const bound = Math.min(node.bound, relaxed.bound);
      if (relaxed.branch === undefined || !isWorth(bound)) dropped = Math.max(dropped, bound);
      else open.push({ parent: node, index, side, limit, bound, hint: relaxed.hint, branch: relaxed.branch });
    }
  }
  let bound = Math.max(value, dropped);
  for (const node of open) bound = Math.max(bound, node.bound);
  return { x, value, bound, nodes };
}

function takeBest<Hint>(open: Node<Hint>[]): Node<Hint> {
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    if ((open[i]?.bound ?? -Infinity) > (open[best]?.bound ?? -Infinity)) best = i;
  }
  const node = open[best];
  const last = open.pop();
  if (node === undefined || last === undefined) throw new RangeError('no box is open');
  if (best < open.length) open[best] = last;
  return node;
}

function boxOf<Hint>(root: Box, node: Node<Hint>): Box {
  const box = { lo: Float64Array.from(root.lo), hi: Float64Array.from(root.hi) };
  for (let each: Node<Hint> | undefined = node; each !== undefined; each = each.parent) {
    if (each.index < 0) continue;
    const limits = box[each.side];
    const known = limits[each.index] ?? 0;
    limits[each.index] = each.side === 'lo' ? Math.max(known, each.limit) : Math.min(known, each.limit);
  }
  return box;
}
