import { expect, test } from 'vitest';
import { createServerClock } from './server-clock.ts';

test('a clock that is right is left alone, a wrong one is put right and back', () => {
  let local = 100_000;
  const clock = createServerClock(() => local);
  clock.observe(99_500);
  expect(clock.nowMs()).toBe(100_000);
  clock.observe(160_000);
  expect(clock.nowMs()).toBe(160_000);
  local += 10_000;
  clock.observe(169_700);
  expect(clock.nowMs()).toBe(170_000);
  local = 200_000;
  clock.observe(200_100);
  expect(clock.nowMs()).toBe(200_000);
});
