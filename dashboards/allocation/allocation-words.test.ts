import { describe, expect, test } from 'vitest';
import { createFormatter } from '../data/format.ts';
import {
  amountText,
  certificateWords,
  hold,
  isAllocationQuestion,
  limit,
  withTotal,
} from './allocation-words.ts';

const format = createFormatter({ locale: 'en-US', currency: 'USD', timeZone: 'UTC' });
const words = (gap: number | null): string =>
  certificateWords(format, { certificate: { gap } } as Parameters<typeof certificateWords>[1]);

describe('words of an allocation', () => {
  test.each([
    [0, 'the best possible within your limits'],
    [0.0000005, 'the best possible within your limits'],
    [0.00005, 'at most 0.005% below the best possible'],
    [0.0001, 'at most 0.01% below the best possible'],
    [0.034, 'at most 3.4% below the best possible'],
    [null, 'no bound was found'],
  ])('a gap of %s', (gap, text) => {
    expect(words(gap)).toBe(text);
  });

  test('amounts carry their unit', () => {
    expect(amountText(format, 'money', 1_250)).toBe('$1,250');
    expect(amountText(format, 'hours', 41.26)).toBe('41.3 h');
    expect(amountText(format, 'percent', 12.5)).toBe('12.5%');
  });
});

describe('changing a question', () => {
  test('an amount held and let free leaves the question as it was', () => {
    const held = hold({ minShare: 0.1 }, 'a', 'money', 12.345);
    expect(held).toEqual({ minShare: 0.1, fixed: { a: { money: 12.35 } } });
    expect(hold(held, 'a', 'money', undefined)).toEqual({ minShare: 0.1 });
    expect(hold(held, 'b', 'money', -3).fixed?.['b']).toEqual({ money: 0 });
  });

  test('limits and totals are set and given back', () => {
    expect(limit({}, 'riskTolerance', 0.2)).toEqual({ riskTolerance: 0.2 });
    expect(limit({ riskTolerance: 0.2 }, 'riskTolerance', undefined)).toEqual({});
    expect(withTotal(withTotal({}, 'a', 5), 'a', undefined)).toEqual({});
  });

  test.each([
    [{}, true],
    [{ fixed: { a: { money: 1 } }, riskTolerance: 0.1 }, true],
    [{ bounds: { a: { money: [1, 2] } } }, true],
    [{ bounds: { a: { money: [1] } } }, false],
    [{ minShare: 'x' }, false],
    [[], false],
    ['text', false],
  ])('%o can be asked: %s', (value, is) => {
    expect(isAllocationQuestion(value)).toBe(is);
  });
});
