import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rolePermissions, roles } from '../../platform/contracts/tenant.ts';
import { needsTouch, resolveSession, type SessionLimits, type SessionRecord } from './session.ts';
import { newUser } from './sign-in.ts';

const hour = 3_600_000;
const limits: SessionLimits = { idleMs: 12 * hour, absoluteMs: 14 * 24 * hour, touchAfterMs: 300_000 };
const begun = 1_000 * hour;
const user = newUser('a@example.org', 'A', { main: 'analyst' }, 0);
const session: SessionRecord = {
  userKey: 'f'.repeat(64),
  tenant: 'main',
  credentialsVersion: 1,
  createdAtMs: begun,
  lastSeenAtMs: begun,
};

describe('a session', () => {
  test.each([
    ['at once', {}, begun, true],
    ['just before it is idle for too long', {}, begun + 12 * hour - 1, true],
    ['idle for too long', {}, begun + 12 * hour, false],
    ['used, before its end', { lastSeenAtMs: begun + 335 * hour }, begun + 336 * hour - 1, true],
    ['used, at its end', { lastSeenAtMs: begun + 335 * hour }, begun + 336 * hour, false],
    ['of older credentials', { credentialsVersion: 0 }, begun, false],
    ['in a tenant left since', { tenant: 'other' }, begun, false],
    ['in a tenant named like a method', { tenant: 'constructor' }, begun, false],
    ['from the future', { createdAtMs: begun + hour, lastSeenAtMs: begun + hour }, begun, false],
  ])('%s', (_when, change, nowMs, isLive) => {
    expect(resolveSession({ ...session, ...change }, user, nowMs, limits) !== undefined).toBe(isLive);
  });

  test('of nobody has ended', () => {
    expect(resolveSession(session, undefined, begun, limits)).toBeUndefined();
  });

  test.each(roles)('of a %s has exactly the rights of that role', (role) => {
    const live = resolveSession(session, { ...user, memberships: { main: role } }, begun, limits);
    expect(live?.principal).toEqual({
      tenant: 'main',
      subject: `user:${user.id}`,
      kind: 'session',
      scopes: rolePermissions[role],
    });
  });

  test('never outlives either limit, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.nat(1e10), (after, used) => {
        const record = { ...session, lastSeenAtMs: begun + used };
        const live = resolveSession(record, user, begun + after, limits);
        if (live === undefined) return;
        expect(after).toBeLessThan(limits.absoluteMs);
        expect(after - used).toBeLessThan(limits.idleMs);
        expect(live.expiresAtMs).toBe(begun + limits.absoluteMs);
      }),
    );
  });

  test('notes its use every five minutes', () => {
    expect(needsTouch(session, begun + 299_999, limits)).toBe(false);
    expect(needsTouch(session, begun + 300_000, limits)).toBe(true);
  });
});
