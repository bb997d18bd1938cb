import { describe, expect, test } from 'vitest';
import { errorCodes } from './codes.ts';
import { asWeirError, toProblem, WeirError } from './weir-error.ts';

describe('error table', () => {
  test.each(Object.entries(errorCodes))('%s is complete', (code, spec) => {
    expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
    expect(spec.httpStatus).toBeGreaterThanOrEqual(400);
    expect(spec.httpStatus).toBeLessThan(600);
    expect(spec.mend).toMatch(/\.$/);
  });
});

describe('WeirError', () => {
  test('takes domain and retry from its code and keeps the cause', () => {
    const cause = new Error('socket closed');
    const error = new WeirError('BUS_UNAVAILABLE', 'no NATS', { cause });
    expect(error).toMatchObject({ domain: 'external', retry: 'backoff', cause });
  });

  test('wraps a foreign error once and passes its own through', () => {
    const foreign = new TypeError('x is not a function');
    const wrapped = asWeirError(foreign);
    expect(wrapped).toMatchObject({ code: 'PLATFORM_INTERNAL', cause: foreign });
    expect(asWeirError(wrapped)).toBe(wrapped);
  });
});

describe('toProblem', () => {
  test('a user error speaks in its own words', () => {
    const error = new WeirError('BUS_KEY_INVALID', 'key "a b" has a blank', { details: { key: 'a b' } });
    expect(toProblem(error, 't-1')).toEqual({
      type: 'urn:weir:error:BUS_KEY_INVALID',
      title: 'Bus key invalid',
      status: 400,
      detail: 'key "a b" has a blank',
      code: 'BUS_KEY_INVALID',
      retry: 'never',
      mend: errorCodes.BUS_KEY_INVALID.mend,
      traceId: 't-1',
      details: { key: 'a b' },
    });
  });

  test.each([
    ['internal', new Error('password is hunter2')],
    [
      'external',
      new WeirError('BUS_UNAVAILABLE', 'nats://u:hunter2@10.0.0.1', { details: { url: 'hunter2' } }),
    ],
  ])('an %s error says nothing of its cause', (_domain, error) => {
    expect(JSON.stringify(toProblem(error, 't-2'))).not.toContain('hunter2');
  });
});
