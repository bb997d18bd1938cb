import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../platform/log/log.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { startFakeDoor, type FakeDoor } from '../import/door-server.fake.ts';
import type { PlainEvent } from '../import/plain-event.ts';
import { parseFeedState, type FeedState } from './feed-plan.ts';
import { startDemoFeed, type DemoFeed } from './main.ts';
import { createSimulator } from './simulator.ts';

const settings = { seed: 'feed test', ratePerSecond: 20, historyDays: 0.02 };

let home = '';
let door: FakeDoor;
let logged: string[] = [];
const running: DemoFeed[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-demo-feed-'));
  door = await startFakeDoor();
  logged = [];
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((feed) => feed.stop()));
  await door.close();
  await rm(home, { recursive: true });
});

const log: Log = {
  debug: () => {},
  info: (_fields, message) => void logged.push(message),
  warn: (_fields, message) => void logged.push(message),
  error: (_fields, message) => void logged.push(message),
  child: () => log,
};

function start(apiKey = door.apiKey): DemoFeed {
  const feed = startDemoFeed({ ...settings, url: door.url, apiKey, home, clock: systemClock, log });
  running.push(feed);
  return feed;
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (!(await what())) {
    if (performance.now() > deadlineMs) throw new Error(`not within 30 s: ${what.toString()}`);
    await systemClock.sleep(10);
  }
}

const statePath = (): string => join(home, 'demo-feed.json');
async function savedState(): Promise<FeedState> {
  const state = parseFeedState(await readFile(statePath(), 'utf8'));
  if (state === undefined) throw new Error('there is no state');
  return state;
}

const newestMs = (): number => Math.max(...[...door.stored.values()].map((event) => Date.parse(event.time)));
const isLive = (): boolean => door.stored.size > 0 && systemClock.nowMs() - newestMs() < 2000;

/** What must be stored when the feed began at `fromMs`, turned from history to live at `turnMs` and got to `toMs`. */
function expected(fromMs: number, turnMs: number, toMs: number): PlainEvent[] {
  const simulator = createSimulator({ ...settings, startMs: turnMs });
  return [
    ...simulator.book(bookMs()),
    ...[...simulator.history(fromMs, turnMs)].flat(),
    ...simulator.step({ nextSlice: turnMs / 250 }, toMs)[1],
  ];
}

/** When the book of subscriptions was told first. */
function bookMs(): number {
  const told = [...door.stored.values()].filter((event) => event.data['effective_at'] !== undefined);
  return Math.min(...told.map((event) => Date.parse(event.time)));
}

/** Where history began and ended, read from the ids of what was stored. */
function historyBounds(): { fromMs: number; turnMs: number } {
  const bounds = [...door.stored.values()]
    .map((event) => /:past:(\d+)-(\d+):/.exec(event.id))
    .filter((match) => match !== null);
  return {
    fromMs: Math.min(...bounds.map((match) => Number(match[1]))),
    turnMs: Math.max(...bounds.map((match) => Number(match[2]))),
  };
}

async function expectExactlyTheTruth(): Promise<void> {
  const { fromMs, turnMs } = historyBounds();
  const { positionMs } = await savedState();
  // Beyond the position lies at most one piece that was stored while its answer was lost.
  const stored = [...door.stored.values()].filter((event) => Date.parse(event.time) < positionMs);
  const truth = expected(fromMs, turnMs, positionMs);
  const byId = (events: readonly PlainEvent[]): PlainEvent[] =>
    events.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(stored.length).toBe(truth.length);
  expect(byId(stored)).toEqual(byId(truth));
}

test('sends history and then the present, each event once, through every trouble and over restarts', async () => {
  door.troubles.push(
    { kind: 'status', status: 503 },
    { kind: 'stored then reset' },
    { kind: 'status', status: 429, retryAfter: '0' },
    { kind: 'reset' },
  );
  const first = start();
  await until(isLive);
  await first.stop();
  await expectExactlyTheTruth();
  expect(door.duplicates()).toBeGreaterThan(0);
  expect(logged).toContain('demo feed has sent its history and is live');

  const before = door.stored.size;
  const duplicates = door.duplicates();
  const second = start();
  await until(() => isLive() && door.stored.size > before + 20);
  await second.stop();
  await expectExactlyTheTruth();
  expect(door.duplicates() - duplicates).toBeLessThan(50);
});

test('after a kill it sends again what its promise says, with the same ids', async () => {
  const first = start();
  await until(isLive);
  const onDisk = await readFile(statePath(), 'utf8');
  await first.stop();
  const { promise } = await savedState();
  // A killed process leaves what was on disk: the promise, and the position from before it.
  const positionMs = parseFeedState(onDisk)?.positionMs;
  await writeFile(statePath(), JSON.stringify({ version: 1, positionMs, promise }));
  const duplicates = door.duplicates();
  const before = door.stored.size;
  const second = start();
  await until(() => isLive() && door.stored.size > before + 20);
  await second.stop();
  expect(door.duplicates()).toBeGreaterThan(duplicates);
  await expectExactlyTheTruth();
});

test('a refused key ends it and is said once', async () => {
  const feed = start('wrong');
  await until(() => logged.includes('demo feed ends'));
  await feed.stop();
  expect(door.requests()).toBe(1);
  expect(logged).toEqual(['demo feed ends']);
});

test('a server that comes later is waited for', async () => {
  const port = Number(new URL(door.url).port);
  await door.close();
  const feed = start();
  await until(() => logged.includes('demo feed waits for the server'));
  door = await startFakeDoor({ port });
  await until(isLive);
  await feed.stop();
  expect(logged).toContain('demo feed goes on');
  await expectExactlyTheTruth();
});

test('rejected events are told and do not stop it', async () => {
  door.refuse = (event) => (event.type === 'tip' ? 'no tips here' : undefined);
  const feed = start();
  await until(isLive);
  await feed.stop();
  expect(logged).toContain('simulated events were rejected');
  expect([...door.stored.values()].some((event) => event.type === 'tip')).toBe(false);
});
