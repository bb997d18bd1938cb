import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newTenant } from '../platform/access/tenant-rules.ts';
import { createJsonCodec } from '../platform/bus/json.ts';
import { openKv } from '../platform/bus/kv.ts';
import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import type { CanonicalEvent } from '../platform/contracts/event.ts';
import { stageNames, StageStatus, stageStatusSubject } from '../platform/contracts/stages.ts';
import { buckets, eventsStream } from '../platform/contracts/subjects.ts';
import { Tenant } from '../platform/contracts/tenant.ts';
import { verifySubject, VerifyReport } from '../platform/contracts/verify.ts';
import { createIdentityHasher, partitionOf } from '../platform/record-batch/identity.ts';
import { eventually } from '../platform/testing/servers.ts';
import { createDirectory } from '../streams/directory.ts';
import { countRows, createRig, type Rig } from '../streams/testing/rig.ts';
import { PARTITIONS } from '../streams/testing/settings.ts';
import { canonical, START_MS, worldEvents } from '../streams/trends/testing/events.ts';
import { auditPosts } from './chaos/audit/posts.ts';
import { auditRecurring } from './chaos/audit/recurring.ts';
import { auditSignals } from './chaos/audit/signals.ts';
import { auditTrends } from './chaos/audit/trends.ts';

const DAY_MS = 86_400_000;
const status = createJsonCodec(StageStatus);
const report = createJsonCodec(VerifyReport);
const quick = {
  stagePollIntervalMs: 30,
  stageFlushIntervalMs: 100,
  stageSnapshotIntervalMs: 200,
  stageWorkShare: 1,
};
const tenant: Tenant = newTenant('main', 'Main', false, START_MS);

function subscription(n: number, type: string, atMs: number, data: object): CanonicalEvent {
  return {
    ...canonical({
      tenant: 'main',
      source: 'shop',
      id: `s${n}-${type}`,
      type,
      eventTimeMs: atMs,
      receivedAtMs: atMs,
      channel: '',
      content: '',
      data: {},
    }),
    user: `u${n}`,
    dataJson: JSON.stringify(data),
  };
}

const metricNames = new Map(eventCatalogue.map((spec) => [spec.type, spec.metrics]));

/** The columns a door would make of the data: windows count by these, their recount by the data. */
function metricsOf(type: string, data: unknown): number[] {
  const record = Value.Parse(Type.Record(Type.String(), Type.Unknown()), data);
  return (metricNames.get(type) ?? []).map((name) => {
    const value = record[name];
    return typeof value === 'number' ? value : Number.NaN;
  });
}

function isOfPartition({ tenant: of, source, id }: CanonicalEvent, partition: number): boolean {
  const lanes = new Uint32Array(4);
  hasher.identity(of, source, id, lanes, 0);
  return partitionOf(lanes, PARTITIONS) === partition;
}
const hasher = createIdentityHasher();

/** Three days in order: subjects that trend, posts with their views, customers that come and go. */
const days = [0, 1, 2].map((day) => {
  const from = START_MS + day * DAY_MS;
  const world = worldEvents(7, 4, 1)
    .map((event) => ({ ...canonical(event), metrics: metricsOf(event.type, event.data) }))
    .filter(({ eventTimeMs }) => eventTimeMs >= from && eventTimeMs < from + DAY_MS);
  const shop = Array.from({ length: 12 }, (_, i) => {
    const n = day * 12 + i;
    return [
      subscription(n, 'subscription_started', from + i * 3_600_000, {
        plan: 'pro',
        unit_amount_minor: 900 + n,
      }),
      ...(day === 0
        ? []
        : [
            subscription(n - 12, 'subscription_changed', from + i * 3_600_000 + 1, {
              unit_amount_minor: 500 + n,
            }),
          ]),
    ];
  }).flat();
  return [...world, ...shop].toSorted((a, b) => a.eventTimeMs - b.eventTimeMs);
});

