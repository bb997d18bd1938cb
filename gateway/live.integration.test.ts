import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openKv } from '../platform/bus/kv.ts';
import { encodeJson } from '../platform/bus/json.ts';
import type { WindowSize } from '../platform/contracts/kpi.ts';
import type {
  ClientToServerEvents,
  LiveKpiPoint,
  LivePart,
  PartUpdate,
  ServerToClientEvents,
  TopicMessage,
} from '../platform/contracts/live.ts';
import { RenderJob, type LiveRender } from '../platform/contracts/render.ts';
import { buckets, interestSubject, liveSubject } from '../platform/contracts/subjects.ts';
import { createWindowClock } from '../platform/kpi/window-time.ts';
import { eventually } from '../platform/testing/servers.ts';
import { startRig, type Rig } from './testing/rig.ts';

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;
type Answer = { ok: true; snapshot: TopicMessage } | { ok: false; code: string; message: string };

let rig: Rig;
let reader: string;
const clients: Client[] = [];
const clock = createWindowClock('UTC');

beforeAll(async () => {
  rig = await startRig({ config: { WEIR_GATEWAY_PUSH_INTERVAL_MS: '20' } });
  reader = await rig.key('main', 'query:read');
});

afterAll(async () => {
  await rig.stop();
});

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

interface Opened {
  readonly socket: Client;
  /** Everything received, per topic, as a careful client holds it. */
  readonly held: Map<string, Held>;
  subscribe(topic: string): Promise<Answer>;
}

interface Held {
  seq: number;
  gaps: number;
  messages: number;
  readonly values: Map<string, LiveKpiPoint>;
  last: TopicMessage;
}

async function open(options: Parameters<typeof io>[1]): Promise<Opened> {
  const socket: Client = io(rig.origin, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
    ...options,
  });
  clients.push(socket);
  const held = new Map<string, Held>();
  const take = (message: TopicMessage): void => {
    const known = held.get(message.topic);
    const isNext = known !== undefined && message.seq === known.seq + 1;
    const gaps = (known?.gaps ?? 0) + (isNext || message.full === true ? 0 : 1);
    const values = message.full === true ? new Map<string, LiveKpiPoint>() : (known?.values ?? new Map());
    if (message.payload.kind === 'kpis')
      for (const point of message.payload.values) values.set(pointKey(point), point);
    held.set(message.topic, {
      seq: message.seq,
      gaps,
      messages: (known?.messages ?? 0) + 1,
      values,
      last: message,
    });
  };
  socket.on('update', take);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return {
    socket,
    held,
    subscribe: async (topic) =>
      await new Promise<Answer>((resolve) => {
        // Taken at once: the next update may come in the same read of the wire.
        socket.emit('subscribe', { topic }, (answer) => {
          if (answer.ok) take(answer.snapshot);
          resolve(answer);
        });
      }),
  };
}

function pointKey({ dims, key, window, windowStartMs }: LiveKpiPoint): string {
  return `${key} ${window} ${windowStartMs} ${JSON.stringify(dims)}`;
}

let seq = 100;

function update(window: WindowSize, views: number, change: Partial<PartUpdate> = {}): PartUpdate {
  return {
    rollup: 'total',
    dim: '',
    window,
    windowStartMs: clock.start(window, Date.now()),
    revision: 0,
    state: {
      sums: { view_events: views, revenue: 100 * views },
      mins: {},
      maxs: {},
      uniques: {},
      quantiles: {},
    },
    ...change,
  };
}

function publish(tenant: string, updates: readonly PartUpdate[], part = 0): void {
  seq += 1;
  const message: LivePart = { tenant, part, seq, watermarkMs: Date.now() - 5_000, updates };
  rig.bus.publishCore(liveSubject(tenant, 'kpi'), encodeJson(message));
}

function valueOf(
  opened: Opened,
  topic: string,
  key: string,
  window: WindowSize,
  dims: Record<string, string> = {},
): number | null | undefined {
  const wanted = pointKey({
    key,
    window,
    windowStartMs: clock.start(window, Date.now()),
    value: 0,
    revision: 0,
    dims,
  });
  return opened.held.get(topic)?.values.get(wanted)?.value;
}

