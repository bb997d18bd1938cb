import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { AnyTask, ModelsTask } from './task.ts';

/** A task as the service runs it: its parameters and its result are checked at the border, so that inside they are typed. */
export function defineTask<P extends TSchema, Input, Result>(task: ModelsTask<P, Input, Result>): AnyTask {
  return {
    name: task.name,
    due: async (deps, tenants) => (await task.due?.(deps, tenants)) ?? [],
    prepare: (params) => {
      if (!Value.Check(task.params, params)) {
        const first = Value.Errors(task.params, params).First();
        throw new WeirError(
          'MODELS_TASK_INVALID',
          `The parameters of ${task.name} are wrong at ${first?.path ?? '/'}: ${first?.message ?? 'not an object'}.`,
        );
      }
      return {
        title: task.title(params),
        gather: async (deps, tenant) => await task.gather(deps, tenant, params),
        store: async (deps, tenant, result) => {
          if (!task.isResult(result))
            throw new WeirError(
              'MODELS_TASK_FAILED',
              `The thread of ${task.name} answered something unknown.`,
            );
          return await task.store(deps, tenant, params, result);
        },
      };
    },
  };
}
