import { describe, expect, test } from 'vitest';
import { evaluateFormula, parseFormula, spansOf, type FormulaReader } from './formula.ts';

const now: Record<string, number> = { a: 10, b: 4, zero: 0, unknown: Number.NaN };
const before: Record<string, number> = { a: 8, b: 0 };

function reader(values: Record<string, number>, past?: FormulaReader): FormulaReader {
  return {
    value: (name) => values[name] ?? 0,
    quantile: (_name, q) => 100 * q,
    past: (span) => (span === 'prev' ? past : undefined),
  };
}

const value = (text: string): number | null =>
  evaluateFormula(parseFormula(text, Object.keys(now), ['d']), reader(now, reader(before)));

describe('a formula', () => {
  test.each([
    ['a + b * 2', 18],
    ['(a + b) * 2', 28],
    ['-a + 1', -9],
    ['a / zero', null],
    ['1 / (a / zero)', null],
    ['min(a, b, 7)', 4],
    ['max(a, b)', 10],
    ['or(a / zero, b)', 4],
    ['or(unknown, a / zero)', null],
    ['or(b, a)', 4],
    ['a / prev(a) - 1', 0.25],
    ['prev(a + b) * 2', 16],
    ['a / prev(b)', null],
    ['a / last_30d(a)', null],
    ['p50(d)', 50],
    ['p95(d) / a', 9.5],
    ['p999(d)', 99.9],
    ['p5(d)', 5],
  ])('%s is %s', (text, expected) => {
    const got = value(text);
    if (expected === null) expect(got).toBeNull();
    else expect(got).toBeCloseTo(expected, 9);
  });

  test.each([
    ['a +', /ends too early/],
    ['a $ b', /unexpected "\$"/],
    ['c + a', /"c" is no measure/],
    ['d', /write p50\(d\)/],
    ['p50(a)', /"a" is no quantile measure/],
    ['p50(d + a)', /expected "\)"/],
    ['p0(d)', /"p0" is no measure/],
    ['prev(prev(a))', /cannot stand inside/],
    ['prev(last_30d(a))', /cannot stand inside/],
    ['prev a', /"prev" is no measure/],
    [`${'('.repeat(40)}a${')'.repeat(40)}`, /nested too deep/],
  ])('%s is refused', (text, why) => {
    expect(() => parseFormula(text, Object.keys(now), ['d'])).toThrow(why);
  });

  test('tells what it looks back on', () => {
    expect([...spansOf(parseFormula('a / prev(a) + last_30d(b)', ['a', 'b']))]).toEqual(['prev', 'last_30d']);
    expect(spansOf(parseFormula('min(a, b)', ['a', 'b'])).size).toBe(0);
  });
});
