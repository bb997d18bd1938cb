import { Type, type Static } from '@sinclair/typebox';
import { Email, RoleName, type UserView } from '../../platform/contracts/session.ts';
import { TENANT_PATTERN } from '../../platform/contracts/subjects.ts';
import type { Role } from '../../platform/contracts/tenant.ts';

/** A one-time sign-in link. `printed` links sign in when opened; `sent` ones ask for a click, since mail programs open links too. */
const SignInLink = Type.Object({
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  expiresAtMs: Type.Number(),
  way: Type.Union([Type.Literal('printed'), Type.Literal('sent')]),
});

/** KV bucket `users`, key = hex SHA-256 of the e-mail address, so that an address is unique by construction. */
export const UserRecord = Type.Object({
  id: Type.String({ minLength: 8, maxLength: 64 }),
  email: Email,
  name: Type.String({ minLength: 1, maxLength: 120 }),
  passwordHash: Type.Optional(Type.String()),
  /** Tenant id → role there. */
  memberships: Type.Record(Type.String({ pattern: TENANT_PATTERN }), RoleName),
  /** Grows with every change of credentials; sessions of an older version end. */
  credentialsVersion: Type.Integer({ minimum: 1 }),
  createdAtMs: Type.Number(),
  link: Type.Optional(SignInLink),
});
export type UserRecord = Static<typeof UserRecord>;

/** One address, one spelling: people type capitals and blanks. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

export function roleIn(user: UserRecord, tenant: string): Role | undefined {
  return Object.hasOwn(user.memberships, tenant) ? user.memberships[tenant] : undefined;
}

/** What other members of a tenant see of a user; undefined when the user is no member. */
export function viewOf(user: UserRecord, tenant: string): UserView | undefined {
  const role = roleIn(user, tenant);
  if (role === undefined) return undefined;
  const { id, email, name, createdAtMs } = user;
  return { id, email, name, role, createdAtMs, passwordSet: user.passwordHash !== undefined };
}

/** Who wants to change somebody else's membership: the memberships of a session's user, or the one tenant of an API key. */
export type Manager = Readonly<Record<string, Role>>;

const managing: readonly Role[] = ['admin', 'owner'];

/** Only owners make and unmake owners; admins manage everybody else. */
export function mayAssign(manager: Role | undefined, from: Role | undefined, to: Role | undefined): boolean {
  if (manager === undefined || !managing.includes(manager)) return false;
  return manager === 'owner' || (from !== 'owner' && to !== 'owner');
}

/**
 * Whether `manager` may hand out a sign-in link for `user`. A link opens everything the user has, so the manager must be
 * allowed to manage them in every tenant they belong to: an invitation never takes over an account of another tenant.
 */
export function mayIssueLink(manager: Manager, user: UserRecord): boolean {
  return Object.entries(user.memberships).every(([tenant, role]) =>
    mayAssign(Object.hasOwn(manager, tenant) ? manager[tenant] : undefined, role, role),
  );
}

/** Whether the tenant would be left without an owner when `user` got `role` (undefined: leaves). */
export function leavesNoOwner(
  users: Iterable<UserRecord>,
  tenant: string,
  user: UserRecord,
  role: Role | undefined,
): boolean {
  if (roleIn(user, tenant) !== 'owner' || role === 'owner') return false;
  for (const other of users) {
    if (other.id !== user.id && roleIn(other, tenant) === 'owner') return false;
  }
  return true;
}
