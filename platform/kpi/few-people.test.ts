import { expect, test } from 'vitest';
import { kpiCatalogue } from '../contracts/kpi-catalogue.ts';
import { hasFewPeople, isNarrowCut } from './few-people.ts';
import { emptyState, encodeSketch } from './measure-state.ts';
import { UniqueSketch } from './unique-sketch.ts';

test('two dimensions are narrow in any window, one in seconds and minutes, none never', () => {
  expect((['10s', '1m', '1h', '1d'] as const).map((window) => isNarrowCut(1, window))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isNarrowCut(2, '1mo')).toBe(true);
  expect(isNarrowCut(0, '10s')).toBe(false);
});

test('KPIs that count one to nine people are known, those that count events or channels are none', () => {
  const sketchOf = (people: number): string => {
    const sketch = new UniqueSketch();
    for (let i = 0; i < people; i++) sketch.add(i + 1, 7 * i + 3);
    return encodeSketch(sketch);
  };
  const isFew = (key: string, measure: string, people: number): boolean => {
    const definition = kpiCatalogue.find((each) => each.key === key);
    if (definition === undefined) throw new Error(`no KPI ${key}`);
    return hasFewPeople(definition, { ...emptyState, uniques: { [measure]: sketchOf(people) } });
  };
  expect([0, 1, 9, 10].map((people) => isFew('unique_viewers', 'viewers', people))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(isFew('arpu', 'viewers', 3)).toBe(true);
  expect(isFew('revenue_per_channel', 'publishing_channels', 2)).toBe(false);
  expect(isFew('views', 'viewers', 2)).toBe(false);
});
