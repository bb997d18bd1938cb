import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencyExponent } from '../platform/contracts/currency.ts';
import { convertMinor, MAX_MINOR, toMinor } from './money.ts';

describe('toMinor', () => {
  test.each([
    [19.99, 2, 1999],
    ['19.99', 2, 1999],
    ['-19.99', 2, -1999],
    [-0.005, 2, -1],
    [0.005, 2, 1],
    ['0.145', 2, 15],
    [0.145, 2, 15],
    [1.005, 2, 101],
    ['1.004999', 2, 100],
    [0.1 + 0.2, 2, 30],
    [1e-7, 2, 0],
    [-1e-7, 2, 0],
    ['-0.001', 2, 0],
    [1500, 0, 1500],
    ['1500.5', 0, 1501],
    ['-1500.5', 0, -1501],
    [1.2345, 3, 1235],
    ['1.23449', 3, 1234],
    [12, 4, 120_000],
    ['90000000000000.00', 2, 9e15],
    [8.95e13, 2, 8.95e15],
    ['007.10', 2, 710],
  ])('%j with exponent %i is %i', (amount, exponent, minor) => {
    expect(toMinor(amount, exponent)).toBe(minor);
  });

  test.each([
    [Number.NaN, 2],
    [Number.POSITIVE_INFINITY, 2],
    [1e21, 2],
    [9.1e13, 2],
    ['90000000000000.01', 2],
    ['', 2],
    ['1,50', 2],
    ['1e3', 2],
    ['$5', 2],
    ['.5', 2],
    ['5.', 2],
    ['+5', 2],
    ['0x10', 2],
    [' 5', 2],
  ])('%j with exponent %i is no amount', (amount, exponent) => {
    expect(toMinor(amount, exponent)).toBeUndefined();
  });

  test('decimal text keeps every digit, whatever a double would do to it', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(9n * 10n ** 15n), max: 9n * 10n ** 15n }),
        fc.constantFrom(0, 2, 3, 4),
        (minor, exponent) => {
          const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
          const split = digits.length - exponent;
          const fraction = exponent === 0 ? '' : `.${digits.slice(split)}`;
          const text = `${minor < 0n ? '-' : ''}${digits.slice(0, split)}${fraction}`;
          expect(toMinor(text, exponent)).toBe(Number(minor));
        },
      ),
    );
  });

  test('a number with at most as many decimals as the currency is exact', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e14, max: 1e14 }), fc.constantFrom(0, 2, 3, 4), (minor, exponent) => {
        expect(toMinor(minor / 10 ** exponent, exponent)).toBe(minor === 0 ? 0 : minor);
      }),
    );
  });
});

describe('convertMinor', () => {
  test.each([
    [1000, 1.1, 2, 2, 1100],
    [-1000, 1.1, 2, 2, -1100],
    [5, 1.1, 2, 2, 6],
    [-5, 1.1, 2, 2, -6],
    [1, 0.5, 2, 2, 1],
    [1000, 0.0065, 0, 2, 650],
    [12_345, 3.25, 3, 2, 4012],
    [12_346, 3.25, 3, 2, 4012],
    [0, 1.5, 2, 2, 0],
    [1, 1e-9, 2, 2, 0],
    [15, 0.1, 2, 2, 2],
    [-15, 0.1, 2, 2, -2],
  ])('%i at %d from exponent %i to %i is %i', (minor, rate, from, to, expected) => {
    expect(convertMinor(minor, rate, from, to)).toBe(expected);
  });

  test('is the exact product rounded half away from zero', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 1, max: 99_999 }),
        fc.constantFrom(0, 2, 3),
        fc.constantFrom(0, 2, 3),
        (minor, rateUnits, from, to) => {
          const rate = rateUnits / 10_000;
          const numerator = BigInt(Math.abs(minor)) * BigInt(rateUnits) * 10n ** BigInt(to);
          const denominator = 10_000n * 10n ** BigInt(from);
          const rounded = Number((2n * numerator + denominator) / (2n * denominator));
          expect(convertMinor(minor, rate, from, to)).toBe(minor < 0 && rounded !== 0 ? -rounded : rounded);
        },
      ),
    );
  });

  test('beyond what a double counts exactly there is no answer', () => {
    expect(convertMinor(MAX_MINOR, 2, 2, 2)).toBeUndefined();
  });
});

describe('currencies', () => {
  test('have the decimals of ISO 4217', () => {
    const exponents = ['USD', 'JPY', 'KWD', 'CLF', 'ISK', 'BHD', 'MGA'].map(currencyExponent);
    expect(exponents).toEqual([2, 0, 3, 4, 0, 3, 2]);
  });

  test.each(['', 'usd', 'XXX', 'BTC', 'ABC', 'USDT', 'constructor'])('%j is none', (code) => {
    expect(currencyExponent(code)).toBeUndefined();
  });

  test('include all that the platform still lists as circulating since 2015', () => {
    const circulating =
      'USD EUR JPY GBP CHF CNY INR BRL KRW MXN TRY ZAR NGN VND PLN SEK NOK AED KWD XOF XAF XPF';
    for (const code of circulating.split(' ')) {
      const { maximumFractionDigits } = new Intl.NumberFormat('en', {
        style: 'currency',
        currency: code,
      }).resolvedOptions();
      expect([code, currencyExponent(code)]).toEqual([code, maximumFractionDigits]);
    }
  });
});
