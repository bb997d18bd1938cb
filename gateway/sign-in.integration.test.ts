import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../platform/contracts/tenant.ts';
import { startRig, type Answer, type Rig } from './testing/rig.ts';

let rig: Rig;
/** A cookie of the owner. */
let owner: string;

beforeAll(async () => {
  rig = await startRig();
  const opened = await rig.call('GET', rig.gateway.signInPath ?? '');
  owner = cookieOf(opened);
});

afterAll(async () => {
  await rig.stop();
});

/** `name=value` of the session cookie an answer sets. */
function cookieOf(answer: Answer): string {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

async function me(cookie: string): Promise<Answer> {
  return await rig.call('GET', '/api/v1/session', { cookie });
}

/** Invites somebody into `main` and opens their link. */
async function join(role: Role, email: string): Promise<{ cookie: string; id: string }> {
  const invited = await rig.call('POST', '/api/v1/users', {
    cookie: owner,
    body: { email, name: role, role },
  });
  const { pathname, search } = new URL(invited.body.link);
  const page = await rig.call('GET', pathname + search);
  expect(page.headers.get('set-cookie')).toBeNull();
  const token = new URLSearchParams(search).get('token') ?? '';
  const opened = await rig.call('POST', '/api/v1/session/link', { body: { token } });
  return { cookie: cookieOf(opened), id: invited.body.user.id };
}

describe('the first start', () => {
  test('gives one link that signs in as owner of main and the demo, once', async () => {
    const { body, status } = await me(owner);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'session',
      role: 'owner',
      tenant: { id: 'main' },
      user: { email: 'owner@localhost', passwordSet: false },
      tenants: [
        { id: 'demo', simulated: true, role: 'owner' },
        { id: 'main', simulated: false, role: 'owner' },
      ],
    });
    const again = await rig.call('GET', rig.gateway.signInPath ?? '');
    expect(again.headers.get('set-cookie')).toBeNull();
    const token = new URLSearchParams(rig.gateway.signInPath?.split('?')[1]);
    const posted = await fetch(`${rig.origin}/welcome`, { method: 'POST', body: token });
    expect([posted.status, posted.headers.get('set-cookie')]).toEqual([400, null]);
    expect(await posted.text()).toContain('This link does not work');
  });

  test('keeps token, cookie and password out of log and store', async () => {
    const token = new URLSearchParams(rig.gateway.signInPath?.split('?')[1]).get('token') ?? '';
    const secret = owner.split('=')[1] ?? '';
    expect(secret.length).toBeGreaterThanOrEqual(43);
    for (const hidden of [token, secret]) expect(rig.logged.join('')).not.toContain(hidden);
    for (const bucket of ['users', 'sessions']) {
      const kv = await rig.bus.js.views.kv(bucket);
      for await (const key of await kv.keys()) {
        const entry = await kv.get(key);
        expect(key + entry?.string()).not.toContain(secret);
        expect(key + entry?.string()).not.toContain(token);
      }
    }
  });
});

