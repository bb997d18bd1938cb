const MAX_EDGES = 63;

/** Bin of a value between the edges, from 1; what is missing or no finite number has bin 0. */
export function binOf(edges: readonly number[], value: number | string | null): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

/** Edges that part the values into bins of about equal size. */
export function quantileEdges(values: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  const edges = new Set<number>();
  for (let k = 1; k <= MAX_EDGES; k++) {
    const edge = sorted[Math.floor((k * sorted.length) / (MAX_EDGES + 1))];
    if (edge !== undefined) edges.add(edge);
  }
  return [...edges];
}
