import { Type, type Static } from '@sinclair/typebox';
import { roles, scopes } from './tenant.ts';

/** Wire schemas of sign-in, sessions and users. */

export const RoleName = Type.Union(roles.map((r) => Type.Literal(r)));
export const ScopeName = Type.Union(scopes.map((s) => Type.Literal(s)));

export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^\\s@<>",;:\\\\]+@[^\\s@<>",;:\\\\]+$',
});

/** Length is the only rule; a list of the most common ones is refused beside it. */
export const NewPassword = Type.String({ minLength: 8, maxLength: 256 });

export const SignInRequest = Type.Object(
  { email: Email, password: Type.String({ minLength: 1, maxLength: 256 }) },
  { additionalProperties: false },
);
export type SignInRequest = Static<typeof SignInRequest>;

export const LinkRequest = Type.Object(
  { token: Type.String({ minLength: 16, maxLength: 128, description: 'Token of a one-time sign-in link' }) },
  { additionalProperties: false },
);

export const PasswordRequest = Type.Object(
  {
    current: Type.Optional(
      Type.String({ maxLength: 256, description: 'Needed when a password is already set' }),
    ),
    password: NewPassword,
  },
  { additionalProperties: false },
);

export const TenantSwitchRequest = Type.Object(
  { tenant: Type.String({ minLength: 1, maxLength: 63 }) },
  { additionalProperties: false },
);

const TenantOfSession = Type.Object({
  id: Type.String(),
  name: Type.String(),
  simulated: Type.Boolean(),
  role: Type.Optional(RoleName),
});

/** Who the caller is: `GET /api/v1/session`. An API key has neither user nor role. */
export const SessionReply = Type.Object({
  kind: Type.Union([Type.Literal('session'), Type.Literal('apikey')]),
  user: Type.Optional(
    Type.Object({
      id: Type.String(),
      email: Type.String(),
      name: Type.String(),
      passwordSet: Type.Boolean(),
    }),
  ),
  tenant: Type.Object({
    id: Type.String(),
    name: Type.String(),
    currency: Type.String(),
    timeZone: Type.String(),
    simulated: Type.Boolean(),
  }),
  role: Type.Optional(RoleName),
  scopes: Type.Array(ScopeName),
  /** Tenants the session can switch to, the current one among them. */
  tenants: Type.Array(TenantOfSession),
  /** When the session ends at the latest; idle sessions end earlier. */
  expiresAtMs: Type.Optional(Type.Number()),
});
export type SessionReply = Static<typeof SessionReply>;

export const UserView = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: RoleName,
  createdAtMs: Type.Number(),
  passwordSet: Type.Boolean(),
});
export type UserView = Static<typeof UserView>;

export const UserList = Type.Object({ users: Type.Array(UserView) });

export const InviteRequest = Type.Object(
  { email: Email, name: Type.String({ minLength: 1, maxLength: 120 }), role: RoleName },
  { additionalProperties: false },
);

/**
 * The link is shown once; whoever opens it within a day is signed in as the invited user. There is none for somebody who has an
 * account already: they sign in as ever and find the tenant there.
 */
export const InviteReply = Type.Object({
  user: UserView,
  link: Type.Optional(Type.String()),
  expiresAtMs: Type.Optional(Type.Number()),
});

export const RoleRequest = Type.Object({ role: RoleName }, { additionalProperties: false });
