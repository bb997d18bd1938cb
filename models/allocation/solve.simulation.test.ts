import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AllocationProblem, AllocationSolution } from '../../platform/contracts/allocation.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createRandom, type Random } from '../../platform/time/random.ts';
import { createCurve } from './curve.ts';
import { createLinearSolver, type LinearSolver } from './linear.ts';
import { randomProblem } from './random-problem.ts';
import { solveAllocation } from './solve.ts';

const folder = fileURLToPath(new URL('../../../shared/reference/allocation/', import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn('skipped: the reference problems are not at ../shared/reference/allocation');

const clock = createFakeClock();
const solve = (problem: unknown): AllocationSolution =>
  solveAllocation(problem, { clock, linearSolver: undefined });

function returnOf(problem: AllocationProblem, amounts: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const [c, channel] of problem.channels.entries()) {
    for (const [r, resource] of problem.resources.entries()) {
      const spec = channel.curves[resource.id];
      if (spec !== undefined) sum += createCurve(spec).value(amounts[r]?.[c] ?? 0);
    }
  }
  return sum;
}

/** Whether the allocation keeps every bound, total, step and share. */
function expectFeasible(problem: AllocationProblem, solution: AllocationSolution): void {
  for (const { id, total, step } of problem.resources) {
    const amounts = problem.channels.map((each) => solution.allocation[each.id]?.[id] ?? Number.NaN);
    expect(amounts.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(total * (1 + 1e-12));
    for (const [c, channel] of problem.channels.entries()) {
      const [lo, hi] = channel.bounds?.[id] ?? [0, total];
      expect(amounts[c]).toBeGreaterThanOrEqual(lo * (1 - 1e-12));
      expect(amounts[c]).toBeLessThanOrEqual(hi * (1 + 1e-12));
      if (step !== undefined)
        expect((amounts[c] ?? 0) / step).toBeCloseTo(Math.round((amounts[c] ?? 0) / step), 9);
    }
    for (const group of new Set(problem.channels.map((each) => each.group))) {
      if (group === undefined) continue;
      const taken = problem.channels.reduce(
        (sum, each, c) => (each.group === group ? sum + (amounts[c] ?? 0) : sum),
        0,
      );
      expect(taken).toBeLessThanOrEqual((problem.maxGroupShare ?? 1) * total * (1 + 1e-12));
    }
  }
}

/** Amounts within every limit, drawn by filling up in random order. */
function randomFeasible(problem: AllocationProblem, random: Random): number[][] {
  return problem.resources.map(({ id, total }) => {
    const x = problem.channels.map((each) => each.bounds?.[id]?.[0] ?? 0);
    let left = total - x.reduce((a, b) => a + b, 0);
    const cap = (problem.maxGroupShare ?? 1) * total;
    for (let i = 0; i < 3 * x.length; i++) {
      const c = random.int(x.length);
      const { group, bounds } = problem.channels[c] ?? {};
      const taken = problem.channels.reduce(
        (sum, each, k) => (each.group === group ? sum + (x[k] ?? 0) : sum),
        0,
      );
      const room = Math.min(
        (bounds?.[id]?.[1] ?? total) - (x[c] ?? 0),
        left,
        group === undefined ? Infinity : cap - taken,
      );
      const given = Math.max(0, room) * (random.next() < 0.3 ? 1 : random.next());
      x[c] = (x[c] ?? 0) + given;
      left -= given;
    }
    return x;
  });
}

/** Any curve type, floors, whole steps and a share: small enough to be solved on the grid of whole numbers by dynamic programming. */
function gridProblem(random: Random): AllocationProblem {
  const types = ['hill', 'hill', 'hill', 'log', 'power', 'linear', 'exponential'] as const;
  const step = random.next() < 0.5 ? { step: 1 } : {};
  const share = random.next() < 0.5 ? { maxGroupShare: (40 + random.int(50)) / 100 } : {};
  return {
    resources: [{ id: 'r', total: 60, ...step }],
    ...share,
    channels: Array.from({ length: 2 + random.int(6) }, (_, i) => {
      const type = random.pick(types);
      const scale = 10 ** random.int(3) * (0.2 + random.next());
      const half = 1 + 40 * random.next();
      const lo = random.next() < 0.6 ? 0 : random.int(3);
      return {
        id: `c${i}`,
        group: random.pick(['a', 'b', 'c']),
        curves: {
          r:
            type === 'hill'
              ? { type, scale, half, exponent: 0.3 + 8 * random.next() }
              : type === 'power'
                ? { type, scale, exponent: 0.3 + 1.7 * random.next() }
                : type === 'linear'
                  ? { type, scale }
                  : { type, scale, half },
        },
        bounds: { r: [lo, lo + random.int(55)] as [number, number] },
      };
    }),
  };
}

function bestOnGrid(problem: AllocationProblem): number {
  const total = problem.resources[0]?.total ?? 0;
  const none = (): number[] => [0, ...Array.from({ length: total }, () => -Infinity)];
  const cap = Math.floor((problem.maxGroupShare ?? 1) * total + 1e-9);
  let all = none();
  for (const group of ['a', 'b', 'c']) {
    let inGroup = none();
    for (const channel of problem.channels.filter((each) => each.group === group)) {
      const spec = channel.curves['r'];
      const [lo, hi] = channel.bounds?.['r'] ?? [0, total];
      if (spec === undefined) continue;
      const curve = createCurve(spec);
      inGroup = convolve(inGroup, (x) => (x >= lo && x <= hi ? curve.value(x) : -Infinity));
    }
    all = convolve(all, (x) => (x <= cap ? (inGroup[x] ?? -Infinity) : -Infinity));
  }
  return Math.max(...all);
}

function convolve(known: readonly number[], value: (x: number) => number): number[] {
  const values = known.map((_, x) => value(x));
  return known.map((_, b) =>
    Math.max(...known.slice(0, b + 1).map((each, used) => each + (values[b - used] ?? 0))),
  );
}

describe('the allocator on the reference problems', () => {
  it.skipIf(!isThere).each(isThere ? readdirSync(folder).sort() : [])(
    '%s: not below the reference by more than 1e-9 of it, certified to 1e-6, marginals equal to 1e-4',
    (file) => {
      const { problem, reference } = JSON.parse(readFileSync(`${folder}${file}`, 'utf8'));
      const solution = solve(problem);
      expectFeasible(problem, solution);
      expect(solution.objective).toBeGreaterThanOrEqual(reference.opt * (1 - 1e-9));
      expect(solution.bound).toBeGreaterThanOrEqual(reference.opt * (1 - 1e-9));
      expect(solution.gap).toBeLessThanOrEqual(1e-6);
      expect(solution.marginal['budget']?.spread).toBeLessThan(1e-4);
    },
  );
});

describe('the allocator', () => {
  it('equals dynamic programming on whole steps, is not below it without, and its bound holds', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const problem = gridProblem(createRandom(seed));
        const floors = (group?: string): number =>
          problem.channels.reduce(
            (sum, each) =>
              sum + (group === undefined || each.group === group ? (each.bounds?.['r']?.[0] ?? 0) : 0),
            0,
          );
        fc.pre(['a', 'b', 'c'].every((group) => floors(group) <= 60 * (problem.maxGroupShare ?? 1)));
        const best = bestOnGrid(problem);
        const solution = solve(problem);
        expectFeasible(problem, solution);
        expect(solution.gap).toBeLessThanOrEqual(1e-6);
        expect(solution.bound).toBeGreaterThanOrEqual(best * (1 - 1e-12));
        expect(solution.objective).toBeGreaterThanOrEqual(best * (1 - 1e-6));
        if (problem.resources[0]?.step === 1)
          expect(solution.objective).toBeLessThanOrEqual(best * (1 + 1e-9));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each(['concave', 'S-shaped', 'mixed'] as const)(
    '%s: no feasible point is better, more budget is never worse',
    (shape) => {
      for (let seed = 1; seed <= 6; seed++) {
        const random = createRandom(`${shape} ${seed}`);
        const problem = randomProblem(
          { channels: 2 + random.int(12), resources: 2, shape, maxGroupShare: 0.5 },
          random,
        );
        const solution = solve(problem);
        expectFeasible(problem, solution);
        expect(solution.gap).toBeLessThanOrEqual(1e-4);
        for (let i = 0; i < 40; i++)
          expect(returnOf(problem, randomFeasible(problem, random))).toBeLessThanOrEqual(
            solution.bound * (1 + 1e-12),
          );
        const richer = solve({
          ...problem,
          resources: problem.resources.map((each) => ({ ...each, total: 1.1 * each.total })),
        });
        expect(richer.bound).toBeGreaterThanOrEqual(solution.objective);
        expect(richer.objective).toBeGreaterThanOrEqual(solution.objective * (1 - 1e-6));
      }
    },
  );

  it.each(['concave', 'S-shaped', 'mixed'] as const)('200 channels × 3 resources, %s: certified', (shape) => {
    const solution = solve(randomProblem({ channels: 200, resources: 3, shape }, createRandom(7)));
    expect(solution.gap).toBeLessThanOrEqual(1e-6);
    for (const { spread } of Object.values(solution.marginal)) expect(spread).toBeLessThan(1e-4);
  });

  it('answers the same twice', () => {
    const problem = randomProblem(
      { channels: 12, resources: 2, shape: 'mixed', aversion: 1e-4 },
      createRandom(2),
    );
    expect(solve(problem)).toEqual(solve(problem));
  });
});

describe('risk', () => {
  it.each(['concave', 'S-shaped', 'mixed'] as const)(
    '%s: certified, and no feasible point is better',
    (shape) => {
      const random = createRandom(`risk ${shape}`);
      const problem = randomProblem({ channels: 8, resources: 1, shape, aversion: 2e-5 }, random);
      const solution = solve(problem);
      expectFeasible(problem, solution);
      expect(solution.gap).toBeLessThanOrEqual(1e-6);
      expect(solution.variance).toBeGreaterThan(0);
      expect(solution.objective).toBeCloseTo(solution.expected - 2e-5 * solution.variance, 9);
      for (let i = 0; i < 200; i++) {
        const [x = []] = randomFeasible(problem, random);
        const penalty = (problem.risk?.cov ?? []).reduce(
          (sum, row, a) => sum + (x[a] ?? 0) * row.reduce((s, each, b) => s + each * (x[b] ?? 0), 0),
          0,
        );
        expect(returnOf(problem, [x]) - 2e-5 * penalty).toBeLessThanOrEqual(solution.bound * (1 + 1e-12));
      }
    },
  );

  it('two independent channels: x = slope/(2·aversion·variance), by hand', () => {
    const solution = solve({
      resources: [{ id: 'r', total: 100 }],
      channels: [
        { id: 'a', curves: { r: { type: 'linear', scale: 2 } } },
        { id: 'b', curves: { r: { type: 'linear', scale: 3 } } },
      ],
      risk: {
        aversion: 0.5,
        cov: [
          [0.1, 0],
          [0, 0.2],
        ],
      },
    });
    expect(solution.allocation['a']?.['r']).toBeCloseTo(20, 5);
    expect(solution.allocation['b']?.['r']).toBeCloseTo(15, 5);
    expect(solution.objective).toBeCloseTo(42.5, 9);
  });
});

describe('HiGHS and the search agree where both can', () => {
  let linearSolver: LinearSolver;
  beforeAll(async () => {
    linearSolver = await createLinearSolver();
  });

  it.each(['linear', 'whole steps', 'quadratic'])('%s', (kind) => {
    for (let seed = 1; seed <= 12; seed++) {
      const random = createRandom(`${kind} ${seed}`);
      const n = 2 + random.int(9);
      const load = Array.from({ length: n }, () => [random.normal(), random.normal()] as const);
      const problem: AllocationProblem = {
        resources: [{ id: 'r', total: 100, ...(kind === 'whole steps' ? { step: 3 } : {}) }],
        maxGroupShare: 0.6,
        channels: Array.from({ length: n }, (_, i) => ({
          id: `c${i}`,
          group: `g${i % 2}`,
          curves: { r: { type: 'linear' as const, scale: 5 * random.next() } },
          bounds: { r: [random.int(5), 20 + random.int(60)] as [number, number] },
        })),
        ...(kind === 'quadratic'
          ? {
              risk: {
                aversion: 0.02 * random.next(),
                cov: load.map(([a, b]) => load.map(([c, d]) => a * c + b * d)),
              },
            }
          : {}),
      };
      const byHighs = solveAllocation(problem, { clock, linearSolver });
      const bySearch = solve(problem);
      expect(byHighs.method).toBe('highs');
      expect(bySearch.method).toBe(kind === 'whole steps' ? 'dynamic-programming' : 'branch-and-bound');
      expectFeasible(problem, bySearch);
      expect(Math.abs(byHighs.objective / bySearch.objective - 1)).toBeLessThan(1e-6);
      expect(bySearch.bound).toBeGreaterThanOrEqual(byHighs.objective * (1 - 1e-9));
    }
  });
});
