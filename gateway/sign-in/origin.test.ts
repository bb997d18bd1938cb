import { describe, expect, test } from 'vitest';
import { isOwnOrigin, isSameOrigin } from './origin.ts';

const facts = {
  method: 'POST',
  host: 'weir.example:8080',
  origin: undefined,
  secFetchSite: undefined,
  publicOrigin: undefined,
};

describe('a request that changes something', () => {
  test.each([
    [{}, true],
    [{ secFetchSite: 'same-origin' }, true],
    [{ secFetchSite: 'none' }, true],
    [{ secFetchSite: 'same-site' }, false],
    [{ secFetchSite: 'cross-site' }, false],
    [{ secFetchSite: 'nonsense' }, false],
    [{ secFetchSite: 'cross-site', origin: 'http://weir.example:8080' }, false],
    [{ origin: 'http://weir.example:8080' }, true],
    [{ origin: 'https://weir.example:8080' }, true],
    [{ origin: 'http://weir.example' }, false],
    [{ origin: 'http://weir.example.evil.example:8080' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false],
    [{ origin: 'http://weir.example:8080', host: undefined }, false],
    [{ method: 'GET', origin: 'https://evil.example', secFetchSite: 'cross-site' }, true],
    [{ method: 'HEAD', secFetchSite: 'cross-site' }, true],
    [{ method: 'DELETE', secFetchSite: 'cross-site' }, false],
    [{ host: '10.0.0.5:8080', origin: 'https://weir.example', publicOrigin: 'https://weir.example' }, true],
    [
      { host: '10.0.0.5:8080', origin: 'https://weir.example.evil', publicOrigin: 'https://weir.example' },
      false,
    ],
  ])('%j: %s', (change, expected) => {
    expect(isSameOrigin({ ...facts, ...change })).toBe(expected);
  });

  test('the case of a host name is no difference', () => {
    expect(isOwnOrigin('http://weir.example:8080', 'WEIR.example:8080', undefined)).toBe(true);
  });
});
