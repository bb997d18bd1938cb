export interface Example {
  readonly features: readonly number[];
  readonly isHit: boolean;
}

/**
 * Logistic regression with a ridge on standardised features (the first feature is the constant and free), by Newton's method. Answers weights for the features
 * as they are.
 */
export function fitLogistic(examples: readonly Example[], ridge: number): number[] {
  const width = examples[0]?.features.length ?? 0;
  const means = Array.from({ length: width }, (_, j) => mean(examples.map((e) => e.features[j] ?? 0)));
  const spreads = means.map((m, j) => Math.sqrt(mean(examples.map((e) => ((e.features[j] ?? 0) - m) ** 2))));
  const standard = (features: readonly number[]): number[] =>
    features.map((value, j) =>
      j === 0 ? 1 : (spreads[j] ?? 0) < 1e-9 ? 0 : (value - (means[j] ?? 0)) / (spreads[j] ?? 1),
    );
  const rows = examples.map((e) => ({ x: standard(e.features), y: e.isHit ? 1 : 0 }));
  let weights = zeros(width);
  for (let round = 0; round < 25; round++) {
    const gradient = zeros(width);
    const hessian = Array.from({ length: width }, () => zeros(width));
    for (const { x, y } of rows) {
      const p = 1 / (1 + Math.exp(-dot(weights, x)));
      for (let i = 0; i < width; i++) {
        gradient[i] = (gradient[i] ?? 0) + (y - p) * (x[i] ?? 0);
        const line = hessian[i];
        if (line !== undefined)
          for (let j = 0; j < width; j++) line[j] = (line[j] ?? 0) + p * (1 - p) * (x[i] ?? 0) * (x[j] ?? 0);
      }
    }
    for (let i = 0; i < width; i++) {
      const penalty = i === 0 ? 1e-6 : ridge;
      gradient[i] = (gradient[i] ?? 0) - penalty * (weights[i] ?? 0);
      const line = hessian[i];
      if (line !== undefined) line[i] = (line[i] ?? 0) + penalty;
    }
    const step = solve(hessian, gradient);
    weights = weights.map((w, i) => w + (step[i] ?? 0));
    if (Math.max(...step.map(Math.abs)) < 1e-8) break;
  }
  const plain = weights.map((w, j) => (j === 0 ? w : (spreads[j] ?? 0) < 1e-9 ? 0 : w / (spreads[j] ?? 1)));
  plain[0] = (weights[0] ?? 0) - plain.slice(1).reduce((total, w, j) => total + w * (means[j + 1] ?? 0), 0);
  return plain;
}

/** Gaussian elimination with partial pivots. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(rows[i]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = i;
    const chosen = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = chosen;
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = (rows[i]?.[column] ?? 0) / (chosen[column] ?? 1);
      rows[i] = (rows[i] ?? []).map((value, j) => value - factor * (chosen[j] ?? 0));
    }
  }
  return rows.map((row, i) => (row[n] ?? 0) / (row[i] ?? 1));
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}
function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
