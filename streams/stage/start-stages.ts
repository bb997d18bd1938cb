import { Type } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { stageForgetSubject, stageStatusSubject, type StageStatus } from '../../platform/contracts/stages.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { StreamsConfig } from '../config.ts';
import type { LeaseStore } from '../../platform/lease/lease-store.ts';
import type { SnapshotStore } from '../ports.ts';
import type { Frontier } from './frontier.ts';
import { createStageMetrics } from './metrics.ts';
import { runStage, type OwnedStage, type StageConfig, type StageDeps } from './run-stage.ts';
import type { Stage } from './stage.ts';
import { createStoredEvents } from './stored-events.ts';

export interface StagesDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly frontier: Pick<Frontier, 'standing'>;
  readonly leases: LeaseStore;
  readonly snapshots: SnapshotStore;
}

/** A stage made ready to run; hides the form of its state, so that stages of different kinds go into one list. */
export interface RunnableStage {
  readonly name: string;
  readonly tables: readonly string[];
  run(deps: StageDeps, config: StageConfig, signal: AbortSignal): Promise<void>;
}

export function runnable<State>(stage: Stage<State>): RunnableStage {
  return {
    name: stage.name,
    tables: stage.tables,
    run: (deps, config, signal) => runStage(deps, stage, config, signal),
  };
}

export interface Stages {
  /**
   * Makes every stage drop a tenant, whichever process works on it, then deletes the tenant's rows in the stages' tables. Throws
   * BUS_REQUEST_FAILED while a stage has no owner; may be repeated.
   */
  forget(tenant: string): Promise<void>;
  stop(): Promise<void>;
}

const FORGET_TIMEOUT_MS = 30_000;
const done = createJsonCodec(Type.Object({ forgotten: Type.Literal(true) }));

/** Starts the second stages: each runs where its lease can be had, and answers for itself on the bus while it does. */
export function startStages(
  deps: StagesDeps,
  config: StreamsConfig,
  stages: readonly RunnableStage[],
): Stages {
  const { bus, store } = deps;
  const stopping = new AbortController();
  const metrics = createStageMetrics(deps.metrics);

  /** While this process works on the stage it answers for it. */
  const onOwned = (stage: OwnedStage): (() => void) => {
    const responders = [
      bus.respond(
        stageForgetSubject(stage.name),
        createJsonCodec(Type.Object({ tenant: Type.String() })),
        async ({ tenant }) => {
          await stage.forget(tenant);
          return { forgotten: true };
        },
      ),
      bus.respond(stageStatusSubject(stage.name), createJsonCodec(Type.Object({})), (): StageStatus => ({
        name: stage.name,
        position: stage.position,
        pendingMessages: stage.pending,
        flushedAtMs: stage.flushedAtMs ?? null,
        owesWrites: stage.owesWrites,
        failure: stage.failure ?? null,
        repair: stage.repair ?? null,
      })),
    ];
    return () => {
      for (const responder of responders) responder.stop();
    };
  };
  const running = stages.map((stage) =>
    stage.run(
      { ...deps, stored: createStoredEvents(store, config.stagePageRows), metrics, onOwned },
      config,
      stopping.signal,
    ),
  );
  return {
    forget: async (tenant) => {
      for (const { name, tables } of stages) {
        await bus.request(stageForgetSubject(name), { tenant }, done, FORGET_TIMEOUT_MS);
        for (const table of tables)
          await store.command(
            `ALTER TABLE ${table} DELETE WHERE tenant = {tenant:String} SETTINGS mutations_sync = 1`,
            { tenant },
          );
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