test('renders tell stage and percent as they are made and end with links to what was made; each tenant its own', async () => {
  const kv = await openKv(rig.bus, buckets.renders, { schema: RenderJob });
  const job: RenderJob = {
    id: 'r1',
    tenant: 'main',
    kind: 'report',
    title: 'October',
    params: { period: 'month', formats: ['pdf'] },
    askedBy: { type: 'person', id: 'u1', name: 'Ann' },
    priority: 2,
    createdAtMs: Date.now(),
    state: 'running',
    stage: 'charts',
    percent: 5,
    attempts: 1,
    notes: [],
    costUsd: 0,
    artefacts: [],
  };
  await kv.put('main.r1', job);
  const mine = await open({ auth: { key: reader } });
  const theirs = await open({ auth: { key: await rig.key('other', 'query:read') } });
  await mine.subscribe('renders');
  await theirs.subscribe('renders');
  const shown = (): LiveRender | undefined => {
    const payload = mine.held.get('renders')?.last.payload;
    return payload?.kind === 'renders' ? payload.renders.find(({ id }) => id === 'r1') : undefined;
  };
  await eventually('it is told', () => shown()?.stage === 'charts');
  expect(shown()).not.toHaveProperty('params');
  expect(shown()).not.toHaveProperty('tenant');
  await kv.put('main.r1', { ...job, stage: 'writing PDF', percent: 30 });
  await eventually('progress is told', () => shown()?.stage === 'writing PDF' && shown()?.percent === 30);
  const nowMs = Date.now();
  await kv.put('main.r1', {
    ...job,
    state: 'done',
    stage: 'done',
    percent: 100,
    endedAtMs: nowMs,
    artefacts: [
      {
        name: 'a.pdf',
        contentType: 'application/pdf',
        bytes: 3,
        sha256: '0'.repeat(64),
        expiresAtMs: nowMs + 86_400_000,
        object: 'main/renders/r1/a.pdf',
      },
    ],
  });
  await eventually('its end is told', () => shown()?.state === 'done');
  expect(shown()?.artefacts[0]?.href).toMatch(/^\/artefacts\/main\/r1\/a\.pdf\?until=/);
  expect(mine.held.get('renders')?.gaps).toBe(0);
  expect(theirs.held.get('renders')?.last.payload).toEqual({ kind: 'renders', renders: [] });
});

