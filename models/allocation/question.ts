import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import type { AllocationBasis, AllocationQuestion } from '../../platform/contracts/allocation-plan.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/** The problem a question makes of a basis. Throws ALLOCATION_INVALID for channels and resources that are not in it. */
export function problemOf(basis: AllocationBasis, question: AllocationQuestion): AllocationProblem {
  checkNames(basis, question);
  const minShare = question.minShare ?? basis.minShare;
  return {
    resources: basis.resources.map(({ id, total }) => ({
      id,
      total: question.totals?.[id] ?? total,
      ...(minShare > 0 ? { minShare } : {}),
    })),
    channels: basis.channels.map(({ id, bounds, current, responses }) => ({
      id,
      curves: Object.fromEntries(Object.entries(responses).map(([resource, { curve }]) => [resource, curve])),
      bounds: Object.fromEntries(
        basis.resources.map(({ id: resource, total }): [string, [number, number]] => {
          const fixed = question.fixed?.[id]?.[resource];
          if (fixed !== undefined) return [resource, [fixed, fixed]];
          const asked = question.bounds?.[id]?.[resource];
          if (asked !== undefined) return [resource, asked];
          const [least, most] = bounds[resource] ?? [0, total];
          // The limits of a channel go with the total that is asked for.
          const ratio = total > 0 ? (question.totals?.[resource] ?? total) / total : 1;
          return [resource, [least * ratio, most * ratio]];
        }),
      ),
      current,
    })),
  };
}

function checkNames(basis: AllocationBasis, { bounds, fixed, totals }: AllocationQuestion): void {
  const channels = new Set(basis.channels.map(({ id }) => id));
  const resources = new Set(basis.resources.map(({ id }) => id));
  const faults: string[] = [];
  const named = (
    where: string,
    record: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ): void => {
    for (const [channel, own] of Object.entries(record)) {
      if (!channels.has(channel)) faults.push(`${where}.${channel}: there is no such channel`);
      for (const resource of Object.keys(own))
        if (!resources.has(resource))
          faults.push(`${where}.${channel}.${resource}: there is no such resource`);
    }
  };
  named('fixed', fixed ?? {});
  named('bounds', bounds ?? {});
  for (const resource of Object.keys(totals ?? {}))
    if (!resources.has(resource)) faults.push(`totals.${resource}: there is no such resource`);
  if (faults.length > 0) throw new WeirError('ALLOCATION_INVALID', faults.slice(0, 10).join('; '));
}
