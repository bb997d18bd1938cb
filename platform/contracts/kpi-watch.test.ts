import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from './kpi-catalogue.ts';
import { kpiWatchOf } from './kpi-watch.ts';
import type { KpiDefinition } from './kpi.ts';

const views: KpiDefinition = {
  key: 'own',
  version: 1,
  title: 'Own',
  description: '',
  unit: 'count',
  formula: 'views',
  measures: [{ key: 'views', agg: 'count', types: ['video_view'] }],
  direction: 'up',
  dimensions: [],
  origin: 'tenant',
};
const days = [{ key: 'channels', agg: 'unique', types: ['post_published'], of: 'channel' }] as const;

describe('in which windows a KPI is watched', () => {
  test.each([
    ['plain', {}, ['1m', '1h'], ['1m', '1h']],
    ['of some short windows', { windows: ['10s', '1h'] }, ['1h'], ['1h']],
    ['of no judged window', { windows: ['10s'] }, [], []],
    ['of days and months', { windows: ['1d', '1mo'] }, ['1d'], ['1d']],
    ['of months', { windows: ['1mo'] }, [], ['1mo']],
    ['of hours and days', { windows: ['1h', '1d'] }, ['1h'], ['1h']],
    ['that looks back', { formula: 'views / last_30d(views)' }, ['1d'], ['1d']],
    ['that looks back in short windows alone', { formula: 'prev(views)', windows: ['1h'] }, [], []],
    ['on recurring revenue', { basis: 'recurring', formula: 'mrr_closing' }, ['1d'], ['1d']],
    ['that is a sum a day', { unit: 'per_day' }, ['1m', '1h'], ['1d']],
    ['that is a rate a day', { unit: 'per_day', measures: [...days] }, ['1d'], ['1d']],
    [
      'with windows of its own for the threshold',
      { alertWindows: ['1mo', '1h'] },
      ['1m', '1h'],
      ['1h', '1mo'],
    ],
    ['with windows it does not have', { windows: ['1m'], alertWindows: ['1d'] }, ['1m'], []],
  ] as const)('one %s', (_, change, anomalies, threshold) => {
    const kpi = { ...views, ...change };
    expect(kpiWatchOf(kpi as KpiDefinition)).toEqual({ anomalies, threshold });
  });

  test.each(kpiCatalogue)(
    '$key of the catalogue is watched, and says where its threshold is judged',
    (kpi) => {
      const { anomalies, threshold } = kpiWatchOf(kpi);
      expect(threshold).not.toEqual([]);
      if (kpi.windows === undefined || kpi.windows.includes('1d')) expect(anomalies).not.toEqual([]);
      expect(kpi.alertWindows).toEqual(kpi.alertThreshold === undefined ? undefined : threshold);
    },
  );

  test('figures of a day are held against days', () => {
    const of = (key: string) => kpiCatalogue.find((kpi) => kpi.key === key)?.alertWindows;
    expect(['content_velocity', 'arpu', 'conversion_rate'].map(of)).toEqual([['1d'], ['1d'], ['1d']]);
  });
});
