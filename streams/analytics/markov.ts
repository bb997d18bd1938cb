/**
 * A first-order chain of touchpoints 0…n-1: how often each move was seen. Rows are the touchpoint a path stood at, row n is its
 * start; columns are the touchpoint it went to, column n a conversion, column n+1 its end without one.
 */
export interface Chain {
  readonly touchpoints: number;
  readonly moves: readonly (readonly number[])[];
}

/**
 * Probability that a path converts when only the touchpoints with `isKept` exist; a move to any other ends the path. Solved exactly:
 * for each touchpoint i, p_i = P(i → conversion) + Σ_j P(i → j) p_j, by elimination with pivots.
 */
export function conversionProbability(chain: Chain, isKept: (touchpoint: number) => boolean): number {
  const { touchpoints, moves } = chain;
  const kept = Array.from({ length: touchpoints }, (_each, i) => i).filter(isKept);
  const system = kept.map((from) => {
    const row = moves[from] ?? [];
    const sum = total(row);
    const shares = kept.map((to) => (sum === 0 ? 0 : -(row[to] ?? 0) / sum));
    return [...shares, sum === 0 ? 0 : (row[touchpoints] ?? 0) / sum];
  });
  for (const [i, row] of system.entries()) row[i] = (row[i] ?? 0) + 1;
  const fromEach = solve(system);
  const start = moves[touchpoints] ?? [];
  const begun = total(start);
  if (begun === 0) return 0;
  let probability = start[touchpoints] ?? 0;
  for (const [i, touchpoint] of kept.entries()) probability += (start[touchpoint] ?? 0) * (fromEach[i] ?? 0);
  return probability / begun;
}

/**
 * Removal effect of each touchpoint: the share of conversions that is lost when it does not exist (Anderl, Becker, von
 * Wangenheim & Schumann 2016, "Mapping the customer journey"). In [0, 1].
 */
export function removalEffects(chain: Chain): number[] {
  const all = conversionProbability(chain, () => true);
  return Array.from({ length: chain.touchpoints }, (_each, removed) =>
    all === 0
      ? 0
      : Math.max(0, 1 - conversionProbability(chain, (touchpoint) => touchpoint !== removed) / all),
  );
}

/** x of a system given as rows [a_1 … a_n, b]. Its rows are changed. A row that says nothing gives 0. */
function solve(system: number[][]): number[] {
  const size = system.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1)
      if (Math.abs(system[row]?.[column] ?? 0) > Math.abs(system[pivot]?.[column] ?? 0)) pivot = row;
    const top = system[pivot];
    const other = system[column];
    if (top === undefined || other === undefined) break;
    system[pivot] = other;
    system[column] = top;
    const head = top[column] ?? 0;
    if (Math.abs(head) < 1e-12) continue;
    for (let row = column + 1; row < size; row += 1) {
      const below = system[row];
      const factor = (below?.[column] ?? 0) / head;
      if (below === undefined || factor === 0) continue;
      for (let k = column; k <= size; k += 1) below[k] = (below[k] ?? 0) - factor * (top[k] ?? 0);
    }
  }
  const x = system.map(() => 0);
  for (let row = size - 1; row >= 0; row -= 1) {
    const line = system[row] ?? [];
    let value = line[size] ?? 0;
    for (let k = row + 1; k < size; k += 1) value -= (line[k] ?? 0) * (x[k] ?? 0);
    const head = line[row] ?? 0;
    x[row] = Math.abs(head) < 1e-12 ? 0 : value / head;
  }
  return x;
}

function total(row: readonly number[]): number {
  let sum = 0;
  for (const count of row) sum += count;
  return sum;
}
