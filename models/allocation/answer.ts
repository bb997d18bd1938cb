import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationQuestion,
  AllocationRow,
} from '../../platform/contracts/allocation-plan.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import { createCurve, flatCurve, type Curve } from './curve.ts';
import { histogramOf } from './histogram.ts';
import { planAllocation, type AllocationPlan, type PlanCandidate } from './plan.ts';
import { problemOf } from './question.ts';
import type { ScenarioSums } from './scenario-sums.ts';
import { keepShares, sharesOf } from './share-limit.ts';

export interface AnswerDeps {
  readonly clock: Pick<Clock, 'nowMs' | 'monotonicMs'>;
  readonly random: Random;
  /** Computes with scenarios of a size; plain loops when absent. */
  readonly sumsFor?: (count: number, channels: number, columns: number) => Promise<ScenarioSums>;
}

/** Drafts that go through the scenarios: what a number of columns is, to choose how to compute. */
const DRAFTS = 9;

/**
 * Divides the resources of a basis as a question asks: certified optimum, its risk beside that of the current plan and of the seeds' rule, steps and
 * triggers. Throws ALLOCATION_INVALID for names that are not there and ALLOCATION_CONTRADICTORY for limits that cannot hold together.
 */
export async function answerAllocation(
  basis: AllocationBasis,
  question: AllocationQuestion,
  scenarios: number,
  { clock, random, sumsFor }: AnswerDeps,
): Promise<AllocationAnswer> {
  if (basis.channels.length === 0)
    throw new WeirError('ALLOCATION_INVALID', 'there is no channel with revenue to divide anything over');
  const asked = problemOf(basis, question);
  const maxShare = question.maxStreamShare ?? basis.maxStreamShare ?? 1;
  const deps = { clock, linearSolver: undefined, random };
  const { problem, notes } = keepShares(asked, basis, maxShare, deps);
  const plan = await planAllocation(
    problem,
    {
      scenarioModel: {
        volatility: basis.channels.map(({ volatility }) => volatility),
        commonCorrelation: basis.commonCorrelation,
      },
      scenarioCount: scenarios,
      riskTolerance: question.riskTolerance ?? basis.riskTolerance,
      moneyResources: basis.resources.filter(({ unit }) => unit === 'money').map(({ id }) => id),
      ...(sumsFor === undefined ? {} : { sums: await sumsFor(scenarios, basis.channels.length, DRAFTS) }),
      isAllowed: (returns) => sharesOf(basis, returns).every((share) => share <= maxShare + 1e-6),
    },
    deps,
  );
  return {
    ...describe(basis, question, problem, plan),
    computedAtMs: clock.nowMs(),
    scenarios,
    notes: [...notes, ...plan.solution.notes, ...basis.notes],
  };
}

type Described = Omit<AllocationAnswer, 'computedAtMs' | 'tookMs' | 'scenarios' | 'notes'>;

function describe(
  basis: AllocationBasis,
  question: AllocationQuestion,
  problem: AllocationProblem,
  plan: AllocationPlan,
): Described {
  const { chosen, solution } = plan;
  const now = plan.candidates.find(({ name }) => name === 'current') ?? chosen;
  const rule = plan.candidates.find(({ name }) => name === 'proportional rule') ?? chosen;
  const base = basis.channels.reduce((sum, each) => sum + each.base, 0);
  const shares = sharesOf(basis, chosen.returns);
  const sharesNow = sharesOf(basis, now.returns);
  const largest = shares.indexOf(shares.reduce((a, b) => Math.max(a, b), 0));
  let lessRisk = 0;
  const hist = histogramOf(chosen.totals, now.totals);
  return {
    kind: basis.kind,
    basisAtMs: basis.computedAtMs,
    base,
    resources: problem.resources.map(({ id, total }) => ({
      id,
      total,
      used: problem.channels.reduce((sum, each) => sum + (chosen.allocation[each.id]?.[id] ?? 0), 0),
      worthOfOneMore: solution.marginal[id]?.price ?? 0,
      spread: solution.marginal[id]?.spread ?? 0,
    })),
    rows: rowsOf(problem, question, chosen, now, rule),
    candidates: plan.candidates.map((each) => ({
      name: each.name === 'less risk' ? `less risk ${++lessRisk}` : each.name,
      isChosen: each === chosen,
      expected: each.expected,
      cost: costOf(basis, each),
      roi: each.roi,
      risk: each.risk,
    })),
    reason: plan.reason,
    certificate: {
      objective: solution.objective,
      bound: solution.bound,
      gap: solution.gap,
      boxes: solution.nodes,
      method: solution.method,
    },
    histogram: hist,
    steps: [...plan.steps],
    triggers: [...plan.triggers],
    largest: {
      id: basis.channels[largest]?.id ?? '',
      share: shares[largest] ?? null,
      currentShare: sharesNow[largest] ?? null,
    },
    // Where nothing tells what is given now, more than now is not known.
    growth:
      base + now.expected > 0 && basis.resources.some(({ currentTotal }) => currentTotal > 0)
        ? (base + chosen.expected) / (base + now.expected) - 1
        : null,
    growthTarget: basis.growthTarget,
  };
}

function rowsOf(
  problem: AllocationProblem,
  question: AllocationQuestion,
  chosen: PlanCandidate,
  now: PlanCandidate,
  rule: PlanCandidate,
): AllocationRow[] {
  return problem.channels.flatMap((channel) =>
    problem.resources.map(({ id, total }): AllocationRow => {
      const spec = channel.curves[id];
      const curve: Curve = spec === undefined ? flatCurve : createCurve(spec);
      const amount = (from: PlanCandidate): number => from.allocation[channel.id]?.[id] ?? 0;
      const proposed = amount(chosen);
      const [min, max] = channel.bounds?.[id] ?? [0, total];
      return {
        channel: channel.id,
        resource: id,
        current: amount(now),
        proposed,
        rule: amount(rule),
        min,
        max,
        currentReturn: curve.value(amount(now)),
        proposedReturn: curve.value(proposed),
        // At nothing some curves are infinitely steep; what the first hundredth brings is what a person wants to know.
        marginal: curve.slope(Math.max(proposed, 1e-4 * Math.max(1, total))),
        isFixed: question.fixed?.[channel.id]?.[id] !== undefined,
      };
    }),
  );
}

function costOf(basis: AllocationBasis, { allocation }: PlanCandidate): number {
  let cost = 0;
  for (const { id, unit } of basis.resources)
    if (unit === 'money') for (const channel of basis.channels) cost += allocation[channel.id]?.[id] ?? 0;
  return cost;
}
