import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Value } from '@sinclair/typebox/value';
import { startRig, type Rig } from '../../gateway/testing/rig.ts';
import { ingestConfig } from '../../ingest/config.ts';
import { start as startIngest, type Ingest } from '../../ingest/main.ts';
import type { PlainEvent } from '../../ingest/import/plain-event.ts';
import { createSimulator } from '../../ingest/simulate/simulator.ts';
import { readFrom } from '../../platform/bus/reader.ts';
import { resolveConfig } from '../../platform/config/config.ts';
import { AnomalyDetail, AnomalyList, type AnomalyView } from '../../platform/contracts/anomaly.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import { signalsStream } from '../../platform/contracts/subjects.ts';
import { silentLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { start as startStreams, type Streams } from '../main.ts';
import { streamsSettings } from '../testing/settings.ts';

/**
 * The simulated network, whose outages are known, through the real door, processors, watch and gateway, faster than time. After 307 minutes its
 * player fails for ten minutes (85% of all views are lost).
 */
const SEED = 'watch354';
const RATE_PER_SECOND = 1.5;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 8, 15, 10);
const OUTAGE_MINUTE = 307;
const END_MS = START_MS + 345 * MINUTE_MS;

describe('the watch on the simulated network', () => {
  const simulator = createSimulator({ seed: SEED, ratePerSecond: RATE_PER_SECOND, startMs: START_MS });
  const [, sent] = simulator.step(simulator.initial, END_MS);
  let rig: Rig;
  let ingest: Ingest | undefined;
  let key: string;
  let streams: Streams;

  const start = async (): Promise<Streams> => {
    const { bus, cache, store } = rig;
    return startStreams(
      {
        bus,
        cache,
        store,
        clock: systemClock,
        log: silentLog,
        metrics: createMetrics({ processMetrics: false }),
      },
      {
        ...streamsSettings({ partitions: 4 }),
        stagePollIntervalMs: 50,
        stageWorkShare: 1,
        watchSettleMs: 5_000,
        watchSignalMaxAgeMs: Number.MAX_SAFE_INTEGER,
        watchMinutesBackMs: Number.MAX_SAFE_INTEGER,
      },
    );
  };
  const post = async (events: readonly PlainEvent[]): Promise<void> => {
    for (let i = 0; i < events.length; i += 1_000) {
      const { status, body } = await rig.call('POST', '/v1/events', {
        key,
        body: events.slice(i, i + 1_000),
      });
      if (status !== 200 && status !== 202) throw new Error(`refused: ${status} ${JSON.stringify(body)}`);
    }
  };
  const anomalies = async (query: string): Promise<AnomalyView[]> => {
    const { body } = await rig.call('GET', `/api/v1/anomalies?from=${START_MS}&limit=500&${query}`, { key });
    expect([...Value.Errors(AnomalyList, body)].slice(0, 1)).toEqual([]);
    return Value.Decode(AnomalyList, body).anomalies;
  };
  const overlapping = (found: readonly AnomalyView[], fromMs: number, toMs: number): AnomalyView[] =>
    found.filter(({ startedAtMs, endedAtMs }) => startedAtMs < toMs && endedAtMs > fromMs);

  beforeAll(async () => {
    rig = await startRig({ before: (request, response) => ingest?.handle(request, response) === true });
    const config = resolveConfig([ingestConfig], {}, undefined).get(ingestConfig);
    const { access, bus, metrics } = rig;
    ingest = await startIngest({ bus, access, clock: systemClock, log: silentLog, metrics }, config);
    key = await rig.key('demo', 'ingest:write', 'query:read', 'admin');
    const sensitivity = { kpi: { key: 'views', falseAlarmsPerWeek: 50 } };
    expect((await rig.call('PATCH', '/api/v1/watch', { key, body: sensitivity })).status).toBe(200);
    streams = await start();
    const half = sent.findIndex(({ time }) => Date.parse(time) >= START_MS + (OUTAGE_MINUTE + 4) * MINUTE_MS);
    await post(sent.slice(0, half));
    // Ended in the middle of the outage, and begun again.
    await streams.stop();
    streams = await start();
    await post(sent.slice(half));
  }, 120_000);
  afterAll(async () => {
    await streams.stop();
    await ingest?.stop();
    await rig.stop();
  });

  it('finds the outage, tells when it is over, and explains it by every channel', async () => {
    const outage = simulator.groundTruth
      .outages(START_MS, END_MS)
      .find(({ component }) => component === 'player');
    if (outage === undefined) throw new Error('the network has no outage');
    let found: AnomalyView[] = [];
    await eventually(
      'the outage is found and over',
      async () => {
        found = overlapping(await anomalies('kpi=views&window=1m'), outage.startMs, outage.endMs);
        return found.some(({ state }) => state === 'resolved');
      },
      60_000,
    );
    expect(found).toHaveLength(1);
    const [episode] = found;
    expect(episode).toMatchObject({
      rollup: 'total',
      dim: '',
      isGood: false,
      parentId: null,
    });
    expect(Math.abs((episode?.startedAtMs ?? 0) - outage.startMs)).toBeLessThanOrEqual(2 * MINUTE_MS);
    // What it is judged by looks a few minutes back.
    expect(Math.abs((episode?.endedAtMs ?? 0) - outage.endMs)).toBeLessThanOrEqual(5 * MINUTE_MS);
    const { body } = await rig.call('GET', `/api/v1/anomalies/${episode?.id}`, { key });
    const detail = Value.Decode(AnomalyDetail, body);
    expect(detail.band.length).toBeGreaterThan(40);
    const { explanation } = detail;
    const byChannel = explanation?.dimensions.find(({ dimension }) => dimension === 'channel')?.contributions;
    expect(byChannel?.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    // What each channel had in that minute is what was sent; the one that had most lost most, and nobody alone lost all of it.
    const startMs = explanation?.windowStartMs ?? 0;
    const then = viewsByChannel(sent, startMs, startMs + MINUTE_MS);
    for (const { observed, value } of byChannel ?? [])
      if (value !== null) expect(observed, value).toBe(then.get(value) ?? 0);
    const before = viewsByChannel(sent, outage.startMs - 60 * MINUTE_MS, outage.startMs);
    const ranked = [...before].sort((a, b) => b[1] - a[1]).map(([channel]) => channel);
    expect(ranked.slice(0, 3)).toContain(byChannel?.[0]?.value);
    expect(byChannel?.[0]?.share).toBeLessThan(0.6);
  }, 90_000);

  it('has told each signal once, fired and resolved, the same on the stream and over the API', async () => {
    const told: Signal[] = [];
    const { signal } = new AbortController();
    for await (const batch of readFrom({
      bus: rig.bus,
      stream: signalsStream,
      subject: `${signalsStream}.demo.anomaly`,
      fromSeq: 1,
      signal,
      untilCaughtUp: true,
    }))
      for (const { data } of batch) told.push(Value.Decode(Signal, JSON.parse(Buffer.from(data).toString())));
    const keys = told.map(({ id, revision }) => `${id}/${revision}`);
    expect(new Set(keys).size).toBe(keys.length);
    const outage = told.filter(
      ({ kpi, window, dims }) => kpi === 'views' && window === '1m' && dims.channel === undefined,
    );
    const first = outage.find(({ revision }) => revision === 1);
    expect(first?.state).toBe('firing');
    const last = outage.filter(({ id }) => id === first?.id).at(-1);
    expect(last?.state).toBe('resolved');
    expect(last?.endedAtMs).not.toBeNull();
    const { body } = await rig.call('GET', `/api/v1/signals?kind=anomaly&from=${START_MS}&limit=500`, {
      key,
    });
    const listed = new Map<string, number>();
    for (const { id, revision } of body.signals) listed.set(id, revision);
    for (const { id } of told)
      expect(listed.get(id)).toBe(
        Math.max(...told.filter((each) => each.id === id).map(({ revision }) => revision)),
      );
  });
});

/** Views that were sent, by channel. */
function viewsByChannel(events: readonly PlainEvent[], fromMs: number, toMs: number): Map<string, number> {
  const views = new Map<string, number>();
  for (const { data, time, type } of events) {
    const channel = data['channel_id'];
    const atMs = Date.parse(time);
    if (type !== 'video_view' || typeof channel !== 'string' || atMs < fromMs || atMs >= toMs) continue;
    views.set(channel, (views.get(channel) ?? 0) + 1);
  }
  return views;
}
