import type { ApiKeyCreated, ApiKeyView, EventTypeView, Settings } from '../../platform/contracts/admin.ts';
import type { SessionReply, UserView } from '../../platform/contracts/session.ts';
import type { Role, Scope } from '../../platform/contracts/tenant.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isString,
  isUnknown,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';

export const roles = [
  'viewer',
  'analyst',
  'approver',
  'billing',
  'admin',
  'owner',
] as const satisfies readonly Role[];
export const scopes = [
  'ingest:write',
  'query:read',
  'kpis:write',
  'decisions:approve',
  'admin',
] as const satisfies readonly Scope[];

const isRole = oneOf(roles);
const isScopes = arrayOf(oneOf(scopes));

type SessionUser = NonNullable<SessionReply['user']>;

export const isSession: Guard<SessionReply> = object<SessionReply>({
  kind: oneOf(['session', 'apikey']),
  user: optional(
    object<SessionUser>({ id: isString, email: isString, name: isString, passwordSet: isBoolean }),
  ),
  tenant: object<SessionReply['tenant']>({
    id: isString,
    name: isString,
    currency: isString,
    timeZone: isString,
    simulated: isBoolean,
  }),
  role: optional(isRole),
  scopes: isScopes,
  tenants: arrayOf(
    object<SessionReply['tenants'][number]>({
      id: isString,
      name: isString,
      simulated: isBoolean,
      role: optional(isRole),
    }),
  ),
  expiresAtMs: optional(isNumber),
});

const isUser: Guard<UserView> = object<UserView>({
  id: isString,
  email: isString,
  name: isString,
  role: isRole,
  createdAtMs: isNumber,
  passwordSet: isBoolean,
});
export const isUserView = isUser;
export const isUserList: Guard<{ users: UserView[] }> = object<{ users: UserView[] }>({
  users: arrayOf(isUser),
});

/** An invitation; there is no link for somebody who has an account already. */
export interface Invited {
  readonly user: UserView;
  readonly link?: string | undefined;
  readonly expiresAtMs?: number | undefined;
}
export const isInvited: Guard<Invited> = object<Invited>({
  user: isUser,
  link: optional(isString),
  expiresAtMs: optional(isNumber),
});

const isKey: Guard<ApiKeyView> = object<ApiKeyView>({
  id: isString,
  name: isString,
  preview: isString,
  scopes: isScopes,
  state: oneOf(['live', 'revoked', 'expired']),
  createdAtMs: isNumber,
  expiresAtMs: optional(isNumber),
  revokedAtMs: optional(isNumber),
  lastUsedAtMs: optional(isNumber),
  replacedById: optional(isString),
});
export const isKeyView = isKey;
export const isKeyList: Guard<{ keys: ApiKeyView[] }> = object<{ keys: ApiKeyView[] }>({
  keys: arrayOf(isKey),
});
export const isKeyCreated: Guard<ApiKeyCreated> = object<ApiKeyCreated>({ key: isKey, secret: isString });

export const isSettings: Guard<Settings> = object<Settings>({
  id: isString,
  name: isString,
  currency: isString,
  timeZone: isString,
  rates: recordOf(isNumber),
  simulated: isBoolean,
  limits: object<Settings['limits']>({ eventsPerSecond: isNumber, requestsPerSecond: isNumber }),
  plan: optional(oneOf(['none', 'starter', 'growth', 'scale'])),
  profitTargetPerMonth: optional(isNumber),
});

const isEventType: Guard<EventTypeView> = object<EventTypeView>({
  type: isString,
  version: isNumber,
  group: isString,
  title: isString,
  description: isString,
  schema: isUnknown,
  metrics: arrayOf(isString),
  money: optional(oneOf(['revenue', 'cost', 'cash'])),
  stream: optional(isString),
  origin: oneOf(['catalogue', 'tenant']),
});
export const isEventTypeView = isEventType;
export const isEventTypeList: Guard<{ types: EventTypeView[] }> = object<{ types: EventTypeView[] }>({
  types: arrayOf(isEventType),
});
