import { describe, expect, it } from 'vitest';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import type { AllocationProblem, AllocationSolution } from '../../platform/contracts/allocation.ts';
import { solveAllocation } from './solve.ts';

const solve = (problem: unknown): AllocationSolution =>
  solveAllocation(problem, { clock: createFakeClock(), linearSolver: undefined });

const hill = { type: 'hill' as const, scale: 10, exponent: 2, half: 20 };
const base: AllocationProblem = {
  resources: [{ id: 'r', total: 100 }],
  channels: [
    { id: 'a', group: 'g', curves: { r: hill }, bounds: { r: [10, 60] } },
    { id: 'b', group: 'g', curves: { r: hill }, bounds: { r: [10, 60] } },
    { id: 'c', curves: { r: { type: 'log', scale: 2, half: 5 } }, bounds: { r: [0, 60] } },
  ],
};
const [a, b, c] = base.channels;

function refusal(problem: unknown): { code: string; message: string } {
  try {
    solve(problem);
  } catch (error) {
    if (isWeirError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'solved', message: '' };
}

describe('contradictions are named', () => {
  it.each([
    [
      'floors above the total',
      { ...base, resources: [{ id: 'r', total: 15 }] },
      /floors of all channels sum to 20, above the total 15/,
    ],
    [
      'a group above its share',
      { ...base, maxGroupShare: 0.15 },
      /floors of group "g" sum to 20, above its share 0\.15/,
    ],
    [
      'floor above ceiling',
      { ...base, channels: [{ ...a, bounds: { r: [30, 20] } }] },
      /a, r: floor 30 is above ceiling 20/,
    ],
    [
      'floor above the total',
      { ...base, channels: [{ ...a, bounds: { r: [130, 200] } }] },
      /a, r: floor 130 is above total 100/,
    ],
    [
      'a share of the total above a ceiling',
      {
        ...base,
        resources: [{ id: 'r', total: 100, minShare: 0.3 }],
        channels: [{ ...a, bounds: { r: [0, 20] } }, b],
      },
      /a, r: floor of 0\.3 of the total is above ceiling 20/,
    ],
    [
      'a ramp that cannot reach the floor',
      { ...base, channels: [{ ...a, current: { r: 2 }, ramp: { r: 3 } }, b] },
      /floor 10 is above ramp of 3 up from 2/,
    ],
    [
      'no step between the bounds',
      {
        ...base,
        resources: [{ id: 'r', total: 100, step: 50 }],
        channels: [{ ...a, bounds: { r: [10, 40] } }],
      },
      /no multiple of step 50 between 10 and 40/,
    ],
  ])('%s', (_, problem, message) => {
    const refused = refusal(problem);
    expect(refused.code).toBe('ALLOCATION_CONTRADICTORY');
    expect(refused.message).toMatch(message);
  });

  it('all of them in one answer', () => {
    const refused = refusal({
      ...base,
      channels: [
        { ...a, bounds: { r: [30, 20] } },
        { ...b, bounds: { r: [70, 60] } },
      ],
    });
    expect(refused.message).toMatch(/a, r.*; b, r/);
  });
});

describe('wrong input is refused and the place is named', () => {
  it.each([
    ['NaN', { ...base, resources: [{ id: 'r', total: Number.NaN }] }, /\/resources\/0\/total/],
    ['Infinity', { ...base, channels: [{ ...a, bounds: { r: [0, Infinity] } }] }, /\/channels\/0\/bounds/],
    ['null', { ...base, resources: [{ id: 'r', total: null }] }, /\/resources\/0\/total.*null/],
    ['a negative amount', { ...base, resources: [{ id: 'r', total: -1 }] }, /\/resources\/0\/total/],
    [
      'a half of zero',
      { ...base, channels: [{ ...a, curves: { r: { ...hill, half: 0 } } }] },
      /\/channels\/0\/curves/,
    ],
    [
      'an unknown curve',
      { ...base, channels: [{ ...a, curves: { r: { type: 'sine', scale: 1 } } }] },
      /\/channels\/0\/curves/,
    ],
    ['an unknown resource', { ...base, channels: [{ ...a, curves: { s: hill } }] }, /no resource "s"/],
    ['a channel twice', { ...base, channels: [a, a] }, /ids are not unique/],
    ['no channel', { ...base, channels: [] }, /\/channels/],
    ['a ramp from nowhere', { ...base, channels: [{ ...a, ramp: { r: 3 } }] }, /needs the current amount/],
    ['a covariance of the wrong size', { ...base, risk: { aversion: 1, cov: [[1]] } }, /3 rows of 3/],
    [
      'a covariance that is none',
      {
        ...base,
        channels: [a, b],
        risk: {
          aversion: 1,
          cov: [
            [1, 2],
            [2, 1],
          ],
        },
      },
      /not positive semidefinite/,
    ],
    ['nothing', undefined, /the problem/],
  ])('%s', (_, problem, message) => {
    const refused = refusal(problem);
    expect(refused.code).toBe('ALLOCATION_INVALID');
    expect(refused.message).toMatch(message);
  });
});

describe('edges that have an answer', () => {
  it('a total of zero gives nothing', () => {
    const solution = solve({
      ...base,
      resources: [{ id: 'r', total: 0 }],
      channels: [{ ...c, bounds: { r: [0, 0] } }],
    });
    expect(solution).toMatchObject({ allocation: { c: { r: 0 } }, objective: 0, bound: 0, gap: 0 });
  });

  it('a curve of scale zero gets no more than its floor', () => {
    const solution = solve({ ...base, channels: [{ ...a, curves: { r: { ...hill, scale: 0 } } }, b, c] });
    expect(solution.allocation['a']?.['r']).toBe(10);
  });

  it('a channel without a curve keeps its floor, and that is told', () => {
    const solution = solve({ ...base, channels: [{ ...a, curves: {} }, b] });
    expect(solution.allocation['a']?.['r']).toBe(10);
    expect(solution.notes.join()).toMatch(/a, r: has a floor and no curve/);
  });

  it('more than everyone may take stays unused', () => {
    const solution = solve({ ...base, resources: [{ id: 'r', total: 1_000 }] });
    expect(solution.allocation).toEqual({ a: { r: 60 }, b: { r: 60 }, c: { r: 60 } });
    expect(solution.marginal['r']?.price).toBe(0);
  });

  it('curves that do not saturate take what there is and no more', () => {
    const channels = [
      { id: 'x', curves: { r: { type: 'power', scale: 1, exponent: 2 } } },
      { id: 'y', curves: { r: { type: 'log', scale: 1, half: 1 } } },
    ];
    const solution = solve({ resources: [{ id: 'r', total: 100 }], channels });
    expect(solution.allocation['x']?.['r']).toBeCloseTo(100, 9);
    expect(solution.allocation['y']?.['r']).toBeCloseTo(0, 9);
    expect(solution.objective).toBeCloseTo(10_000, 6);
  });

  it('bounds left out are zero and the total; a ramp keeps close to what is', () => {
    const solution = solve({
      resources: [{ id: 'r', total: 100 }],
      channels: [
        { id: 'x', curves: { r: { type: 'linear', scale: 1 } }, current: { r: 20 }, ramp: { r: 5 } },
        { id: 'y', curves: { r: { type: 'linear', scale: 0.5 } } },
      ],
    });
    expect(solution.allocation).toEqual({ x: { r: 25 }, y: { r: 75 } });
  });

  it('a resource of very large and a curve of very small numbers', () => {
    const solution = solve({
      resources: [{ id: 'r', total: 1e14 }],
      channels: [
        { id: 'x', curves: { r: { type: 'hill', scale: 1e-9, exponent: 3, half: 1e13 } } },
        { id: 'y', curves: { r: { type: 'log', scale: 1e-9, half: 1e-6 } } },
      ],
    });
    expect(solution.gap).toBeLessThanOrEqual(1e-6);
    expect(
      (solution.allocation['x']?.['r'] ?? 0) + (solution.allocation['y']?.['r'] ?? 0),
    ).toBeLessThanOrEqual(1e14);
  });
});
