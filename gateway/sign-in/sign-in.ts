import { hashSecret, randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Role } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { AttemptLimit } from './attempt-limit.ts';
import { passwordFault, type PasswordHasher } from './password.ts';
import {
  needsTouch,
  resolveSession,
  type LiveSession,
  type SessionLimits,
  type SessionRecord,
} from './session.ts';
import { normalizeEmail, roleIn, type UserRecord } from './user.ts';

export interface SignInDeps {
  readonly users: KvMirror<UserRecord>;
  readonly sessions: KvMirror<SessionRecord>;
  readonly hasher: PasswordHasher;
  readonly byAddress: AttemptLimit;
  readonly byAccount: AttemptLimit;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: GatewayMetrics;
}

/** A session that was begun; the token goes into the cookie and is kept nowhere else. */
export interface Begun {
  readonly token: string;
  readonly sessionKey: string;
  readonly live: LiveSession;
}

export interface SignIn {
  /** Throws GATEWAY_SIGN_IN_FAILED, the same for an unknown address and a wrong password, and GATEWAY_RATE_LIMITED. */
  withPassword(email: string, password: string, ip: string): Promise<Begun>;
  /** What opening the link does: a printed one signs in, one that was sent asks first. Undefined: not valid (any more). */
  linkWay(token: string): 'printed' | 'sent' | undefined;
  /** Uses up the link. Throws GATEWAY_LINK_INVALID, GATEWAY_RATE_LIMITED. */
  withLink(token: string, ip: string): Promise<Begun>;
  /** Who a cookie stands for now; undefined when its session has ended. */
  authenticate(token: string): { readonly sessionKey: string; readonly live: LiveSession } | undefined;
  /** The same by session key, for open sockets. */
  resolve(sessionKey: string): LiveSession | undefined;
  /** Ends every other session of the user. Throws GATEWAY_PASSWORD_REFUSED, GATEWAY_SIGN_IN_FAILED, GATEWAY_RATE_LIMITED. */
  changePassword(sessionKey: string, current: string | undefined, password: string): Promise<void>;
  /** Throws GATEWAY_FORBIDDEN when the user is no member there. */
  switchTenant(sessionKey: string, tenant: string): Promise<LiveSession>;
  signOut(sessionKey: string): Promise<void>;
  /** Deletes sessions that have ended. */
  sweep(): Promise<void>;
}

/** 43 characters of 62: 256 bits. */
const tokenChars = 43;
const maxSessionsPerUser = 20;
const maxSessions = 20_000;

