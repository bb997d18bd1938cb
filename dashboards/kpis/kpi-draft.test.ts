import { describe, expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import { draftOf, keyOf, requestOf } from './kpi-draft.ts';

describe('a KPI being typed', () => {
  test.each(kpiCatalogue)('$key: what was read into the form is sent as it was', (kpi) => {
    const { version: _version, origin: _origin, ...request } = kpi;
    expect(requestOf(draftOf(kpi))).toEqual(request);
  });

  test.each([
    ['Revenue per viewer', 'revenue_per_viewer'],
    ['2nd visits', 'nd_visits'],
    ['Größe (m²)', 'gro_e_m2'],
    ['  ', ''],
  ])('%j is called %s', (title, key) => {
    expect(keyOf(title)).toBe(key);
  });

  test('conditions are read as numbers and truths where they are', () => {
    const [first] = kpiCatalogue;
    if (first === undefined) throw new Error('the catalogue is empty');
    const draft = draftOf(first);
    const measures = draft.measures.map((measure) => ({
      ...measure,
      whereField: 'kind',
      whereIn: 'like, 3, true',
    }));
    expect(requestOf({ ...draft, measures }).measures[0]?.where).toEqual({
      field: 'kind',
      in: ['like', 3, true],
    });
  });
});
