import { Type, type Static } from '@sinclair/typebox';
import { PlanName, TargetPerMonth } from './pnl.ts';
import { TENANT_PATTERN } from './subjects.ts';

/** Roles, least to most; a role includes the rights of none but itself, see `rolePermissions`. */
export const roles = ['viewer', 'analyst', 'approver', 'billing', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** What a session or an API key may do. */
export const scopes = ['ingest:write', 'query:read', 'kpis:write', 'decisions:approve', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export const rolePermissions: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['query:read'],
  analyst: ['query:read', 'kpis:write'],
  approver: ['query:read', 'decisions:approve'],
  billing: ['query:read'],
  admin: ['query:read', 'kpis:write', 'decisions:approve', 'ingest:write', 'admin'],
  owner: ['query:read', 'kpis:write', 'decisions:approve', 'ingest:write', 'admin'],
};

/** KV bucket `tenants`, key = tenant id. */
export const Tenant = Type.Object({
  id: Type.String({ pattern: TENANT_PATTERN }),
  name: Type.String({ minLength: 1, maxLength: 120 }),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  timeZone: Type.String({ description: 'IANA zone of days and months' }),
  /** Units of `currency` one unit of the foreign currency is worth; money without a rate is kept but not summed. */
  rates: Type.Record(Type.String({ pattern: '^[A-Z]{3}$' }), Type.Number({ exclusiveMinimum: 0 })),
  /** What profit and loss takes off and aims at, unless a question says otherwise. */
  plan: Type.Optional(PlanName),
  profitTargetPerMonth: Type.Optional(TargetPerMonth),
  /** True for tenants filled by the simulator. */
  simulated: Type.Boolean(),
  createdAtMs: Type.Number(),
  limits: Type.Object({
    eventsPerSecond: Type.Integer({ minimum: 1 }),
    requestsPerSecond: Type.Integer({ minimum: 1 }),
  }),
});
export type Tenant = Static<typeof Tenant>;

/** KV bucket `apikeys`, key = hex SHA-256 of the key. */
export const ApiKeyRecord = Type.Object({
  id: Type.String(),
  hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  name: Type.String({ maxLength: 120 }),
  /** First characters and last four, enough to recognise it. */
  preview: Type.String(),
  scopes: Type.Array(Type.Union(scopes.map((s) => Type.Literal(s)))),
  createdAtMs: Type.Number(),
  expiresAtMs: Type.Optional(Type.Number()),
  revokedAtMs: Type.Optional(Type.Number()),
  lastUsedAtMs: Type.Optional(Type.Number()),
  /** Id of the key that took over by rotation; both work until this one expires. */
  replacedById: Type.Optional(Type.String()),
});
export type ApiKeyRecord = Static<typeof ApiKeyRecord>;

/** What a checked credential stands for; passed to every handler. */
export interface Principal {
  readonly tenant: string;
  readonly subject: string;
  readonly kind: 'session' | 'apikey';
  readonly scopes: readonly Scope[];
}

/** Who may do what; ingest and gateway ask it on every request. Answers come from memory, fed by a watch on the KV buckets. */
export interface Access {
  /** Principal of an API key, or why not: unknown, malformed (checksum), revoked, expired. Constant-time comparison. */
  authenticate(key: string): Principal | 'malformed' | 'unknown' | 'revoked' | 'expired';
  tenant(id: string): Tenant | undefined;
}
