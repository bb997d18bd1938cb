import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { Trend } from '../../platform/contracts/trend.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { countRows, createRig, type Rig } from '../testing/rig.ts';
import { DAY_MS, HOUR_MS } from './activity.ts';
import { canonical, START_MS, worldEvents } from './testing/events.ts';

const Row = Type.Object({ detail: Type.String(), version: Type.Number(), at: Type.Number() });
const Told = Type.Object({ id: Type.String(), state: Type.String(), revision: Type.Number() });

describe('the stage of trends on the real engine', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
  });
  afterAll(() => rig.close());

  const newest = async (): Promise<readonly { trend: Trend; version: number; at: number }[]> => {
    const rows = await rig.store.query(
      `SELECT detail, version, toUnixTimestamp64Milli(evaluated_at) AS at FROM trends FINAL
       WHERE tenant = 'main' AND version = (SELECT max(version) FROM trends WHERE tenant = 'main') ORDER BY rank`,
      {},
      Row,
    );
    return rows.map(({ detail, version, at }) => ({
      trend: Value.Parse(Trend, JSON.parse(detail)),
      version,
      at,
    }));
  };
  const publish = async (events: readonly CanonicalEvent[]): Promise<void> => {
    for (let i = 0; i < events.length; i += 100) await rig.publish(events.slice(i, i + 100));
  };

  test(
    'a topic that breaks out reaches the table and the signals, over a restart, and nothing is told twice',
    { timeout: 150_000 },
    async () => {
      const fast = {
        stagePollIntervalMs: 50,
        stageFlushIntervalMs: 100,
        stageSnapshotIntervalMs: 200,
        stageWorkShare: 1,
      };
      const world = worldEvents(1, 4, 2)
        .filter(({ eventTimeMs }) => eventTimeMs < START_MS + 4 * DAY_MS)
        .map(canonical);
      const cut = world.findIndex((event) => event.eventTimeMs > START_MS + 2 * DAY_MS + 20 * HOUR_MS);
      const isWritten = (fromMs: number) => async (): Promise<boolean> => {
        const rows = await newest();
        return rows.some(({ trend, at }) => trend.key === 'topic:solar sail' && at >= fromMs);
      };

      const first = await rig.startStreams({ ...fast, owner: 'one' });
      await publish(world.slice(0, cut));
      await eventually('the topic is in the table', isWritten(START_MS + 2 * DAY_MS + 19 * HOUR_MS), 60_000);
      await first.stop();
      const second = await rig.startStreams({ ...fast, owner: 'two' });
      await publish(world.slice(cut));
      await eventually(
        'it is followed after the restart',
        isWritten(START_MS + 3 * DAY_MS + 20 * HOUR_MS),
        60_000,
      );
      await second.stop();

      const trends = await newest();
      const sail = trends.find(({ trend }) => trend.key === 'topic:solar sail')?.trend;
      expect(sail?.rank).toBeLessThanOrEqual(3);
      expect(sail?.evidence.channels).toBeGreaterThan(2);
      expect(trends.map(({ trend }) => trend.rank)).toEqual(trends.map((_, index) => index + 1));

      const told = await rig.store.query(
        `SELECT id, state, toFloat64(revision) AS revision FROM signals WHERE tenant = 'main' AND kind = 'trend' AND kpi = 'topic:solar sail' ORDER BY revision`,
        {},
        Told,
      );
      expect(told[0]).toMatchObject({ state: 'firing', revision: 1 });
      // As many messages as distinct revisions: repeats after the restart carry the same message ids.
      const { state } = await rig.bus.jsm.streams.info('signals', { subjects_filter: 'signals.main.trend' });
      expect(state.subjects?.['signals.main.trend']).toBe(
        await countRows(
          rig.store,
          `SELECT sum(last) AS n FROM (SELECT toFloat64(max(revision)) AS last FROM signals WHERE kind = 'trend' GROUP BY id)`,
        ),
      );
    },
  );
});
