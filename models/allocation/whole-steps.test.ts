import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AllocationProblem } from '../../platform/contracts/allocation.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { createCurve } from './curve.ts';
import { randomProblem } from './random-problem.ts';
import { solveAllocation } from './solve.ts';

const deps = { clock: createFakeClock(), linearSolver: undefined };

/** Every division of whole steps, one after the other. */
function bestByTrying({ channels, maxGroupShare = 1, resources }: AllocationProblem): number {
  const [resource] = resources;
  if (resource === undefined) return 0;
  const { id, step = 1, total } = resource;
  const curves = channels.map((each) => createCurve(each.curves[id] ?? { type: 'linear', scale: 0 }));
  const groups = new Map<string, number>();
  const go = (i: number, left: number): number => {
    const channel = channels[i];
    if (channel === undefined) return 0;
    const [low, high] = channel.bounds?.[id] ?? [0, total];
    const group = channel.group ?? `own ${i}`;
    const cap = channel.group === undefined ? total : maxGroupShare * total;
    let most = Number.NEGATIVE_INFINITY;
    for (let x = Math.ceil(low / step - 1e-9) * step; x <= Math.min(high, left) + 1e-9; x += step) {
      const inGroup = groups.get(group) ?? 0;
      if (inGroup + x > cap + 1e-9) break;
      groups.set(group, inGroup + x);
      most = Math.max(most, (curves[i]?.value(x) ?? 0) + go(i + 1, left - x));
      groups.set(group, inGroup);
    }
    return most;
  };
  return go(0, total);
}

it('equals trying every division, with floors, caps and groups', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 2, max: 4 }),
      fc.integer({ min: 4, max: 12 }),
      fc.boolean(),
      (seed, channels, steps, isGrouped) => {
        const plain = randomProblem({ channels, resources: 1, shape: 'mixed' }, createRandom(seed));
        const total = plain.resources[0]?.total ?? 1;
        const problem: AllocationProblem = {
          ...plain,
          resources: plain.resources.map((each) => ({ ...each, step: total / steps })),
          channels: plain.channels.map((each, i) => ({
            id: each.id,
            curves: each.curves,
            ...(isGrouped && i < 2 ? { group: 'g' } : {}),
          })),
          ...(isGrouped ? { maxGroupShare: 0.5 } : {}),
        };
        const { bound, gap, method, objective } = solveAllocation(problem, deps);
        expect(objective).toBeCloseTo(bestByTrying(problem), 6);
        expect(bound).toBeCloseTo(objective, 9);
        expect(gap).toBeLessThan(1e-12);
        expect(method).toBe('dynamic-programming');
      },
    ),
    { numRuns: 60 },
  );
});

it('keeps floors and caps that are no multiples of the step', () => {
  const { allocation } = solveAllocation(
    {
      resources: [{ id: 'r', total: 100, step: 7 }],
      channels: ['a', 'b', 'c'].map((id, i) => ({
        id,
        curves: { r: { type: 'hill', scale: 10 * (i + 1), exponent: 2, half: 20 } },
        bounds: { r: [i === 0 ? 10 : 0, 50] },
      })),
    },
    deps,
  );
  const amounts = ['a', 'b', 'c'].map((id) => allocation[id]?.['r'] ?? 0);
  for (const each of amounts) expect(each % 7).toBe(0);
  expect(amounts[0]).toBeGreaterThanOrEqual(14);
  expect(Math.max(...amounts)).toBeLessThanOrEqual(49);
  expect(amounts.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(100);
});

it('thirty S-shaped channels in steps of seven: exact, where searching boxes was .19% short of a proof', () => {
  const random = createRandom('thirty');
  const problem: AllocationProblem = {
    resources: [{ id: 'r', total: 1_000, step: 7 }],
    channels: Array.from({ length: 30 }, (_, i) => ({
      id: `c${i}`,
      curves: {
        r: {
          type: 'hill',
          scale: 5 + 50 * random.next(),
          exponent: 1 + 2 * random.next(),
          half: 10 + 60 * random.next(),
        },
      },
    })),
  };
  const { gap, method } = solveAllocation(problem, deps);
  expect(gap).toBeLessThan(1e-12);
  expect(method).toBe('dynamic-programming');
});
