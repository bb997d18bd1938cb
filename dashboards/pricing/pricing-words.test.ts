import { describe, expect, test } from 'vitest';
import { choose, elasticityText, elasticityWords, isPriceChoice, minutesText } from './pricing-words.ts';

describe('words of prices', () => {
  test('an elasticity with its interval and what it means', () => {
    const read = { value: -1.424, error: 0.09, low: -1.6, high: -1.24 };
    expect(elasticityText(read)).toBe('−1.42 (−1.60 to −1.24)');
    expect(elasticityWords(read)).toBe('a price 1% higher sells 1.42% less');
    expect(elasticityWords({ ...read, high: 0.1 })).toBe('not told apart from no effect');
  });

  test.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [605, '10:05'],
  ])('%d seconds', (seconds, text) => {
    expect(minutesText(seconds)).toBe(text);
  });

  test('a part is chosen and left to the default again', () => {
    expect(choose({}, 'price', 12)).toEqual({ price: 12 });
    expect(choose({ price: 12, unitCost: 3 }, 'price', undefined)).toEqual({ unitCost: 3 });
  });

  test.each([
    [{}, true],
    [{ price: 3, objective: 'margin', bounds: [1, 2], reading: 'x' }, true],
    [{ competitorMove: -0.1, follow: 0.5 }, true],
    [{ follow: 'all' }, false],
    [{ objective: 'luck' }, false],
    [{ bounds: [1] }, false],
    [7, false],
  ])('%o may stand in the address: %s', (value, is) => {
    expect(isPriceChoice(value)).toBe(is);
  });
});
