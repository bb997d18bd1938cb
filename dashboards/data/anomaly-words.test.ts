import { expect, test } from 'vitest';
import type { AnomalyView } from '../../platform/contracts/anomaly.ts';
import { mergeOpen, rarityWords, seriesName, sideOf, inputWords } from './anomaly-words.ts';

const views: AnomalyView = {
  id: 'views.1m.total.1000',
  kpi: 'views',
  title: 'Views',
  unit: 'count',
  window: '1m',
  rollup: 'total',
  dim: '',
  state: 'resolved',
  severity: 'warning',
  reason: 'value',
  startedAtMs: 1_000,
  endedAtMs: 2_000,
  peakAtMs: 1_000,
  score: 0.7,
  observed: 12,
  expected: 140,
  lower: 100,
  upper: 180,
  isGood: false,
  parentId: null,
  others: 0,
};

test('a series is named by its KPI and its cut', () => {
  expect(seriesName(views)).toBe('Views');
  expect(seriesName({ ...views, rollup: 'channel', dim: 'Night Train' })).toBe(
    'Views of channel Night Train',
  );
  expect(seriesName({ ...views, rollup: 'country', dim: '' })).toBe('Views of no country');
});

test('it says which side of the expected it is on', () => {
  expect(sideOf(views)).toBe('below');
  expect(sideOf({ observed: 200, expected: 140 })).toBe('above');
});

test.each([
  [0.3, 'about once a week'],
  [0.5, 'about once a week'],
  [0.75, 'once in 3 weeks'],
  [0.95, 'once in 4 months'],
  [0.999, 'once in 19 years'],
  [1, 'once in a lifetime'],
])('a score of %d comes %s', (score, words) => {
  expect(rarityWords(score)).toBe(words);
});

test('what is told live replaces what was listed', () => {
  const later: AnomalyView = { ...views, id: 'rpm.1m.total.9000', startedAtMs: 9_000, state: 'open' };
  const merged = mergeOpen([views], [later, { ...views, severity: 'critical' }]);
  expect(merged.map(({ id }) => id)).toEqual([later.id, views.id]);
  expect(merged[1]?.severity).toBe('critical');
});

test('what a formula is made of is said by how it moved', () => {
  const input = (name: string, observed: number, usual: number) => ({
    name,
    isMoney: false,
    observed,
    usual,
  });
  const percent = (ratio: number): string => `${Math.round(100 * ratio)}%`;
  expect(inputWords([input('revenue', 70, 100), input('view_events', 1_001, 1_000)], percent)).toBe(
    'Against usual windows: revenue −30%, view events unchanged.',
  );
  expect(inputWords([input('mrr_churn', 5, 0), input('mrr_new', 3, 2), input('mrr_fx', 0, 0)], percent)).toBe(
    'Against usual windows: mrr churn where there usually is none, mrr new +50%, mrr fx none as usual.',
  );
});
