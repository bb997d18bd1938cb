import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRig, type Rig } from './testing/rig.ts';

let rig: Rig;
let directory: string;
const script = 'console.log(1);\n'.repeat(200);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-app-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(directory, 'assets', 'index-AbCdEf12.js'), script);
  rig = await startRig({ staticDir: directory, config: { WEIR_PUBLIC_URL: 'https://weir.example' } });
});

afterAll(async () => {
  await rig.stop();
  rmSync(directory, { recursive: true });
});

describe('the app', () => {
  test.each([
    '/',
    '/kpis',
    '/kpis/views',
    '/system/refused',
    '/revenue?range=7d',
    '/welcome',
    '/anomalies/views.1m.total.1795656120000',
  ])('answers at %s', async (path) => {
    const { headers, status, text } = await rig.call('GET', path);
    expect([status, text]).toEqual([200, '<!doctype html><title>app</title>']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    '/nothing',
    '/index.php',
    '/assets/other.js',
    '/assets',
    '/a/b/c/d/e/f',
    '/kpis.json',
    '//kpis',
    '//evil.example/x',
  ])('not at %s', async (path) => {
    expect(await rig.call('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'GATEWAY_ROUTE_NOT_FOUND' },
    });
  });

  test('is asked for only when it changed', async () => {
    const first = await rig.call('GET', '/');
    const second = await rig.call('GET', '/', {
      headers: { 'if-none-match': first.headers.get('etag') ?? '' },
    });
    expect([second.status, second.text]).toEqual([304, '']);
  });

  test('has assets that are kept for ever, compressed as the browser likes it', async () => {
    const path = `${rig.origin}/assets/index-AbCdEf12.js`;
    for (const [accept, encoding] of [
      ['br, gzip', 'br'],
      ['gzip', 'gzip'],
      ['identity', null],
    ] as const) {
      const response = await fetch(path, { headers: { 'accept-encoding': accept } });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      expect(await response.text()).toBe(script);
    }
  });

  test('is not what changes are sent to', async () => {
    expect((await rig.call('POST', '/kpis', { body: {} })).status).toBe(404);
  });
});

describe('behind HTTPS', () => {
  test('cookies are Secure under the __Host- name, and the browser is told to stay', async () => {
    const opened = await rig.call('GET', rig.gateway.signInPath ?? '');
    expect(opened.headers.get('location')).toBe('/');
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-weir=\w{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
    expect(opened.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const me = await rig.call('GET', '/api/v1/session', { cookie: cookie.split(';')[0] ?? '' });
    expect(me.status).toBe(200);
    const plain = await rig.call('GET', '/api/v1/session', {
      cookie: cookie.split(';')[0]?.replace('__Host-weir', 'weir_sid') ?? '',
    });
    expect(plain.status).toBe(401);
  });

  test('our own origin is the public one', async () => {
    const invited = await rig.call('POST', '/api/v1/users', {
      key: rig.adminKey,
      body: { email: 'a@example.org', name: 'A', role: 'viewer' },
    });
    expect(invited.body.link).toMatch(/^https:\/\/weir\.example\/welcome\?token=/);
    const token = new URL(invited.body.link).searchParams.get('token');
    const headers = { origin: 'https://weir.example' };
    expect((await rig.call('POST', '/api/v1/session/link', { headers, body: { token } })).status).toBe(200);
  });
});

test('while it drains it is not ready, but goes on answering', async () => {
  rig.gateway.drain();
  expect(await rig.call('GET', '/readyz')).toMatchObject({ status: 503, body: { status: 'draining' } });
  expect((await rig.call('GET', '/livez')).status).toBe(200);
  expect((await rig.call('GET', '/api/v1/kpis', { key: rig.adminKey })).status).toBe(200);
});
