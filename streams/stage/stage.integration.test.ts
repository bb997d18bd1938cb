import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { stageNames, StageStatus, stageStatusSubject } from '../../platform/contracts/stages.ts';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createLeaseStore } from '../../platform/lease/lease-store.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import {
  createCheckpointStore,
  createEpochStore,
  createEventLog,
  createSnapshotStore,
} from '../adapters/nats.ts';
import { createDirectory } from '../directory.ts';
import { secondStages } from '../stages.ts';
import { anyEvent } from '../testing/events.ts';
import { countRows, createRig, type Rig } from '../testing/rig.ts';
import { PARTITIONS, streamsSettings } from '../testing/settings.ts';
import { createFrontier } from './frontier.ts';
import { runnable, startStages, type Stages } from './start-stages.ts';
import type { StageViewing } from './stage.ts';
import { createStoredEvents } from './stored-events.ts';
import { pageViewings } from './stored-viewings.ts';
import { beginning } from './position.ts';
import { createLedgerStage } from './testing/ledger-stage.ts';

const status = createJsonCodec(StageStatus);

function sample(count: number, prefix: string, seed: number): CanonicalEvent[] {
  return fc
    .sample(anyEvent(2 * 3_600_000), { numRuns: count, seed })
    .map((event, i) => ({ ...event, id: `${prefix}${i}`, tenant: i % 7 === 0 ? 'other' : 'main' }));
}

function sumText({ seq, partition, tenant, content, hour, views, reactions }: StageViewing): string {
  return `${seq}/${partition}/${tenant}/${content}/${hour}: ${views}, ${reactions}`;
}

describe('second stages on the real engine', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
  });
  afterAll(async () => rig.close());

  const startLedger = async (rows: Map<string, string>, owner: string, pageRows: number): Promise<Stages> => {
    const stage = createLedgerStage(async (written) => {
      for (const [key, value] of written) rows.set(key, value);
    });
    return startStages(
      {
        bus: rig.bus,
        store: rig.store,
        clock: systemClock,
        log: silentLog,
        metrics: createMetrics({ processMetrics: false }),
        frontier: createFrontier(
          {
            events: createEventLog(rig.bus),
            checkpoints: await createCheckpointStore(rig.bus),
            epochs: await createEpochStore(rig.bus),
            clock: systemClock,
          },
          PARTITIONS,
        ),
        leases: await createLeaseStore(rig.bus),
        snapshots: await createSnapshotStore(rig.bus),
      },
      {
        ...streamsSettings({ owner }),
        stagePollIntervalMs: 20,
        stageSnapshotIntervalMs: 100,
        stagePageRows: pageRows,
        stageWorkShare: 1,
      },
      [runnable(stage)],
    );
  };

  const isAtEnd = async (): Promise<boolean> => {
    const { lastSeq } = await rig.bus.streamState('events');
    const ledger = await rig.bus
      .request(stageStatusSubject('ledger'), {}, status, 1_000)
      .catch(() => undefined);
    return ledger?.position === lastSeq && ledger.pendingMessages === 0 && ledger.failure === null;
  };

  it('reads what is stored, once and in order, over a restart under another owner', async () => {
    const streams = await rig.startStreams();
    const rows = new Map<string, string>();
    const events = [...sample(600, 'a', 1), ...sample(600, 'b', 2)];
    const first = await startLedger(rows, 'one', 37);
    for (let i = 0; i < 600; i += 50) await rig.publish(events.slice(i, i + 50));
    await eventually('the first part is applied', isAtEnd);
    await first.stop();
    for (let i = 600; i < 1_200; i += 50) await rig.publish(events.slice(i, i + 50));
    const second = await startLedger(rows, 'two', 64);
    await eventually('the second part is applied', isAtEnd);
    await second.stop();
    await streams.stop();

    expect(await countRows(rig.store, 'SELECT count() AS n FROM events')).toBe(1_200);
    const ids = [...rows].flatMap(([key, row]) =>
      row === '' || key.includes('/viewed') ? [] : row.split(','),
    );
    const wanted = events.filter(({ type }) => type === 'tip' || type === 'video_view').map(({ id }) => id);
    expect([...ids].sort()).toEqual([...wanted].sort());

    // The whole again, from the beginning and in one page: the same rows.
    const again = new Map<string, string>();
    await rig.bus.jsm.streams.purge('OBJ_snapshots', { filter: '$O.snapshots.M.>' });
    const third = await startLedger(again, 'three', 100_000);
    await eventually('everything is applied again', isAtEnd);
    await third.forget('other');
    await third.stop();
    expect(again).toEqual(rows);
  });

  it('marks the newest event time of each batch and tenant, as the stored events have it', async () => {
    const reader = createStoredEvents(rig.store, 100);
    const { lastSeq } = await rig.bus.streamState('events');
    const newest = new Map<string, number>();
    let position = beginning;
    let events = 0;
    while (position.seq < lastSeq) {
      const page = await reader.read(position, lastSeq, ['tip'], false);
      for (const { tenant, newestMs } of page.marks)
        newest.set(tenant, Math.max(newestMs, newest.get(tenant) ?? 0));
      events += page.events.length;
      ({ position } = page);
    }
    expect(events).toBe(await countRows(rig.store, `SELECT count() AS n FROM events WHERE type = 'tip'`));
    for (const tenant of ['main', 'other']) {
      expect(newest.get(tenant)).toBe(
        await countRows(
          rig.store,
          'SELECT toUnixTimestamp64Milli(max(time)) AS n FROM events WHERE tenant = {tenant:String}',
          { tenant },
        ),
      );
    }
  });

  it.each([7, 10_000])(
    'sums what viewers did by batch, whatever pages cut: %i rows a page',
    async (pageRows) => {
      const reader = createStoredEvents(rig.store, pageRows);
      const { lastSeq } = await rig.bus.streamState('events');
      const sums: string[] = [];
      let views = 0;
      let position = beginning;
      while (position.seq < lastSeq) {
        const page = await reader.read(position, lastSeq, ['tip', 'video_view'], true);
        for (const viewing of page.viewings) {
          sums.push(sumText(viewing));
          views += viewing.views;
        }
        ({ position } = page);
      }
      expect(new Set(sums).size).toBe(sums.length);
      expect(views).toBe(
        await countRows(
          rig.store,
          `SELECT count() AS n FROM events WHERE type = 'video_view' AND content != ''`,
        ),
      );
      expect(views).toBeGreaterThan(50);
      // Too many sums for a page end it earlier, between two batches.
      const few = await pageViewings(rig.store, beginning, lastSeq, 5);
      expect(few.toSeq).toBeLessThan(lastSeq);
      expect(few.viewings.map(sumText)).toEqual(sums.slice(0, few.viewings.length));
    },
  );

  it('are those the contract names: each is asked for its status by name', async () => {
    const stages = secondStages(
      {
        bus: rig.bus,
        store: rig.store,
        clock: systemClock,
        log: silentLog,
        metrics: createMetrics({ processMetrics: false }),
        directory: createDirectory(),
        events: createEventLog(rig.bus),
        frontier: { read: async () => 0 },
      },
      streamsSettings(),
    );
    expect(stages.map(({ name }) => name).toSorted()).toEqual([...stageNames].toSorted());
  });
});
