import { expect, it } from 'vitest';
import type { ModelManifest } from '../../platform/contracts/model-manifest.ts';
import { packModel, unpackModel, type LearnedModel } from './learned-model.ts';
import { emptyRegistry, withCurrent, withVersion } from './registry.ts';

const version = (n: number): Omit<ModelManifest, 'state'> => ({
  name: 'forecast-daily',
  version: n,
  reason: 'a test',
  trainedAtMs: n,
  features: ['views'],
  series: 1,
  input: 60,
  horizon: 30,
  normalisation: 'none',
  dataHash: 'a'.repeat(64),
  backend: 'cpu',
  backtest: {
    measure: 'mean scaled absolute error',
    origins: 3,
    error: 1,
    currentError: null,
    relativeToReference: 0.9,
  },
});

it('a better version is current and retires the last one; a worse one is kept beside it', () => {
  const one = withVersion(emptyRegistry, version(1), true);
  expect(one).toMatchObject({ current: 1, next: 2 });
  const two = withVersion(one, version(2), false);
  expect(two).toMatchObject({ current: 1, next: 3 });
  const three = withVersion(two, version(3), true);
  expect(three.versions.map(({ state }) => state)).toEqual(['current', 'refused', 'retired']);
  const back = withCurrent(three, 1);
  expect(back.current).toBe(1);
  expect(back.versions.map(({ state }) => state)).toEqual(['retired', 'refused', 'current']);
  expect(() => withCurrent(three, 9)).toThrow('no version 9');
});

it('the current version is kept however many are refused after it', () => {
  let registry = withVersion(emptyRegistry, version(1), true);
  for (let n = 2; n < 30; n += 1) registry = withVersion(registry, version(n), false);
  expect(registry.versions).toHaveLength(9);
  expect(registry.versions.some(({ state, version: n }) => state === 'current' && n === 1)).toBe(true);
});

it('a model packed and unpacked is the same; what is none is told apart', () => {
  const model: LearnedModel = {
    members: ['a', 'b'],
    trainedUntilMs: 5,
    weights: { s: [[0.25, 0.75]] },
    neural: { input: 3, horizon: 2, weights: [Float32Array.of(1.5, -2, 0), Float32Array.of(3)] },
    boosted: {
      features: ['x'],
      edges: [[1, 2]],
      boosted: {
        base: 0.5,
        trees: [
          {
            feature: Int16Array.of(0, -1, -1),
            threshold: Uint8Array.of(1, 0, 0),
            left: Int16Array.of(1, 0, 0),
            right: Int16Array.of(2, 0, 0),
            value: Float64Array.of(0, -1, 1),
            cover: Float64Array.of(4, 2, 2),
          },
        ],
      },
    },
  };
  expect(unpackModel(packModel(model))).toEqual(model);
  expect(unpackModel(packModel({ ...model, neural: undefined, boosted: undefined }))).toEqual({
    ...model,
    neural: undefined,
    boosted: undefined,
  });
  expect(unpackModel(new TextEncoder().encode('{"a":1}'))).toBeUndefined();
  expect(unpackModel(Uint8Array.of(1, 2))).toBeUndefined();
});
