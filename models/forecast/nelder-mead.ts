export interface Minimum {
  readonly x: Float64Array;
  readonly value: number;
  readonly evaluations: number;
}

export interface NelderMeadOptions {
  /** Size of the first simplex, per parameter. */
  readonly steps: Float64Array;
  readonly maxEvaluations: number;
  /** Stops when the values of the simplex differ by less than this, relative to the best. */
  readonly tolerance: number;
}

/**
 * Minimum of `f` without derivatives (Nelder and Mead 1965, with the coefficients 1, 2, 1/2, 1/2). `f` gets one and the same
 * array each time and must not keep it; it answers Infinity outside its domain. Deterministic.
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  start: Float64Array,
  options: NelderMeadOptions,
): Minimum {
  const n = start.length;
  const points = Array.from({ length: n + 1 }, (_, i) => {
    const x = start.slice();
    if (i > 0) x[i - 1] = (x[i - 1] ?? 0) + (options.steps[i - 1] ?? 0);
    return { x, value: f(x) };
  });
  let evaluations = n + 1;
  const centre = new Float64Array(n);
  const trial = new Float64Array(n);
  const probe = (towards: Float64Array, factor: number): number => {
    for (let j = 0; j < n; j += 1)
      trial[j] = (centre[j] ?? 0) + factor * ((towards[j] ?? 0) - (centre[j] ?? 0));
    evaluations += 1;
    return f(trial);
  };
  const order = (): void => {
    points.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
  };
  order();
  for (;;) {
    const best = points[0];
    const second = points[n - 1];
    const worst = points[n];
    if (best === undefined || second === undefined || worst === undefined) break;
    const spread = worst.value - best.value;
    if (evaluations >= options.maxEvaluations || spread <= options.tolerance * (Math.abs(best.value) + 1e-12))
      break;
    centre.fill(0);
    for (const { x } of points.slice(0, n))
      for (let j = 0; j < n; j += 1) centre[j] = (centre[j] ?? 0) + (x[j] ?? 0) / n;

    const reflected = probe(worst.x, -1);
    if (reflected < best.value) {
      const kept = trial.slice();
      const expanded = probe(worst.x, -2);
      accept(worst, expanded < reflected ? trial : kept, Math.min(expanded, reflected));
    } else if (reflected < second.value) {
      accept(worst, trial, reflected);
    } else {
      if (reflected < worst.value) accept(worst, trial, reflected);
      const contracted = probe(worst.x, 0.5);
      if (contracted < worst.value) accept(worst, trial, contracted);
      else {
        for (const point of points.slice(1)) {
          for (let j = 0; j < n; j += 1) point.x[j] = ((point.x[j] ?? 0) + (best.x[j] ?? 0)) / 2;
          point.value = f(point.x);
          evaluations += 1;
        }
      }
    }
    order();
  }
  const best = points[0];
  return { x: best?.x ?? start, value: best?.value ?? Number.POSITIVE_INFINITY, evaluations };
}

function accept(point: { x: Float64Array; value: number }, x: Float64Array, value: number): void {
  point.x.set(x);
  point.value = value;
}
