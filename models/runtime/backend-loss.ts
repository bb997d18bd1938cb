import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import { systemClock, type Clock } from '../../platform/time/clock.ts';
import { backendNames, type BackendChoice, type BackendName } from './backend.ts';

export interface BackendLoss {
  readonly backend: BackendName;
  readonly message: string;
}

let told: ((loss: BackendLoss) => void) | undefined;

/** Tells of a device that goes away while this thread computes on it. One listener a thread: the one that runs its task. */
export function onBackendLoss(tell: (loss: BackendLoss) => void): void {
  told = tell;
}

/**
 * Watches the device of a backend (WebGPU, "GPUDevice.lost": a promise that resolves when the driver resets, the adapter is unplugged or memory runs out). A device that was destroyed on purpose is not lost.
 */
export function watchForLoss(backend: BackendName, instance: unknown): void {
  const device = fieldOf(instance, 'device');
  const lost = fieldOf(device, 'lost');
  if (!(lost instanceof Promise)) return;
  lost.then(
    (info: unknown) => {
      if (fieldOf(info, 'reason') === 'destroyed') return;
      const message = fieldOf(info, 'message');
      told?.({
        backend,
        message: typeof message === 'string' && message !== '' ? message : 'no reason given',
      });
    },
    () => undefined,
  );
}

/** Resolves when a loss that has happened has been told: its promise resolves in the same turn as what waits on the device rejects. */
export async function lossSettled(clock: Pick<Clock, 'sleep'> = systemClock): Promise<void> {
  await clock.sleep(0);
}

export function backendLost(backend: BackendName, message: string): WeirError {
  return new WeirError('MODELS_BACKEND_LOST', `${backend} was lost: ${message}`, { details: { backend } });
}

/**
 * Runs on a backend, and where its device goes away again from the start on the next below it, down to plain CPU. `told` says what was lost. Whatever else fails is thrown as it is. The computation has no
 * effects, so a run that was lost has done nothing.
 */
export async function onBackendsBelow<T>(
  choice: BackendChoice,
  run: (backend: BackendChoice) => Promise<T>,
  tell: (lost: BackendName, next: BackendName) => void,
): Promise<{ readonly result: T; readonly told: readonly string[] }> {
  const said: string[] = [];
  let backend = choice;
  for (;;) {
    try {
      return { result: await run(backend), told: said };
    } catch (error) {
      const lost =
        isWeirError(error) && error.code === 'MODELS_BACKEND_LOST' ? nameIn(error.details) : undefined;
      const next = lost === undefined ? undefined : backendNames[backendNames.indexOf(lost) + 1];
      if (lost === undefined || next === undefined) throw error;
      said.push(`${lost} was lost, done on ${next}`);
      tell(lost, next);
      backend = next;
    }
  }
}

function nameIn(details: unknown): BackendName | undefined {
  const name = fieldOf(details, 'backend');
  return backendNames.find((each) => each === name);
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}
