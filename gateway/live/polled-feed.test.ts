import { expect, test } from 'vitest';
import type { TopicPayload } from '../../platform/contracts/live.ts';
import { createFakeClock } from '../../platform/time/clock.ts';
import { createPolledFeed } from './polled-feed.ts';

const payload = (n: number): TopicPayload => ({
  kind: 'counters',
  counters: { eventsPerSecond: 0, accepted: n, stored: n, duplicates: 0, rejected: 0, late: 0 },
});

async function open(read: () => Promise<number>, failures: unknown[] = []) {
  const clock = createFakeClock();
  const feed = await createPolledFeed({
    clock,
    intervalMs: 1_000,
    showEveryMs: 100,
    read,
    payload,
    onFailure: (error) => void failures.push(error),
  });
  return { clock, feed };
}

test('reads at its interval and tells only what differs', async () => {
  let n = 0;
  const { clock, feed } = await open(async () => Math.floor((n += 1) / 3));
  const told: (TopicPayload | undefined)[] = [];
  for (let i = 0; i < 60; i += 1) {
    told.push(feed.changes(clock.nowMs()));
    await clock.advance(100);
  }
  expect(told.filter((item) => item !== undefined)).toEqual([payload(0), payload(1), payload(2)]);
  expect(n).toBe(6);
});

test('a read that fails leaves what is known; the first one has to succeed', async () => {
  let fails = false;
  const failures: unknown[] = [];
  const { clock, feed } = await open(async () => {
    if (fails) throw new Error('away');
    return 5;
  }, failures);
  fails = true;
  await clock.advance(2_000);
  feed.changes(clock.nowMs());
  await clock.advance(1);
  expect(feed.snapshot(0)).toEqual(payload(5));
  expect(failures).toHaveLength(1);
  await expect(open(async () => await Promise.reject(new Error('away')))).rejects.toThrow('away');
});

test('a slow source is read less often, and never twice at once', async () => {
  const clock = createFakeClock();
  let running = 0;
  let most = 0;
  let reads = 0;
  const feed = await createPolledFeed({
    clock,
    intervalMs: 1_000,
    showEveryMs: 100,
    read: async () => {
      running += 1;
      most = Math.max(most, running);
      reads += 1;
      if (reads > 1) await clock.sleep(2_000);
      running -= 1;
      return reads;
    },
    payload,
    onFailure: () => {},
  });
  for (let i = 0; i < 1_000; i += 1) {
    feed.changes(clock.nowMs());
    await clock.advance(100);
  }
  expect(most).toBe(1);
  // 100 s at 2 s a read: a tenth of the time, beside the first.
  expect(reads).toBeLessThanOrEqual(7);
  expect(reads).toBeGreaterThan(3);
});
