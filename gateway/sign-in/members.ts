import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { UserView } from '../../platform/contracts/session.ts';
import type { Principal, Role } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { LiveSession } from './session.ts';
import { emailKey, issueLink, newUser } from './sign-in.ts';
import {
  leavesNoOwner,
  mayAssign,
  mayIssueLink,
  roleIn,
  viewOf,
  type Manager,
  type UserRecord,
} from './user.ts';

/** Who acts: a session's user with its roles, or an API key with admin rights in its one tenant. */
export interface Actor {
  readonly principal: Principal;
  readonly session: LiveSession | undefined;
}

export interface Invited {
  readonly user: UserView;
  /** Token of a sign-in link; undefined when the invited already has an account that is not ours to open. */
  readonly token: string | undefined;
  readonly expiresAtMs: number | undefined;
}

/** Members of a tenant; every operation is decided by the roles of who acts, and the tenant is theirs. */
export interface Members {
  list(tenant: string): readonly UserView[];
  invite(actor: Actor, email: string, name: string, role: Role): Promise<Invited>;
  changeRole(actor: Actor, id: string, role: Role): Promise<UserView>;
  remove(actor: Actor, id: string): Promise<void>;
  /** Makes the owner of a new installation; a token as long as that owner has no password, so that nobody is locked out. */
  ensureOwner(email: string, name: string, tenants: readonly string[]): Promise<string | undefined>;
}

export function createMembers(users: KvMirror<UserRecord>, clock: Clock): Members {
  const find = (tenant: string, id: string): { key: string; user: UserRecord } => {
    for (const key of users.keys()) {
      const user = users.get(key);
      if (user?.id === id && roleIn(user, tenant) !== undefined) return { key, user };
    }
    throw new WeirError('GATEWAY_USER_NOT_FOUND', 'There is no user of this id.');
  };

  const change = async (actor: Actor, id: string, role: Role | undefined): Promise<UserRecord> => {
    const { tenant } = actor.principal;
    const { key, user } = find(tenant, id);
    assertMay(actor, roleIn(user, tenant), role);
    if (leavesNoOwner(users.values(), tenant, user, role)) {
      throw new WeirError('GATEWAY_USER_REFUSED', 'The last owner of a tenant stays its owner.');
    }
    const changed = await users.update(key, (current) => {
      if (current === undefined) return undefined;
      const { [tenant]: _before, ...others } = current.memberships;
      return { ...current, memberships: role === undefined ? others : { ...others, [tenant]: role } };
    });
    if (changed === undefined) throw new WeirError('GATEWAY_USER_NOT_FOUND', 'There is no user of this id.');
    if (Object.keys(changed.memberships).length === 0) await users.delete(key);
    return changed;
  };

  return {
    list: (tenant) =>
      users
        .values()
        .flatMap((user) => viewOf(user, tenant) ?? [])
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1)),
    invite: async (actor, email, name, role) => {
      const { tenant } = actor.principal;
      const key = emailKey(email);
      const known = users.get(key);
      const before = known && roleIn(known, tenant);
      if (before !== undefined && before !== role) {
        throw new WeirError('GATEWAY_USER_REFUSED', 'They are a member already; change their role instead.');
      }
      assertMay(actor, before, role);
      const { token, link } = issueLink('sent', clock.nowMs());
      let hasLink = false;
      const stored = await users.update(key, (current) => {
        const invited = current ?? newUser(email, name, {}, clock.nowMs());
        hasLink =
          current === undefined ||
          (current.passwordHash === undefined && mayIssueLink(managerOf(actor), current));
        return {
          ...invited,
          memberships: { ...invited.memberships, [tenant]: role },
          ...(hasLink ? { link } : {}),
        };
      });
      const user = stored && viewOf(stored, tenant);
      if (user === undefined)
        throw new WeirError('GATEWAY_USER_NOT_FOUND', 'They were removed at the same time.');
      return {
        user,
        token: hasLink ? token : undefined,
        expiresAtMs: hasLink ? link.expiresAtMs : undefined,
      };
    },
    changeRole: async (actor, id, role) => {
      const view = viewOf(await change(actor, id, role), actor.principal.tenant);
      if (view === undefined) throw new WeirError('GATEWAY_USER_NOT_FOUND', 'There is no user of this id.');
      return view;
    },
    remove: async (actor, id) => void (await change(actor, id, undefined)),
    ensureOwner: async (email, name, tenants) => {
      const owners = users.values().filter((user) => roleIn(user, 'main') === 'owner');
      const [first] = owners;
      const key = emailKey(first?.email ?? email);
      const { token, link } = issueLink('printed', clock.nowMs());
      const memberships = Object.fromEntries(tenants.map((tenant) => [tenant, 'owner' as const]));
      const stored = await users.update(key, (current) => {
        const owner = current ?? newUser(email, name, {}, clock.nowMs());
        const withTenants = { ...owner, memberships: { ...memberships, ...owner.memberships } };
        const needsLink = owners.every((user) => user.passwordHash === undefined);
        return needsLink ? { ...withTenants, link } : withTenants;
      });
      return stored?.link?.hash === link.hash ? token : undefined;
    },
  };
}

function managerOf(actor: Actor): Manager {
  return actor.session?.user.memberships ?? { [actor.principal.tenant]: 'admin' };
}

function assertMay(actor: Actor, from: Role | undefined, to: Role | undefined): void {
  const manager = managerOf(actor);
  const { tenant } = actor.principal;
  if (mayAssign(Object.hasOwn(manager, tenant) ? manager[tenant] : undefined, from, to)) return;
  throw new WeirError(
    'GATEWAY_FORBIDDEN',
    'Only an owner makes, changes or removes owners; admins manage the others.',
  );
}
