import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { parseRetryAfter, retryDelayMs } from './backoff.ts';

test('waits longer and longer, within bounds, never not at all', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 5000 }), (seed, attempt) => {
      const delayMs = retryDelayMs(attempt, undefined, createRandom(seed));
      const step = Math.min(30_000, 200 * 2 ** attempt);
      expect(delayMs).toBeGreaterThanOrEqual(step / 4);
      expect(delayMs).toBeLessThanOrEqual(step);
    }),
  );
});

test('never returns before the server asked it to, and asks back within minutes whatever it said', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(10_000_000), (seed, retryAfterMs) => {
      const delayMs = retryDelayMs(0, retryAfterMs, createRandom(seed));
      expect(delayMs).toBeGreaterThanOrEqual(Math.min(retryAfterMs, 300_000));
      expect(delayMs).toBeLessThanOrEqual(301_000);
    }),
  );
});

test.each([
  ['3', 3000],
  ['0.5', 500],
  ['Wed, 21 Oct 2015 07:28:10 GMT', 10_000],
  ['Wed, 21 Oct 2015 07:27:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After %s', (header, expected) => {
  expect(parseRetryAfter(header, Date.parse('2015-10-21T07:28:00Z'))).toBe(expected);
});