export function createSignIn(deps: SignInDeps, limits: SessionLimits): SignIn {
  const { users, sessions, hasher, byAddress, byAccount, clock, metrics } = deps;
  const log = deps.log.child({ part: 'sign-in' });
  /** Checked when there is no user or no password, so that both take the same time. */
  const noHash = hasher.hash(randomBase62(tokenChars));

  const resolve = (sessionKey: string): LiveSession | undefined => {
    const session = sessions.get(sessionKey);
    if (session === undefined) return undefined;
    return resolveSession(session, users.get(session.userKey), clock.nowMs(), limits);
  };

  const hold = (limit: AttemptLimit, key: string): void => {
    const { waitMs } = limit.take(key, clock.monotonicMs());
    if (waitMs <= 0) return;
    metrics.signIns.inc({ result: 'limited' });
    throw new WeirError('GATEWAY_RATE_LIMITED', 'Too many attempts to sign in.', {
      details: { retryAfterSeconds: Math.ceil(waitMs / 1_000) },
    });
  };

  const makeRoom = async (userKey: string): Promise<void> => {
    const oldestFirst = sessions
      .keys()
      .flatMap((key) => {
        const session = sessions.get(key);
        return session === undefined ? [] : [{ key, session }];
      })
      .toSorted((a, b) => a.session.lastSeenAtMs - b.session.lastSeenAtMs);
    const own = oldestFirst.filter(({ session }) => session.userKey === userKey);
    const surplus = [
      ...own.slice(0, Math.max(0, own.length + 1 - maxSessionsPerUser)),
      ...oldestFirst.slice(0, Math.max(0, oldestFirst.length + 1 - maxSessions)),
    ];
    for (const { key } of surplus) await sessions.delete(key);
  };

  const begin = async (userKey: string, user: UserRecord, how: string): Promise<Begun> => {
    const memberships = Object.keys(user.memberships).toSorted();
    const tenant = roleIn(user, 'main') === undefined ? memberships[0] : 'main';
    if (tenant === undefined) throw failed();
    await makeRoom(userKey);
    const token = randomBase62(tokenChars);
    const sessionKey = hashSecret(token);
    const nowMs = clock.nowMs();
    const { credentialsVersion } = user;
    await sessions.create(sessionKey, {
      userKey,
      tenant,
      credentialsVersion,
      createdAtMs: nowMs,
      lastSeenAtMs: nowMs,
    });
    const live = resolve(sessionKey);
    if (live === undefined) throw failed();
    metrics.signIns.inc({ result: how });
    log.info({ user: user.id, tenant, how }, 'signed in');
    return { token, sessionKey, live };
  };

  const findByLink = (token: string): { key: string; user: UserRecord } | undefined => {
    const hash = hashSecret(token);
    for (const key of users.keys()) {
      const user = users.get(key);
      if (user?.link !== undefined && hasLink(user, hash, clock.nowMs())) return { key, user };
    }
    return undefined;
  };

  const touch = (sessionKey: string): void => {
    const nowMs = clock.nowMs();
    const session = sessions.get(sessionKey);
    if (session === undefined || !needsTouch(session, nowMs, limits)) return;
    sessions
      .update(sessionKey, (current) => current && { ...current, lastSeenAtMs: nowMs })
      .catch((error: unknown) => log.debug({ err: error }, 'the use of a session was not noted'));
  };

  const sessionUser = (sessionKey: string): { userKey: string; live: LiveSession } => {
    const live = resolve(sessionKey);
    const session = sessions.get(sessionKey);
    if (live === undefined || session === undefined) {
      throw new WeirError('GATEWAY_UNAUTHENTICATED', 'The session has ended; sign in again.');
    }
    return { userKey: session.userKey, live };
  };

  return {
    withPassword: async (email, password, ip) => {
      const userKey = emailKey(email);
      hold(byAddress, ip);
      hold(byAccount, userKey);
      const user = users.get(userKey);
      const isRight = await hasher.verify(user?.passwordHash ?? (await noHash), password);
      if (user?.passwordHash === undefined || !isRight) {
        metrics.signIns.inc({ result: 'refused' });
        throw failed();
      }
      byAccount.forgive(userKey);
      byAddress.refund(ip);
      return await begin(userKey, user, 'password');
    },
    linkWay: (token) => findByLink(token)?.user.link?.way,
    withLink: async (token, ip) => {
      hold(byAddress, ip);
      const found = findByLink(token);
      const hash = hashSecret(token);
      let wasRedeemed = false;
      const user =
        found &&
        (await users.update(found.key, (current) => {
          // Decided on the stored record: of two who open the link at once only one finds it.
          wasRedeemed = current !== undefined && hasLink(current, hash, clock.nowMs());
          if (current === undefined || !wasRedeemed) return undefined;
          const { link: _used, ...rest } = current;
          return rest;
        }));
      if (found === undefined || user === undefined || !wasRedeemed) {
        metrics.signIns.inc({ result: 'refused' });
        throw new WeirError('GATEWAY_LINK_INVALID', 'This link was used, has expired or was never valid.');
      }
      byAddress.refund(ip);
      return await begin(found.key, user, 'link');
    },
    authenticate: (token) => {
      const sessionKey = hashSecret(token);
      const live = resolve(sessionKey);
      if (live === undefined) return undefined;
      touch(sessionKey);
      return { sessionKey, live };
    },
    resolve,
    changePassword: async (sessionKey, current, password) => {
      const { userKey, live } = sessionUser(sessionKey);
      const { user } = live;
      if (user.passwordHash !== undefined) {
        hold(byAccount, userKey);
        if (current === undefined || !(await hasher.verify(user.passwordHash, current))) {
          throw new WeirError('GATEWAY_SIGN_IN_FAILED', 'The current password is not right.');
        }
        byAccount.forgive(userKey);
      }
      const fault = passwordFault(password, [user.email, user.email.split('@')[0] ?? '', user.name]);
      if (fault !== undefined) throw new WeirError('GATEWAY_PASSWORD_REFUSED', fault);
      const passwordHash = await hasher.hash(password);
      const changed = await users.update(
        userKey,
        (stored) => stored && { ...stored, passwordHash, credentialsVersion: stored.credentialsVersion + 1 },
      );
      if (changed === undefined) throw failed();
      const { credentialsVersion } = changed;
      await sessions.update(sessionKey, (session) => session && { ...session, credentialsVersion });
      log.info({ user: user.id }, 'password changed');
    },
    switchTenant: async (sessionKey, tenant) => {
      const { live } = sessionUser(sessionKey);
      if (roleIn(live.user, tenant) === undefined) {
        throw new WeirError('GATEWAY_FORBIDDEN', 'You are no member of that tenant.');
      }
      await sessions.update(sessionKey, (session) => session && { ...session, tenant });
      return sessionUser(sessionKey).live;
    },
    signOut: async (sessionKey) => await sessions.delete(sessionKey),
    sweep: async () => {
      for (const key of sessions.keys()) if (resolve(key) === undefined) await sessions.delete(key);
    },
  };
}

/** Key of a user in its bucket. */
export function emailKey(email: string): string {
  return hashSecret(normalizeEmail(email));
}

/** A new link for a user: the token to show, the record to store. */
export function issueLink(
  way: 'printed' | 'sent',
  nowMs: number,
): { readonly token: string; readonly link: NonNullable<UserRecord['link']> } {
  const token = randomBase62(tokenChars);
  return { token, link: { hash: hashSecret(token), expiresAtMs: nowMs + linkLifeMs, way } };
}

const linkLifeMs = 86_400_000;

/** First owner of an installation. */
export function newUser(
  email: string,
  name: string,
  memberships: Record<string, Role>,
  nowMs: number,
): UserRecord {
  return {
    id: `user_${randomBase62(16)}`,
    email: normalizeEmail(email),
    name,
    memberships,
    credentialsVersion: 1,
    createdAtMs: nowMs,
  };
}

function hasLink(user: UserRecord, hash: string, nowMs: number): boolean {
  return user.link !== undefined && user.link.hash === hash && nowMs < user.link.expiresAtMs;
}

function failed(): WeirError {
  return new WeirError('GATEWAY_SIGN_IN_FAILED', 'Address or password is not right.');
}
