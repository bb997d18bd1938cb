import { expect, test } from 'vitest';
import { createIdentityHasher } from '../platform/record-batch/identity.ts';
import { createRecentIds, createRequestIds, LANES } from './recent-ids.ts';

function hashesOf(ids: readonly string[]): Uint32Array {
  const hasher = createIdentityHasher();
  const hashes = new Uint32Array(ids.length * LANES);
  for (const [i, id] of ids.entries()) hasher.identity('main', 'test', id, hashes, i * LANES);
  return hashes;
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `id-${from + i}`);

test('what was acknowledged is known, what was not is not', () => {
  const recent = createRecentIds(1_024);
  const hashes = hashesOf(numbered(0, 200));
  expect(recent.has(hashes, 0)).toBe(false);
  recent.remember(hashes, 100);
  const known = numbered(0, 200).map((_, i) => recent.has(hashes, i));
  expect(known.slice(0, 100).every(Boolean)).toBe(true);
  expect(known.slice(100).some(Boolean)).toBe(false);
});

test('memory is fixed: the newest are kept, the oldest give way', () => {
  const recent = createRecentIds(1_024);
  const hashes = hashesOf(numbered(0, 20_000));
  recent.remember(hashes, 20_000);
  const kept = numbered(0, 20_000).filter((_, i) => recent.has(hashes, i));
  expect(kept.length).toBeLessThanOrEqual(1_024);
  expect(kept.length).toBeGreaterThan(900);
  expect(kept.filter((id) => Number(id.slice(3)) >= 15_000).length / kept.length).toBeGreaterThan(0.95);
});

test('an identity told twice takes one place', () => {
  const recent = createRecentIds(4);
  const same = hashesOf(['a']);
  for (let i = 0; i < 10; i++) recent.remember(same, 1);
  recent.remember(hashesOf(['b', 'c', 'd']), 3);
  expect(recent.has(same, 0)).toBe(true);
});

test('repeats are found within a request and forgotten with it', () => {
  const request = createRequestIds(1_000);
  const hashes = hashesOf(['a', 'b', 'a', 'c', 'b']);
  for (let round = 0; round < 3; round++) {
    request.begin();
    expect([0, 1, 2, 3, 4].map((i) => request.repeats(hashes, i))).toEqual([false, false, true, false, true]);
  }
});

test('a full request of different identities has no repeats', () => {
  const request = createRequestIds(5_000);
  const hashes = hashesOf(numbered(0, 5_000));
  request.begin();
  expect(numbered(0, 5_000).some((_, i) => request.repeats(hashes, i))).toBe(false);
});