describe('the session cookie', () => {
  test('is HttpOnly, SameSite=Lax and, over HTTPS, Secure under the __Host- name', async () => {
    const { cookie } = await join('viewer', 'cookie@example.org');
    expect(cookie).toMatch(/^weir_sid=[0-9A-Za-z]{43}$/);
    const set = (await rig.call('DELETE', '/api/v1/session', { cookie })).headers.get('set-cookie');
    expect(set).toBe('weir_sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
  });

  test('ends with sign-out, on the server too', async () => {
    const { cookie } = await join('viewer', 'leaver@example.org');
    expect((await me(cookie)).status).toBe(200);
    expect((await rig.call('DELETE', '/api/v1/session', { cookie })).status).toBe(204);
    expect((await me(cookie)).body).toMatchObject({ status: 401, code: 'GATEWAY_UNAUTHENTICATED' });
  });

  test.each([
    'weir_sid=',
    'weir_sid=nonsense',
    `weir_sid=${'a'.repeat(43)}`,
    `weir_sid=${'x'.repeat(20_000)}`,
    'other=1',
  ])('%.30s is nobody', async (cookie) => {
    expect((await me(cookie)).status).toBe(cookie.length > 16_000 ? 431 : 401);
  });

  test('with a wrong key beside it does not count', async () => {
    const answer = await rig.call('GET', '/api/v1/session', { cookie: owner, key: 'weir_live_admin_wrong' });
    expect(answer.body).toMatchObject({ status: 401, code: 'ACCESS_KEY_MALFORMED' });
  });
});

describe('requests from other sites', () => {
  const switchTo = async (headers: Record<string, string>): Promise<number> =>
    (await rig.call('POST', '/api/v1/session/tenant', { cookie: owner, headers, body: { tenant: 'main' } }))
      .status;

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{ 'sec-fetch-site': 'none' }, 200],
    [{}, 200],
  ])('with %j get %d', async (headers, status) => {
    expect(await switchTo(headers)).toBe(status);
  });

  test('with our own origin pass', async () => {
    expect(await switchTo({ origin: rig.origin })).toBe(200);
  });

  test('cannot sign a visitor in as somebody else', async () => {
    const body = { email: 'owner@localhost', password: 'whatever it is' };
    const api = await rig.call('POST', '/api/v1/session', {
      body,
      headers: { origin: 'https://evil.example' },
    });
    expect(api.body.code).toBe('GATEWAY_ORIGIN_REFUSED');
    const headers = { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' };
    const form = await fetch(`${rig.origin}/welcome`, { method: 'POST', headers, body: 'token=x' });
    expect(form.status).toBe(403);
  });

  test('reading is not changing', async () => {
    const { status } = await rig.call('GET', '/api/v1/session', {
      cookie: owner,
      headers: { origin: 'https://evil.example' },
    });
    expect(status).toBe(200);
  });
});

describe('roles', () => {
  /** What each role may do, as the API shows it. */
  const table: [string, string, unknown, readonly Role[]][] = [
    ['GET', '/api/v1/kpis', undefined, ['viewer', 'analyst', 'approver', 'billing', 'admin', 'owner']],
    [
      'GET',
      '/api/v1/events/stats',
      undefined,
      ['viewer', 'analyst', 'approver', 'billing', 'admin', 'owner'],
    ],
    ['POST', '/api/v1/kpis', {}, ['analyst', 'admin', 'owner']],
    ['POST', '/api/v1/event-types', {}, ['analyst', 'admin', 'owner']],
    ['POST', '/api/v1/deadletter', {}, ['admin', 'owner']],
    ['GET', '/api/v1/users', undefined, ['admin', 'owner']],
    ['GET', '/api/v1/api-keys', undefined, ['admin', 'owner']],
    ['PATCH', '/api/v1/settings', { color: 'red' }, ['admin', 'owner']],
    ['POST', '/api/v1/deadletter/replay', { nonsense: 1 }, ['admin', 'owner']],
  ];
  const all: readonly Role[] = ['viewer', 'analyst', 'approver', 'billing', 'admin', 'owner'];

  test.each(all)('%s may do what the table says and nothing else', async (role) => {
    const { cookie } = await join(role, `${role}@example.org`);
    for (const [method, path, body, allowed] of table) {
      const answer = await rig.call(method, path, { cookie, body });
      const isAllowed = answer.status !== 403;
      expect([method, path, isAllowed]).toEqual([method, path, allowed.includes(role)]);
      if (!isAllowed) expect(answer.body.code).toBe('GATEWAY_FORBIDDEN');
    }
  });

  test('change at once, also for sessions that are open', async () => {
    const { cookie, id } = await join('viewer', 'promoted@example.org');
    expect((await rig.call('GET', '/api/v1/users', { cookie })).status).toBe(403);
    const changed = await rig.call('PATCH', `/api/v1/users/${id}`, {
      cookie: owner,
      body: { role: 'admin' },
    });
    expect(changed.body).toMatchObject({ id, role: 'admin' });
    expect((await rig.call('GET', '/api/v1/users', { cookie })).status).toBe(200);
    await rig.call('DELETE', `/api/v1/users/${id}`, { cookie: owner });
    expect((await me(cookie)).status).toBe(401);
  });

  test('of owners are for owners', async () => {
    const { cookie: admin } = await join('admin', 'second@example.org');
    const users = (await rig.call('GET', '/api/v1/users', { cookie: owner })).body.users;
    const ownerId = users.find((user: { email: string }) => user.email === 'owner@localhost').id;
    const attempts = [
      rig.call('PATCH', `/api/v1/users/${ownerId}`, { cookie: admin, body: { role: 'viewer' } }),
      rig.call('DELETE', `/api/v1/users/${ownerId}`, { cookie: admin }),
      rig.call('POST', '/api/v1/users', {
        cookie: admin,
        body: { email: 'new@example.org', name: 'x', role: 'owner' },
      }),
      // An API key has admin rights at most.
      rig.call('POST', '/api/v1/users', {
        key: rig.adminKey,
        body: { email: 'new@example.org', name: 'x', role: 'owner' },
      }),
    ];
    for (const attempt of await Promise.all(attempts)) expect(attempt.body.code).toBe('GATEWAY_FORBIDDEN');
  });

  test('leave a tenant with an owner', async () => {
    const users = (await rig.call('GET', '/api/v1/users', { cookie: owner })).body.users;
    const owners = users.filter((user: { role: Role }) => user.role === 'owner');
    const mine = (await me(owner)).body.user.id;
    for (const other of owners.filter((user: { id: string }) => user.id !== mine)) {
      await rig.call('DELETE', `/api/v1/users/${other.id}`, { cookie: owner });
    }
    const last = await rig.call('PATCH', `/api/v1/users/${mine}`, { cookie: owner, body: { role: 'admin' } });
    expect(last.body.code).toBe('GATEWAY_USER_REFUSED');
    expect((await rig.call('DELETE', `/api/v1/users/${mine}`, { cookie: owner })).body.code).toBe(
      'GATEWAY_USER_REFUSED',
    );
  });
});

