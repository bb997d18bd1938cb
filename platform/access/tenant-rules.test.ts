import { describe, expect, test } from 'vitest';
import { checkTenant, newTenant } from './tenant-rules.ts';

const main = newTenant('main', 'Main', false, 1);

describe('a tenant', () => {
  test('as first made is in order', () => {
    expect(checkTenant(main)).toBe(main);
    expect(main).toMatchObject({ currency: 'USD', timeZone: 'UTC', simulated: false });
  });

  test.each([
    [{ currency: 'XXQ' }, 'currency'],
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ timeZone: '' }, 'timeZone'],
    [{ rates: { ZZZ: 1 } }, 'rates'],
    [{ rates: { USD: 1 } }, 'rates'],
  ])('with %j is refused', (change, field) => {
    expect(() => checkTenant({ ...main, ...change })).toThrow(
      expect.objectContaining({ code: 'ACCESS_TENANT_INVALID', details: { field } }),
    );
  });

  test.each([
    { currency: 'JPY', rates: { USD: 151.2 } },
    { timeZone: 'Asia/Kathmandu' },
    { timeZone: 'America/Argentina/Buenos_Aires' },
  ])('may have %j', (change) => {
    expect(checkTenant({ ...main, ...change })).toMatchObject(change);
  });
});
