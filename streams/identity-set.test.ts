import { expect, test } from 'vitest';
import { createIdentitySet } from './identity-set.ts';

const lanesOf = (n: number): Uint32Array => new Uint32Array([n + 1, n + 2, n + 3, n + 4]);

test('knows what it was given until two generations later, and says until when it has forgotten', () => {
  const set = createIdentitySet(10);
  for (let i = 0; i < 10; i++) expect(set.add(lanesOf(i), 0, 1_000 + i)).toBe(true);
  expect(set.add(lanesOf(3), 0, 1_003)).toBe(false);
  expect(set.room).toBe(0);
  for (let i = 10; i < 20; i++) set.add(lanesOf(i), 0, 1_000 + i);
  expect(set.forgottenUntilMs).toBe(Number.NEGATIVE_INFINITY);
  expect(set.has(lanesOf(0), 0)).toBe(true);
  set.add(lanesOf(20), 0, 5_000);
  expect(set.has(lanesOf(0), 0)).toBe(false);
  expect(set.has(lanesOf(10), 0)).toBe(true);
  expect(set.forgottenUntilMs).toBe(1_009);
  expect(set.room).toBe(9);
});

test('one forgotten event of a fast clock keeps the mark where it was, whatever is forgotten later', () => {
  const set = createIdentitySet(2);
  set.add(lanesOf(0), 0, 900_000);
  for (let i = 1; i < 9; i++) set.add(lanesOf(i), 0, 1_000 + i);
  expect(set.forgottenUntilMs).toBe(900_000);
});

test('restored, it answers as before', () => {
  const set = createIdentitySet(4);
  for (let i = 0; i < 11; i++) set.add(lanesOf(i), 0, i);
  const restored = createIdentitySet(4, set.snapshot());
  expect(restored.forgottenUntilMs).toBe(set.forgottenUntilMs);
  expect(restored.room).toBe(set.room);
  for (let i = 0; i < 11; i++) expect(restored.has(lanesOf(i), 0)).toBe(set.has(lanesOf(i), 0));
});