describe('a log that lost its end', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await createRig();
    const tenants = await openKv(rig.bus, buckets.tenants, { schema: Tenant });
    await tenants.put('main', tenant);
  });
  afterEach(async () => rig.close());

  const publish = async (events: readonly CanonicalEvent[]): Promise<void> => {
    for (let i = 0; i < events.length; i += 15) await rig.publish(events.slice(i, i + 15));
  };
  /** Everything is stored once, and every stage has applied and written all of it. */
  const settled = async (events: number): Promise<void> => {
    await eventually(
      `${events} events are stored`,
      async () => (await countRows(rig.store, 'SELECT count() AS n FROM events')) >= events,
      60_000,
    );
    const highest = await countRows(rig.store, 'SELECT max(seq) AS n FROM events');
    await eventually(
      'every stage has applied and written them',
      async () => {
        const stages = await Promise.all(
          stageNames.map((name) =>
            rig.bus.request(stageStatusSubject(name), {}, status, 1_000).catch(() => undefined),
          ),
        );
        return stages.every(
          (stage) =>
            stage?.failure === null &&
            stage.repair === null &&
            !stage.owesWrites &&
            stage.pendingMessages === 0 &&
            (stage.name === 'watch' || stage.position >= highest),
        );
      },
      60_000,
    );
  };
  /** Events are stored once, windows equal a recount, and every stage holds what one undisturbed life of it makes of what is stored. */
  const audit = async (events: number): Promise<void> => {
    const found = await rig.bus.request(verifySubject, { settleTimeoutMs: 30_000 }, report, 50_000);
    const wrong = found.findings.filter(({ code }) => !code.startsWith('LOG_'));
    expect(wrong).toEqual([]);
    expect(found.compared.events).toBe(events);
    expect(await countRows(rig.store, 'SELECT uniqExact(source, id) AS n FROM events')).toBe(events);
    const frontier = await countRows(rig.store, 'SELECT max(seq) AS n FROM events');
    const directory = createDirectory();
    directory.setTenant(tenant);
    const recurring = await auditRecurring(rig.store, directory, frontier);
    let posts = await auditPosts(rig.store, frontier);
    // Counts of posts that are not news are written every few seconds.
    await eventually(
      'the posts are written as they stand',
      async () => {
        if (posts.problems.length > 0) posts = await auditPosts(rig.store, frontier);
        return posts.problems.length === 0;
      },
      40_000,
    );
    const trends = await auditTrends(rig.store, frontier);
    const signals = await auditSignals(rig.bus, rig.store, { trends: trends.told, viral: posts.viral });
    expect([recurring, posts, trends, signals].flatMap(({ problems }) => problems)).toEqual([]);
    const compared = Object.assign({}, ...[recurring, posts, trends, signals].map((one) => one.compared));
    for (const [what, count] of Object.entries({ mrrRows: 30, posts: 10, trendRows: 10, signals: 1 }))
      expect(compared[what], what).toBeGreaterThanOrEqual(count);
  };
  const [first = [], second = [], third = []] = days;
  const total = first.length + second.length + third.length;

  it.each([
    ['all of NATS comes back from an older copy', undefined],
    ['its messages alone come back from an older copy', eventsStream],
  ])('costs no second stage an event when %s', { timeout: 180_000 }, async (_, stream) => {
    const before = await rig.startStreams(quick);
    await publish(first);
    await settled(first.length);
    await before.stop();
    const copy = rig.copyNats();
    const lost = await rig.startStreams(quick);
    // One partition has nothing: it is counted up to the end of a log of which it notices no loss.
    const known = second.filter((event) => isOfPartition(event, 1));
    await publish(known);
    await settled(first.length + known.length);
    await lost.stop();

    await rig.restoreNats(copy, stream);
    const after = await rig.startStreams(quick);
    // Senders repeat what they are not sure of; the rest is new, under sequences that were handed out before.
    await publish([...known.slice(-40), ...second.filter((event) => !known.includes(event)), ...third]);
    await settled(total);
    await audit(total);
    await after.stop();
  });

  it(
    'costs no second stage an event when its stream vanishes and is made anew under them',
    { timeout: 180_000 },
    async () => {
      const streams = await rig.startStreams(quick);
      await publish([...first, ...second]);
      await settled(first.length + second.length);
      await rig.bus.jsm.streams.delete(eventsStream);
      await rig.bus.ensureStream({ name: eventsStream, subjects: ['events.*'], maxBytes: 256 * 1024 * 1024 });
      await publish(third);
      await settled(total);
      await audit(total);
      await streams.stop();
    },
  );
});
