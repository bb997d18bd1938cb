/** Solves a positive definite system by Cholesky; destroys `a`. A pivot that vanishes is held a little above 0. */
export function solveSymmetric(a: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  const at = (i: number, j: number): number => a[i]?.[j] ?? 0;
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(i, j);
      for (let m = 0; m < j; m++) sum -= at(i, m) * at(j, m);
      const row = a[i];
      if (row !== undefined) row[j] = i === j ? Math.sqrt(Math.max(1e-12, sum)) : sum / at(j, j);
    }
  }
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i] ?? 0;
    for (let m = 0; m < i; m++) sum -= at(i, m) * (x[m] ?? 0);
    x[i] = sum / at(i, i);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let m = i + 1; m < n; m++) sum -= at(m, i) * (x[m] ?? 0);
    x[i] = sum / at(i, i);
  }
  return x;
}
