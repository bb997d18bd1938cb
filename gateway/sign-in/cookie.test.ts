import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCookie, sessionCookie, sessionCookieName } from './cookie.ts';

test.each([
  ['weir_sid=abc', 'abc'],
  ['a=1; weir_sid=abc; b=2', 'abc'],
  ['weir_sid=abc;weir_sid=abc', 'abc'],
  // Somebody who can set a cookie for the parent domain must not be able to replace ours.
  ['weir_sid=abc; weir_sid=def', undefined],
  ['xweir_sid=abc', undefined],
  ['weir_sid', undefined],
  ['', undefined],
  [undefined, undefined],
  [`weir_sid=${'a'.repeat(20_000)}`, undefined],
])('%.40s holds %s', (header, value) => {
  expect(readCookie(header, 'weir_sid')).toBe(value);
});

test('any header gets an answer', () => {
  fc.assert(fc.property(fc.string(), (header) => void readCookie(header, 'weir_sid')));
});

test('what is set can be read, under a name that says whether it is secure', () => {
  for (const isSecure of [true, false]) {
    const cookie = sessionCookie('abc', isSecure, 60_000);
    expect(readCookie(cookie.split(';')[0], sessionCookieName(isSecure))).toBe('abc');
    expect(cookie).toContain('; Path=/; Max-Age=60; HttpOnly; SameSite=Lax');
    expect(cookie.includes('; Secure')).toBe(isSecure);
    expect(cookie.startsWith('__Host-')).toBe(isSecure);
  }
});