describe('an invitation', () => {
  test('never opens an account of another tenant', async () => {
    const otherAdmin = await rig.key('other', 'admin');
    const { body, status } = await rig.call('POST', '/api/v1/users', {
      key: otherAdmin,
      body: { email: 'owner@localhost', name: 'Stolen', role: 'viewer' },
    });
    expect(status).toBe(201);
    expect(body.link).toBeUndefined();
    const { tenants } = (await me(owner)).body;
    expect(tenants.map((tenant: { id: string }) => tenant.id)).toEqual(['demo', 'main', 'other']);
    await rig.call('DELETE', `/api/v1/users/${body.user.id}`, { key: otherAdmin });
    expect((await me(owner)).status).toBe(200);
  });

  test('repeated before it was used gives a new link and ends the old one', async () => {
    const invite = async (): Promise<string> => {
      const body = { email: 'twice@example.org', name: 'Twice', role: 'viewer' };
      const { link } = (await rig.call('POST', '/api/v1/users', { cookie: owner, body })).body;
      return new URL(link).searchParams.get('token') ?? '';
    };
    const first = await invite();
    const second = await invite();
    const open = async (token: string): Promise<number> =>
      (await rig.call('POST', '/api/v1/session/link', { body: { token } })).status;
    expect(await open(first)).toBe(401);
    expect(await open(second)).toBe(200);
  });

  test('is used by one of two who open it at the same time', async () => {
    const body = { email: 'race@example.org', name: 'Race', role: 'viewer' };
    const { link } = (await rig.call('POST', '/api/v1/users', { cookie: owner, body })).body;
    const token = new URL(link).searchParams.get('token');
    const answers = await Promise.all(
      Array.from(
        { length: 6 },
        async () => await rig.call('POST', '/api/v1/session/link', { body: { token } }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });

  test('is not used up by a program that only looks', async () => {
    const body = { email: 'looked@example.org', name: 'Looked', role: 'viewer' };
    const { link } = (await rig.call('POST', '/api/v1/users', { cookie: owner, body })).body;
    const { pathname, search } = new URL(link);
    const page = await rig.call('GET', pathname + search);
    expect(page.text).toContain('method="post" action="/welcome"');
    const opened = await fetch(`${rig.origin}/welcome`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ token: new URLSearchParams(search).get('token') ?? '' }),
    });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/']);
    expect(opened.headers.get('set-cookie')).toContain('weir_sid=');
  });
});

