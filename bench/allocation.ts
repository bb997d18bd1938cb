import { createLinearSolver } from '../models/allocation/linear.ts';
import { randomProblem, type RandomProblemOptions, type Shape } from '../models/allocation/random-problem.ts';
import { solveAllocation } from '../models/allocation/solve.ts';
import { systemClock } from '../platform/time/clock.ts';
import { createRandom } from '../platform/time/random.ts';

interface Case extends RandomProblemOptions {
  readonly name: string;
  /** CPU seconds it is to stay under. */
  readonly goalSeconds: number | undefined;
}

interface Measured {
  readonly case: Case;
  readonly cpuSeconds: number;
  readonly worstGap: number;
  readonly worstSpread: number;
  readonly nodes: number;
}

const SEEDS = 3;

/** Solves random problems and takes the worst of three seeds each; CPU time, because wall time is that of whoever else runs. */
export async function measureAllocation(tell: (line: string) => void): Promise<Measured[]> {
  const linearSolver = await createLinearSolver();
  const measured: Measured[] = [];
  for (const each of cases()) {
    let cpuSeconds = 0;
    let worstGap = 0;
    let worstSpread = 0;
    let nodes = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const problem = randomProblem(each, createRandom(seed));
      const from = process.cpuUsage();
      const solution = solveAllocation(problem, { clock: systemClock, linearSolver });
      const { user, system } = process.cpuUsage(from);
      cpuSeconds = Math.max(cpuSeconds, (user + system) / 1e6);
      worstGap = Math.max(worstGap, solution.gap ?? Infinity);
      nodes = Math.max(nodes, solution.nodes);
      for (const { spread } of Object.values(solution.marginal)) worstSpread = Math.max(worstSpread, spread);
    }
    measured.push({ case: each, cpuSeconds, worstGap, worstSpread, nodes });
    tell(`${each.name}: ${cpuSeconds.toFixed(3)} s, gap ${worstGap.toExponential(1)}`);
  }
  return measured;
}

function cases(): Case[] {
  const shapes: readonly Shape[] = ['concave', 'S-shaped', 'mixed'];
  const sizes = [
    { channels: 20, resources: 3, goalSeconds: undefined },
    { channels: 200, resources: 3, goalSeconds: 2 },
    { channels: 1_000, resources: 3, goalSeconds: 15 },
  ];
  const plain = sizes.flatMap((size) =>
    shapes.map((shape): Case => ({ ...size, shape, name: `${size.channels} × ${size.resources}, ${shape}` })),
  );
  const grouped = shapes.map((shape): Case => ({
    channels: 200,
    resources: 3,
    shape,
    maxGroupShare: 0.26,
    goalSeconds: 2,
    name: `200 × 3, ${shape}, four groups of at most 26%`,
  }));
  const risky = shapes.map((shape): Case => ({
    channels: 200,
    resources: 1,
    shape,
    aversion: 1e-5,
    goalSeconds: 2,
    name: `200 × 1, ${shape}, with a covariance`,
  }));
  return [...plain, ...grouped, ...risky];
}

/** The section of docs/benchmarks.md. */
export function allocationReport(measured: readonly Measured[]): string {
  const rows = measured.map(
    ({ case: { name, goalSeconds }, cpuSeconds, worstGap, worstSpread, nodes }) =>
      `| ${name} | ${cpuSeconds.toFixed(3)} s | ${goalSeconds === undefined ? '' : `${goalSeconds} s`} | ${worstGap.toExponential(1)} | ${worstSpread.toExponential(1)} | ${nodes} | ${goalSeconds === undefined ? '' : cpuSeconds < goalSeconds && worstGap <= 1e-4 ? 'met' : 'missed'} |`,
  );
  return [
    'CPU time, certified gap, spread of marginals and boxes searched, each the worst of three random problems. Gap: bound over objective, goal 1e-4.',
    '',
    '| channels × resources | CPU | goal | gap | marginals apart | boxes | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
