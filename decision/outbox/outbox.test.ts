import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../platform/time/random.ts';
import { t0 } from '../testing/fixtures.ts';
import { waitAfter } from './backoff.ts';
import {
  isTakeable,
  newItem,
  releaseItem,
  replayItem,
  settleItem,
  takeItem,
  type ExecutionResult,
} from './item.ts';

const item = newItem({
  id: 'dec_1-0',
  tenant: 'main',
  action: { kind: 'alert', params: { title: 'x', body: 'y' } },
  cause: { type: 'decision', id: 'dec_1', title: 'x' },
  atMs: t0,
});
const failure: ExecutionResult = { ok: false, note: 'no', isFinal: false };

describe('back-off', () => {
  it('waits of others are uniform below the doubling cap and end after eight tries', () => {
    const random = createRandom(1);
    for (let tries = 1; tries < 8; tries += 1) {
      const waits = Array.from({ length: 400 }, () => waitAfter('alert', tries, random) ?? Number.NaN);
      const cap = Math.min(600_000, 1_000 * 2 ** tries);
      expect(Math.max(...waits)).toBeLessThan(cap);
      // Mean of a uniform is half the cap; 400 draws are within a tenth of it at 4 sigma.
      expect(Math.abs(waits.reduce((sum, wait) => sum + wait, 0) / 400 / cap - 0.5)).toBeLessThan(0.06);
    }
    expect(waitAfter('alert', 8, random)).toBeUndefined();
  });

  it('webhooks keep the schedule of Standard Webhooks, ten deliveries in all', () => {
    const random = createRandom(2);
    const waits = Array.from({ length: 10 }, (_, index) => waitAfter('webhook', index + 1, random));
    const seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    for (const [index, least] of seconds.entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(least * 1_000);
      expect(waits[index]).toBeLessThan(least * 1_100);
    }
    expect(waits[9]).toBeUndefined();
  });

  it('the other side’s wish is honoured, up to a day', () => {
    expect(waitAfter('webhook', 1, createRandom(3), 60_000)).toBe(60_000);
    expect(waitAfter('alert', 1, createRandom(3), 1e12)).toBe(86_400_000);
  });
});

describe('an item of the outbox', () => {
  it('is taken once at a time and again when its lease has ended', () => {
    expect(isTakeable(item, t0)).toBe(true);
    const taken = takeItem(item, 'a', t0, 1_000);
    expect(isTakeable(taken, t0 + 999)).toBe(false);
    expect(isTakeable(taken, t0 + 1_000)).toBe(true);
  });

  it('ends done, or dead after its last try or a final refusal, and is replayed under the same id', () => {
    const random = createRandom(4);
    const once = (result: ExecutionResult) =>
      settleItem(takeItem(item, 'a', t0, 1_000), result, t0, 5, random);
    expect(once({ ok: true, note: '' }).state).toBe('done');
    expect(once({ ok: false, note: '', isFinal: true }).state).toBe('dead');
    let current = item;
    for (let tries = 1; tries <= 8; tries += 1)
      current = settleItem(takeItem(current, 'a', t0, 1_000), failure, t0, 5, random);
    expect(current).toMatchObject({ state: 'dead', tries: 8 });
    expect(current.attempts).toHaveLength(8);
    expect(replayItem(current, t0)).toMatchObject({ id: item.id, state: 'waiting', tries: 0 });
  });

  it('what was given back does not count as a try', () => {
    expect(releaseItem(takeItem(item, 'a', t0, 1_000), t0 + 5)).toEqual({ ...item, nextAtMs: t0 + 5 });
  });

  it('whatever happens its log stays bounded and its lease is gone when nobody runs it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('ok', 'fail', 'replay', 'release'), { maxLength: 60 }),
        (steps) => {
          const random = createRandom(5);
          let current = item;
          for (const step of steps) {
            const taken = takeItem(current, 'a', t0, 1_000);
            if (step === 'replay') current = replayItem(current, t0);
            else if (step === 'release') current = releaseItem(taken, t0);
            else current = settleItem(taken, step === 'ok' ? { ok: true, note: '' } : failure, t0, 5, random);
            expect(current.attempts.length).toBeLessThanOrEqual(24);
            expect(current.lease).toBeUndefined();
            expect(current.id).toBe(item.id);
          }
        },
      ),
    );
  });
});
