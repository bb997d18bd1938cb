import { expect, test } from 'vitest';
import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../platform/contracts/kpi.ts';
import { kpisOf } from '../platform/kpi/kpis-of.ts';
import { kpiFromRequest } from './kpi-directory.ts';

const own: KpiDefinition = {
  key: 'tips',
  version: 3,
  title: 'Tips',
  description: '',
  unit: 'count',
  formula: 'tip_count',
  measures: [{ key: 'tip_count', agg: 'count', types: ['tip', 'super_chat'] }],
  direction: 'up',
  dimensions: [],
  origin: 'tenant',
};

test('the catalogue comes first, with the tenant’s targets; then its own by key', () => {
  const views = kpiCatalogue.find((kpi) => kpi.key === 'views');
  if (views === undefined) throw new RangeError('views');
  const all = kpisOf([
    { ...own, key: 'z' },
    { ...own, key: 'a' },
    { ...views, target: 5, formula: 'tampered' },
  ]);
  expect(all.slice(0, kpiCatalogue.length).map((kpi) => kpi.key)).toEqual(kpiCatalogue.map((kpi) => kpi.key));
  expect(all.slice(kpiCatalogue.length).map((kpi) => kpi.key)).toEqual(['a', 'z']);
  expect(all.find((kpi) => kpi.key === 'views')).toEqual({ ...views, target: 5 });
});

test('a target of the catalogue can be taken away', () => {
  const rpm = kpiCatalogue.find((kpi) => kpi.key === 'rpm');
  if (rpm === undefined) throw new RangeError('rpm');
  const { origin: _origin, target: _target, version: _version, ...request } = rpm;
  const changed = kpiFromRequest(request, kpiCatalogue, 2);
  expect(changed.target).toBeUndefined();
  expect(kpisOf([changed]).find((kpi) => kpi.key === 'rpm')?.target).toBeUndefined();
});

test('a measure key means one thing in a tenant, in whatever order its types are named', () => {
  const { origin: _origin, version: _version, ...request } = own;
  const same = {
    ...request,
    key: 'tips2',
    measures: [{ key: 'tip_count', agg: 'count' as const, types: ['super_chat', 'tip'] }],
  };
  expect(kpiFromRequest(same, [own], 1)).toMatchObject({ key: 'tips2', version: 1, origin: 'tenant' });
  const other = {
    ...request,
    key: 'tips2',
    measures: [{ key: 'tip_count', agg: 'count' as const, types: ['tip'] }],
  };
  expect(() => kpiFromRequest(other, [own], 1)).toThrow(/means something else in KPI tips/);
});
