import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { openKv } from '../../platform/bus/kv.ts';
import {
  AllocationAnswer,
  AllocationBasis,
  AllocationKind,
  AllocationPlanRecord,
  AllocationQuestion,
} from '../../platform/contracts/allocation-plan.ts';
import { buckets } from '../../platform/contracts/subjects.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { sumsFor } from '../allocation/tensor-sums.ts';
import type { ComputeContext } from '../tasks/compute-context.ts';
import { defineTask } from '../tasks/define-task.ts';
import type { AnyTask } from '../tasks/task.ts';
import { planOf } from './plan-of.ts';

const Params = Type.Object({
  id: Type.String({ pattern: '^plan_[A-Za-z0-9]{16}$' }),
  name: Type.String({ minLength: 1, maxLength: 120 }),
  kind: AllocationKind,
  question: AllocationQuestion,
  scenarios: Type.Integer({ minimum: 1, maximum: 100_000 }),
  createdBy: Type.String(),
});

interface PlanInput {
  readonly basis: AllocationBasis;
  readonly question: AllocationQuestion;
  readonly scenarios: number;
  readonly nowMs: number;
}

/** Keeps a plan with the scenarios it was put through. The id comes with the job, so a repeat finds the plan there and leaves it. */
export function createPlanTask(): AnyTask {
  return defineTask<typeof Params, PlanInput, AllocationAnswer>({
    name: 'allocation-plan',
    params: Params,
    title: ({ name, scenarios }) => `Plan “${name}”, ${scenarios.toLocaleString('en-US')} scenarios`,
    gather: async ({ bus, clock }, tenant, { kind, question, scenarios }) => {
      const bases = await openKv(bus, buckets.allocationBases, { schema: AllocationBasis });
      const basis = (await bases.get(`${tenant.id}.${kind}`))?.value;
      if (basis === undefined)
        throw new WeirError('ALLOCATION_BASIS_MISSING', 'The history has not been read yet.');
      return { basis, question, scenarios, nowMs: clock.nowMs() };
    },
    isResult: (value): value is AllocationAnswer => Value.Check(AllocationAnswer, value),
    store: async ({ bus }, tenant, params, answer) => {
      const plans = await openKv(bus, buckets.plans, { schema: AllocationPlanRecord });
      const { createdBy, id, name, question } = params;
      await plans.create(`${tenant.id}.${id}`, {
        id,
        tenant: tenant.id,
        name,
        createdAtMs: answer.computedAtMs,
        createdBy,
        question,
        answer,
      });
      return `kept; expected return ${answer.candidates.find(({ isChosen }) => isChosen)?.expected.toFixed(0) ?? '–'} ${answer.kind === 'revenue' ? 'in 90' : 'in 30'} days`;
    },
  });
}

/** The plan of a question, on a thread. */
export async function computePlan(input: unknown, context: ComputeContext): Promise<AllocationAnswer> {
  if (!isInput(input)) throw new TypeError('the question of a plan is something else');
  context.progress(0.1, 'solving');
  // Computations have no clock of their own: the moment is that of the question.
  const clock = { nowMs: () => input.nowMs, monotonicMs: () => 0 };
  const answer = await planOf(input.basis, input.question, input.scenarios, {
    clock,
    random: context.random,
    sumsFor: async (...size) => await sumsFor(context.backend, ...size),
  });
  context.progress(0.9, 'measuring risk');
  return answer;
}

function isInput(value: unknown): value is PlanInput {
  return typeof value === 'object' && value !== null && 'basis' in value && 'question' in value;
}
