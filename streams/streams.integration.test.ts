import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Type } from '@sinclair/typebox';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { rollups, windowSizes, liveWindows, KpiDefinition, type Measure } from '../platform/contracts/kpi.ts';
import { decodeSketch } from '../platform/kpi/measure-state.ts';
import { measureToSql } from '../platform/kpi/measure-sql.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import { openKv } from '../platform/bus/kv.ts';
import { buckets, eventsStream } from '../platform/contracts/subjects.ts';
import type { Store } from '../platform/store/store.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import { eventually } from '../platform/testing/servers.ts';
import { anyEvent, measures } from './testing/events.ts';
import { countRows, createRig, type Rig } from './testing/rig.ts';

const KpiRow = Type.Object({
  w: Type.Number(),
  dim: Type.String(),
  sums: Type.Record(Type.String(), Type.Number()),
  sketches: Type.Array(Type.Record(Type.String(), Type.String())),
});
const AnyRow = Type.Record(Type.String(), Type.Unknown());

/** Every live window of a tenant against a recount of the stored events in SQL written apart from the processors. */
async function audit(
  store: Store,
  tenant: string,
  timeZone: string,
  over: readonly Measure[] = measures,
): Promise<number> {
  const clock = createWindowClock(timeZone);
  let compared = 0;
  for (const rollup of rollups) {
    for (const size of windowSizes) {
      if (!liveWindows[rollup].includes(size)) continue;
      const rows = await store.query(
        `SELECT toUnixTimestamp64Milli(window_start) AS w, dim, sumMap(sums) AS sums, groupArray(uniques) AS sketches FROM kpi FINAL
         WHERE tenant = {tenant:String} AND window = {size:String} AND rollup = {rollup:String} GROUP BY w, dim`,
        { tenant, size, rollup },
        KpiRow,
      );
      const live = new Map(rows.map((row) => [`${row.w}/${row.dim}`, row]));
      const dim = rollup === 'total' ? "''" : rollup;
      const columns = over.map((measure, i) => `${measureToSql(measure)} AS m${i}`).join(', ');
      const events = await store.query(
        `SELECT toUnixTimestamp64Milli(time) AS t, ${dim} AS d, ${columns} FROM events WHERE tenant = {tenant:String} GROUP BY t, d`,
        { tenant },
        AnyRow,
      );
      const expected = new Map<string, Map<string, number>>();
      for (const event of events) {
        const key = `${clock.start(size, Number(event['t']))}/${String(event['d'])}`;
        const sums = expected.get(key) ?? new Map<string, number>();
        for (const [i, measure] of over.entries())
          if (measure.agg !== 'unique' && measure.agg !== 'quantile')
            sums.set(measure.key, (sums.get(measure.key) ?? 0) + Number(event[`m${i}`]));
        expected.set(key, sums);
      }
      for (const [key, sums] of expected) {
        for (const [measure, value] of sums) {
          expect(live.get(key)?.sums[measure] ?? 0, `${rollup} ${size} ${key} ${measure}`).toBe(value);
          compared++;
        }
      }
      expect(
        [...live.keys()].filter(
          (key) => !expected.has(key) && Object.keys(live.get(key)?.sums ?? {}).length > 0,
        ),
      ).toEqual([]);
    }
  }
  return compared;
}

function sampleEvents(count: number, prefix: string, fromMs: number, seed: number): CanonicalEvent[] {
  return fc.sample(anyEvent(2 * 3_600_000), { numRuns: count, seed }).map((event, i) => ({
    ...event,
    id: `${prefix}${i}`,
    eventTimeMs: event.eventTimeMs - 1_774_735_200_000 + fromMs,
    receivedAtMs: fromMs + i,
  }));
}

