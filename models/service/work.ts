import type { Job } from '../../platform/contracts/api.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { HeldLease } from '../../platform/lease/held-lease.ts';
import type { BackendChoice } from '../runtime/backend.ts';
import type { AnyTask, TaskDeps, TaskWish } from '../tasks/task.ts';
import { createArrivals } from './arrivals.ts';
import type { JobRecords } from './job-records.ts';
import type { ModelsMetrics } from './metrics.ts';
import { runTask } from './run-task.ts';
import type { StatusBoard } from './status.ts';

export interface WorkDeps extends TaskDeps {
  readonly tasks: ReadonlyMap<string, AnyTask>;
  readonly jobs: JobRecords;
  readonly board: StatusBoard;
  readonly metrics: ModelsMetrics;
  tenants(): readonly Tenant[];
  /** Makes a job people see for a wish of a task. */
  queueJob(wish: TaskWish, task: string, title: string): Promise<void>;
}

export interface WorkConfig {
  /** What was asked for, or what was found to work, which need not be searched again. */
  backend(): BackendChoice;
  readonly maxHeapBytes: number;
  readonly checkMs: number;
  readonly firstCheckMs: number;
}

/** Wishes that wait in memory at most; what does not fit is wished again at the next check. */
const MAX_WISHES = 100;
/** A job that was begun this often without coming to an end is given up: it may be what ends the process. */
const MAX_ATTEMPTS = 3;
const IDLE_MS = 500;
/** A tenant whose past is being filled in is looked at again this soon. */
const ARRIVAL_MS = 20_000;
const TELL_EVERY_MS = 500;

/**
 * The one worker of the models: jobs that people asked for first, oldest first, then what the tasks themselves wish; one at a time, because one
 * fills a processor. Returns when the signal aborts; throws when the lease is lost.
 *
 * Crash order of a job: it is written as running with its attempt counted, worked on, its result stored (repeatable), then written as
 * done. Killed before the last, it is found running by the next owner and done again; after three such attempts it is written as failed.
 */
export async function work(
  deps: WorkDeps,
  config: WorkConfig,
  lease: HeldLease,
  signal: AbortSignal,
): Promise<void> {
  const { clock, jobs, log, tasks } = deps;
  const wishes: { readonly task: AnyTask; readonly wish: TaskWish }[] = [];
  let nextCheckMs = clock.monotonicMs() + config.firstCheckMs;

  const isArriving = createArrivals(deps.store, clock);
  /** Asks what is due of tenants whose past is not just being filled in; answers whether there are others. */
  const check = async (): Promise<boolean> => {
    const settled: Tenant[] = [];
    const tenants = deps.tenants();
    for (const tenant of tenants) {
      const isFilling = await isArriving(tenant.id).catch((error: unknown) => {
        log.warn(
          { err: error, tenant: tenant.id },
          'whether its past is still coming could not be found out',
        );
        return true;
      });
      if (!isFilling) settled.push(tenant);
    }
    for (const task of tasks.values()) {
      try {
        for (const wish of await task.due(deps, settled)) {
          if (wish.isShown) await deps.queueJob(wish, task.name, task.prepare(wish.params).title);
          else if (wishes.length < MAX_WISHES) wishes.push({ task, wish });
        }
      } catch (error) {
        log.warn({ err: error, task: task.name }, 'what is due could not be found out; asked again later');
      }
    }
    return settled.length < tenants.length;
  };

  while (!signal.aborted) {
    await lease.confirm();
    deps.metrics.waiting.set(jobs.open().length + wishes.length);
    const [job] = jobs.open();
    if (job !== undefined) {
      await runJob(deps, config, lease, job, signal);
      continue;
    }
    const next = wishes.shift();
    if (next !== undefined) {
      await runWish(deps, config, lease, next.task, next.wish, signal);
      continue;
    }
    if (clock.monotonicMs() >= nextCheckMs) {
      const isAny = await check();
      nextCheckMs = clock.monotonicMs() + (isAny ? Math.min(config.checkMs, ARRIVAL_MS) : config.checkMs);
      continue;
    }
    await clock.sleep(IDLE_MS, signal).catch(() => undefined);
  }
}

