import { createCustomersTask } from '../customers/task.ts';
import { createForecastTask } from '../tenant-forecast/task.ts';
import { createBasesTask } from '../workbench/bases-task.ts';
import { createPlanTask } from '../workbench/plan-task.ts';
import type { AnyTask } from './task.ts';

/** Every task of the models service; each has its computation of the same name in `computations.ts`. */
export function createTasks(): readonly AnyTask[] {
  return [createForecastTask(), createCustomersTask(), createBasesTask(), createPlanTask()];
}
