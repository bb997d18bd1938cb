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

const MAX_BINS = 256;

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
  for (let t = 0; t < settings.trees; t++) {
    loss.slope(label, score, gradient, curvature);
    let taken = 0;
    for (let i = 0; i < n; i++) if (random.next() < settings.rowShare) rows[taken++] = i;
    const features = [...bins.keys()].filter(() => random.next() < settings.featureShare);
    const tree = growTree(bins, rows.slice(0, taken), features, gradient, curvature, settings);
    trees.push(tree);
    for (let i = 0; i < n; i++) score[i] = (score[i] ?? 0) + treeValue(tree, bins, i);
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
  readonly gradient: number;
  readonly curvature: number;
  readonly split: Split | undefined;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly threshold: number;
}

function growTree(
  bins: Bins,
  allRows: Int32Array,
  features: readonly number[],
  gradient: Float64Array,
  curvature: Float64Array,
  settings: BoostSettings,
): Tree {
  const size = 2 * settings.maxLeaves - 1;
  const tree: Tree = {
    feature: new Int16Array(size).fill(-1),
    threshold: new Uint8Array(size),
    left: new Int16Array(size),
    right: new Int16Array(size),
    value: new Float64Array(size),
    cover: new Float64Array(size),
  };
  // Of the leaf being looked at, row after row: every feature reads them in order instead of all over memory.
  const leafGradient = new Float64Array(allRows.length);
  const leafCurvature = new Float64Array(allRows.length);
  const makeLeaf = (node: number, depth: number, rows: Int32Array): Leaf => {
    let g = 0;
    let h = 0;
    for (let k = 0; k < rows.length; k++) {
      const i = rows[k] ?? 0;
      g += leafGradient[k] = gradient[i] ?? 0;
      h += leafCurvature[k] = curvature[i] ?? 0;
    }
    tree.value[node] = (settings.learningRate * g) / (h + settings.ridge);
    tree.cover[node] = rows.length;
    const isOpen = depth < settings.maxDepth && rows.length >= 2 * settings.minRows;
    return {
      node,
      depth,
      rows,
      gradient: g,
      curvature: h,
      split: isOpen
        ? bestSplit(bins, rows, features, leafGradient, leafCurvature, g, h, settings)
        : undefined,
    };
  };
  const leaves = [makeLeaf(0, 0, allRows)];
  let used = 1;
  while (leaves.length < settings.maxLeaves) {
    let best = -1;
    for (const [i, leaf] of leaves.entries())
      if (leaf.split !== undefined && leaf.split.gain > (leaves[best]?.split?.gain ?? 1e-9)) best = i;
    const leaf = leaves[best];
    if (leaf?.split === undefined) break;
    const { feature, threshold } = leaf.split;
    const column = bins[feature];
    const goesLeft = (i: number): boolean => (column?.[i] ?? 0) <= threshold;
    tree.feature[leaf.node] = feature;
    tree.threshold[leaf.node] = threshold;
    tree.left[leaf.node] = used;
    tree.right[leaf.node] = used + 1;
    const left = makeLeaf(used, leaf.depth + 1, leaf.rows.filter(goesLeft));
    const right = makeLeaf(
      used + 1,
      leaf.depth + 1,
      leaf.rows.filter((i) => !goesLeft(i)),
    );
    used += 2;
    leaves.splice(best, 1, left, right);
  }
  return tree;
}

const sumGradient = new Float64Array(MAX_BINS);
const sumCurvature = new Float64Array(MAX_BINS);
const sumRows = new Int32Array(MAX_BINS);

/** `gradient` and `curvature` are in the order of `rows`. */
function bestSplit(
  bins: Bins,
  rows: Int32Array,
  features: readonly number[],
  gradient: Float64Array,
  curvature: Float64Array,
  g: number,
  h: number,
  { minRows, ridge }: BoostSettings,
): Split | undefined {
  const whole = (g * g) / (h + ridge);
  let best: Split | undefined;
  for (const feature of features) {
    const column = bins[feature];
    if (column === undefined) continue;
    let last = 0;
    sumGradient.fill(0);
    sumCurvature.fill(0);
    sumRows.fill(0);
    for (let k = 0; k < rows.length; k++) {
      const bin = column[rows[k] ?? 0] ?? 0;
      if (bin > last) last = bin;
      sumGradient[bin] = (sumGradient[bin] ?? 0) + (gradient[k] ?? 0);
      sumCurvature[bin] = (sumCurvature[bin] ?? 0) + (curvature[k] ?? 0);
      sumRows[bin] = (sumRows[bin] ?? 0) + 1;
    }
    let leftG = 0;
    let leftH = 0;
    let leftRows = 0;
    for (let bin = 0; bin < last; bin++) {
      leftG += sumGradient[bin] ?? 0;
      leftH += sumCurvature[bin] ?? 0;
      leftRows += sumRows[bin] ?? 0;
      if (leftRows < minRows) continue;
      if (rows.length - leftRows < minRows) break;
      const rightG = g - leftG;
      const gain = leftG ** 2 / (leftH + ridge) + rightG ** 2 / (h - leftH + ridge) - whole;
      if (gain > (best?.gain ?? 0)) best = { gain, feature, threshold: bin };
    }
  }
  return best;
}