async function runJob(
  deps: WorkDeps,
  config: WorkConfig,
  lease: HeldLease,
  job: Job,
  signal: AbortSignal,
): Promise<void> {
  const { board, clock, jobs, log } = deps;
  const { task: name, attempt: before, ...params } = job.params;
  const attempt = typeof before === 'number' ? before + 1 : 1;
  const task = typeof name === 'string' ? deps.tasks.get(name) : undefined;
  const tenant = deps.tenants().find(({ id }) => id === job.tenant);
  const end = async (state: Job['state'], stage: string, error?: string): Promise<void> => {
    await jobs.update(job, {
      state,
      stage,
      ...(state === 'done' ? { percent: 100 } : {}),
      ...(error === undefined ? {} : { error }),
    });
  };
  if (job.cancelAskedAtMs !== undefined) return await end('cancelled', 'cancelled before it began');
  if (task === undefined || tenant === undefined)
    return await end('failed', 'cannot begin', 'There is no such task or no such tenant.');
  if (attempt > MAX_ATTEMPTS)
    return await end(
      'failed',
      'given up',
      `It was begun ${MAX_ATTEMPTS} times and the process ended each time.`,
    );
  await jobs.update(job, {
    state: 'running',
    stage: 'beginning',
    percent: 0,
    params: { ...job.params, attempt },
  });

  const cancelling = new AbortController();
  const stopWatching = jobs.onChange(() => {
    if (jobs.isCancelAsked(job)) cancelling.abort();
  });
  const told = teller(clock, async (percent, stage) => {
    await jobs.update(job, { percent, stage }).catch(() => undefined);
  });
  board.begin(task.name, job.title);
  try {
    const run = await keepingLease(
      deps,
      lease,
      async () =>
        await runTask(deps, task, tenant, params, {
          backend: config.backend(),
          maxHeapBytes: config.maxHeapBytes,
          signal: AbortSignal.any([signal, cancelling.signal]),
          progress: (share, stage) => {
            board.progress(share, stage);
            told.tell(share, stage);
          },
          confirm: () => lease.confirm(),
        }),
    );
    await told.settled();
    board.end(run);
    deps.metrics.runs.inc({ task: task.name, outcome: run.outcome });
    deps.metrics.seconds.observe({ task: task.name }, run.tookMs / 1_000);
    log.info({ ...run }, 'models job ended');
    // Ended by our own stop and not by a person: the next owner takes it up, and this attempt does not count.
    if (run.outcome === 'cancelled' && !cancelling.signal.aborted) {
      await jobs.update(job, {
        state: 'queued',
        stage: 'waiting',
        params: { ...job.params, attempt: attempt - 1 },
      });
      return;
    }
    await end(
      run.outcome,
      run.outcome === 'done' ? run.detail : run.outcome,
      run.outcome === 'failed' ? run.detail : undefined,
    );
  } finally {
    stopWatching();
  }
}

async function runWish(
  deps: WorkDeps,
  config: WorkConfig,
  lease: HeldLease,
  task: AnyTask,
  wish: TaskWish,
  signal: AbortSignal,
): Promise<void> {
  const tenant = deps.tenants().find(({ id }) => id === wish.tenant);
  if (tenant === undefined) return;
  deps.board.begin(task.name, task.name);
  const run = await keepingLease(
    deps,
    lease,
    async () =>
      await runTask(deps, task, tenant, wish.params, {
        backend: config.backend(),
        maxHeapBytes: config.maxHeapBytes,
        signal,
        progress: (share, stage) => deps.board.progress(share, stage),
        confirm: () => lease.confirm(),
      }),
  );
  deps.board.end(run);
  deps.metrics.runs.inc({ task: task.name, outcome: run.outcome });
  deps.metrics.seconds.observe({ task: task.name }, run.tookMs / 1_000);
  if (run.outcome === 'failed')
    deps.log.warn({ ...run }, 'a task of the models failed; it is wished again later');
  else deps.log.debug({ ...run }, 'a task of the models ended');
}

/** A run is longer than a lease: it is renewed meanwhile; a failure shows when the run confirms it before it writes. */
async function keepingLease<T>({ clock }: WorkDeps, lease: HeldLease, run: () => Promise<T>): Promise<T> {
  const renewal = clock.every(1_000, async () => {
    await lease.confirm().catch(() => undefined);
  });
  try {
    return await run();
  } finally {
    renewal.stop();
  }
}

/** Tells progress at most twice a second and never two at once: a slow bus costs freshness, not memory. */
function teller(
  clock: Clock,
  write: (percent: number, stage: string) => Promise<void>,
): { tell(share: number, stage: string): void; settled(): Promise<void> } {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | undefined;
  return {
    tell: (share, stage) => {
      if (writing !== undefined || clock.monotonicMs() - toldAtMs < TELL_EVERY_MS) return;
      toldAtMs = clock.monotonicMs();
      writing = write(Math.floor(100 * Math.min(1, share)), stage).finally(() => {
        writing = undefined;
      });
    },
    settled: async () => {
      await writing;
    },
  };
}
