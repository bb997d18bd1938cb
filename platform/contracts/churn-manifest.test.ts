import { Value } from '@sinclair/typebox/value';
import { expect, it } from 'vitest';
import { churnManifest } from './churn-manifest.ts';
import type { ChurnModelVersion } from './customers.ts';
import { ModelManifest } from './model-manifest.ts';

const version: ChurnModelVersion = {
  version: 3,
  trainedAtMs: 5,
  reason: 'a test',
  dataHash: 'ab'.repeat(32),
  state: 'current',
  backtest: {
    metrics: { auc: 0.8, averagePrecision: 0.6, logLoss: 0.4, brier: 0.1, calibrationError: 0.02 },
    baseLogLoss: 0.5,
    baseRate: 0.2,
    rows: 900,
    left: 180,
    method: 'time',
    origins: [1, 2, 3],
    calibration: [],
  },
  newest: 0.41,
  newestOfCurrent: null,
  features: ['weeks since the last event'],
};

it('a version of the churn model is a manifest, also one written before features and long hashes were', () => {
  const made = churnManifest(version);
  expect(Value.Check(ModelManifest, made)).toBe(true);
  expect(made.backtest).toEqual({
    measure: 'log-loss',
    origins: 1,
    error: 0.41,
    currentError: null,
    relativeToReference: 0.8,
  });
  const { features: _, ...old } = { ...version, dataHash: '0badcafe' };
  expect(Value.Check(ModelManifest, churnManifest(old))).toBe(true);
});
