import { cutFields, type CutField } from '../../platform/contracts/recurring.ts';
import { customerSteps } from './customer-steps.ts';
import type { Fact } from './fact.ts';
import { movementRows, type MovementContext, type MovementRow } from './movements.ts';

/** A row as it is written: of a cut beside the policy's own segments, or of those (undefined). */
export interface CutRow extends MovementRow {
  readonly cutBy: CutField | undefined;
}

/**
 * Months of a customer by plan, channel and country, each worked out as if the policy segmented by it: so every cut has transfers of its
 * own and adds up by itself. What the policy segments by is already in its own rows.
 */
export function cutRows(facts: readonly Fact[], context: MovementContext, baseCurrency: string): CutRow[] {
  return cutFields
    .filter((field) => field !== context.policy.segmentBy)
    .flatMap((cutBy) => {
      const policy = { ...context.policy, segmentBy: cutBy };
      return movementRows(customerSteps(facts, policy, baseCurrency), { ...context, policy })
        .filter(({ window }) => window === '1mo')
        .map((row) => ({ ...row, cutBy }));
    });
}
