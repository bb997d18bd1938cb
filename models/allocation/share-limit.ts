import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import type { AllocationBasis } from '../../platform/contracts/allocation-plan.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { createCurve } from './curve.ts';
import { solveAllocation, type SolveDeps } from './solve.ts';

const ROUNDS = 3;
const HALVINGS = 14;

/** Share of the whole revenue, base included, of each channel. */
export function sharesOf(basis: AllocationBasis, returns: Float64Array): number[] {
  const own = basis.channels.map(({ base }, c) => base + (returns[c] ?? 0));
  const total = own.reduce((a, b) => a + b, 0);
  return own.map((each) => (total > 0 ? each / total : 0));
}

/**
 * A limit on the share of revenue is not convex and the solver takes none. Whoever is above it is held back by a cap on its amounts, the highest under
 * which the best division keeps the limit; the certificate then is that of the problem with the cap, which is told. Throws
 * ALLOCATION_CONTRADICTORY when a channel is above the limit at its least.
 */
export function keepShares(
  asked: AllocationProblem,
  basis: AllocationBasis,
  maxShare: number,
  deps: SolveDeps,
): { readonly problem: AllocationProblem; readonly notes: readonly string[] } {
  if (maxShare >= 1) return { problem: asked, notes: [] };
  const notes: string[] = [];
  let problem = asked;
  for (let round = 0; round < ROUNDS; round++) {
    const shares = best(problem, basis, deps);
    const over = shares.findIndex((share) => share > maxShare + 1e-9);
    const channel = basis.channels[over];
    if (channel === undefined) return { problem, notes };
    const held = (part: number): AllocationProblem => capped(asked, problem, channel.id, part);
    const shareAt = (part: number): number => best(held(part), basis, deps)[over] ?? 0;
    if (shareAt(0) > maxShare + 1e-9)
      throw new WeirError(
        'ALLOCATION_CONTRADICTORY',
        `no allocation meets: ${channel.id} brings ${percent(shareAt(0))} of the revenue even at its least, and at most ${percent(maxShare)} is asked for`,
        {
          details: {
            contradictions: [
              `least amount of ${channel.id}`,
              `at most ${percent(maxShare)} of the revenue from one`,
            ],
          },
        },
      );
    let [low, high] = [0, 1];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (shareAt(middle) <= maxShare) low = middle;
      else high = middle;
    }
    problem = held(low);
    notes.push(
      `${channel.id} is held back so that it brings at most ${percent(maxShare)} of the revenue; the certificate is that of the problem with this cap.`,
    );
  }
  return { problem, notes };
}

function best(problem: AllocationProblem, basis: AllocationBasis, deps: SolveDeps): number[] {
  const { allocation } = solveAllocation(problem, deps, { tolerance: 1e-5 });
  const returns = Float64Array.from(problem.channels, (channel) =>
    problem.resources.reduce((sum, { id }) => {
      const curve = channel.curves[id];
      return curve === undefined ? sum : sum + createCurve(curve).value(allocation[channel.id]?.[id] ?? 0);
    }, 0),
  );
  return sharesOf(basis, returns);
}

/** The problem in which one channel gets at most a part of the way from its least to its most. */
function capped(
  asked: AllocationProblem,
  problem: AllocationProblem,
  id: string,
  part: number,
): AllocationProblem {
  const limits = asked.channels.find((each) => each.id === id)?.bounds ?? {};
  return {
    ...problem,
    channels: problem.channels.map((channel) =>
      channel.id !== id
        ? channel
        : {
            ...channel,
            bounds: Object.fromEntries(
              Object.entries(limits).map(([resource, [least, most]]): [string, [number, number]] => [
                resource,
                [least, least + part * (most - least)],
              ]),
            ),
          },
    ),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
