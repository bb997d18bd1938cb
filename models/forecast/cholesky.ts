/** Factor L of a symmetric positive definite matrix, in place of its lower triangle (row-major, p x p). Tiny pivots are lifted. */
export function cholesky(a: Float64Array, p: number): void {
  for (let i = 0; i < p; i += 1) {
    const ri = i * p;
    for (let j = 0; j <= i; j += 1) {
      const rj = j * p;
      let sum = a[ri + j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (a[ri + k] ?? 0) * (a[rj + k] ?? 0);
      a[ri + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (a[rj + j] ?? 1);
    }
  }
}

/** Solves L L' x = b in place of `b`, with the factor that `cholesky` left. */
export function choleskySolve(l: Float64Array, p: number, b: Float64Array): void {
  for (let i = 0; i < p; i += 1) {
    const row = i * p;
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= (l[row + k] ?? 0) * (b[k] ?? 0);
    b[i] = sum / (l[row + i] ?? 1);
  }
  for (let i = p - 1; i >= 0; i -= 1) {
    const row = i * p;
    const value = (b[i] ?? 0) / (l[row + i] ?? 1);
    b[i] = value;
    for (let k = 0; k < i; k += 1) b[k] = (b[k] ?? 0) - (l[row + k] ?? 0) * value;
  }
}
