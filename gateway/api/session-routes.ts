import {
  LinkRequest,
  PasswordRequest,
  SessionReply,
  SignInRequest,
  TenantSwitchRequest,
} from '../../platform/contracts/session.ts';
import type { Access, Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { principalOf, type Caller, type RequestFacts } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import { sessionCookie } from '../sign-in/cookie.ts';
import type { LiveSession, SessionLimits } from '../sign-in/session.ts';
import type { Begun, SignIn } from '../sign-in/sign-in.ts';
import { roleIn } from '../sign-in/user.ts';

export interface SessionRouteDeps {
  readonly access: Access;
  readonly signIn: SignIn;
  readonly limits: SessionLimits;
}

const tag = 'Session';

export function sessionRoutes({ access, signIn, limits }: SessionRouteDeps): Route[] {
  const begun = (
    { token, live }: Begun,
    facts: RequestFacts,
    setHeader: (name: string, value: string) => void,
  ): SessionReply => {
    setHeader('Set-Cookie', sessionCookie(token, facts.isSecure, limits.absoluteMs));
    return describeSession(access, live);
  };

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/session',
      tag,
      summary: 'Who the caller is, in which tenant, with which rights.',
      guard: 'signed-in',
      params: none,
      query: none,
      body: noBody,
      reply: SessionReply,
      handle: async ({ caller }) => describeCaller(access, caller),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/session',
      tag,
      summary: 'Signs in with address and password and sets the session cookie.',
      guard: 'public',
      params: none,
      query: none,
      body: SignInRequest,
      reply: SessionReply,
      errors: ['GATEWAY_SIGN_IN_FAILED'],
      handle: async ({ body, facts, setHeader }) =>
        begun(await signIn.withPassword(body.email, body.password, facts.ip), facts, setHeader),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/session/link',
      tag,
      summary: 'Signs in with the token of a one-time link.',
      guard: 'public',
      params: none,
      query: none,
      body: LinkRequest,
      reply: SessionReply,
      errors: ['GATEWAY_LINK_INVALID'],
      handle: async ({ body, facts, setHeader }) =>
        begun(await signIn.withLink(body.token, facts.ip), facts, setHeader),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/session/tenant',
      tag,
      summary: 'Goes on in another tenant the user is a member of.',
      guard: 'signed-in',
      params: none,
      query: none,
      body: TenantSwitchRequest,
      reply: SessionReply,
      handle: async ({ body, caller }) =>
        describeSession(access, await signIn.switchTenant(sessionOf(caller), body.tenant)),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/session/password',
      tag,
      summary: 'Sets or changes the password; every other session of the user ends.',
      guard: 'signed-in',
      params: none,
      query: none,
      body: PasswordRequest,
      status: 204,
      reply: noReply,
      errors: ['GATEWAY_PASSWORD_REFUSED', 'GATEWAY_SIGN_IN_FAILED'],
      handle: async ({ body, caller }) => {
        await signIn.changePassword(sessionOf(caller), body.current, body.password);
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/session',
      tag,
      summary: 'Signs out; open sockets of the session end.',
      guard: 'signed-in',
      params: none,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      handle: async ({ caller, facts, setHeader }) => {
        await signIn.signOut(sessionOf(caller));
        setHeader('Set-Cookie', sessionCookie('', facts.isSecure, 0));
      },
    }),
  ];
}

function sessionOf(caller: Caller): string {
  if (caller.kind === 'session') return caller.sessionKey;
  throw new WeirError('GATEWAY_FORBIDDEN', 'This is for signed-in users; an API key has no session.');
}

function describeCaller(access: Access, caller: Caller): SessionReply {
  if (caller.kind === 'session') return describeSession(access, caller.session);
  const { scopes, tenant: id } = principalOf(caller);
  const tenant = tenantOf(access, id);
  return {
    kind: 'apikey',
    tenant: shownTenant(tenant),
    scopes: [...scopes],
    tenants: [{ id: tenant.id, name: tenant.name, simulated: tenant.simulated }],
  };
}

function describeSession(access: Access, session: LiveSession): SessionReply {
  const { expiresAtMs, principal, role, user } = session;
  const tenants = Object.keys(user.memberships)
    .toSorted()
    .flatMap((id) => {
      const tenant = access.tenant(id);
      const roleThere = roleIn(user, id);
      if (tenant === undefined || roleThere === undefined) return [];
      return [{ id, name: tenant.name, simulated: tenant.simulated, role: roleThere }];
    });
  const { id, email, name, passwordHash } = user;
  return {
    kind: 'session',
    user: { id, email, name, passwordSet: passwordHash !== undefined },
    tenant: shownTenant(tenantOf(access, principal.tenant)),
    role,
    scopes: [...principal.scopes],
    tenants,
    expiresAtMs,
  };
}

function shownTenant(tenant: Tenant): SessionReply['tenant'] {
  const { id, name, currency, timeZone, simulated } = tenant;
  return { id, name, currency, timeZone, simulated };
}

/** The tenant of a credential; it exists as long as the credential does. */
export function tenantOf(access: Access, id: string): Tenant {
  const tenant = access.tenant(id);
  if (tenant === undefined) throw new WeirError('PLATFORM_INTERNAL', `tenant ${id} is missing`);
  return tenant;
}
