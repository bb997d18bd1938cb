import type { Highs, ModelData } from 'highs';
import loadHighs from 'highs';
import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import type { PreparedPart } from './prepare.ts';
import { varianceOf } from './risk.ts';

/** HiGHS in WebAssembly, kept to what is asked of it here. */
export interface LinearSolver {
  /** Optimal column values and a bound on the objective, or undefined when the solver did not prove an optimum. */
  maximise(model: ModelData): { readonly columns: Float64Array; readonly objective: number } | undefined;
}

/** Loads the solver (some tens of milliseconds). One instance serves many problems, one after the other. */
export async function createLinearSolver(): Promise<LinearSolver> {
  const loader: unknown = loadHighs;
  if (!isLoader(loader)) throw new TypeError('the package highs has no loader');
  const highs: Highs = await loader();
  return {
    maximise: (model) => {
      const instance = highs.createModel({ ...model, sense: highs.constants.objectiveSense.maximize });
      try {
        instance.options.set('output_flag', false);
        instance.options.set('mip_rel_gap', 1e-9);
        const { modelStatus } = instance.run();
        if (modelStatus !== highs.constants.modelStatus.optimal) return undefined;
        return { columns: instance.getSolution().colValue, objective: instance.getObjectiveValue() };
      } finally {
        // Its memory is WebAssembly's: nothing else frees it.
        instance.dispose();
      }
    },
  };
}

/** The package's types say its module is CommonJS; what Node loads is its ES module, whose default is the loader itself. */
function isLoader(value: unknown): value is typeof loadHighs.default {
  return typeof value === 'function';
}

/**
 * Problems whose curves are all straight lines, as a linear, integer (steps) or quadratic (risk) program. Undefined when HiGHS gave up,
 * or when what it found breaks a limit by more than rounding.
 */
export function solveByHighs(
  problem: AllocationProblem,
  parts: readonly PreparedPart[],
  solver: LinearSolver,
): { amounts: Float64Array[]; bound: number } | undefined {
  const n = problem.channels.length;
  const rows: { limit: number; columns: number[] }[] = [];
  const colCost: number[] = [];
  const colLower: number[] = [];
  const colUpper: number[] = [];
  const unit = parts.map(({ part }) => (part.step > 0 ? part.step : 1));
  for (const [r, { part, box }] of parts.entries()) {
    const size = unit[r] ?? 1;
    rows.push({ limit: part.total / size, columns: part.curves.map((_, i) => r * n + i) });
    for (const [g, members] of part.members.entries())
      rows.push({ limit: (part.caps[g] ?? 0) / size, columns: [...members].map((i) => r * n + i) });
    for (const [i, curve] of part.curves.entries()) {
      colCost.push(curve.slope(1) * size);
      colLower.push((box.lo[i] ?? 0) / size);
      colUpper.push((box.hi[i] ?? 0) / size);
    }
  }
  const starts = [0];
  for (const row of rows) starts.push((starts.at(-1) ?? 0) + row.columns.length);
  const indices = rows.flatMap((row) => row.columns);
  const isWhole = parts.some(({ part }) => part.step > 0);
  const risk = problem.risk !== undefined && problem.risk.aversion > 0 ? problem.risk : undefined;
  const found = solver.maximise({
    numCols: colCost.length,
    numRows: rows.length,
    colCost,
    colLower,
    colUpper,
    rowLower: rows.map(() => -Infinity),
    rowUpper: rows.map((row) => row.limit),
    matrix: {
      format: 'csr',
      numRows: rows.length,
      numCols: colCost.length,
      starts,
      indices,
      values: indices.map(() => 1),
    },
    ...(isWhole
      ? { integrality: parts.flatMap(({ part }) => part.curves.map(() => (part.step > 0 ? 1 : 0))) }
      : {}),
    ...(risk === undefined ? {} : { hessian: hessianOf(risk, parts.length) }),
  });
  if (found === undefined) return undefined;
  const amounts = parts.map(({ part, box }, r) =>
    Float64Array.from({ length: n }, (_, i) => {
      const value = found.columns[r * n + i] ?? 0;
      const x = part.step > 0 ? Math.round(value) * part.step : value;
      return Math.min(box.hi[i] ?? 0, Math.max(box.lo[i] ?? 0, x));
    }),
  );
  for (const [r, { part }] of parts.entries()) {
    if (!settle(part.total, amounts[r])) return undefined;
    for (const [g, members] of part.members.entries()) {
      const taken = members.reduce((sum, i) => sum + (amounts[r]?.[i] ?? 0), 0);
      if (taken > (part.caps[g] ?? 0) * (1 + 1e-9)) return undefined;
    }
  }
  const expected = parts.reduce(
    (sum, { part }, r) => sum + part.curves.reduce((s, curve, i) => s + curve.value(amounts[r]?.[i] ?? 0), 0),
    0,
  );
  const value = expected - (risk?.aversion ?? 0) * varianceOf(risk?.cov, amounts);
  return { amounts, bound: Math.max(found.objective, value) };
}

function settle(total: number, amounts: Float64Array | undefined): boolean {
  return (amounts?.reduce((sum, each) => sum + each, 0) ?? 0) <= total * (1 + 1e-9);
}

/** Of −aversion·yᵀ·cov·y in the form ½xᵀQx, lower triangle by columns; resources of a channel add up to y. */
function hessianOf(
  risk: NonNullable<AllocationProblem['risk']>,
  resources: number,
): NonNullable<ModelData['hessian']> {
  const n = risk.cov.length;
  const dimension = n * resources;
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (let column = 0; column < dimension; column++) {
    for (let row = column; row < dimension; row++) {
      const value = risk.cov[row % n]?.[column % n] ?? 0;
      if (value === 0) continue;
      indices.push(row);
      values.push(-2 * risk.aversion * value);
    }
    starts.push(indices.length);
  }
  return { format: 'triangular', dimension, starts, indices, values };
}
