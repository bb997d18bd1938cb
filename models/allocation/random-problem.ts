import type { AllocationProblem, ResponseCurve } from '../../platform/contracts/allocation.ts';
import type { Random } from '../../platform/time/random.ts';

export type Shape = 'concave' | 'S-shaped' | 'mixed';

export interface RandomProblemOptions {
  readonly channels: number;
  readonly resources: number;
  readonly shape: Shape;
  readonly maxGroupShare?: number;
  readonly aversion?: number;
}

/**
 * A problem like those of the published comparison (anchors of the allocator): hill curves whose half points lie around the amounts a channel
 * has had, bounds .3 to 3 times those. For measuring and testing.
 */
export function randomProblem(options: RandomProblemOptions, random: Random): AllocationProblem {
  const { channels: n, shape } = options;
  const ids = Array.from({ length: options.resources }, (_, r) => `resource-${r}`);
  const problem: AllocationProblem = {
    resources: ids.map((id) => ({ id, total: 100 * n })),
    channels: Array.from({ length: n }, (_, i) => {
      const curves: Record<string, ResponseCurve> = {};
      const bounds: Record<string, [number, number]> = {};
      for (const id of ids) {
        const usual = 100 * (0.3 + random.next());
        const exponent =
          shape === 'concave'
            ? 0.4 + 0.6 * random.next()
            : shape === 'S-shaped'
              ? 1 + 2 * random.next()
              : 0.4 + 2.6 * random.next();
        curves[id] = {
          type: 'hill',
          scale: 5 + 40 * random.next(),
          exponent,
          half: usual * (0.5 + 2 * random.next()),
        };
        bounds[id] = [0.3 * usual, 3 * usual];
      }
      return { id: `channel-${i}`, curves, bounds, group: `group-${i % 4}` };
    }),
  };
  return {
    ...problem,
    ...(options.maxGroupShare === undefined ? {} : { maxGroupShare: options.maxGroupShare }),
    ...(options.aversion === undefined
      ? {}
      : { risk: { aversion: options.aversion, cov: factorCovariance(n, random) } }),
  };
}

/** Three common factors and a part of each channel's own. */
function factorCovariance(n: number, random: Random): number[][] {
  const loads = Array.from({ length: n }, () => [random.normal(), random.normal(), random.normal()]);
  return loads.map((a, i) =>
    loads.map((b, j) => a.reduce((sum, each, k) => sum + each * (b[k] ?? 0), 0) / 3 + (i === j ? 0.5 : 0)),
  );
}
