import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJsonCodec } from '../../platform/bus/json.ts';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { PostDetail } from '../../platform/contracts/posts.ts';
import { StageStatus, stageStatusSubject } from '../../platform/contracts/stages.ts';
import { eventually } from '../../platform/testing/servers.ts';
import { createRig, type Rig } from '../testing/rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = Date.UTC(2026, 9, 1, 12);
let id = 0;

function event(
  type: string,
  eventTimeMs: number,
  content: string,
  data: object = {},
  tenant = 'main',
): CanonicalEvent {
  id += 1;
  return {
    tenant,
    source: 'test',
    id: `e${id}`,
    type,
    eventTimeMs,
    receivedAtMs: start + 30 * 24 * HOUR,
    channel: 'c1',
    content,
    country: '',
    stream: '',
    user: '',
    amountMinor: 0,
    currency: '',
    amountBaseMinor: Number.NaN,
    metrics: [],
    flags: 0,
    dataJson: JSON.stringify(data),
  };
}

const many = (count: number, make: (i: number) => CanonicalEvent): CanonicalEvent[] =>
  Array.from({ length: count }, (_, i) => make(i));

const Row = Type.Object({
  content: Type.String(),
  title: Type.String(),
  views: Type.Number(),
  engagement: Type.Number(),
  viral: Type.Union([Type.Number(), Type.Null()]),
  detail: Type.String(),
});
const SignalRow = Type.Object({
  id: Type.String(),
  state: Type.String(),
  revision: Type.Number(),
  dims: Type.String(),
});

let rig: Rig;

async function postRow(content: string) {
  const [row] = await rig.store.query(
    `SELECT content, title, views, engagement, toUnixTimestamp64Milli(viral_at) AS viral, detail FROM posts FINAL
     WHERE tenant = 'main' AND content = {content:String}`,
    { content },
    Row,
  );
  if (row === undefined) return undefined;
  return { ...row, detail: Value.Decode(PostDetail, JSON.parse(row.detail)) };
}

const isAtEnd = async (): Promise<boolean> => {
  const { lastSeq } = await rig.bus.streamState('events');
  const status = await rig.bus
    .request(stageStatusSubject('posts'), {}, createJsonCodec(StageStatus), 1_000)
    .catch(() => undefined);
  return status?.position === lastSeq && status.failure === null;
};

describe('posts on the real engine', () => {
  beforeAll(async () => {
    rig = await createRig();
  });
  afterAll(() => rig.close());

  test('are followed from publication, over a restart, whatever came first; viral ones are told', async () => {
    const quick = { stagePollIntervalMs: 20, stageSnapshotIntervalMs: 100, stageWorkShare: 1 };
    let streams = await rig.startStreams(quick);
    // Eight posts with 20 views and 2 likes in the first ten minutes.
    const earlier = many(8, (i) =>
      event('post_published', start + i * HOUR, `old${i}`, { title: `Old ${i}` }),
    );
    await rig.publish(earlier);
    for (let i = 0; i < 8; i += 1)
      await rig.publish([
        ...many(20, (k) => event('video_view', start + i * HOUR + k * 20_000, `old${i}`)),
        event('engagement', start + i * HOUR + MINUTE, `old${i}`, { kind: 'like', count: 2 }),
        event('engagement', start + i * HOUR + MINUTE, `old${i}`, { kind: 'dislike', count: 90 }),
      ]);
    // Views that are stored before their post is known.
    const at = start + 10 * HOUR;
    await rig.publish(many(60, (k) => event('video_view', at + k * 5_000, 'hot')));
    await eventually('the first part is applied', isAtEnd);
    await streams.stop();

    streams = await rig.startStreams(quick);
    await rig.publish([event('post_published', at, 'hot', { title: 'Hot one' })]);
    await rig.publish([
      event('share', at + 2 * MINUTE, 'hot', { count: 12 }),
      event('post_metrics', at + 3 * MINUTE, 'hot', { views: 30, likes: 3, comments: 1 }),
      event('post_published', at, 'hot', { title: 'another tenant' }, 'other'),
    ]);
    // Something an hour later moves the watermark over the checks of 15 minutes and an hour.
    await rig.publish([event('tip', at + HOUR + 10_000, '')]);
    await eventually(
      'the post is checked',
      async () => (await postRow('hot'))?.detail.checks[1]?.isDue === true,
    );
    const hot = await postRow('hot');
    expect(hot).toMatchObject({ title: 'Hot one', views: 60, engagement: 12, viral: at + 15 * MINUTE });
    expect(hot?.detail.checks.map(({ isDue }) => isDue)).toEqual([true, true, false, false, false]);
    expect(hot?.detail.checks[0]).toMatchObject({ views: 60, engagement: 12, isViral: true });
    expect(hot?.detail.checks[0]?.expectedViews).toBeCloseTo(20, 6);
    expect(hot?.detail.checks[0]?.expectedEngagement).toBeCloseTo(2, 6);
    expect(await postRow('old3')).toMatchObject({ views: 20, engagement: 2, viral: null });

    await rig.publish(many(5, (k) => event('video_view', at + 30 * MINUTE + k, 'hot')));
    await rig.publish([event('tip', at + 25 * HOUR, '')]);
    await eventually('the day is over', async () => (await postRow('hot'))?.detail.checks[4]?.isDue === true);
    expect(await postRow('hot')).toMatchObject({ views: 65 });
    const signals = async () =>
      await rig.store.query(
        "SELECT id, state, revision, dims FROM signals WHERE tenant = 'main' AND kind = 'viral' ORDER BY revision",
        {},
        SignalRow,
      );
    await eventually('the signal is resolved', async () =>
      (await signals()).some(({ state }) => state === 'resolved'),
    );
    const told = await signals();
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told.map(({ dims }) => JSON.parse(dims).content)).toEqual(told.map(() => 'hot'));
    await streams.stop();
  });

  test('a state built again from the first stored event has the same counts', async () => {
    const rows = async () =>
      await rig.store.query(
        "SELECT content, title, views, engagement, toUnixTimestamp64Milli(viral_at) AS viral, detail FROM posts FINAL WHERE tenant = 'main' ORDER BY content",
        {},
        Row,
      );
    const before = await rows();
    expect(before).toHaveLength(9);
    await rig.bus.jsm.streams.purge('OBJ_snapshots', { filter: '$O.snapshots.M.>' });
    await rig.store.command('TRUNCATE TABLE posts');
    const streams = await rig.startStreams({ stagePollIntervalMs: 20, stageWorkShare: 1 });
    await eventually('all rows are back', async () => (await rows()).length === 9 && (await isAtEnd()));
    await eventually(
      'with the same content',
      async () => JSON.stringify(await rows()) === JSON.stringify(before),
    );
    await streams.stop();
  });
});
