import type { Random } from '../../platform/time/random.ts';

/** A binary tree in arrays; node 0 is the root. `feature` −1: a leaf. Left when the bin is at most `threshold`. */
export interface Tree {
  readonly feature: Int16Array;
  readonly threshold: Uint8Array;
  readonly left: Int16Array;
  readonly right: Int16Array;
  readonly value: Float64Array;
  /** Training rows that came through. */
  readonly cover: Float64Array;
}

export interface BoostSettings {
  readonly trees: number;
  readonly learningRate: number;
  readonly maxLeaves: number;
  readonly maxDepth: number;
  /** Least rows of a leaf. */
  readonly minRows: number;
  /** Added to the curvature of a leaf: draws small leaves to 0. */
  readonly ridge: number;
  /** Share of rows and of features each tree sees. */
  readonly rowShare: number;
  readonly featureShare: number;
}

export interface Boosted {
  /** Score before any tree. */
  readonly base: number;
  readonly trees: readonly Tree[];
}

/** Features as bins, one array a feature; at most 256 bins. */
export type Bins = readonly Uint8Array[];

/** What is boosted: the first score, and by row the way down (negative gradient) and the curvature there. */
export interface Loss<L extends ArrayLike<number>> {
  start(label: L): number;
  slope(label: L, score: Float64Array, gradient: Float64Array, curvature: Float64Array): void;
}

/** Logistic loss of labels 0 and 1; scores are log-odds. */
export const logisticLoss: Loss<Uint8Array> = {
  start: (label) => {
    const n = label.length;
    const positive = label.reduce((sum, each) => sum + each, 0);
    const rate = Math.min(1 - 0.5 / n, Math.max(0.5 / n, positive / n));
    return Math.log(rate / (1 - rate));
  },
  slope: (label, score, gradient, curvature) => {
    for (let i = 0; i < label.length; i++) {
      const p = 1 / (1 + Math.exp(-(score[i] ?? 0)));
      gradient[i] = (label[i] ?? 0) - p;
      curvature[i] = p * (1 - p);
    }
  },
};

/** Half the squared error, each row with a weight of its own; scores are predictions. */
export function squaredLoss(weights?: Float64Array): Loss<Float64Array> {
  return {
    start: (label) => {
      let sum = 0;
      let total = 0;
      for (let i = 0; i < label.length; i++) {
        const weight = weights?.[i] ?? 1;
        sum += weight * (label[i] ?? 0);
        total += weight;
      }
      return total > 0 ? sum / total : 0;
    },
    slope: (label, score, gradient, curvature) => {
      for (let i = 0; i < label.length; i++) {
        const weight = weights?.[i] ?? 1;
        gradient[i] = weight * ((label[i] ?? 0) - (score[i] ?? 0));
        curvature[i] = weight;
      }
    },
  };
}

/**
 * Gradient boosting with Newton leaves on binned features, leaf by leaf (Friedman 2001; histograms and growth as in
 * LightGBM, Ke et al. 2017).
 */
export function boost<L extends ArrayLike<number>>(
  bins: Bins,
  label: L,
  loss: Loss<L>,
  settings: BoostSettings,
  random: Random,
): Boosted {
  const n = label.length;
  const base = loss.start(label);
  const score = new Float64Array(n).fill(base);
  const gradient = new Float64Array(n);
  const curvature = new Float64Array(n);
  const trees: Tree[] = [];
  const rows = new Int32Array(n);
  const isOut = new Uint8Array(n);
  const reach = reachOf(bins);
  for (let t = 0; t < settings.trees; t++) {
    loss.slope(label, score, gradient, curvature);
    let taken = 0;
    for (let i = 0; i < n; i++) {
      const isTaken = random.next() < settings.rowShare;
      isOut[i] = isTaken ? 0 : 1;
      if (isTaken) rows[taken++] = i;
    }
    const features = [...bins.keys()].filter(() => random.next() < settings.featureShare);
    const { leaves, tree } = growTree(
      bins,
      reach,
      rows.slice(0, taken),
      features,
      gradient,
      curvature,
      settings,
    );
    trees.push(tree);
    // Rows that grew the tree lie in its leaves; only the others have to find theirs.
    for (const leaf of leaves) {
      const value = tree.value[leaf.node] ?? 0;
      for (let k = 0; k < leaf.rows.length; k++) {
        const i = leaf.rows[k] ?? 0;
        score[i] = (score[i] ?? 0) + value;
      }
    }
    for (let i = 0; i < n; i++) if (isOut[i] === 1) score[i] = (score[i] ?? 0) + treeValue(tree, bins, i);
  }
  return { base, trees };
}

