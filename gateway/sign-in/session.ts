import { Type, type Static } from '@sinclair/typebox';
import { TENANT_PATTERN } from '../../platform/contracts/subjects.ts';
import { rolePermissions, type Principal, type Role } from '../../platform/contracts/tenant.ts';
import { roleIn, type UserRecord } from './user.ts';

/** KV bucket `sessions`, key = hex SHA-256 of the cookie's token; the token itself is kept nowhere. */
export const SessionRecord = Type.Object({
  userKey: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Key in bucket users' }),
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  credentialsVersion: Type.Integer({ minimum: 1 }),
  createdAtMs: Type.Number(),
  /** Coarse: written at most every `touchAfterMs`. */
  lastSeenAtMs: Type.Number(),
});
export type SessionRecord = Static<typeof SessionRecord>;

export interface SessionLimits {
  /** A session nobody used for this long ends. */
  readonly idleMs: number;
  /** A session ends this long after sign-in, used or not. */
  readonly absoluteMs: number;
  readonly touchAfterMs: number;
}

/** The session as a request meets it. */
export interface LiveSession {
  readonly principal: Principal;
  readonly user: UserRecord;
  readonly role: Role;
  readonly expiresAtMs: number;
}

/**
 * Who a session is now, or undefined when it has ended: idle or absolute limit, password changed, membership gone. Rights come
 * from the user's present role, never from the time of sign-in.
 */
export function resolveSession(
  session: SessionRecord,
  user: UserRecord | undefined,
  nowMs: number,
  limits: SessionLimits,
): LiveSession | undefined {
  if (user === undefined || session.credentialsVersion !== user.credentialsVersion) return undefined;
  // A clock set back must not revive or prolong anything: a session from the future has ended, too.
  const ageMs = nowMs - session.createdAtMs;
  const idleMs = nowMs - session.lastSeenAtMs;
  if (ageMs >= limits.absoluteMs || idleMs >= limits.idleMs || ageMs < -limits.touchAfterMs) return undefined;
  const role = roleIn(user, session.tenant);
  if (role === undefined) return undefined;
  return {
    principal: {
      tenant: session.tenant,
      subject: `user:${user.id}`,
      kind: 'session',
      scopes: rolePermissions[role],
    },
    user,
    role,
    expiresAtMs: session.createdAtMs + limits.absoluteMs,
  };
}

export function needsTouch(session: SessionRecord, nowMs: number, limits: SessionLimits): boolean {
  return nowMs - session.lastSeenAtMs >= limits.touchAfterMs;
}
