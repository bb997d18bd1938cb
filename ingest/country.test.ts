import { expect, test } from 'vitest';
import { countryCode } from './country.ts';

test('there are 249 countries of ISO 3166-1 and Kosovo', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const all = letters.flatMap((a) => letters.map((b) => a + b));
  const known = all.filter((code) => countryCode(code) !== undefined);
  expect(known).toHaveLength(250);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  expect(known.filter((code) => names.of(code) === undefined)).toEqual([]);
});

test.each([
  ['DE', 'DE'],
  ['de', 'DE'],
  ['us', 'US'],
  ['De', undefined],
  ['UK', undefined],
  ['EU', undefined],
  ['ZZ', undefined],
  ['DEU', undefined],
  ['', undefined],
  ['__proto__', undefined],
])('%j is %j', (text, code) => {
  expect(countryCode(text)).toBe(code);
});