/** Score of row `i`: log-odds or a prediction, as the loss has it. */
export function boostedScore({ base, trees }: Boosted, bins: Bins, i: number): number {
  let score = base;
  for (const tree of trees) score += treeValue(tree, bins, i);
  return score;
}

function treeValue(tree: Tree, bins: Bins, i: number): number {
  let node = 0;
  for (;;) {
    const feature = tree.feature[node] ?? -1;
    if (feature < 0) return tree.value[node] ?? 0;
    const bin = bins[feature]?.[i] ?? 0;
    node = (bin <= (tree.threshold[node] ?? 0) ? tree.left[node] : tree.right[node]) ?? 0;
  }
}

interface Leaf {
  readonly node: number;
  readonly depth: number;
  readonly rows: Int32Array;
  /** Absent where the leaf is not to be split. */
  readonly histogram: Float64Array | undefined;
  readonly split: Split | undefined;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly threshold: number;
}

/** Bins there are: one more than the highest. */
function reachOf(bins: Bins): number {
  let most = 0;
  for (const column of bins) for (const bin of column) if (bin > most) most = bin;
  return most + 1;
}

function growTree(
  bins: Bins,
  reach: number,
  allRows: Int32Array,
  features: readonly number[],
  gradient: Float64Array,
  curvature: Float64Array,
  settings: BoostSettings,
): { readonly tree: Tree; readonly leaves: readonly Leaf[] } {
  const size = 2 * settings.maxLeaves - 1;
  const tree: Tree = {
    feature: new Int16Array(size).fill(-1),
    threshold: new Uint8Array(size),
    left: new Int16Array(size),
    right: new Int16Array(size),
    value: new Float64Array(size),
    cover: new Float64Array(size),
  };
  const isOpen = (depth: number, rows: Int32Array): boolean =>
    depth < settings.maxDepth && rows.length >= 2 * settings.minRows;
  const makeLeaf = (
    node: number,
    depth: number,
    rows: Int32Array,
    histogram: Float64Array | undefined,
  ): Leaf => {
    let g = 0;
    let h = 0;
    for (let k = 0; k < rows.length; k++) {
      const i = rows[k] ?? 0;
      g += gradient[i] ?? 0;
      h += curvature[i] ?? 0;
    }
    tree.value[node] = (settings.learningRate * g) / (h + settings.ridge);
    tree.cover[node] = rows.length;
    const split =
      histogram === undefined || !isOpen(depth, rows)
        ? undefined
        : bestSplit(histogram, reach, features, rows.length, g, h, settings);
    return { node, depth, rows, histogram, split };
  };
  const histogramOf = (rows: Int32Array): Float64Array =>
    histogramsOf(bins, reach, rows, features, gradient, curvature);
  const leaves = [makeLeaf(0, 0, allRows, isOpen(0, allRows) ? histogramOf(allRows) : undefined)];
  let used = 1;
  while (leaves.length < settings.maxLeaves) {
    let best = -1;
    for (const [i, leaf] of leaves.entries())
      if (leaf.split !== undefined && leaf.split.gain > (leaves[best]?.split?.gain ?? 1e-9)) best = i;
    const leaf = leaves[best];
    if (leaf?.split === undefined) break;
    const { feature, threshold } = leaf.split;
    const column = bins[feature];
    tree.feature[leaf.node] = feature;
    tree.threshold[leaf.node] = threshold;
    tree.left[leaf.node] = used;
    tree.right[leaf.node] = used + 1;
    const [left, right] = parted(leaf.rows, column, threshold);
    const depth = leaf.depth + 1;
    // Only the smaller side's rows are counted: what it has is taken from the parent's, and the larger side is left.
    const isLeftSmaller = left.length <= right.length;
    const [small, large] = isLeftSmaller ? [left, right] : [right, left];
    let counted: Float64Array | undefined;
    let remaining: Float64Array | undefined;
    if (leaf.histogram !== undefined && isOpen(depth, large)) {
      counted = histogramOf(small);
      remaining = leaf.histogram;
      for (let at = 0; at < remaining.length; at++) remaining[at] = (remaining[at] ?? 0) - (counted[at] ?? 0);
    }
    leaves.splice(
      best,
      1,
      makeLeaf(used, depth, left, isLeftSmaller ? counted : remaining),
      makeLeaf(used + 1, depth, right, isLeftSmaller ? remaining : counted),
    );
    used += 2;
  }
  return { tree, leaves };
}

