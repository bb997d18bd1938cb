import type {
  Allocation,
  AllocationProblem,
  AllocationSolution,
} from '../../platform/contracts/allocation.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Random } from '../../platform/time/random.ts';
import { proportionalRule } from './baselines.ts';
import { prepare, type PreparedPart } from './prepare.ts';
import { robustChoice } from './robust-choice.ts';
import { checkCount, plainSums, scenarioTotals, type ScenarioSums } from './scenario-sums.ts';
import { measureRisk, type RiskMeasures, type ScenarioModel } from './scenarios.ts';
import { solveAllocation, type SolveDeps } from './solve.ts';

export interface PlanOptions {
  readonly scenarioModel: ScenarioModel;
  /** 1,000 unless set. */
  readonly scenarioCount?: number;
  /** Highest share of the mean that the standard deviation of the return may be (seeds: .15). */
  readonly riskTolerance?: number;
  /** Resources that are money in the unit of the return: their use is the cost in ROI and Sharpe. */
  readonly moneyResources?: readonly string[];
  /** Whether returns by channel may be chosen; all may when absent. */
  readonly isAllowed?: (returns: Float64Array) => boolean;
  /** Computes with the scenarios; plain loops when absent. */
  readonly sums?: ScenarioSums;
}

export interface PlanCandidate {
  readonly name: 'best expected return' | 'less risk' | 'current' | 'proportional rule';
  readonly allocation: Allocation;
  readonly expected: number;
  /** (expected − cost)/cost; null when nothing is spent or no resource is money. */
  readonly roi: number | null;
  readonly risk: RiskMeasures;
  /** By channel, when nothing deviates. */
  readonly returns: Float64Array;
  /** Return in each scenario. */
  readonly totals: Float64Array;
}

export interface PlanStep {
  readonly channel: string;
  readonly resource: string;
  readonly from: number;
  readonly to: number;
  /** Return of the channel gained by this move alone. */
  readonly expectedGain: number;
}

export interface ReallocationTrigger {
  readonly channel: string;
  /** Return below or above which the plan is to be computed again: what 5% of scenarios fall short of or exceed. */
  readonly below: number;
  readonly above: number;
}

export interface AllocationPlan {
  readonly chosen: PlanCandidate;
  /** Why this one. */
  readonly reason: string;
  readonly candidates: readonly PlanCandidate[];
  /** Bound on the expected return of any allocation. */
  readonly solution: AllocationSolution;
  /** Cuts first, so that no step needs more than the total. */
  readonly steps: readonly PlanStep[];
  readonly triggers: readonly ReallocationTrigger[];
}

const SCENARIOS = 1_000;
const RISK_TOLERANCE = 0.15;
/** Penalties tried on the way to less risk: shares of the return's variance against its mean. */
const PENALTIES = [0.5, 1, 2, 4, 8, 16];

/**
 * A plan that a person can follow: the certified optimum, alternatives with less risk, what is done now and the seeds' rule, all put
 * through the same scenarios; the robust choice among them (`robust-choice.ts`); steps and triggers.
 */
export async function planAllocation(
  problem: AllocationProblem,
  options: PlanOptions,
  deps: SolveDeps & { readonly random: Random },
): Promise<AllocationPlan> {
  const { parts } = prepare(problem);
  const n = problem.channels.length;
  if (options.scenarioModel.volatility.length !== n)
    throw new WeirError('ALLOCATION_INVALID', `volatility must have ${n} numbers, one for each channel`);
  const count = options.scenarioCount ?? SCENARIOS;
  checkCount(count);
  const money = options.moneyResources ?? [];
  const draft = (name: PlanCandidate['name'], amounts: readonly Float64Array[]): Draft => {
    const returns = returnsOf(parts, amounts);
    const expected = returns.reduce((sum, each) => sum + each, 0);
    const cost = amounts.reduce(
      (sum, x, r) =>
        money.includes(problem.resources[r]?.id ?? '') ? sum + x.reduce((s, each) => s + each, 0) : sum,
      0,
    );
    return {
      name,
      allocation: toAllocation(problem, amounts),
      expected,
      roi: cost > 0 ? (expected - cost) / cost : null,
      cost,
      returns,
    };
  };

  const solution = solveAllocation(problem, deps);
  const best = amountsOf(problem, solution.allocation);
  const drafts = [draft('best expected return', best)];
  for (const penalty of PENALTIES)
    drafts.push(draft('less risk', lessRisk(problem, options, best, parts, penalty, deps)));
  drafts.push(
    draft(
      'proportional rule',
      parts.map(({ part, box }) => proportionalRule(part, box)),
    ),
  );
  if (problem.channels.some((each) => each.current !== undefined))
    drafts.push(draft('current', currentOf(problem)));
  const candidates = await measured(drafts, options, count, deps.random);

  const tolerance = options.riskTolerance ?? RISK_TOLERANCE;
  const isAllowed = options.isAllowed ?? (() => true);
  const [first, ...others] = candidates.filter((each) => each.name !== 'current');
  // There always is one: the certified optimum comes first.
  if (first === undefined) throw new WeirError('ALLOCATION_INVALID', 'there is nothing to choose from');
  const [allowed, ...moreAllowed] = [first, ...others].filter((each) => isAllowed(each.returns));
  const { chosen, reason } = robustChoice(
    allowed === undefined ? [first] : [allowed, ...moreAllowed],
    tolerance,
  );
  return {
    chosen,
    reason,
    candidates,
    solution,
    steps: stepsTo(problem, parts, currentOf(problem), amountsOf(problem, chosen.allocation)),
    triggers: triggersOf(problem, parts, amountsOf(problem, chosen.allocation), options.scenarioModel),
  };
}

