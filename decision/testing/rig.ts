import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newTenant } from '../../platform/access/tenant-rules.ts';
import { createJsonCodec, type Bus } from '../../platform/bus/bus.ts';
import { resolveConfig } from '../../platform/config/config.ts';
import {
  decisionOperations,
  type AskBody,
  type AskReply,
  type DecisionOperation,
} from '../../platform/contracts/decision-wire.ts';
import type { Signal } from '../../platform/contracts/signal.ts';
import {
  decisionAskSubject,
  rendersStream,
  signalsStream,
  signalSubject,
} from '../../platform/contracts/subjects.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { createTestBus, startTestNats } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { decisionConfig } from '../config.ts';
import type { CrashPoint, Faults } from '../faults.ts';
import { start } from '../main.ts';

/** The decision engine on a real nats-server and ClickHouse in process; tenant `main` in USD. */
export interface DecisionRig {
  readonly bus: Bus;
  readonly store: ClickHouseStore;
  readonly home: string;
  ask<K extends DecisionOperation>(name: K, body: AskBody<K>, actor?: string): Promise<AskReply<K>>;
  tell(signal: Signal): Promise<void>;
  /** Stops the engine and starts one over what it left. */
  restart(): Promise<void>;
  /** From now on every passage of this point ends the work as if it had been killed, `times` times. */
  crashAt(point: CrashPoint, times: number): void;
  crashes(): number;
  stop(): Promise<void>;
}

export async function startDecisionRig(): Promise<DecisionRig> {
  const nats = await startTestNats();
  const bus = await createTestBus(nats);
  const home = mkdtempSync(join(tmpdir(), 'weir-decision-'));
  const store = await openClickHouse({ database: 'weir', path: join(home, 'clickhouse') });
  await migrate(store);
  for (const [name, subjects] of [
    [signalsStream, `${signalsStream}.*.*`],
    [rendersStream, `${rendersStream}.*`],
  ] as const)
    await bus.ensureStream({ name, subjects: [subjects], maxBytes: 1 << 24 });
  const tenant = { ...newTenant('main', 'Main', false, systemClock.nowMs()), currency: 'USD' };
  let planned: { readonly point: CrashPoint; left: number } | undefined;
  let crashes = 0;
  const faults: Faults = (point) => {
    if (planned?.point !== point || planned.left === 0) return;
    planned.left -= 1;
    crashes += 1;
    throw new Error(`killed at "${point}"`);
  };
  const config = resolveConfig(
    [decisionConfig],
    { WEIR_DECISION_HTTP_OUT_ALLOW_LOOPBACK: 'true', WEIR_DECISION_LEASE_TTL_MS: '2000' },
    undefined,
  ).get(decisionConfig);
  const begin = () =>
    start(
      {
        bus,
        store,
        access: {
          tenant: (id) => (id === 'main' ? tenant : undefined),
          tenants: () => [tenant],
          keys: () => [],
        },
        clock: systemClock,
        random: createRandom('decision rig'),
        log: silentLog,
        metrics: createMetrics({ processMetrics: false }),
        home,
        owner: 'rig',
        faults,
      },
      config,
    );
  let engine = await begin();
  return {
    bus,
    store,
    home,
    ask: async (name, body, actor = 'user:admin') =>
      await bus.request(
        decisionAskSubject(name),
        { tenant: 'main', actor, body },
        createJsonCodec(decisionOperations[name].reply),
        10_000,
      ),
    tell: async (signal) => {
      await bus.publish(
        signalSubject(signal.tenant, signal.kind),
        new TextEncoder().encode(JSON.stringify(signal)),
        {
          msgId: `${signal.kind}/${signal.id}/${signal.revision}`,
        },
      );
    },
    restart: async () => {
      await engine.stop();
      engine = await begin();
    },
    crashAt: (point, times) => {
      planned = { point, left: times };
    },
    crashes: () => crashes,
    stop: async () => {
      await engine.stop();
      await store.close();
      await bus.close();
      await nats.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
