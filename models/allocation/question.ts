import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import type {
  AllocationBasis,
  AllocationChannel,
  AllocationQuestion,
  AllocationResource,
} from '../../platform/contracts/allocation-plan.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

/**
 * The problem a question makes of a basis. Throws ALLOCATION_INVALID for channels and resources that are not in it, ALLOCATION_CONTRADICTORY for an amount
 * that is held outside of limits asked for.
 */
export function problemOf(basis: AllocationBasis, question: AllocationQuestion): AllocationProblem {
  checkNames(basis, question);
  checkHeld(question);
  const minShare = question.minShare ?? basis.minShare;
  const { maxChange } = question;
  return {
    resources: basis.resources.map(({ id, total }) => {
      const step = question.steps?.[id];
      return {
        id,
        total: question.totals?.[id] ?? total,
        ...(step === undefined ? {} : { step }),
        ...(minShare > 0 ? { minShare } : {}),
      };
    }),
    channels: basis.channels.map((channel) => {
      const { current, id, responses } = channel;
      const group = ownOf(question.groups, id);
      return {
        id,
        curves: Object.fromEntries(
          Object.entries(responses).map(([resource, { curve }]) => [resource, curve]),
        ),
        bounds: Object.fromEntries(
          basis.resources.map((resource) => [resource.id, boundsOf(channel, resource, question)]),
        ),
        current,
        ...(group === undefined ? {} : { group }),
        ...(maxChange === undefined
          ? {}
          : {
              ramp: Object.fromEntries(
                Object.entries(current).map(([resource, now]) => [resource, maxChange * now]),
              ),
            }),
      };
    }),
    ...(question.maxGroupShare === undefined ? {} : { maxGroupShare: question.maxGroupShare }),
  };
}

function boundsOf(
  { bounds, current, id }: AllocationChannel,
  { id: resource, total }: AllocationResource,
  question: AllocationQuestion,
): [number, number] {
  const fixed = ownOf(question.fixed, id)?.[resource];
  if (fixed !== undefined) return [fixed, fixed];
  const asked = ownOf(question.bounds, id)?.[resource];
  if (asked !== undefined) return asked;
  const [least, most] = bounds[resource] ?? [0, total];
  // The limits of a channel go with the total that is asked for.
  const ratio = total > 0 ? (question.totals?.[resource] ?? total) / total : 1;
  if (question.maxChange === undefined) return [least * ratio, most * ratio];
  // Nobody asked for these: a channel that lies outside of them now may stay where it can get to.
  const now = current[resource] ?? 0;
  return [
    Math.min(least * ratio, now * (1 + question.maxChange)),
    Math.max(most * ratio, now * Math.max(0, 1 - question.maxChange)),
  ];
}

/** A value of the tenant's own key: `constructor` is a channel like any other. */
function ownOf<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function checkHeld({ bounds, fixed }: AllocationQuestion): void {
  const contradictions = Object.entries(fixed ?? {}).flatMap(([channel, own]) =>
    Object.entries(own).flatMap(([resource, amount]) => {
      const asked = ownOf(bounds, channel)?.[resource];
      return asked === undefined || (amount >= asked[0] && amount <= asked[1])
        ? []
        : [`${channel}, ${resource}: fixed at ${amount}, outside of its bounds ${asked[0]} to ${asked[1]}`];
    }),
  );
  if (contradictions.length > 0)
    throw new WeirError('ALLOCATION_CONTRADICTORY', `no allocation meets: ${contradictions.join('; ')}`, {
      details: { contradictions },
    });
}

function checkNames(basis: AllocationBasis, question: AllocationQuestion): void {
  const { bounds, fixed, groups, maxGroupShare, steps, totals } = question;
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
  for (const [where, record] of [
    ['totals', totals ?? {}],
    ['steps', steps ?? {}],
  ] as const)
    for (const resource of Object.keys(record))
      if (!resources.has(resource)) faults.push(`${where}.${resource}: there is no such resource`);
  for (const { id, total, unit } of basis.resources)
    if (unit === 'percent' && (totals?.[id] ?? total) !== total)
      faults.push(`totals.${id}: parts of it add up to ${total}%, whatever is asked`);
  for (const channel of Object.keys(groups ?? {}))
    if (!channels.has(channel)) faults.push(`groups.${channel}: there is no such channel`);
  if (maxGroupShare !== undefined && groups === undefined)
    faults.push('maxGroupShare: say with groups which channels it limits');
  if (basis.revenue !== undefined)
    for (const name of ['maxChange', 'steps', 'groups', 'maxGroupShare'] as const)
      if (question[name] !== undefined)
        faults.push(`${name}: a revenue plan takes no such limit; content and marketing do`);
  if (faults.length > 0) throw new WeirError('ALLOCATION_INVALID', faults.slice(0, 10).join('; '));
}
