import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scopes } from '../contracts/tenant.ts';
import { generateApiKey, hashSecret, isWellFormedApiKey, previewOf, randomBase62 } from './api-key.ts';

describe('API keys', () => {
  test.each([
    [['ingest:write'], 'ingest'],
    [['query:read'], 'query'],
    [['admin', 'query:read'], 'admin'],
    [['ingest:write', 'query:read'], 'mixed'],
  ] as const)('a key for %j says %s', (granted, kind) => {
    expect(generateApiKey('live', granted)).toMatch(new RegExp(`^weir_live_${kind}_[0-9A-Za-z]{38}$`));
  });

  test('every generated key is well formed, and no two are equal', () => {
    const keys = Array.from({ length: 500 }, () => generateApiKey('test', scopes));
    expect(keys.every(isWellFormedApiKey)).toBe(true);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('changing any one character is found without a look-up', () => {
    const key = generateApiKey('live', ['ingest:write']);
    fc.assert(
      fc.property(
        fc.nat(key.length - 1),
        fc.constantFrom(...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_- é'.split('')),
        (at, other) => {
          fc.pre(key.charAt(at) !== other);
          expect(isWellFormedApiKey(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    '',
    'weir',
    'weir_live_ingest_',
    'weir_live_ingest_short',
    `weir_live_ingest_${'a'.repeat(38)}`,
  ])('%j is refused', (text) => {
    expect(isWellFormedApiKey(text)).toBe(false);
  });

  test('any text at all gets an answer', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !isWellFormedApiKey(text)));
  });

  test('the preview keeps what recognises a key and nothing that helps to guess it', () => {
    const key = generateApiKey('live', ['query:read']);
    const preview = previewOf(key);
    expect(preview).toMatch(/^weir_live_query_..…....$/);
    expect(key.startsWith(preview.slice(0, 18)) && key.endsWith(preview.slice(-4))).toBe(true);
  });

  test('hashes are hex SHA-256', () => {
    expect(hashSecret('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  test('random characters are evenly spread', () => {
    const counts = new Map<string, number>();
    const draws = 62_000;
    for (const char of randomBase62(draws)) counts.set(char, (counts.get(char) ?? 0) + 1);
    const expected = draws / 62;
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(62);
    // 61 degrees of freedom: above 130 has a chance below 1e-6.
    expect(chiSquare).toBeLessThan(130);
  });
});