/** Rows whose bin is at most the threshold, and the others, in their order. */
function parted(
  rows: Int32Array,
  column: Uint8Array | undefined,
  threshold: number,
): readonly [Int32Array, Int32Array] {
  const left = new Int32Array(rows.length);
  const right = new Int32Array(rows.length);
  let [toLeft, toRight] = [0, 0];
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k] ?? 0;
    if ((column?.[i] ?? 0) <= threshold) left[toLeft++] = i;
    else right[toRight++] = i;
  }
  return [left.slice(0, toLeft), right.slice(0, toRight)];
}

/** Gradient, curvature and rows side by side. */
const PLACES = 3;

/** Sums by feature (those looked at, in order) and bin. */
function histogramsOf(
  bins: Bins,
  reach: number,
  rows: Int32Array,
  features: readonly number[],
  gradient: Float64Array,
  curvature: Float64Array,
): Float64Array {
  const sums = new Float64Array(features.length * reach * PLACES);
  // Row after row: every feature reads them in order instead of all over memory.
  const ownGradient = new Float64Array(rows.length);
  const ownCurvature = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    ownGradient[k] = gradient[rows[k] ?? 0] ?? 0;
    ownCurvature[k] = curvature[rows[k] ?? 0] ?? 0;
  }
  for (const [f, feature] of features.entries()) {
    const column = bins[feature];
    if (column === undefined) continue;
    const from = f * reach;
    for (let k = 0; k < rows.length; k++) {
      const at = PLACES * (from + (column[rows[k] ?? 0] ?? 0));
      sums[at] = (sums[at] ?? 0) + (ownGradient[k] ?? 0);
      sums[at + 1] = (sums[at + 1] ?? 0) + (ownCurvature[k] ?? 0);
      sums[at + 2] = (sums[at + 2] ?? 0) + 1;
    }
  }
  return sums;
}

/** The split of `rows` rows with the greatest gain. Bins without rows are no thresholds: a difference of sums there is rounding. */
function bestSplit(
  sums: Float64Array,
  reach: number,
  features: readonly number[],
  rows: number,
  g: number,
  h: number,
  { minRows, ridge }: BoostSettings,
): Split | undefined {
  const whole = (g * g) / (h + ridge);
  let best: Split | undefined;
  for (const [f, feature] of features.entries()) {
    let leftG = 0;
    let leftH = 0;
    let leftRows = 0;
    for (let bin = 0; bin < reach; bin++) {
      const at = PLACES * (f * reach + bin);
      const own = sums[at + 2] ?? 0;
      if (own === 0) continue;
      leftG += sums[at] ?? 0;
      leftH += sums[at + 1] ?? 0;
      leftRows += own;
      if (leftRows < minRows) continue;
      if (rows - leftRows < Math.max(1, minRows)) break;
      const rightG = g - leftG;
      const gain = leftG ** 2 / (leftH + ridge) + rightG ** 2 / (h - leftH + ridge) - whole;
      if (gain > (best?.gain ?? 0)) best = { gain, feature, threshold: bin };
    }
  }
  return best;
}