describe('kpis', () => {
  test('begin with what Redis and the store know, then follow the processors', async () => {
    const day = clock.start('1d', Date.now());
    const stored = ['main', '1d', 'total', day, '', 0, "{'view_events':40}", 5].join('\t');
    await rig.store.insertRows(
      'kpi',
      ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'version'],
      `${stored}\n`,
    );
    const part: LivePart = { tenant: 'main', part: 0, seq: 7, watermarkMs: 1, updates: [update('1mo', 900)] };
    await rig.cache.hset('weir:rm:main', { '0': JSON.stringify(part) }, 60_000);

    const client = await open({ auth: { key: reader } });
    expect(await client.subscribe('kpis')).toMatchObject({
      ok: true,
      snapshot: { topic: 'kpis', full: true },
    });
    expect(valueOf(client, 'kpis', 'views', '1d')).toBe(40);
    expect(valueOf(client, 'kpis', 'views', '1mo')).toBe(900);
    expect(valueOf(client, 'kpis', 'rpm', '1mo')).toBeCloseTo(900 / 0.9);

    publish('main', [update('1d', 41), update('10s', 1)]);
    await eventually('the new value arrives', () => valueOf(client, 'kpis', 'views', '1d') === 41, 2_000);
    expect(valueOf(client, 'kpis', 'views', '10s')).toBe(1);
    expect(client.held.get('kpis')?.gaps).toBe(0);
  });

  test('come in sequence, each update once, however many subscribe and leave', async () => {
    const steady = await open({ auth: { key: reader } });
    await steady.subscribe('kpis');
    for (let views = 50; views < 80; views += 1) {
      publish('main', [update('1h', views)]);
      const passing = await open({ auth: { key: reader } });
      await passing.subscribe('kpis');
      passing.socket.disconnect();
    }
    await eventually('the last value arrives', () => valueOf(steady, 'kpis', 'views', '1h') === 79);
    expect(steady.held.get('kpis')?.gaps).toBe(0);
  });

  test('of several processors add up; an older position changes nothing', async () => {
    const client = await open({ auth: { key: reader } });
    await client.subscribe('kpis');
    publish('main', [update('1m', 10)], 0);
    publish('main', [update('1m', 5)], 1);
    await eventually('both parts count', () => valueOf(client, 'kpis', 'views', '1m') === 15);
    const old: LivePart = { tenant: 'main', part: 1, seq: 1, watermarkMs: 0, updates: [update('1m', 1_000)] };
    rig.bus.publishCore(liveSubject('main', 'kpi'), encodeJson(old));
    publish('main', [update('1m', 11)], 0);
    await eventually('the newer part counts', () => valueOf(client, 'kpis', 'views', '1m') === 16);
  });

  test('revenue is cut by stream', async () => {
    const client = await open({ auth: { key: reader } });
    await client.subscribe('kpis');
    publish('main', [update('1d', 3, { rollup: 'stream', dim: 'ads' })]);
    await eventually(
      'the stream shows',
      () => valueOf(client, 'kpis', 'revenue_by_stream', '1d', { stream: 'ads' }) === 3,
    );
  });

  test('of one channel are asked for from the processors and never mix with the total', async () => {
    const asked: string[] = [];
    const listener = rig.bus.subscribeCore(
      interestSubject,
      ({ data }) => void asked.push(Buffer.from(data).toString()),
    );
    const client = await open({ auth: { key: reader } });
    const topic = 'kpis?channel=c%201';
    expect(await client.subscribe(topic)).toMatchObject({ ok: true, snapshot: { topic } });
    await eventually('interest is told', () => asked.some((text) => text.includes('"dim":"c 1"')));
    publish('main', [
      update('1h', 500),
      update('1h', 7, { rollup: 'channel', dim: 'c 1' }),
      update('1h', 9, { rollup: 'channel', dim: 'c2' }),
    ]);
    await eventually(
      'the channel shows',
      () => valueOf(client, topic, 'views', '1h', { channel: 'c 1' }) === 7,
    );
    expect(
      [...(client.held.get(topic)?.values.values() ?? [])].every((point) => point.dims['channel'] === 'c 1'),
    ).toBe(true);
    listener.stop();
  });

  test('after a broken connection the snapshot holds what was missed', async () => {
    const client = await open({ auth: { key: reader } });
    await client.subscribe('kpis');
    client.socket.io.engine.close();
    publish('main', [update('1d', 77)]);
    await eventually('it connects again', () => client.socket.connected);
    await client.subscribe('kpis');
    await eventually('nothing was missed', () => valueOf(client, 'kpis', 'views', '1d') === 77);
  });

  test('a KPI that is added appears without a new subscription', async () => {
    const client = await open({ auth: { key: reader } });
    await client.subscribe('kpis');
    publish('main', [update('1d', 80)]);
    const kpi = {
      key: 'double_views',
      title: 'Twice the views',
      description: '',
      unit: 'count',
      formula: 'view_events * 2',
      measures: [{ key: 'view_events', agg: 'count', types: ['video_view'] }],
      direction: 'up',
      dimensions: [],
    };
    expect((await rig.call('POST', '/api/v1/kpis', { key: rig.adminKey, body: kpi })).status).toBe(201);
    await eventually('the new KPI shows', () => {
      publish('main', [update('1d', 80)]);
      return valueOf(client, 'kpis', 'double_views', '1d') === 160;
    });
    expect(client.held.get('kpis')?.gaps).toBe(0);
  });

  test('a client too slow for all gets the latest, and holds nothing up', async () => {
    const slow = await open({ auth: { key: reader } });
    const quick = await open({ auth: { key: reader } });
    await slow.subscribe('kpis');
    await quick.subscribe('kpis');
    const streams = Array.from({ length: 60 }, (_, i) => `stream-${i}-${'x'.repeat(200)}`);
    const tell = (n: number): void =>
      publish('main', [
        update('1d', n),
        ...streams.flatMap((dim) =>
          (['1m', '1h', '1d'] as const).map((window) => update(window, n, { rollup: 'stream', dim })),
        ),
      ]);
    const wire = wireOf(slow.socket);
    wire.pause();
    let n = 1_000;
    await eventually('the server sees that it does not read', async () => {
      tell((n += 1));
      return (await skipped()) > 5;
    });
    const before = slow.held.get('kpis')?.messages ?? 0;
    const seqBefore = slow.held.get('kpis')?.seq ?? 0;
    await eventually('the quick one is up to date', () => valueOf(quick, 'kpis', 'views', '1d') === n);
    wire.resume();
    await eventually('the slow one catches up', () => valueOf(slow, 'kpis', 'views', '1d') === n);
    const held = slow.held.get('kpis');
    expect(held?.gaps).toBe(0);
    expect((held?.messages ?? 0) - before).toBeLessThan((held?.seq ?? 0) - seqBefore);
    expect(quick.held.get('kpis')?.gaps).toBe(0);
  });
});

