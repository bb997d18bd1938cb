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
