import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';

/** What a task may use on the thread of the service; everything there must be short. */
export interface TaskDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** A run a task wants by itself, without anybody having asked. */
export interface TaskWish {
  readonly tenant: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether people see it as a job, with its progress; what comes by the hour stays out of their list. */
  readonly isShown: boolean;
}

/**
 * Heavy work of a model, in three parts: `gather` reads what it needs, the computation of the same name
 * (`computations.ts`) works on a thread of its own and has no effects, `store` writes the result. A crash anywhere repeats the
 * whole, so `store` is repeatable: absolute rows, compare-and-set, deterministic message ids.
 */
export interface ModelsTask<P extends TSchema = TSchema, Input = unknown, Result = unknown> {
  readonly name: string;
  /** Of the job's `params`, `task` left out. */
  readonly params: P;
  title(params: Static<P>): string;
  /** Must survive a structured clone: plain data and typed arrays. Undefined: there is nothing to do. */
  gather(deps: TaskDeps, tenant: Tenant, params: Static<P>): Promise<Input | undefined>;
  /** Messages come from our own thread; a short look at the shape is enough. */
  isResult(value: unknown): value is Result;
  /** Writes and answers one line that says what came of it. Called only under the lease, confirmed just before. */
  store(deps: TaskDeps, tenant: Tenant, params: Static<P>, result: Result): Promise<string>;
  /** Asked every few minutes what should be run now. */
  due?(deps: TaskDeps, tenants: readonly Tenant[]): Promise<readonly TaskWish[]>;
}

/** A task whose types are known to itself alone. */
export interface AnyTask {
  readonly name: string;
  due(deps: TaskDeps, tenants: readonly Tenant[]): Promise<readonly TaskWish[]>;
  /** Checks the parameters. Throws MODELS_TASK_INVALID. */
  prepare(params: unknown): PreparedTask;
}

export interface PreparedTask {
  readonly title: string;
  gather(deps: TaskDeps, tenant: Tenant): Promise<unknown>;
  store(deps: TaskDeps, tenant: Tenant, result: unknown): Promise<string>;
}
