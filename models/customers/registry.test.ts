import { expect, test } from 'vitest';
import type { ChurnModelVersion, ChurnRegistry } from '../../platform/contracts/customers.ts';
import { withChurnVersion } from './registry.ts';
import { trainingReason } from './task.ts';

const DAY_MS = 86_400_000;
const nowMs = 100 * DAY_MS;
const registry: ChurnRegistry = {
  current: 1,
  next: 2,
  versions: [],
  asOfMs: nowMs,
  triedAtMs: nowMs - 2 * DAY_MS,
  retrain: null,
};

test.each([
  ['a tenant never scored', 0, {}, 'the first scores of this tenant'],
  ['no model yet, tried two days ago', 1, { current: 0 }, 'there is no model yet'],
  ['no model yet, tried just now', 1, { current: 0, triedAtMs: nowMs - 1_000 }, undefined],
  ['a model two days old', 1, {}, undefined],
  ['a model eight days old', 1, { triedAtMs: nowMs - 8 * DAY_MS }, undefined],
  [
    'a model older than a horizon',
    1,
    { triedAtMs: nowMs - 29 * DAY_MS },
    'the last training is four weeks ago',
  ],
  ['drift', 1, { retrain: 'more left than said' }, 'more left than said'],
  ['drift just after a training', 1, { retrain: 'more left', triedAtMs: nowMs - 1_000 }, undefined],
])('%s', (_, revision, change, reason) => {
  expect(trainingReason(revision, { ...registry, ...change }, nowMs)).toBe(reason);
});

const version = (n: number): Omit<ChurnModelVersion, 'state'> => ({
  version: n,
  trainedAtMs: n,
  reason: 'a test',
  dataHash: '',
  newest: null,
  newestOfCurrent: null,
  backtest: {
    metrics: { auc: 0.8, averagePrecision: 0.3, logLoss: 0.1, brier: 0.03, calibrationError: 0.01 },
    baseLogLoss: 0.12,
    baseRate: 0.03,
    rows: 1_000,
    left: 30,
    method: 'time',
    origins: [],
    calibration: [],
  },
});

test('a better version is in force and the one before retired; a worse one is refused; few are kept, the one in force always', () => {
  let held = withChurnVersion({ ...registry, current: 0, next: 1 }, version(1), true);
  expect([held.current, held.next]).toEqual([1, 2]);
  held = withChurnVersion(held, version(2), true);
  expect(held.versions.map(({ state }) => state)).toEqual(['current', 'retired']);
  for (let n = 3; n < 12; n += 1) held = withChurnVersion(held, version(n), false);
  expect(held.current).toBe(2);
  expect(held.versions.find(({ version: n }) => n === 2)?.state).toBe('current');
  expect(held.versions.length).toBeLessThanOrEqual(7);
});
