import { describe, expect, test } from 'vitest';
import type { Role } from '../../platform/contracts/tenant.ts';
import { newUser } from './sign-in.ts';
import { leavesNoOwner, mayAssign, mayIssueLink, normalizeEmail, viewOf } from './user.ts';

describe('who may give which role', () => {
  const may: readonly [Role | undefined, Role | undefined, Role | undefined, boolean][] = [
    ['owner', 'viewer', 'owner', true],
    ['owner', 'owner', 'viewer', true],
    ['owner', 'owner', undefined, true],
    ['admin', undefined, 'admin', true],
    ['admin', 'analyst', 'viewer', true],
    ['admin', 'admin', undefined, true],
    ['admin', 'owner', 'viewer', false],
    ['admin', 'owner', undefined, false],
    ['admin', 'viewer', 'owner', false],
    ['analyst', 'viewer', 'analyst', false],
    ['billing', undefined, 'viewer', false],
    [undefined, 'viewer', 'viewer', false],
  ];
  test.each(may)('a %s turns %s into %s: %s', (manager, from, to, expected) => {
    expect(mayAssign(manager, from, to)).toBe(expected);
  });

  test('a link is given only for accounts one manages everywhere', () => {
    const both = newUser('b@example.org', 'B', { main: 'viewer', other: 'viewer' }, 0);
    expect(mayIssueLink({ main: 'admin' }, both)).toBe(false);
    expect(mayIssueLink({ main: 'admin', other: 'analyst' }, both)).toBe(false);
    expect(mayIssueLink({ main: 'admin', other: 'owner' }, both)).toBe(true);
    const owner = newUser('c@example.org', 'C', { main: 'owner' }, 0);
    expect(mayIssueLink({ main: 'admin' }, owner)).toBe(false);
    expect(mayIssueLink({ main: 'owner' }, owner)).toBe(true);
  });
});

describe('the last owner', () => {
  const one = newUser('1@example.org', '1', { main: 'owner' }, 0);
  const two = newUser('2@example.org', '2', { main: 'owner', other: 'admin' }, 0);
  const admin = newUser('3@example.org', '3', { main: 'admin', other: 'owner' }, 0);
  test.each([
    [[one, admin], one, undefined, true],
    [[one, admin], one, 'admin', true],
    [[one, admin], one, 'owner', false],
    [[one, two], one, undefined, false],
    [[one, admin], admin, undefined, false],
  ] as const)('case %#', (users, user, role, expected) => {
    expect(leavesNoOwner(users, 'main', user, role)).toBe(expected);
  });
});

test('an address has one spelling', () => {
  expect(normalizeEmail('  Ann.Lee@Example.ORG ')).toBe('ann.lee@example.org');
  expect(normalizeEmail('e\u0301@x.org')).toBe(normalizeEmail('\u00e9@x.org'));
});

test('what others see holds no hash and no link', () => {
  const user = { ...newUser('a@example.org', 'A', { main: 'viewer' }, 5), passwordHash: '$argon2id$secret' };
  expect(viewOf(user, 'main')).toEqual({
    id: user.id,
    email: 'a@example.org',
    name: 'A',
    role: 'viewer',
    createdAtMs: 5,
    passwordSet: true,
  });
  expect(viewOf(user, 'other')).toBeUndefined();
});
