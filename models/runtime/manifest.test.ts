import { Value } from '@sinclair/typebox/value';
import { expect, test } from 'vitest';
import { dataHash, ModelManifest } from './manifest.ts';

test('the hash of the data sees every value and where a series ends', () => {
  const whole = dataHash([Float64Array.of(1, 2, 3)]);
  // SHA-256 of the big-endian doubles 3, 1, 2, 3 (Python: hashlib.sha256(struct.pack('>4d', 3, 1, 2, 3))).
  expect(whole).toBe('c357b8ae7a801cc1a8b7611138d9067c2cd1f34351636b566da6544b16faeeb9');
  expect(dataHash([Float64Array.of(1, 2, 3.0000001)])).not.toBe(whole);
  expect(dataHash([Float64Array.of(1, 2), Float64Array.of(3)])).not.toBe(whole);
});

test('a manifest without a backtest or with a hash that is none is refused', () => {
  const manifest: ModelManifest = {
    name: 'nhits-hourly',
    version: 1,
    features: ['revenue'],
    input: 192,
    horizon: 48,
    normalisation: 'log-naive-scale',
    dataHash: dataHash([]),
    trainedAtMs: 0,
    backend: 'wasm',
    backtest: { origins: 2, meanAbsoluteError: 3, relativeToSeasonalNaive: 0.8 },
  };
  expect(Value.Check(ModelManifest, manifest)).toBe(true);
  expect(Value.Check(ModelManifest, { ...manifest, backtest: undefined })).toBe(false);
  expect(Value.Check(ModelManifest, { ...manifest, dataHash: 'abc' })).toBe(false);
});
