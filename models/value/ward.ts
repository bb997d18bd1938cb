/** One join of two clusters; leaves are 0 to n−1, the cluster of merge m is n + m. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  /** Growth of the sum of squares within clusters. */
  readonly height: number;
}

/**
 * Ward's hierarchical clustering by nearest-neighbour chains with the Lance-Williams update (Murtagh & Legendre 2014): exact, n² memory and time,
 * merges in order of height. `points` holds n rows of `dimensions` numbers.
 */
export function wardMerges(points: Float64Array, dimensions: number): Merge[] {
  const n = points.length / dimensions;
  const distance = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let d = 0; d < dimensions; d++)
        sum += ((points[i * dimensions + d] ?? 0) - (points[j * dimensions + d] ?? 0)) ** 2;
      distance[i * n + j] = sum / 2;
      distance[j * n + i] = sum / 2;
    }
  }
  const size = new Float64Array(n).fill(1);
  const isActive = new Uint8Array(n).fill(1);
  const found: { i: number; j: number; height: number }[] = [];
  const chain: number[] = [];
  while (found.length < n - 1) {
    if (chain.length === 0) chain.push(isActive.indexOf(1));
    const tip = chain.at(-1) ?? 0;
    const before = chain.at(-2) ?? -1;
    let nearest = before;
    let least = before >= 0 ? (distance[tip * n + before] ?? Infinity) : Infinity;
    for (let j = 0; j < n; j++) {
      const d = distance[tip * n + j] ?? Infinity;
      if (isActive[j] === 1 && j !== tip && d < least) {
        least = d;
        nearest = j;
      }
    }
    if (nearest !== before) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const [ni, nj] = [size[tip] ?? 0, size[nearest] ?? 0];
    for (let k = 0; k < n; k++) {
      if (isActive[k] === 0 || k === tip || k === nearest) continue;
      const nk = size[k] ?? 0;
      const joined =
        ((ni + nk) * (distance[tip * n + k] ?? 0) +
          (nj + nk) * (distance[nearest * n + k] ?? 0) -
          nk * least) /
        (ni + nj + nk);
      distance[tip * n + k] = joined;
      distance[k * n + tip] = joined;
    }
    size[tip] = ni + nj;
    isActive[nearest] = 0;
    found.push({ i: tip, j: nearest, height: least });
  }
  return relabel(found, n);
}

/** The chain finds merges out of order; sorted by height each refers to the clusters that then exist. */
function relabel(found: readonly { i: number; j: number; height: number }[], n: number): Merge[] {
  const parent = Int32Array.from({ length: n }, (_, i) => i);
  const label = Int32Array.from({ length: n }, (_, i) => i);
  const root = (start: number): number => {
    let i = start;
    while (parent[i] !== i) i = parent[i] ?? i;
    return i;
  };
  return [...found]
    .sort((a, b) => a.height - b.height)
    .map(({ i, j, height }, m) => {
      const [a, b] = [root(i), root(j)];
      const merge = { a: label[a] ?? 0, b: label[b] ?? 0, height };
      parent[b] = a;
      label[a] = n + m;
      return merge;
    });
}

/** Cluster (0 to k−1, in order of first appearance) of each leaf when the last k−1 merges are undone. */
export function cutTree(merges: readonly Merge[], k: number): Int32Array {
  const n = merges.length + 1;
  const parent = Int32Array.from({ length: 2 * n - 1 }, (_, i) => i);
  for (const [m, { a, b }] of merges.slice(0, n - k).entries()) {
    parent[a] = n + m;
    parent[b] = n + m;
  }
  const names = new Map<number, number>();
  return Int32Array.from({ length: n }, (_, leaf) => {
    let i = leaf;
    while (parent[i] !== i) i = parent[i] ?? i;
    const known = names.get(i) ?? names.size;
    names.set(i, known);
    return known;
  });
}