interface Draft extends Omit<PlanCandidate, 'risk' | 'totals'> {
  readonly cost: number;
}

/** All drafts through the same scenarios: one sum a draft. */
async function measured(
  drafts: readonly Draft[],
  { scenarioModel, sums = plainSums }: PlanOptions,
  count: number,
  random: Random,
): Promise<PlanCandidate[]> {
  const weights = new Float64Array(scenarioModel.volatility.length * drafts.length);
  for (const [d, { returns }] of drafts.entries())
    for (const [c, each] of returns.entries()) weights[c * drafts.length + d] = each;
  const totals = await scenarioTotals(scenarioModel, weights, count, random, sums);
  return drafts.map(({ cost, ...draft }, d) => {
    const own = totals[d] ?? new Float64Array(count);
    return { ...draft, risk: measureRisk(own, cost), totals: own };
  });
}

/**
 * Trades return for steadiness: curves weighed by 1 − penalty·(their part in the variance of returns), twice over. A way to candidates,
 * not an optimum of its own: each is judged by the scenarios.
 */
function lessRisk(
  problem: AllocationProblem,
  options: PlanOptions,
  best: readonly Float64Array[],
  parts: readonly PreparedPart[],
  penalty: number,
  deps: SolveDeps,
): Float64Array[] {
  const { volatility, commonCorrelation } = options.scenarioModel;
  let amounts = [...best];
  for (let round = 0; round < 4; round++) {
    const returns = returnsOf(parts, amounts);
    const total = returns.reduce((sum, each) => sum + each, 0);
    if (total === 0) break;
    const common = returns.reduce((sum, each, c) => sum + each * (volatility[c] ?? 0), 0) * commonCorrelation;
    const weights = returns.map((each, c) => {
      const v = volatility[c] ?? 0;
      const covariance = v * (common + (1 - commonCorrelation) * each * v);
      return Math.max(0.01, 1 - (2 * penalty * covariance) / total);
    });
    const weighed: AllocationProblem = {
      ...problem,
      channels: problem.channels.map((channel, c) => ({
        ...channel,
        curves: Object.fromEntries(
          Object.entries(channel.curves).map(([id, curve]) => [
            id,
            { ...curve, scale: curve.scale * (weights[c] ?? 1) },
          ]),
        ),
      })),
    };
    const next = amountsOf(problem, solveAllocation(weighed, deps, { tolerance: 1e-4 }).allocation);
    // Half of the way each time: whole steps swing between two divisions.
    amounts = problem.resources.every((each) => each.step === undefined)
      ? next.map((x, r) => x.map((each, c) => (each + (amounts[r]?.[c] ?? each)) / 2))
      : next;
  }
  return amounts;
}

function returnsOf(parts: readonly PreparedPart[], amounts: readonly Float64Array[]): Float64Array {
  const returns = new Float64Array(amounts[0]?.length ?? 0);
  for (const [r, { part }] of parts.entries())
    for (const [c, curve] of part.curves.entries())
      returns[c] = (returns[c] ?? 0) + curve.value(amounts[r]?.[c] ?? 0);
  return returns;
}

function toAllocation(problem: AllocationProblem, amounts: readonly Float64Array[]): Allocation {
  return Object.fromEntries(
    problem.channels.map((channel, c) => [
      channel.id,
      Object.fromEntries(problem.resources.map((resource, r) => [resource.id, amounts[r]?.[c] ?? 0])),
    ]),
  );
}

function amountsOf(problem: AllocationProblem, allocation: Allocation): Float64Array[] {
  return problem.resources.map((resource) =>
    Float64Array.from(problem.channels, (channel) => allocation[channel.id]?.[resource.id] ?? 0),
  );
}

function currentOf(problem: AllocationProblem): Float64Array[] {
  return problem.resources.map((resource) =>
    Float64Array.from(problem.channels, (channel) => channel.current?.[resource.id] ?? 0),
  );
}

function stepsTo(
  problem: AllocationProblem,
  parts: readonly PreparedPart[],
  current: readonly Float64Array[],
  target: readonly Float64Array[],
): PlanStep[] {
  const steps: PlanStep[] = [];
  for (const [r, { part }] of parts.entries()) {
    for (const [c, curve] of part.curves.entries()) {
      const from = current[r]?.[c] ?? 0;
      const to = target[r]?.[c] ?? 0;
      if (Math.abs(to - from) <= 1e-6 * part.total) continue;
      steps.push({
        channel: problem.channels[c]?.id ?? '',
        resource: problem.resources[r]?.id ?? '',
        from,
        to,
        expectedGain: curve.value(to) - curve.value(from),
      });
    }
  }
  const isCut = (step: PlanStep): number => (step.to < step.from ? 0 : 1);
  return steps.sort((a, b) => isCut(a) - isCut(b) || b.expectedGain - a.expectedGain);
}

const Z95 = 1.6448536269514722;

function triggersOf(
  problem: AllocationProblem,
  parts: readonly PreparedPart[],
  amounts: readonly Float64Array[],
  { volatility }: ScenarioModel,
): ReallocationTrigger[] {
  return [...returnsOf(parts, amounts)].map((expected, c) => {
    const sigma = Math.sqrt(Math.log1p((volatility[c] ?? 0) ** 2));
    const middle = expected * Math.exp((-sigma * sigma) / 2);
    return {
      channel: problem.channels[c]?.id ?? '',
      below: middle * Math.exp(-Z95 * sigma),
      above: middle * Math.exp(Z95 * sigma),
    };
  });
}
