import type { AllocationSolution } from '../../platform/contracts/allocation.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { branchAndBound, type SearchSettings } from './branch-and-bound.ts';
import { solveByHighs, type LinearSolver } from './linear.ts';
import { marginalsOf } from './marginals.ts';
import { prepare, type Prepared, type PreparedPart } from './prepare.ts';
import type { Prices } from './dual.ts';
import { improveInterior } from './interior.ts';
import { relaxPart } from './relax.ts';
import { solveWithRisk, varianceOf } from './risk.ts';
import { solveWholeSteps } from './whole-steps.ts';

export interface SolveDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** HiGHS; takes problems whose curves are all straight lines. */
  readonly linearSolver: LinearSolver | undefined;
}

export interface SolveOptions {
  /** Gap at which the search ends, as a share of the objective. */
  readonly tolerance?: number;
  /** Bound on the work of one resource: boxes times channels. */
  readonly maxWork?: number;
}

const TOLERANCE = 1e-6;
const MAX_WORK = 400_000;
/** A gap above this is told. */
const GAP_PROMISED = 1e-4;

/**
 * The best division of the problem's resources, with a bound that no division exceeds. Throws ALLOCATION_INVALID or
 * ALLOCATION_CONTRADICTORY. Deterministic: the search is bounded by work, not by time.
 */
export function solveAllocation(
  input: unknown,
  deps: SolveDeps,
  options: SolveOptions = {},
): AllocationSolution {
  const startedMs = deps.clock.monotonicMs();
  const prepared = prepare(input);
  const { problem, parts } = prepared;
  const outcome = solvePrepared(prepared, deps.linearSolver, options);
  const { bound, nodes, method } = outcome;
  const amounts = outcome.amounts.map((x, r) => withinTotal(parts[r], x));
  const notes = [...prepared.notes, ...outcome.notes];

  const expected = parts.reduce(
    (sum, { part }, r) => sum + part.curves.reduce((s, curve, i) => s + curve.value(amounts[r]?.[i] ?? 0), 0),
    0,
  );
  const variance = varianceOf(problem.risk?.cov, amounts);
  const objective = expected - (problem.risk?.aversion ?? 0) * variance;
  const gap = gapOf(objective, Math.max(bound, objective));
  if (gap === null || gap > GAP_PROMISED)
    notes.push(
      `the search ended at its limit of work: the bound is ${gap === null ? 'above an objective of 0' : `${(gap * 100).toPrecision(3)}% above the objective`}`,
    );
  return {
    allocation: Object.fromEntries(
      problem.channels.map((channel, i) => [
        channel.id,
        Object.fromEntries(problem.resources.map((resource, r) => [resource.id, amounts[r]?.[i] ?? 0])),
      ]),
    ),
    objective,
    bound: Math.max(bound, objective),
    gap,
    ms: deps.clock.monotonicMs() - startedMs,
    expected,
    variance,
    method,
    nodes,
    marginal: marginalsOf(problem, parts, amounts),
    notes,
  };
}

interface Outcome {
  /** By resource, by channel. */
  readonly amounts: readonly Float64Array[];
  readonly bound: number;
  readonly nodes: number;
  readonly method: AllocationSolution['method'];
  readonly notes: readonly string[];
}

function solvePrepared(
  { problem, parts }: Prepared,
  linearSolver: LinearSolver | undefined,
  options: SolveOptions,
): Outcome {
  const settings = (n: number): SearchSettings => ({
    tolerance: options.tolerance ?? TOLERANCE,
    maxNodes: Math.max(50, Math.floor((options.maxWork ?? MAX_WORK) / n)),
  });
  const isRisky = problem.risk !== undefined && problem.risk.aversion > 0;
  const isLinear = parts.every(({ part }) => part.curves.every((curve) => curve.isLinear));
  const isWhole = parts.some(({ part }) => part.step > 0);
  if (isLinear && linearSolver !== undefined && !(isRisky && isWhole)) {
    const solved = solveByHighs(problem, parts, linearSolver);
    if (solved !== undefined) return { ...solved, nodes: 1, method: 'highs', notes: [] };
  }
  if (isRisky && problem.risk !== undefined) {
    const solved = solveWithRisk(problem.risk, parts, settings(problem.channels.length * parts.length * 20));
    return { ...solved, method: 'branch-and-bound', notes: [] };
  }
  let isExact = true;
  const solved = parts.map((each) => {
    const whole = solveWholeSteps(each.part, each.box);
    if (whole !== undefined) return { ...whole, bound: whole.value, nodes: 1 };
    isExact = false;
    return solvePart(each, settings(problem.channels.length));
  });
  return {
    amounts: solved.map((each) => each.x),
    bound: solved.reduce((sum, each) => sum + each.bound, 0),
    nodes: solved.reduce((sum, each) => sum + each.nodes, 0),
    method: isExact ? 'dynamic-programming' : 'branch-and-bound',
    notes: [],
  };
}

/** One resource alone: without risk, what is given of one resource changes nothing for another. */
export function solvePart(
  { part, box }: PreparedPart,
  settings: SearchSettings,
): { x: Float64Array; value: number; bound: number; nodes: number } {
  const found = branchAndBound<Prices>(
    box,
    (inner, hint) => {
      let floors = 0;
      for (const each of inner.lo) floors += each;
      if (floors > part.total * (1 + 1e-12)) return undefined;
      for (const [g, members] of part.members.entries()) {
        let sum = 0;
        for (const i of members) sum += inner.lo[i] ?? 0;
        if (sum > (part.caps[g] ?? 0) * (1 + 1e-12)) return undefined;
      }
      return relaxPart(part, inner, hint);
    },
    settings,
  );
  if (found === undefined) throw new RangeError('checked limits have no feasible point');
  const improved = improveInterior(part, box, found.x, found.value);
  return { ...improved, bound: Math.max(found.bound, improved.value), nodes: found.nodes };
}

/** Takes what rounding of sums put above the total from the channel that is furthest above its floor. */
function withinTotal(prepared: PreparedPart | undefined, x: Float64Array): Float64Array {
  if (prepared === undefined || prepared.part.step > 0) return x;
  const { part, box } = prepared;
  const trimmed = Float64Array.from(x);
  for (let round = 0; round < 3; round++) {
    const excess = trimmed.reduce((sum, each) => sum + each, 0) - part.total;
    if (excess <= 0) break;
    const room = trimmed.map((each, i) => each - (box.lo[i] ?? 0));
    const most = room.indexOf(room.reduce((a, b) => Math.max(a, b), 0));
    if (most < 0 || (room[most] ?? 0) <= excess) break;
    trimmed[most] = (trimmed[most] ?? 0) - excess * (1 + round);
  }
  return trimmed;
}

/** How far the bound lies above the objective, as a share of it. */
export function gapOf(objective: number, bound: number): number | null {
  if (bound <= objective) return 0;
  return objective === 0 ? null : (bound - objective) / Math.abs(objective);
}
