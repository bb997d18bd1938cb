import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shareBudget } from './budget.ts';

test('half goes to the totals and half to the parts; a sum weighs four times a ratio', () => {
  const shares = shareBudget({ falseAlarmsPerWeek: 4, perKpi: {} }, [
    { kpi: 'views', shape: 'sum', totals: 2, parts: 30 },
    { kpi: 'rpm', shape: 'ratio', totals: 2, parts: 10 },
  ]);
  expect(shares.get('views')).toEqual({ total: 0.8, part: 8 / 130 });
  expect(shares.get('rpm')).toEqual({ total: 0.2, part: 2 / 130 });
});

test('a KPI with a number of its own does not take from the others', () => {
  const shares = shareBudget({ falseAlarmsPerWeek: 4, perKpi: { views: 10 } }, [
    { kpi: 'views', shape: 'sum', totals: 2, parts: 0 },
    { kpi: 'rpm', shape: 'ratio', totals: 2, parts: 10 },
  ]);
  expect(shares.get('views')).toEqual({ total: 5, part: 0 });
  expect(shares.get('rpm')).toEqual({ total: 1, part: 0.2 });
});

test('all series together make what was set', () => {
  const counts = fc.array(
    fc.record({
      shape: fc.constantFrom('sum' as const, 'none' as const, 'ratio' as const),
      totals: fc.integer({ min: 1, max: 4 }),
      parts: fc.nat(100),
    }),
    {
      minLength: 1,
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 100, noNaN: true }), (list, falseAlarmsPerWeek) => {
      const series = list.map((each, i) => ({ kpi: `k${i}`, ...each }));
      const shares = shareBudget({ falseAlarmsPerWeek, perKpi: {} }, series);
      const sum = series.reduce((all, { kpi, totals, parts }) => {
        const share = shares.get(kpi);
        return all + totals * (share?.total ?? 0) + parts * (share?.part ?? 0);
      }, 0);
      expect(sum).toBeCloseTo(falseAlarmsPerWeek, 9);
    }),
  );
});
