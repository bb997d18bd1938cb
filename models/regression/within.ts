import { inflation } from './dependence.ts';
import { solveSymmetric } from './solve-symmetric.ts';

export interface WithinFit {
  readonly coefficients: Float64Array;
  /**
   * Standard errors of the leading coefficients that allow any dependence within a group (cluster-robust, CR1). With few groups that says far too little, with one it
   * is 0 by construction (Cameron, Gelbach and Miller 2008): below ten they are no less than those of the residuals, widened by the dependence of neighbours.
   */
  readonly errors: Float64Array;
  readonly residuals: Float64Array;
  readonly rows: number;
  readonly groups: number;
}

/** Holds a column that others make up at 0 instead of at infinity. */
const RIDGE = 1e-9;
/** So many groups are needed for errors by group to stand alone. */
const MANY_GROUPS = 10;

/**
 * Least squares with an intercept for each group taken out by subtracting group means (fixed effects). `columns` hold one array a
 * regressor, those of interest first: errors are computed for the first `interest`; `group` a number from 0 on for each row. Rows of a group
 * come in the order of time.
 */
export function fitWithin(
  y: Float64Array,
  columns: readonly Float64Array[],
  group: Int32Array,
  interest = 1,
): WithinFit {
  const n = y.length;
  const k = columns.length;
  const groups = group.reduce((most, each) => Math.max(most, each + 1), 0);
  const target = centred(y, group, groups);
  const x = columns.map((column) => centred(column, group, groups));
  const cross = (a: Float64Array | undefined, b: Float64Array | undefined): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (a?.[i] ?? 0) * (b?.[i] ?? 0);
    return sum;
  };
  const products = x.map((a, i) => x.slice(0, i + 1).map((b) => cross(a, b)));
  const gram = (): Float64Array[] =>
    products.map((_, i) =>
      Float64Array.from(
        products,
        (_, j) => (products[Math.max(i, j)]?.[Math.min(i, j)] ?? 0) + (i === j ? RIDGE : 0),
      ),
    );
  const coefficients = solveSymmetric(
    gram(),
    Float64Array.from(x, (column) => cross(column, target)),
  );
  const residuals = target.map((each, i) =>
    x.reduce((rest, column, a) => rest - (coefficients[a] ?? 0) * (column[i] ?? 0), each),
  );

  // Scores summed by group, then the sandwich: A⁻¹ (Σ s sᵀ) A⁻¹.
  const scores = Array.from({ length: groups }, () => new Float64Array(k));
  for (let i = 0; i < n; i++) {
    const score = scores[group[i] ?? 0];
    if (score === undefined) continue;
    for (const [a, column] of x.entries())
      score[a] = (score[a] ?? 0) + (column[i] ?? 0) * (residuals[i] ?? 0);
  }
  const correction = groups > 1 && n > k + groups ? (groups / (groups - 1)) * ((n - 1) / (n - k)) : 1;
  const residual =
    groups >= MANY_GROUPS
      ? 0
      : (residuals.reduce((sum, each) => sum + each * each, 0) / Math.max(1, n - k - groups)) *
        inflation(residuals, group);
  const errors = new Float64Array(Math.min(k, interest));
  for (let a = 0; a < errors.length; a++) {
    const unit = new Float64Array(k);
    unit[a] = 1;
    const row = solveSymmetric(gram(), unit);
    let variance = 0;
    for (const score of scores)
      variance += row.reduce((sum, each, b) => sum + each * (score[b] ?? 0), 0) ** 2;
    errors[a] = Math.sqrt(Math.max(variance * correction, residual * Math.max(0, row[a] ?? 0)));
  }
  return { coefficients, errors, residuals, rows: n, groups };
}

function centred(values: Float64Array, group: Int32Array, groups: number): Float64Array {
  const sum = new Float64Array(groups);
  const count = new Float64Array(groups);
  for (const [i, g] of group.entries()) {
    sum[g] = (sum[g] ?? 0) + (values[i] ?? 0);
    count[g] = (count[g] ?? 0) + 1;
  }
  return values.map((each, i) => {
    const g = group[i] ?? 0;
    return each - (sum[g] ?? 0) / (count[g] ?? 1);
  });
}
