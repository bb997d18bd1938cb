import type { ComputeContext } from '../tasks/compute-context.ts';
import type { ChosenBackend } from './backend.ts';
import { openTensorFlow } from './tensorflow.ts';

/** Chooses the backend as every training will, and says what was chosen; the thread it runs on ends with the answer. */
export async function probeBackend(_input: unknown, { backend }: ComputeContext): Promise<ChosenBackend> {
  return (await openTensorFlow(backend)).backend;
}