/** The TCP socket below a client, to make it stop reading. */
function wireOf(socket: Client): { pause(): void; resume(): void } {
  const transport: unknown = socket.io.engine.transport;
  return (transport as { ws: { _socket: { pause(): void; resume(): void } } }).ws._socket;
}

async function skipped(): Promise<number> {
  const text = await rig.metrics.text();
  return Number(/^weir_gateway_live_skipped_total (\d+)/m.exec(text)?.[1] ?? 0);
}

describe('other topics', () => {
  test('anomalies are those that last and that no wider one covers', async () => {
    const now = Date.now();
    const row = (id: string, state: string, parent: string): string =>
      ['main', now - 60_000, id, 'views', '1m', 'total', '', now, state, 'warning', 'value', parent, 1].join(
        '\t',
      );
    await rig.store.insertRows(
      'anomalies',
      [
        'tenant',
        'started_at',
        'id',
        'kpi',
        'window',
        'rollup',
        'dim',
        'ended_at',
        'state',
        'severity',
        'reason',
        'parent_id',
        'version',
      ],
      `${[row('lasts', 'open', ''), row('part', 'open', 'lasts'), row('over', 'resolved', '')].join('\n')}\n`,
    );
    const { subscribe } = await open({ auth: { key: reader } });
    const answer = await subscribe('anomalies');
    const payload = answer.ok ? answer.snapshot.payload : undefined;
    expect(payload?.kind === 'anomalies' ? payload.open.map(({ id }) => id) : answer).toEqual(['lasts']);
  });

  test('counters follow what the processors say', async () => {
    const client = await open({ auth: { key: reader } });
    expect(await client.subscribe('counters')).toMatchObject({ ok: true });
    const tell = (stored: number): void => {
      const counters = {
        tenant: 'main',
        part: 0,
        seq: stored,
        stored,
        duplicates: 4,
        late: 2,
        watermarkMs: 1,
        appliedReceivedAtMs: Date.now(),
      };
      rig.bus.publishCore(liveSubject('main', 'counters'), encodeJson(counters));
    };
    tell(100);
    await eventually('the count arrives', () => {
      const payload = client.held.get('counters')?.last.payload;
      return (
        payload?.kind === 'counters' && payload.counters.stored === 100 && payload.counters.accepted === 104
      );
    });
    let stored = 100;
    await eventually('the rate shows', () => {
      tell((stored += 10));
      const payload = client.held.get('counters')?.last.payload;
      return payload?.kind === 'counters' && payload.counters.eventsPerSecond > 0;
    });
    expect(client.held.get('counters')?.gaps).toBe(0);
  });

  test('top shows the day so far with titles', async () => {
    const day = clock.start('1d', Date.now());
    const rows = [
      ['main', '1d', 'channel', day, 'c-top', 0, "{'view_events':5,'revenue':250}", 1],
      ['main', '1d', 'content', day, 'v-top', 0, "{'view_events':5,'revenue':250}", 1],
    ].map((row) => `${row.join('\t')}\n`);
    await rig.store.insertRows(
      'kpi',
      ['tenant', 'window', 'rollup', 'window_start', 'dim', 'part', 'sums', 'version'],
      rows.join(''),
    );
    const client = await open({ auth: { key: reader } });
    const answer = await client.subscribe('top');
    expect(answer).toMatchObject({
      ok: true,
      snapshot: {
        payload: {
          kind: 'top',
          channels: [{ id: 'c-top', title: 'c-top', views: 5, revenue: 2.5 }],
          contents: [{ id: 'v-top' }],
        },
      },
    });
  });

  test('system tells the parts', async () => {
    const client = await open({ auth: { key: reader } });
    const answer = await client.subscribe('system');
    expect(answer).toMatchObject({
      ok: true,
      snapshot: { payload: { kind: 'system', system: { version: '0.0.0-test' } } },
    });
  });
});

