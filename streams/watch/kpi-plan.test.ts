import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { kpisIn, planKpis } from './kpi-plan.ts';

const revenue = kpiCatalogue.find(({ key }) => key === 'total_revenue');
if (revenue === undefined) throw new Error('the catalogue has no revenue');
const own = (change: Partial<KpiDefinition>): KpiDefinition => ({
  ...revenue,
  key: 'own',
  origin: 'tenant',
  ...change,
});
const keysIn = (definitions: readonly KpiDefinition[], window: '1m' | '1h' | '1d'): string[] =>
  kpisIn(planKpis(definitions, 100), window).map(({ definition }) => definition.key);

describe('what is watched', () => {
  test('two names for the same numbers are one series', () => {
    expect(keysIn([revenue, own({})], '1h')).toEqual(['total_revenue']);
  });

  test('a second name with a threshold has its threshold judged, and no detector of its own', () => {
    const plan = planKpis([revenue, own({ alertThreshold: 5 })], 100);
    expect(kpisIn(plan, '1h').map(({ definition }) => definition.key)).toEqual(['total_revenue', 'own']);
    expect(plan.kpis[1]?.watch).toEqual({ anomalies: [], threshold: ['1m', '1h'] });
  });

  test('a KPI of some short windows is watched in these', () => {
    const definitions = [own({ formula: 'revenue * 2', windows: ['1m', '1h'] })];
    expect(keysIn(definitions, '1m')).toEqual(['own']);
    expect(keysIn([own({ formula: 'revenue * 2', windows: ['1h'] })], '1m')).toEqual([]);
  });

  test('every KPI of the catalogue with values of a day or shorter is in one window at least', () => {
    const plan = planKpis(kpiCatalogue, 100);
    const watched = new Set(
      (['1m', '1h', '1d'] as const).flatMap((window) =>
        kpisIn(plan, window).map(({ definition }) => definition.key),
      ),
    );
    const missing = kpiCatalogue.filter(
      ({ key, windows }) => !watched.has(key) && (windows === undefined || windows.includes('1d')),
    );
    // Revenue by stream is the same numbers as revenue.
    expect(missing.map(({ key }) => key)).toEqual(['revenue_by_stream']);
  });
});
