import { expect, test } from 'vitest';
import type { LiveCounters } from '../../platform/contracts/live.ts';
import { createTenantProgress } from './tenant-progress.ts';

const said = (part: number, seq: number, stored: number): LiveCounters => ({
  tenant: 'main',
  part,
  seq,
  stored,
  duplicates: 2,
  late: 1,
  watermarkMs: 5,
  appliedReceivedAtMs: 1_000 + seq,
});

test('nothing is known until somebody speaks', () => {
  const progress = createTenantProgress();
  expect(progress.read()).toBeUndefined();
  expect(progress.eventsPerSecond(5)).toBe(0);
});

test('processors add up; what is older than known changes nothing', () => {
  const progress = createTenantProgress();
  progress.apply(said(0, 10, 100), 0);
  progress.apply(said(1, 5, 50), 0);
  progress.apply(said(0, 9, 90), 0);
  expect(progress.read()).toEqual({ stored: 150, duplicates: 4, late: 2, appliedReceivedAtMs: 1_010 });
});

test('the rate is what was stored over the last seconds, not what was there before', () => {
  const progress = createTenantProgress();
  for (let second = 0; second <= 20; second += 0.5) {
    progress.apply(said(0, 100 + second * 10, 1_000_000 + second * 300), second * 1_000);
    // Another processor joins halfway, with a past of its own.
    if (second >= 10) progress.apply(said(1, 100 + second * 10, 5_000_000 + second * 100), second * 1_000);
  }
  expect(progress.eventsPerSecond(20_000)).toBeCloseTo(400, 0);
});

test('the rate falls to nothing when nothing comes any more', () => {
  const progress = createTenantProgress();
  for (let second = 0; second <= 5; second += 1)
    progress.apply(said(0, second, second * 300), second * 1_000);
  expect(progress.eventsPerSecond(5_500)).toBeGreaterThan(200);
  for (let second = 6; second <= 14; second += 1) progress.eventsPerSecond(second * 1_000);
  expect(progress.eventsPerSecond(15_000)).toBe(0);
});
