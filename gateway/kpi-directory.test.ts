import { expect, test } from 'vitest';
import { kpiCatalogue } from '../platform/contracts/kpi-catalogue.ts';
import type { KpiRequest } from '../platform/contracts/api.ts';
import type { KpiDefinition } from '../platform/contracts/kpi.ts';
import { isWeirError } from '../platform/errors/weir-error.ts';
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
  const changed = kpiFromRequest(request, kpiCatalogue, 2, () => true);
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
  expect(kpiFromRequest(same, [own], 1, () => true)).toMatchObject({
    key: 'tips2',
    version: 1,
    origin: 'tenant',
  });
  const other = {
    ...request,
    key: 'tips2',
    measures: [{ key: 'tip_count', agg: 'count' as const, types: ['tip'] }],
  };
  expect(() => kpiFromRequest(other, [own], 1, () => true)).toThrow(/means something else in KPI tips/);
});

const { origin: _origin, version: _version, ...request } = own;
const made = (change: Partial<KpiRequest>): KpiDefinition =>
  kpiFromRequest({ ...request, ...change }, [], 1, (type) => type !== 'no_such_type');
const counted = own.measures[0];
if (counted === undefined) throw new RangeError('no measure');

test.each<[string, Partial<KpiRequest>, string, RegExp]>([
  ['a blank title', { title: ' ' }, 'title', /blank/],
  ['a constant', { formula: '1/0' }, 'formula', /names no measure/],
  ['a builtin name alone', { formula: 'window_days' }, 'formula', /names no measure/],
  ['a division by nothing', { formula: 'tip_count / (2 - 2)' }, 'formula', /divides by a constant 0/],
  [
    'an unknown event type',
    { measures: [{ ...counted, types: ['no_such_type'] }] },
    'measures.0.types',
    /no event type "no_such_type"/,
  ],
  ['a type named twice', { measures: [{ ...counted, types: ['tip', 'tip'] }] }, 'measures.0.types', /twice/],
  ['a window twice', { windows: ['1d', '1d'] }, 'windows', /"1d" stands twice/],
  ['a dimension twice', { dimensions: ['channel', 'channel'] }, 'dimensions', /twice/],
  [
    'an alert above the target where more is good',
    { target: 1, alertThreshold: 5 },
    'alertThreshold',
    /5 is above 1/,
  ],
  [
    'an alert below the target where less is good',
    { direction: 'down', target: 5, alertThreshold: 1 },
    'alertThreshold',
    /1 is below 5/,
  ],
  [
    '30 days in windows of seconds',
    { formula: 'last_30d(tip_count)', windows: ['10s'] },
    'windows',
    /take "10s" out/,
  ],
  [
    'the window before one of seconds',
    { formula: 'prev(tip_count)', windows: ['10s', '1d'] },
    'windows',
    /1h, 1d, 1mo/,
  ],
  [
    'recurring revenue by the second',
    { basis: 'recurring', formula: 'mrr_closing', measures: [], windows: ['10s'] },
    'windows',
    /1d, 1mo/,
  ],
  [
    'recurring revenue by channel',
    { basis: 'recurring', formula: 'mrr_closing', measures: [], dimensions: ['channel'] },
    'dimensions',
    /must be empty/,
  ],
  [
    'a measure called like a builtin name',
    { formula: 'window_days', measures: [{ ...counted, key: 'window_days' }] },
    'measures.0.key',
    /another key/,
  ],
  ['a threshold in no window', { windows: ['10s'], alertThreshold: 1 }, 'alertThreshold', /never alert/],
  [
    'a threshold in another window',
    { windows: ['1h'], alertThreshold: 1, alertWindows: ['1d'] },
    'alertWindows',
    /windows of 1h: take "1d" out/,
  ],
])('%s is refused, with the field and what to mend', (_what, change, field, message) => {
  expect(() => made(change)).toThrow(message);
  try {
    made(change);
  } catch (error) {
    expect(error).toMatchObject({ details: { in: 'body', field } });
    expect(['KPI_INVALID', 'KPI_FORMULA_INVALID']).toContain(isWeirError(error) ? error.code : '');
  }
});

test('a number that is too large is refused', () => {
  expect(() => made({ formula: 'tip_count * 1e999' })).toThrow(/1e999 is too large/);
});

test('what can work is taken, and says where its threshold is judged', () => {
  expect(made({ alertThreshold: 3 }).alertWindows).toEqual(['1m', '1h']);
  expect(made({ alertThreshold: 3, alertWindows: ['1d'] }).alertWindows).toEqual(['1d']);
  expect(made({ formula: 'prev(tip_count)', windows: ['1mo'], alertThreshold: 3 }).alertWindows).toEqual([
    '1mo',
  ]);
  expect(made({}).alertWindows).toBeUndefined();
  const { origin: _o, version: _v, alertWindows: _w, ...rpm } = find('rpm');
  expect(kpiFromRequest({ ...rpm, alertWindows: ['1d'] }, kpiCatalogue, 2, () => true)).toMatchObject({
    alertWindows: ['1d'],
    origin: 'catalogue',
  });
  expect(() => kpiFromRequest({ ...rpm, alertThreshold: 99 }, kpiCatalogue, 2, () => true)).toThrow(
    /above the target/,
  );
});

function find(key: string): KpiDefinition {
  const found = kpiCatalogue.find((kpi) => kpi.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
}