describe('who may listen', () => {
  test.each([
    ['nobody', {}, 'GATEWAY_UNAUTHENTICATED'],
    ['a wrong key', { auth: { key: 'wrong' } }, 'ACCESS_KEY_MALFORMED'],
    ['a key that is no text', { auth: { key: { a: 1 } } }, 'GATEWAY_UNAUTHENTICATED'],
    ['a key in the query', { query: { key: 'K' } }, 'GATEWAY_UNAUTHENTICATED'],
  ])('not %s', async (_who, options, code) => {
    await expect(open({ ...options, reconnection: false })).rejects.toThrow(code);
  });

  test('not a key without the right to read', async () => {
    const ingest = await rig.key('main', 'ingest:write');
    await expect(open({ auth: { key: ingest }, reconnection: false })).rejects.toThrow('GATEWAY_FORBIDDEN');
  });

  test('not a page of another site, even with the cookie', async () => {
    const extraHeaders = { origin: 'https://evil.example' };
    await expect(open({ auth: { key: reader }, extraHeaders, reconnection: false })).rejects.toThrow();
  });

  test('a tenant hears nothing of another', async () => {
    const other = await open({ auth: { key: await rig.key('other', 'query:read') } });
    const main = await open({ auth: { key: reader } });
    await other.subscribe('kpis');
    await main.subscribe('kpis');
    publish('main', [update('1d', 123_456)]);
    await eventually('main hears it', () => valueOf(main, 'kpis', 'views', '1d') === 123_456);
    publish('other', [update('1d', 1)]);
    await eventually('other hears its own', () => valueOf(other, 'kpis', 'views', '1d') === 1);
    expect(
      [...(other.held.get('kpis')?.values.values() ?? [])].some((point) => point.value === 123_456),
    ).toBe(false);
    // Somebody who could publish on another tenant's subject would still be found out by the message itself.
    rig.bus.publishCore(
      liveSubject('other', 'kpi'),
      encodeJson({ tenant: 'main', part: 0, seq: 1e9, watermarkMs: 0, updates: [update('1d', 9)] }),
    );
    publish('other', [update('1d', 2)]);
    await eventually('other goes on', () => valueOf(other, 'kpis', 'views', '1d') === 2);
  });

  test('a key that is revoked is cut off', async () => {
    const { record, secret } = await rig.access.createKey('main', { name: 'short', scopes: ['query:read'] });
    const client = await open({ auth: { key: secret }, reconnection: false });
    await client.subscribe('kpis');
    await rig.access.revokeKey('main', record.id);
    await eventually('the socket ends', () => !client.socket.connected);
  });

  test('a session is cut off by sign-out and by a change of tenant, and comes back in the new one', async () => {
    const invited = await rig.call('POST', '/api/v1/users', {
      key: rig.adminKey,
      body: { email: 'live@example.org', name: 'L', role: 'viewer' },
    });
    const otherAdmin = await rig.key('other', 'admin');
    await rig.call('POST', '/api/v1/users', {
      key: otherAdmin,
      body: { email: 'live@example.org', name: 'L', role: 'viewer' },
    });
    const token = new URL(invited.body.link).searchParams.get('token');
    const signedIn = await rig.call('POST', '/api/v1/session/link', { body: { token } });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const client = await open({ extraHeaders: { cookie } });
    let disconnects = 0;
    client.socket.on('disconnect', () => (disconnects += 1));
    await rig.call('POST', '/api/v1/session/tenant', { cookie, body: { tenant: 'other' } });
    await eventually('the socket ends', () => disconnects === 1);
    // The server ended it, so the client does not come back by itself; a page connects anew.
    client.socket.connect();
    await eventually('it connects again', () => client.socket.connected);
    publish('other', [update('1d', 31)]);
    await client.subscribe('kpis');
    publish('other', [update('1d', 32)]);
    await eventually('it hears the new tenant', () => valueOf(client, 'kpis', 'views', '1d') === 32);
    await rig.call('DELETE', '/api/v1/session', { cookie });
    await eventually('the socket ends for good', () => disconnects === 2);
  });
});

