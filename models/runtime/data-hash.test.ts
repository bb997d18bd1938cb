import { expect, test } from 'vitest';
import { dataHash } from './data-hash.ts';

test('the hash of the data sees every value and where a series ends', () => {
  const whole = dataHash([Float64Array.of(1, 2, 3)]);
  // SHA-256 of the big-endian doubles 3, 1, 2, 3 (Python: hashlib.sha256(struct.pack('>4d', 3, 1, 2, 3))).
  expect(whole).toBe('c357b8ae7a801cc1a8b7611138d9067c2cd1f34351636b566da6544b16faeeb9');
  expect(dataHash([Float64Array.of(1, 2, 3.0000001)])).not.toBe(whole);
  expect(dataHash([Float64Array.of(1, 2), Float64Array.of(3)])).not.toBe(whole);
});
