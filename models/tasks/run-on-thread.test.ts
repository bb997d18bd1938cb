import { describe, expect, it } from 'vitest';
import { isChosenBackend } from '../runtime/backend.ts';
import { runOnThread } from './run-on-thread.ts';
import type { TaskOrder } from './task-message.ts';

const MIB = 1024 * 1024;
const order: TaskOrder = { name: 'backend', input: null, backend: 'cpu', seed: 'x' };

describe('a computation on a thread of its own', () => {
  it('answers its result and ends', async () => {
    const chosen = await runOnThread(order, { maxHeapBytes: 512 * MIB });
    expect(isChosenBackend(chosen) && chosen.name).toBe('cpu');
  });

  it('what it throws, and a computation that is none, fail by name', async () => {
    await expect(runOnThread({ ...order, name: 'dance' }, { maxHeapBytes: 512 * MIB })).rejects.toMatchObject(
      {
        code: 'MODELS_TASK_FAILED',
        message: 'there is no computation dance',
      },
    );
    await expect(
      runOnThread({ ...order, name: 'forecast' }, { maxHeapBytes: 512 * MIB }),
    ).rejects.toMatchObject({
      code: 'MODELS_TASK_FAILED',
      message: expect.stringContaining('no forecast order'),
    });
  });

  it('is ended by its signal, before it begins and in the middle', async () => {
    await expect(
      runOnThread(order, { maxHeapBytes: 512 * MIB, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'MODELS_TASK_CANCELLED' });
    const cancelling = new AbortController();
    const running = runOnThread(order, { maxHeapBytes: 512 * MIB, signal: cancelling.signal });
    cancelling.abort();
    await expect(running).rejects.toMatchObject({ code: 'MODELS_TASK_CANCELLED' });
  });

  it('one that wants more heap than it may have ends alone', async () => {
    await expect(runOnThread(order, { maxHeapBytes: 4 * MIB })).rejects.toMatchObject({
      code: 'MODELS_TASK_FAILED',
    });
  });
});
