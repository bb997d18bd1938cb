import { expect, test } from 'vitest';
import { createFakeClock } from './clock.ts';
import { ticks } from './ticks.ts';

test('ticks by the clock it is given, from the first interval on, and stops when nobody listens', async () => {
  const clock = createFakeClock(1_000);
  const seen: number[] = [];
  const subscription = ticks(clock, 100).subscribe((nowMs) => seen.push(nowMs));
  await clock.advance(99);
  expect(seen).toEqual([]);
  await clock.advance(201);
  expect(seen).toEqual([1_100, 1_200, 1_300]);
  subscription.unsubscribe();
  expect(clock.pendingTimers()).toBe(0);
  await clock.advance(500);
  expect(seen).toHaveLength(3);
});

test('each subscriber has a timer of its own', async () => {
  const clock = createFakeClock();
  const source = ticks(clock, 10);
  expect(clock.pendingTimers()).toBe(0);
  const first = source.subscribe();
  const second = source.subscribe();
  expect(clock.pendingTimers()).toBe(2);
  first.unsubscribe();
  expect(clock.pendingTimers()).toBe(1);
  second.unsubscribe();
  expect(clock.pendingTimers()).toBe(0);
});
