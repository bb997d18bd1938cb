import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Type } from '@sinclair/typebox';
import { createJsonCodec } from '../platform/bus/json.ts';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { eventsStream } from '../platform/contracts/subjects.ts';
import { verifySubject, VerifyReport, type AcknowledgedMark } from '../platform/contracts/verify.ts';
import { eventually } from '../platform/testing/servers.ts';
import type { Streams } from './main.ts';
import { anyEvent } from './testing/events.ts';
import { countRows, createRig, type Rig } from './testing/rig.ts';

const report = createJsonCodec(VerifyReport);
const codesOf = (found: VerifyReport): string[] => found.findings.map(({ code }) => code).sort();

function sampleEvents(count: number, prefix: string, fromMs: number, seed: number): CanonicalEvent[] {
  return fc.sample(anyEvent(2 * 3_600_000), { numRuns: count, seed }).map((event, i) => ({
    ...event,
    id: `${prefix}${i}`,
    eventTimeMs: event.eventTimeMs - 1_774_735_200_000 + fromMs,
    receivedAtMs: fromMs + i,
  }));
}

describe('the audit of a running engine', () => {
  let rig: Rig;
  let streams: Streams;
  beforeAll(async () => {
    rig = await createRig();
    streams = await rig.startStreams();
  });
  afterAll(async () => {
    await streams.stop();
    await rig.close();
  });

  const verify = async (acknowledged?: AcknowledgedMark): Promise<VerifyReport> =>
    rig.bus.request(
      verifySubject,
      { settleTimeoutMs: 20_000, ...(acknowledged === undefined ? {} : { acknowledged }) },
      report,
      40_000,
    );

  it('finds nothing wrong where nothing is, while events keep coming, late and repeated ones too', async () => {
    const base = Date.UTC(2026, 4, 4, 10);
    const events = [
      ...sampleEvents(1_500, 'a', base, 1),
      ...sampleEvents(300, 'b', base - 26 * 3_600_000, 2),
      ...sampleEvents(1_500, 'c', base + 3 * 3_600_000, 3),
    ];
    for (let i = 0; i < 1_800; i += 100) await rig.publish(events.slice(i, i + 100));
    const coming = (async () => {
      for (let i = 1_750; i < events.length; i += 25) await rig.publish(events.slice(i, i + 50));
    })();
    const found = await verify();
    await coming;
    expect(found.findings).toEqual([]);
    expect(found.ok).toBe(true);
    expect(found.compared.windows).toBeGreaterThan(500);
    expect(found.compared.events).toBeGreaterThanOrEqual(1_800);
    const again = await verify();
    expect(again.findings).toEqual([]);
    expect(again.compared).toMatchObject({ tenants: 1, events: events.length });
  });

  it('names a window that differs, an event stored twice and leaves no tables behind', async () => {
    await rig.store.command(
      `INSERT INTO kpi SELECT * REPLACE (mapUpdate(sums, map('view_events', sums['view_events'] + 1)) AS sums, version + 1000000 AS version)
       FROM kpi FINAL WHERE window = '1mo' AND rollup = 'channel' AND dim = 'c1' AND sums['view_events'] > 0 ORDER BY part LIMIT 1`,
    );
    const wrong = await verify();
    expect(wrong.ok).toBe(false);
    expect(wrong.findings).toMatchObject([
      {
        code: 'KPI_WINDOW_DIFFERS',
        details: {
          differing: 1,
          shown: [{ tenant: 'main', rollup: 'channel', window: '1mo', dim: 'c1', measure: 'view_events' }],
        },
      },
    ]);
    await rig.store.command('INSERT INTO events SELECT * FROM events ORDER BY id LIMIT 1');
    expect(codesOf(await verify())).toContain('EVENT_STORED_TWICE');
    const left = await countRows(
      rig.store,
      `SELECT count() AS n FROM system.tables WHERE database = currentDatabase() AND name LIKE 'verify%'`,
    );
    expect(left).toBe(0);
  });

  it('names batches missing from the end and from the middle of the log, and tells lost from stored', async () => {
    const { lastSeq } = await rig.bus.streamState(eventsStream);
    const seqs = await rig.store.query(
      'SELECT DISTINCT seq, partition FROM events ORDER BY seq LIMIT 20',
      {},
      Type.Object({ seq: Type.Number(), partition: Type.Number() }),
    );
    const inTheMiddle = seqs[4]?.seq ?? 0;
    await rig.bus.jsm.streams.deleteMessage(eventsStream, inTheMiddle);
    const recent = [{ seq: lastSeq + 2, partition: 1, events: 7 }];
    const found = await verify({ lastSeq: lastSeq + 2, atMs: 0, recent });
    const log = found.findings.filter(({ code }) => code.startsWith('LOG'));
    expect(log).toMatchObject([
      {
        code: 'LOG_BATCHES_LOST',
        severity: 'error',
        details: { sequences: `${lastSeq + 1}–${lastSeq + 2}`, batches: 2, eventsOfRememberedBatches: 7 },
      },
      {
        code: 'LOG_BATCHES_MISSING_BUT_STORED',
        severity: 'info',
        details: { sequences: `${inTheMiddle}` },
      },
    ]);
  });

  it('says so when the engine cannot catch up', async () => {
    await streams.stop();
    const failing = { ...rig.store, insertRows: () => Promise.reject(new Error('disk full')) };
    streams = await rig.startStreams({}, failing);
    await rig.publish(sampleEvents(50, 'z', Date.UTC(2026, 4, 5), 9));
    await eventually('an answer', async () => {
      const found = await rig.bus.request(verifySubject, { settleTimeoutMs: 500 }, report, 20_000);
      return codesOf(found).includes('ENGINE_NOT_SETTLED');
    });
    await streams.stop();
    streams = await rig.startStreams();
    const healed = await verify();
    expect(codesOf(healed)).not.toContain('ENGINE_NOT_SETTLED');
  });
});
