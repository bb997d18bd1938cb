import { expect, test } from 'vitest';
import { keyOfHeaders } from './request-key.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  [{ authorization: 'Bearer weir_live_x' }, 'weir_live_x'],
  [{ authorization: 'bearer   weir_live_x ' }, 'weir_live_x'],
  [{ authorization: basic('key:') }, 'key'],
  [{ authorization: basic('key:password') }, 'key'],
  [{ authorization: basic('key') }, 'key'],
  [{ 'x-api-key': 'key' }, 'key'],
  [{ authorization: 'Digest x', 'x-api-key': 'key' }, 'key'],
  [{ authorization: 'Bearer a', 'x-api-key': 'b' }, 'a'],
  [{}, undefined],
  [{ authorization: '' }, undefined],
  [{ authorization: 'Bearer' }, undefined],
  [{ authorization: 'Bearer ' }, undefined],
  [{ authorization: basic(':password') }, undefined],
  [{ authorization: 'Basic !!!' }, undefined],
  [{ 'x-api-key': '' }, undefined],
])('%j holds %j', (headers, key) => {
  expect(keyOfHeaders(headers)).toBe(key);
});
