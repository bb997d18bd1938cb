import { expect, test } from 'vitest';
import type { BackendCandidate, BackendName } from './backend.ts';
import { chooseBackend, describeBackend, largestDifference } from './choose-backend.ts';

const reference = Float32Array.of(1, 2, 300);

function candidate(
  name: BackendName,
  results: readonly number[] | Error,
  isImitated = false,
): BackendCandidate {
  return {
    name,
    activate: () =>
      results instanceof Error
        ? Promise.reject(results)
        : Promise.resolve({ device: `${name} device`, isImitated }),
    test: () => Promise.resolve(Float32Array.from(results instanceof Error ? [] : results)),
  };
}

test('takes the first that loads and computes right, and says why not the others', async () => {
  const chosen = await chooseBackend(
    [
      candidate('node-gpu', new Error('it is not installed')),
      candidate('webgpu', [1, 2, 301]),
      candidate('wasm', [1, 2, 300.0001]),
      candidate('cpu', [1, 2, 300]),
    ],
    'auto',
    reference,
  );
  expect(chosen.name).toBe('wasm');
  expect(chosen.refused.map(({ name }) => name)).toEqual(['node-gpu', 'webgpu']);
  const text = describeBackend(chosen);
  expect(text).toContain('computes on wasm (wasm device)');
  expect(text).toContain('node-gpu not used: it is not installed');
  expect(text).toContain('webgpu not used: its self-test differs from plain CPU by 3.3e-3');
});

test.each([
  ['a number that is none', [1, Number.NaN, 300]],
  ['too few numbers', [1, 2]],
  ['no numbers', []],
])('refuses a backend that answers %s', async (_, results) => {
  const chosen = await chooseBackend(
    [candidate('wasm', results), candidate('cpu', [1, 2, 300])],
    'auto',
    reference,
  );
  expect(chosen.name).toBe('cpu');
  expect(chosen.refused[0]?.reason).toContain('computes wrong numbers');
});

test('an imitated GPU is taken only when asked for by name', async () => {
  const all = [candidate('webgpu', [1, 2, 300], true), candidate('cpu', [1, 2, 300])];
  expect((await chooseBackend(all, 'auto', reference)).name).toBe('cpu');
  expect((await chooseBackend(all, 'webgpu', reference)).name).toBe('webgpu');
});

test('a setting starts the search at its backend and never goes above it', async () => {
  const all = [
    candidate('webgpu', [1, 2, 300]),
    candidate('wasm', new Error('broken')),
    candidate('cpu', [1, 2, 300]),
  ];
  const chosen = await chooseBackend(all, 'wasm', reference);
  expect(chosen.name).toBe('cpu');
  expect(chosen.refused).toEqual([{ name: 'wasm', reason: 'broken' }]);
});

test('without any backend the error names them all', async () => {
  await expect(
    chooseBackend([candidate('cpu', new Error('no memory'))], 'auto', reference),
  ).rejects.toMatchObject({
    code: 'MODELS_NO_BACKEND',
    message: expect.stringContaining('cpu: no memory'),
  });
});

test('differences are relative for large values and absolute for small ones', () => {
  expect(largestDifference(Float32Array.of(0.5, 202), Float32Array.of(0.25, 200))).toBeCloseTo(0.25, 6);
  expect(largestDifference(Float32Array.of(202), Float32Array.of(200))).toBeCloseTo(0.01, 6);
  expect(largestDifference(Float32Array.of(1), Float32Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY);
});
