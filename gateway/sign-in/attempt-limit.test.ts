import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAttemptLimit } from './attempt-limit.ts';

const config = { burst: 3, refillMs: 1_000, maxKeys: 100 };

test('lets a burst through, then one for each refill', () => {
  const limit = createAttemptLimit(config);
  const waits = [0, 0, 0, 0, 500, 1_000, 1_000, 2_000].map((nowMs) => limit.take('a', nowMs).waitMs);
  expect(waits).toEqual([0, 0, 0, 1_000, 500, 0, 1_000, 0]);
});

test('tells what is left and when all of it is back', () => {
  const limit = createAttemptLimit(config);
  expect(limit.take('a', 0)).toEqual({ waitMs: 0, left: 2, fullInMs: 1_000 });
  expect(limit.take('a', 0)).toEqual({ waitMs: 0, left: 1, fullInMs: 2_000 });
  limit.refund('a');
  expect(limit.take('a', 0)).toEqual({ waitMs: 0, left: 1, fullInMs: 2_000 });
  limit.forgive('a');
  expect(limit.take('a', 0).left).toBe(2);
});

test('one caller does not use up what another has', () => {
  const limit = createAttemptLimit(config);
  for (let i = 0; i < 5; i += 1) limit.take('a', 0);
  expect(limit.take('b', 0).waitMs).toBe(0);
});

test('never lets through more than burst and refills, whatever the times', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 200 }), (steps) => {
      const limit = createAttemptLimit(config);
      let nowMs = 0;
      let passed = 0;
      for (const step of steps) {
        nowMs += step;
        if (limit.take('a', nowMs).waitMs === 0) passed += 1;
        expect(passed).toBeLessThanOrEqual(config.burst + nowMs / config.refillMs);
      }
    }),
  );
});

test('forgets whom it has not seen for longest', () => {
  const limit = createAttemptLimit({ ...config, maxKeys: 2 });
  for (let i = 0; i < 3; i += 1) limit.take('a', 0);
  limit.take('b', 0);
  limit.take('a', 1_000);
  limit.take('c', 1_000);
  expect(limit.size).toBe(2);
  expect(limit.take('a', 1_000).waitMs).toBeGreaterThan(0);
});
