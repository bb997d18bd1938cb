import { expect, test } from 'vitest';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { BackendChoice } from './backend.ts';
import { backendLost, lossSettled, onBackendLoss, onBackendsBelow, watchForLoss } from './backend-loss.ts';

test('a task whose GPU goes away is done on the next backend, and says so', async () => {
  const tried: BackendChoice[] = [];
  const told: string[] = [];
  const done = await onBackendsBelow(
    'auto',
    async (backend) => {
      tried.push(backend);
      if (backend === 'auto') throw backendLost('webgpu', 'driver reset');
      return await Promise.resolve(42);
    },
    (lost, next) => told.push(`${lost} → ${next}`),
  );
  expect(done).toEqual({ result: 42, told: ['webgpu was lost, done on wasm'] });
  expect(tried).toEqual(['auto', 'wasm']);
  expect(told).toEqual(['webgpu → wasm']);
});

test('it goes down to plain CPU and no further; any other fault is thrown at once', async () => {
  const tried: BackendChoice[] = [];
  const run = async (backend: BackendChoice): Promise<never> => {
    tried.push(backend);
    return await Promise.reject(backendLost(backend === 'auto' ? 'node-gpu' : backend, 'gone'));
  };
  await expect(onBackendsBelow('auto', run, () => undefined)).rejects.toMatchObject({
    code: 'MODELS_BACKEND_LOST',
  });
  expect(tried).toEqual(['auto', 'webgpu', 'wasm', 'cpu']);
  const failing = async (): Promise<never> => await Promise.reject(new WeirError('MODELS_TASK_FAILED', 'no'));
  await expect(onBackendsBelow('webgpu', failing, () => undefined)).rejects.toThrow('no');
});

test('a device that is lost is told, before the failure it causes; one destroyed on purpose is not', async () => {
  const told: string[] = [];
  onBackendLoss(({ backend, message }) => told.push(`${backend}: ${message}`));
  const device = (info: object) => ({ device: { lost: Promise.resolve(info) } });
  watchForLoss('webgpu', device({ reason: 'destroyed', message: 'the end' }));
  watchForLoss('webgpu', device({ reason: 'unknown', message: 'adapter removed' }));
  watchForLoss('wasm', {});
  await lossSettled();
  expect(told).toEqual(['webgpu: adapter removed']);
});
