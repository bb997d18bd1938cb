import type { Boosted, Bins, Tree } from '../trees/boost.ts';

/**
 * Exact Shapley values of a boosted model's log-odds by column, and the mean they start from: they sum to the score. Absent columns are
 * averaged over as the trees' training rows went (path-dependent, Lundberg et al. 2020); each leaf is a product over the columns on its path, so
 * its share is an average over their subsets, of which shallow trees have few.
 */
export function shapley(
  model: Boosted,
  bins: Bins,
  row: number,
  columnOf: readonly number[],
  columns: number,
): { readonly mean: number; readonly values: Float64Array } {
  const values = new Float64Array(columns);
  let mean = model.base;
  for (const tree of model.trees) mean += explainNode(tree, 0, bins, row, columnOf, [], values);
  return { mean, values };
}

/** One column on the way to a leaf: whether the row goes that way, and what share of training rows did. */
interface PathPart {
  readonly column: number;
  readonly follows: number;
  readonly share: number;
}

/** Adds the shares of all leaves below `node`; answers their mean. */
function explainNode(
  tree: Tree,
  node: number,
  bins: Bins,
  row: number,
  columnOf: readonly number[],
  path: readonly PathPart[],
  values: Float64Array,
): number {
  const feature = tree.feature[node] ?? -1;
  if (feature < 0) return explainLeaf(tree.value[node] ?? 0, path, values);
  const goesLeft = (bins[feature]?.[row] ?? 0) <= (tree.threshold[node] ?? 0);
  let mean = 0;
  for (const isLeft of [true, false]) {
    const child = (isLeft ? tree.left[node] : tree.right[node]) ?? 0;
    const share = (tree.cover[child] ?? 0) / Math.max(1, tree.cover[node] ?? 0);
    const follows = goesLeft === isLeft ? 1 : 0;
    const next = extend(path, columnOf[feature] ?? 0, follows, share);
    mean += explainNode(tree, child, bins, row, columnOf, next, values);
  }
  return mean;
}

function extend(path: readonly PathPart[], column: number, follows: number, share: number): PathPart[] {
  const known = path.find((each) => each.column === column);
  if (known === undefined) return [...path, { column, follows, share }];
  return path.map((each) =>
    each === known ? { column, follows: known.follows * follows, share: known.share * share } : each,
  );
}

function explainLeaf(value: number, path: readonly PathPart[], values: Float64Array): number {
  const n = path.length;
  for (const [k, part] of path.entries()) {
    const others = path.filter((_, each) => each !== k);
    let sum = 0;
    for (let subset = 0; subset < 1 << others.length; subset++) {
      let product = 1;
      let size = 0;
      for (const [bit, other] of others.entries()) {
        const isIn = (subset >> bit) & 1;
        size += isIn;
        product *= isIn === 1 ? other.follows : other.share;
      }
      sum += product * orderings(size, n);
    }
    values[part.column] = (values[part.column] ?? 0) + value * (part.follows - part.share) * sum;
  }
  return path.reduce((product, each) => product * each.share, value);
}

/** Share of the orders of n columns in which a given one comes right after a given set of `size` others: size!(n−1−size)!/n!. */
function orderings(size: number, n: number): number {
  let weight = 1 / n;
  for (let i = 1; i <= size; i++) weight *= i / (n - i);
  return weight;
}