describe('a password', () => {
  const password = 'a long walk by the weir';

  test('once set signs in; wrong ones and unknown addresses get the same answer', async () => {
    const { cookie } = await join('viewer', 'pass@example.org');
    expect((await rig.call('POST', '/api/v1/session/password', { cookie, body: { password } })).status).toBe(
      204,
    );
    const right = await rig.call('POST', '/api/v1/session', {
      body: { email: ' Pass@Example.org'.trim(), password },
    });
    expect(right.body).toMatchObject({
      kind: 'session',
      user: { email: 'pass@example.org', passwordSet: true },
    });

    const wrong = await rig.call('POST', '/api/v1/session', {
      body: { email: 'pass@example.org', password: 'wrong' },
    });
    const unknown = await rig.call('POST', '/api/v1/session', {
      body: { email: 'nobody@example.org', password: 'wrong' },
    });
    const unset = await rig.call('POST', '/api/v1/session', {
      body: { email: 'owner@localhost', password: 'wrong' },
    });
    const shown = ({ body, status }: Answer) => ({ status, ...body, traceId: '' });
    expect(shown(wrong)).toMatchObject({ status: 401, code: 'GATEWAY_SIGN_IN_FAILED' });
    expect(shown(unknown)).toEqual(shown(wrong));
    expect(shown(unset)).toEqual(shown(wrong));
    expect(rig.logged.join('')).not.toContain(password);
  });

  test('changed needs the old one and ends every other session', async () => {
    const { cookie } = await join('viewer', 'changer@example.org');
    await rig.call('POST', '/api/v1/session/password', { cookie, body: { password } });
    const other = cookieOf(
      await rig.call('POST', '/api/v1/session', { body: { email: 'changer@example.org', password } }),
    );
    const next = 'another walk by the weir';
    const change = async (current?: string) =>
      (
        await rig.call('POST', '/api/v1/session/password', {
          cookie,
          body: { password: next, ...(current === undefined ? {} : { current }) },
        })
      ).status;
    expect(await change()).toBe(401);
    expect(await change('wrong')).toBe(401);
    expect(await change(password)).toBe(204);
    expect((await me(cookie)).status).toBe(200);
    expect((await me(other)).status).toBe(401);
  });

  test.each(['password1', '12345678', 'aaaaaaaaaaaa', 'strict@example.org', 'PASSWORD123'])(
    '%s is refused',
    async (weak) => {
      const { cookie } = await join('viewer', 'strict@example.org');
      const { body } = await rig.call('POST', '/api/v1/session/password', {
        cookie,
        body: { password: weak },
      });
      expect(body.code).toBe('GATEWAY_PASSWORD_REFUSED');
    },
  );
});

describe('pages without scripts', () => {
  test('carry a strict policy and are never cached', async () => {
    const { headers } = await rig.call('GET', '/welcome?token=x');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('show what was given as text, never as markup', async () => {
    const { text } = await rig.call(
      'GET',
      `/welcome?token=${encodeURIComponent('"><script>alert(1)</script>')}`,
    );
    expect(text).toContain('&quot;&gt;&lt;script');
    expect(text).not.toContain('<script>');
  });
});

describe('a tenant', () => {
  test('is switched in the session; what is read is of that tenant', async () => {
    const { cookie } = await join('viewer', 'switcher@example.org');
    const refused = await rig.call('POST', '/api/v1/session/tenant', { cookie, body: { tenant: 'demo' } });
    expect(refused.body.code).toBe('GATEWAY_FORBIDDEN');
    const switched = await rig.call('POST', '/api/v1/session/tenant', {
      cookie: owner,
      body: { tenant: 'demo' },
    });
    expect(switched.body).toMatchObject({ tenant: { id: 'demo', simulated: true } });
    expect((await rig.call('GET', '/api/v1/settings', { cookie: owner })).body.id).toBe('demo');
    await rig.call('POST', '/api/v1/session/tenant', { cookie: owner, body: { tenant: 'main' } });
    expect((await rig.call('GET', '/api/v1/settings', { cookie: owner })).body.id).toBe('main');
  });

  test('of an API key is fixed', async () => {
    const { body } = await rig.call('POST', '/api/v1/session/tenant', {
      key: rig.adminKey,
      body: { tenant: 'demo' },
    });
    expect(body.code).toBe('GATEWAY_FORBIDDEN');
  });
});

// Last: it uses up what this address may try.
describe('guessing', () => {
  test('is limited in attempts, for one account and for one address', async () => {
    const codes: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      const answer = await rig.call('POST', '/api/v1/session', {
        body: { email: 'guess@example.org', password: `${i}` },
      });
      codes.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(codes).toContain(401);
    expect(codes.at(-1)).toBe(429);
  });
});
