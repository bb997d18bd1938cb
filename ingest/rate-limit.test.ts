import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullBucket, rateLimitItem, rateLimitPolicy, take } from './rate-limit.ts';
import { createTenantLimits } from './tenant-limits.ts';
import { tenantOf } from './testing/fixtures.ts';

const quota = { perSecond: 10, windowSeconds: 2 };

describe('token bucket', () => {
  test('gives its window at once, then its rate', () => {
    const bucket = fullBucket(quota, 0);
    expect(take(bucket, quota, 20, 0)).toBe(0);
    expect(take(bucket, quota, 1, 0)).toBe(1);
    expect(take(bucket, quota, 1, 100)).toBe(0);
    expect(take(bucket, quota, 1, 100)).toBe(1);
  });

  test('a request above what is left passes and is paid off', () => {
    const bucket = fullBucket(quota, 0);
    expect(take(bucket, quota, 120, 0)).toBe(0);
    expect(take(bucket, quota, 1, 0)).toBe(11);
    expect(take(bucket, quota, 1, 10_000)).toBe(1);
    expect(take(bucket, quota, 1, 10_100)).toBe(0);
  });

  test('never holds more than its window, and a clock that goes back changes nothing', () => {
    const bucket = fullBucket(quota, 1_000);
    take(bucket, quota, 0, 1e9);
    expect(bucket.tokens).toBe(20);
    take(bucket, quota, 5, 0);
    expect(bucket.tokens).toBe(15);
  });

  test('lets through no more than window plus rate, and a last request beyond it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 30 })), {
          maxLength: 100,
        }),
        (requests) => {
          const bucket = fullBucket(quota, 0);
          let nowMs = 0;
          let passed = 0;
          for (const [waitMs, cost] of requests) {
            nowMs += waitMs;
            if (take(bucket, quota, cost, nowMs) === 0) passed += cost;
          }
          expect(passed).toBeLessThanOrEqual(20 + (nowMs / 1_000) * 10 + 30);
        },
      ),
    );
  });

  test('tells quota, rest and time to full in the form of the draft', () => {
    const bucket = fullBucket(quota, 0);
    expect(rateLimitPolicy('events', quota)).toBe('"events";q=20;w=2');
    expect(rateLimitItem('events', bucket, quota)).toBe('"events";r=20;t=0');
    take(bucket, quota, 25, 0);
    expect(rateLimitItem('events', bucket, quota)).toBe('"events";r=0;t=3');
  });
});

describe('limits of tenants', () => {
  const slow = tenantOf({ limits: { eventsPerSecond: 5, requestsPerSecond: 2 } });

  test('are counted apart, by tenant and by kind', () => {
    const limits = createTenantLimits(1);
    limits.takeRequest(slow, 0);
    limits.takeRequest(slow, 0);
    expect(() => limits.takeRequest(slow, 0)).toThrow(
      expect.objectContaining({ code: 'INGEST_RATE_LIMITED', details: { retryAfterSeconds: 1 } }),
    );
    expect(() => limits.takeRequest(tenantOf({ ...slow, id: 'other' }), 0)).not.toThrow();
    limits.takeEvents(slow, 50, 0);
    expect(() => limits.takeEvents(slow, 1, 0)).toThrow(
      expect.objectContaining({ details: { retryAfterSeconds: 10 } }),
    );
  });

  test('show in the headers of replies once a request was counted', () => {
    const limits = createTenantLimits(1);
    expect(limits.headers(slow)).toEqual({});
    limits.takeRequest(slow, 0);
    expect(limits.headers(slow)).toEqual({
      'ratelimit-policy': '"events";q=5;w=1, "requests";q=2;w=1',
      ratelimit: '"events";r=5;t=0, "requests";r=1;t=1',
    });
  });
});
