import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { createFakeClock, systemClock } from '../time/clock.ts';
import { isPublicAddress } from './public-address.ts';
import { createHttpSender, retryAfterMs } from './sender.ts';
import { signWebhook } from './webhook-signature.ts';

describe('public addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111'])('%s is one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',

    '224.0.0.1',
    '255.255.255.255',
    '240.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12::1',

    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'example.com',
    '',
  ])('%s is none', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('addresses that are given', () => {
  const strict = createHttpSender(createFakeClock(), { ports: [443], allowLoopback: false });

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'https://user:pw@example.com/',
    'https://example.com:8443/',
    'nonsense',
    '',

    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://017700000001/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'https://[fd00::1]/',
  ])('%s is refused', (url) => {
    expect(() => strict.check(url)).toThrow(expect.objectContaining({ code: 'HTTP_OUT_ADDRESS_REFUSED' }));
  });

  it('a public name is taken, and judged by every address it has when it is used', async () => {
    expect(strict.check('https://example.com/hook').host).toBe('example.com');
    for (const addresses of [['10.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:169.254.169.254'], []]) {
      const sender = createHttpSender(systemClock, { ports: [443], allowLoopback: false }, async () =>
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
      const sent = sender.send({ method: 'POST', url: 'https://rebound.example/', headers: {}, body: '{}' });
      await expect(sent).rejects.toMatchObject({ code: 'HTTP_OUT_ADDRESS_REFUSED' });
    }
  });
});

describe('Standard Webhooks', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const old = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

  it('the specification’s own library accepts our signature, with each secret of a rotation', () => {
    const message = { id: 'msg_1', timestampMs: systemClock.nowMs(), body: '{"a":"ü"}' };
    const headers = signWebhook(message, [secret, old]);
    expect(new Webhook(secret).verify(message.body, headers)).toEqual({ a: 'ü' });
    expect(new Webhook(old).verify(message.body, headers)).toEqual({ a: 'ü' });
    expect(() => new Webhook(secret).verify(`${message.body} `, headers)).toThrow();
  });

  it('is the signature of the specification’s example', () => {
    // standard-webhooks/standard-webhooks, libraries: the vector all its tests share.
    const headers = signWebhook(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestampMs: 1_614_265_330_000, body: '{"test": 2432232314}' },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('Retry-After is seconds or a date', () => {
    expect(retryAfterMs({ 'retry-after': '120' }, 0)).toBe(120_000);
    expect(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 1970 00:01:00 GMT' }, 30_000)).toBe(30_000);
    expect(retryAfterMs({ 'retry-after': 'soon' }, 0)).toBeUndefined();
    expect(retryAfterMs({}, 0)).toBeUndefined();
  });
});
