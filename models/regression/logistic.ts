import { solveSymmetric } from './solve-symmetric.ts';

/** Weights of a logistic regression on standardised features; the first is the intercept. */
export interface LogisticModel {
  readonly weights: Float64Array;
}

const ROUNDS = 30;

/**
 * Ridge logistic regression by Newton steps (iteratively reweighted least squares). `features` are columns without the intercept, which is
 * not penalised.
 */
export function fitLogistic(
  features: readonly Float64Array[],
  label: Uint8Array | Float64Array,
  ridge: number,
): LogisticModel {
  const n = label.length;
  const columns = [new Float64Array(n).fill(1), ...features];
  const k = columns.length;
  const weights = new Float64Array(k);
  const score = new Float64Array(n);
  for (let round = 0; round < ROUNDS; round++) {
    const residual = new Float64Array(n);
    const curvature = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const p = 1 / (1 + Math.exp(-(score[i] ?? 0)));
      residual[i] = (label[i] ?? 0) - p;
      curvature[i] = Math.max(1e-9, p * (1 - p));
    }
    const gradient = columns.map((column, a) => {
      let sum = a === 0 ? 0 : -ridge * (weights[a] ?? 0);
      for (let i = 0; i < n; i++) sum += (column[i] ?? 0) * (residual[i] ?? 0);
      return sum;
    });
    const hessian = columns.map(() => new Float64Array(k));
    for (const [a, x] of columns.entries()) {
      for (let b = 0; b <= a; b++) {
        const z = columns[b];
        let sum = 0;
        for (let i = 0; i < n; i++) sum += (x[i] ?? 0) * (z?.[i] ?? 0) * (curvature[i] ?? 0);
        const value = sum + (a === b ? (a === 0 ? 1e-9 : ridge) : 0);
        const row = hessian[a];
        const column = hessian[b];
        if (row !== undefined) row[b] = value;
        if (column !== undefined) column[a] = value;
      }
    }
    const step = solveSymmetric(hessian, Float64Array.from(gradient));
    let largest = 0;
    for (let a = 0; a < k; a++) {
      weights[a] = (weights[a] ?? 0) + (step[a] ?? 0);
      largest = Math.max(largest, Math.abs(step[a] ?? 0));
    }
    score.fill(0);
    for (const [a, column] of columns.entries())
      for (let i = 0; i < n; i++) score[i] = (score[i] ?? 0) + (weights[a] ?? 0) * (column[i] ?? 0);
    if (largest < 1e-8) break;
  }
  return { weights };
}
