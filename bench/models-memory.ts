import { fork } from 'node:child_process';
import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** Resident memory of a process that trains, in bytes. */
export const ModelsMemory = Type.Object({
  trainings: Type.Integer(),
  startBytes: Type.Number(),
  firstBytes: Type.Number(),
  lastBytes: Type.Number(),
  settledBytes: Type.Number(),
  settleSeconds: Type.Number(),
  leakedTensors: Type.Integer(),
});
type ModelsMemory = Static<typeof ModelsMemory>;

/** Trains again and again on threads that end, in a process of its own, and tells what of its memory comes back. */
export async function measureModelsMemory(): Promise<string> {
  const found = await new Promise<ModelsMemory>((resolve, reject) => {
    const child = fork(new URL('models-memory-worker.ts', import.meta.url), [], {
      stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    });
    child.on('message', (message: unknown) => {
      if (Value.Check(ModelsMemory, message)) resolve(message);
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the process that trains ended without an answer')));
  });
  const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(0);
  return `Memory of a process that trains ${found.trainings} times on threads that end: ${mib(found.startBytes)} MiB before, ${mib(found.firstBytes)} after the first, ${mib(found.lastBytes)} after the last, ${mib(found.settledBytes)} when it has been idle for ${found.settleSeconds} s; ${found.leakedTensors} tensors left. V8 keeps the pages of an ended thread for some seconds before it gives them back.`;
}
