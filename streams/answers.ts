import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../platform/bus/bus.ts';
import { createJsonCodec } from '../platform/bus/json.ts';
import { openKv } from '../platform/bus/kv.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import { LogIncident, VerifyRequest, verifySubject } from '../platform/contracts/verify.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import type { Directory } from './directory.ts';
import type { KpiWriter } from './kpi-writer.ts';
import type { LogEpoch } from './log-epoch.ts';
import { watermarkOf } from './live.ts';
import type { Partition } from './partition.ts';
import type { EventLog } from './ports.ts';
import { createTurns } from './turns.ts';
import { incidentKeys, verify } from './verify.ts';

/** Answers on the bus how far the processors are, and audits what is stored, one audit at a time. */
export function answerQuestions(
  deps: {
    readonly bus: Bus;
    readonly store: Store;
    readonly clock: Clock;
    readonly directory: Directory;
    readonly events: EventLog;
    readonly partitions: () => Partition[];
    readonly epoch: () => LogEpoch | undefined;
    readonly kpis: KpiWriter;
    readonly stopping: AbortSignal;
  },
  expectedPartitions: number,
): { stop(): void } {
  const { bus, store, clock, directory, events, epoch, partitions, kpis, stopping } = deps;
  const status = bus.respond(
    'streams.status',
    createJsonCodec(Type.Object({ tenant: Type.Optional(Type.String()) })),
    async ({ tenant }) => {
      const { lastSeq } = await events.bounds();
      const watermark = tenant === undefined ? Number.NEGATIVE_INFINITY : watermarkOf(partitions(), tenant);
      const lost = epoch();
      return {
        log: {
          lostAtMs: lost?.atMs ?? null,
          toFollow:
            expectedPartitions - partitions().filter((p) => p.seqOffset >= (lost?.seqOffset ?? 0)).length,
        },
        partitions: partitions().map((p) => ({
          partition: p.partition,
          appliedSeq: p.state.seq - p.seqOffset,
          position: p.position - p.seqOffset,
          pendingBytes: p.pendingBytes,
          pendingMessages: p.pendingMessages,
        })),
        expectedPartitions,
        lastSeq,
        watermarkMs: Number.isFinite(watermark) ? watermark : null,
      };
    },
  );

  const oneAudit = createTurns();
  const audit = bus.respond(verifySubject, createJsonCodec(VerifyRequest), async (request) => {
    const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
    return oneAudit(() =>
      verify(
        {
          store,
          clock,
          directory,
          expectedPartitions,
          partitions,
          inventory: () => events.inventory(),
          lastSeqOf: (partition) => events.lastSeqOf(partition),
          incidents: async () =>
            (await settings.entries(incidentKeys))
              .map(({ value }) => value)
              .filter((value) => Value.Check(LogIncident, value)),
          inTurn: kpis.inTurn,
          flushAll: () => kpis.writeAll(),
          stopping,
        },
        request,
      ),
    );
  });

  return {
    stop: () => {
      status.stop();
      audit.stop();
    },
  };
}
