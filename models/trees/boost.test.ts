import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { binOf, quantileEdges } from './bins.ts';
import { boost, boostedScore, squaredLoss, type BoostSettings } from './boost.ts';

const plain: BoostSettings = {
  trees: 1,
  learningRate: 1,
  maxLeaves: 2,
  maxDepth: 1,
  minRows: 1,
  ridge: 0,
  rowShare: 1.1,
  featureShare: 1.1,
};

it('one stump on squared loss, by hand: the means of both sides of the best split', () => {
  // y = 1, 2, 9, 10 at x = 0..3: mean 5.5, best split between 1 and 2, leaves 1.5 and 9.5.
  const bins = [Uint8Array.of(0, 1, 2, 3)];
  const model = boost(bins, Float64Array.of(1, 2, 9, 10), squaredLoss(), plain, createRandom(1));
  expect(model.base).toBeCloseTo(5.5, 12);
  expect([0, 1, 2, 3].map((i) => boostedScore(model, bins, i))).toEqual([1.5, 1.5, 9.5, 9.5]);
});

it('a row of double weight counts as two rows', () => {
  const twice = [Uint8Array.of(0, 0, 1)];
  const weighted = boost(
    twice.map((column) => column.slice(1)),
    Float64Array.of(4, 10),
    squaredLoss(Float64Array.of(2, 1)),
    { ...plain, maxLeaves: 1 },
    createRandom(1),
  );
  const repeated = boost(
    twice,
    Float64Array.of(4, 4, 10),
    squaredLoss(),
    { ...plain, maxLeaves: 1 },
    createRandom(1),
  );
  expect(weighted.base).toBeCloseTo(repeated.base, 12);
});

it('bins are about equally full; what is missing has a bin of its own', () => {
  const edges = quantileEdges(Array.from({ length: 640 }, (_, i) => i));
  const counts = new Map<number, number>();
  for (let i = 0; i < 640; i += 1) counts.set(binOf(edges, i), (counts.get(binOf(edges, i)) ?? 0) + 1);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(12);
  expect([binOf(edges, null), binOf(edges, Number.NaN), binOf(edges, Number.POSITIVE_INFINITY)]).toEqual([
    0, 0, 0,
  ]);
});

it('every split is the best of the rows that reach it, by trying all (property)', () => {
  // The larger side of a split is what the smaller one leaves of its parent: a fault there shows in the second level and below.
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 20, max: 200 }), (seed, n) => {
      const random = createRandom(seed);
      const bins = Array.from({ length: 3 }, () => Uint8Array.from({ length: n }, () => random.int(9)));
      const label = Float64Array.from(
        { length: n },
        (_, i) => (bins[0]?.[i] ?? 0) * (bins[1]?.[i] ?? 0) + random.normal(),
      );
      const settings = { ...plain, maxLeaves: 8, maxDepth: 3, minRows: 2, ridge: 1 };
      const { base, trees } = boost(bins, label, squaredLoss(), settings, random);
      const [tree] = trees;
      if (tree === undefined) throw new Error('no tree');
      const look = (node: number, rows: readonly number[]): void => {
        const sum = (of: readonly number[]): number =>
          of.reduce((total, i) => total + (label[i] ?? 0) - base, 0);
        expect(tree.value[node]).toBeCloseTo(sum(rows) / (rows.length + 1), 9);
        expect(tree.cover[node]).toBe(rows.length);
        const feature = tree.feature[node] ?? -1;
        if (feature < 0) return;
        const gainOf = (by: number, threshold: number): number => {
          const left = rows.filter((i) => (bins[by]?.[i] ?? 0) <= threshold);
          const right = rows.filter((i) => (bins[by]?.[i] ?? 0) > threshold);
          if (left.length < 2 || right.length < 2) return -Infinity;
          return sum(left) ** 2 / (left.length + 1) + sum(right) ** 2 / (right.length + 1);
        };
        const threshold = tree.threshold[node] ?? 0;
        const best = Math.max(
          ...bins.flatMap((_, by) => Array.from({ length: 9 }, (_each, at) => gainOf(by, at))),
        );
        expect(gainOf(feature, threshold)).toBeGreaterThanOrEqual(best * (1 - 1e-9));
        look(
          tree.left[node] ?? 0,
          rows.filter((i) => (bins[feature]?.[i] ?? 0) <= threshold),
        );
        look(
          tree.right[node] ?? 0,
          rows.filter((i) => (bins[feature]?.[i] ?? 0) > threshold),
        );
      };
      look(
        0,
        Array.from({ length: n }, (_, i) => i),
      );
    }),
    { numRuns: 20, seed: 3 },
  );
});
