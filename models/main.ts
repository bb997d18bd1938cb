import { Type } from '@sinclair/typebox';
import type { AccessDirectory } from '../platform/access/access.ts';
import { randomBase62 } from '../platform/access/api-key.ts';
import { openKvMirror } from '../platform/access/kv-mirror.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { createJsonCodec } from '../platform/bus/json.ts';
import { Job } from '../platform/contracts/api.ts';
import { modelsStatusSubject } from '../platform/contracts/models.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { messageOf } from '../platform/errors/weir-error.ts';
import { workUnderLease } from '../platform/lease/held-lease.ts';
import { createLeaseStore } from '../platform/lease/lease-store.ts';
import type { Log } from '../platform/log/log.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { ModelsConfig } from './config.ts';
import { isChosenBackend, type BackendChoice } from './runtime/backend.ts';
import { describeBackend } from './runtime/choose-backend.ts';
import { createJobRecords } from './service/job-records.ts';
import { createModelsMetrics } from './service/metrics.ts';
import { createStatusBoard } from './service/status.ts';
import { work } from './service/work.ts';
import { createTasks } from './tasks/all-tasks.ts';
import { runOnThread } from './tasks/run-on-thread.ts';
import type { AnyTask } from './tasks/task.ts';

export interface ModelsDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: Pick<AccessDirectory, 'tenants'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** All there are unless a test brings its own. */
  readonly tasks?: readonly AnyTask[];
}

export interface Models {
  stop(): Promise<void>;
}

const LEASE_KEY = 'models';
const STORE_RETRY_MS = 500;

/**
 * Starts the models service: jobs of kind `models` and due tasks, one at a time on a thread that ends with the task, by one process at a time.
 * The backend is chosen on such a thread as well, so nothing of TensorFlow.js stays in memory while nothing is computed.
 * Resolves as soon as it listens to its jobs.
 */
export async function start(deps: ModelsDeps, config: ModelsConfig): Promise<Models> {
  const { access, bus, clock, store } = deps;
  const log = deps.log.child({ module: 'models' });
  const metrics = createModelsMetrics(deps.metrics);
  const records = await openKvMirror(bus, buckets.jobs, { schema: Job });
  const leases = await createLeaseStore(bus);
  const jobs = createJobRecords(records, clock);
  const board = createStatusBoard(() => process.memoryUsage.rss());
  const stopping = new AbortController();
  const { signal } = stopping;
  const maxHeapBytes = config.maxThreadHeapMiB * 1024 * 1024;

  const answering = bus.respond(modelsStatusSubject, createJsonCodec(Type.Object({})), () =>
    board.read(jobs.open().length),
  );

  let found: BackendChoice = config.backend;
  const choosing = runOnThread(
    { name: 'backend', input: null, backend: config.backend, seed: 'backend' },
    { signal, maxHeapBytes },
  ).then(
    (chosen) => {
      if (!isChosenBackend(chosen)) return;
      found = chosen.name;
      board.backend({ ...chosen, refused: [...chosen.refused] });
      log.info(
        { backend: chosen.name, device: chosen.device, selfTestError: chosen.selfTestError },
        describeBackend(chosen),
      );
    },
    (error: unknown) => {
      if (signal.aborted) return;
      board.backendFault(messageOf(error));
      log.error({ err: error }, 'no way to compute with TensorFlow.js works here');
    },
  );

  const working = workUnderLease(
    { leases, clock, log },
    { owner: config.owner, leaseTtlMs: config.leaseTtlMs, storeRetryMs: STORE_RETRY_MS },
    LEASE_KEY,
    signal,
    async (lease, ending) => {
      const tasks = new Map((deps.tasks ?? createTasks()).map((task) => [task.name, task]));
      await work(
        {
          bus,
          store,
          clock,
          log,
          tasks,
          jobs,
          board,
          metrics,
          tenants: () => access.tenants(),
          queueJob: async ({ tenant, params }, task, title) => {
            const nowMs = clock.nowMs();
            const isOpen = jobs
              .open()
              .some((job) => job.tenant === tenant && job.params['task'] === task && job.title === title);
            if (isOpen) return;
            const id = `job_${randomBase62(16)}`;
            await jobs.create({
              id,
              tenant,
              kind: 'models',
              title,
              stage: 'waiting',
              percent: 0,
              state: 'queued',
              createdAtMs: nowMs,
              updatedAtMs: nowMs,
              params: { task, ...params },
            });
          },
        },
        {
          backend: () => found,
          maxHeapBytes,
          checkMs: 1_000 * config.checkSeconds,
          firstCheckMs: 1_000 * config.firstCheckSeconds,
        },
        lease,
        ending,
      );
    },
  );

  return {
    stop: async () => {
      stopping.abort();
      answering.stop();
      await Promise.all([working, choosing]);
      await records.stop();
    },
  };
}
