import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationQuestion,
} from '../../platform/contracts/allocation-plan.ts';
import { answerAllocation, type AnswerDeps } from '../allocation/answer.ts';
import { answerRevenue } from '../revenue-plan/answer.ts';

/** The plan of a basis: a revenue plan where channels, streams and prices are tied together, else a division of resources. */
export async function planOf(
  basis: AllocationBasis,
  question: AllocationQuestion,
  scenarios: number,
  deps: AnswerDeps,
): Promise<AllocationAnswer> {
  return basis.revenue === undefined
    ? await answerAllocation(basis, question, scenarios, deps)
    : await answerRevenue(basis, basis.revenue, question, scenarios, deps);
}