describe('streams on the real engine', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
  });
  afterAll(async () => rig.close());

  it('stores each event once and every window equals a recount, over restarts, duplicates and late events', async () => {
    const base = Date.UTC(2026, 4, 4, 10);
    const early = sampleEvents(800, 'a', base, 1);
    const later = sampleEvents(800, 'b', base + 5 * 3_600_000, 2);
    const veryLate = sampleEvents(200, 'c', base - 26 * 3_600_000, 3);

    const first = await rig.startStreams();
    for (let i = 0; i < early.length; i += 100) await rig.publish(early.slice(i, i + 100));
    await rig.publish(early.slice(0, 150));
    await eventually(
      'the first part is stored',
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) === early.length,
    );
    await first.stop();

    await rig.publish(later.slice(0, 400));
    const second = await rig.startStreams();
    await rig.publish(later.slice(300));
    await rig.publish(veryLate);
    await rig.publish(veryLate.slice(50, 100));
    const total = early.length + later.length + veryLate.length;
    await eventually(
      'everything is stored',
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) === total,
    );
    await eventually(
      'late windows are corrected',
      async () =>
        (await countRows(
          rig.store,
          `SELECT toUInt64(sum(s['view_events'])) AS n FROM (SELECT sumMap(sums) AS s FROM kpi FINAL WHERE window = '1m' AND rollup = 'total')`,
        )) === (await countRows(rig.store, `SELECT count() AS n FROM events WHERE type = 'video_view'`)),
    );
    await second.stop();
    expect(await countRows(rig.store, 'SELECT uniqExact(source, id) AS n FROM events')).toBe(total);
    expect(
      await countRows(
        rig.store,
        `SELECT toUInt64(sum(count)) AS n FROM event_outcomes FINAL WHERE kind = 'duplicate'`,
      ),
    ).toBe(150 + 100 + 50);
    expect(
      await countRows(
        rig.store,
        `SELECT toUInt64(sum(count)) AS n FROM event_outcomes FINAL WHERE kind = 'late'`,
      ),
    ).toBeGreaterThan(100);
    expect(await audit(rig.store, 'main', 'UTC')).toBeGreaterThan(5_000);
    const viewers = await rig.store.query(
      `SELECT groupArray(uniques) AS sketches FROM kpi FINAL WHERE window = '1mo' AND rollup = 'total'`,
      {},
      Type.Object({ sketches: Type.Array(Type.Record(Type.String(), Type.String())) }),
    );
    const union = viewers[0]?.sketches
      .map((s) => s['viewers'])
      .filter((s) => s !== undefined)
      .map(decodeSketch);
    const merged = union?.reduce((a, b) => {
      a.merge(b);
      return a;
    });
    expect(
      Math.abs(
        (merged?.estimate() ?? 0) /
          (await countRows(rig.store, `SELECT uniqExact(user) AS n FROM events WHERE type = 'video_view'`)) -
          1,
      ),
    ).toBeLessThan(0.1);
  });

  it('neither loses nor doubles when the store fails, or answers late after having stored', async () => {
    const events = sampleEvents(600, 'd', Date.UTC(2026, 5, 1), 4);
    let turn = 0;
    const flaky: Store = {
      ...rig.store,
      insertRows: async (table, columns, tsv, token) => {
        turn++;
        if (turn % 3 === 1) throw new WeirError('STORE_UNAVAILABLE', 'refused before anything was stored');
        await rig.store.insertRows(table, columns, tsv, token);
        if (turn % 3 === 2) throw new WeirError('STORE_UNAVAILABLE', 'timed out after it was stored');
      },
    };
    const before = await countRows(rig.store, 'SELECT count() AS n FROM events');
    const streams = await rig.startStreams({}, flaky);
    for (let i = 0; i < events.length; i += 60) await rig.publish(events.slice(i, i + 60));
    await eventually(
      'everything is stored',
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) >= before + events.length,
    );
    await eventually(
      'windows are written',
      async () =>
        (await countRows(
          rig.store,
          `SELECT toUInt64(sum(s['view_events'])) AS n FROM (SELECT sumMap(sums) AS s FROM kpi FINAL WHERE window = '1mo' AND rollup = 'total')`,
        )) === (await countRows(rig.store, `SELECT count() AS n FROM events WHERE type = 'video_view'`)),
    );
    await streams.stop();
    expect(await countRows(rig.store, 'SELECT count() AS n FROM events')).toBe(before + events.length);
    // Windows whose rows the failing store refused to the last are dirty in the snapshot: the next start writes them.
    const healed = await rig.startStreams();
    await eventually('the rest is written', async () =>
      audit(rig.store, 'main', 'UTC').then(
        () => true,
        () => false,
      ),
    );
    await healed.stop();
    await audit(rig.store, 'main', 'UTC');
  });

  it('counts a KPI added later live from then on and back over history', async () => {
    const streams = await rig.startStreams();
    const likes: Measure = {
      key: 'like_events',
      agg: 'sum',
      types: ['engagement'],
      field: 'm:count',
      default: 1,
      where: { field: 'kind', in: ['like'] },
    };
    const kpis = await openKv(rig.bus, buckets.kpis, { schema: KpiDefinition });
    await rig.publish(sampleEvents(300, 'e', Date.UTC(2026, 5, 2), 5));
    await kpis.put('main.likes', {
      key: 'likes',
      version: 1,
      title: 'Likes',
      description: '',
      unit: 'count',
      formula: 'like_events',
      measures: [likes],
      direction: 'up',
      dimensions: ['channel'],
      origin: 'tenant',
    });
    await rig.publish(sampleEvents(300, 'f', Date.UTC(2026, 5, 2, 1), 6));
    await eventually('history is counted in', async () =>
      audit(rig.store, 'main', 'UTC', [...measures, likes]).then(
        () => true,
        () => false,
      ),
    );
    await streams.stop();
    expect(
      await countRows(
        rig.store,
        `SELECT toUInt64(sum(s['like_events'])) AS n FROM (SELECT sumMap(sums) AS s FROM kpi FINAL WHERE window = '1mo' AND rollup = 'total')`,
      ),
    ).toBeGreaterThan(50);
  });

  it('counts from the stored events what the end of the log has lost, and goes on', async () => {
    const before = await countRows(rig.store, 'SELECT count() AS n FROM events');
    const first = await rig.startStreams({ snapshotIntervalMs: 3_600_000 });
    await rig.publish(sampleEvents(200, 'g', Date.UTC(2026, 5, 3), 7));
    await eventually(
      'stored',
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) === before + 200,
    );
    await first.stop();
    // What a truncated last block leaves: a stream that ends before the saved positions and will hand out the same sequences again.
    await rig.bus.jsm.streams.delete(eventsStream);
    await rig.bus.ensureStream({ name: eventsStream, subjects: ['events.*'], maxBytes: 256 * 1024 * 1024 });
    const second = await rig.startStreams();
    const fresh = sampleEvents(200, 'h', Date.UTC(2026, 5, 3, 1), 8);
    for (let i = 0; i < fresh.length; i += 10) await rig.publish(fresh.slice(i, i + 10));
    await rig.publish(sampleEvents(200, 'g', Date.UTC(2026, 5, 3), 7));
    await eventually(
      'the new ones are stored',
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) === before + 400,
    );
    await eventually('windows are whole', async () =>
      audit(rig.store, 'main', 'UTC').then(
        () => true,
        () => false,
      ),
    );
    await second.stop();
    expect(await countRows(rig.store, 'SELECT count() - uniqExact(source, id) AS n FROM events')).toBe(0);
  });
});