describe('bounds', () => {
  test.each([
    'nothing',
    'kpis?',
    'kpis?tenant=other',
    'kpis?channel=',
    'kpis?channel=a&country=DE',
    `kpis?channel=${'x'.repeat(300)}`,
    '__proto__',
  ])('topic %.40s is refused', async (topic) => {
    const client = await open({ auth: { key: reader } });
    expect(await client.subscribe(topic)).toMatchObject({ ok: false, code: 'GATEWAY_TOPIC_UNKNOWN' });
  });

  test('a socket listens to sixteen topics at most', async () => {
    const client = await open({ auth: { key: reader } });
    const answers: Answer[] = [];
    for (let i = 0; i < 18; i += 1)
      answers.push(await client.subscribe(`kpis?country=A${String.fromCharCode(65 + i)}`));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(16);
    expect(answers.at(-1)).toMatchObject({ ok: false, code: 'GATEWAY_LIMIT_REACHED' });
    client.socket.emit('unsubscribe', { topic: 'kpis?country=AA' });
    await eventually('there is room again', async () => (await client.subscribe('kpis')).ok);
  });

  test('nonsense gets an answer or is left aside; the gateway goes on', async () => {
    const client = await open({ auth: { key: reader } });
    const send = client.socket.emit.bind(client.socket) as (...args: unknown[]) => void;
    for (const junk of [
      undefined,
      null,
      5,
      'kpis',
      [],
      {},
      { topic: 5 },
      { topic: 'x'.repeat(3_000) },
      { topic: { a: 1 } },
    ]) {
      const answer: Answer = await new Promise((resolve) => send('subscribe', junk, resolve));
      expect(answer).toMatchObject({ ok: false, code: 'GATEWAY_REQUEST_INVALID' });
      send('unsubscribe', junk);
      send('subscribe', junk);
    }
    send('unknown event', { a: 1 });
    rig.bus.publishCore(liveSubject('main', 'kpi'), new TextEncoder().encode('no json'));
    rig.bus.publishCore(liveSubject('main', 'counters'), encodeJson({ tenant: 5 }));
    expect(await client.subscribe('kpis')).toMatchObject({ ok: true });
  });

  test('a message larger than allowed ends the socket, not the gateway', async () => {
    const client = await open({ auth: { key: reader }, reconnection: false });
    client.socket.emit('unsubscribe', { topic: 'x'.repeat(100_000) });
    await eventually('the socket ends', () => !client.socket.connected);
    expect((await rig.call('GET', '/livez')).status).toBe(200);
  });
});
