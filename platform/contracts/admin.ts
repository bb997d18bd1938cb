import { Type, type Static } from '@sinclair/typebox';
import { ScopeName } from './session.ts';
import { Tenant } from './tenant.ts';

/** Wire schemas of API keys, tenant settings and jobs. */

export const ApiKeyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  preview: Type.String({ description: 'First characters and last four' }),
  scopes: Type.Array(ScopeName),
  state: Type.Union([Type.Literal('live'), Type.Literal('revoked'), Type.Literal('expired')]),
  createdAtMs: Type.Number(),
  expiresAtMs: Type.Optional(Type.Number()),
  revokedAtMs: Type.Optional(Type.Number()),
  lastUsedAtMs: Type.Optional(Type.Number({ description: 'Coarse: within the hour' })),
  replacedById: Type.Optional(Type.String({ description: 'Key that took over by rotation' })),
});
export type ApiKeyView = Static<typeof ApiKeyView>;

export const ApiKeyList = Type.Object({ keys: Type.Array(ApiKeyView) });

export const ApiKeyRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    scopes: Type.Array(ScopeName, { minItems: 1, maxItems: 8, uniqueItems: true }),
    expiresAtMs: Type.Optional(Type.Number({ minimum: 0, maximum: 8.64e15 })),
  },
  { additionalProperties: false },
);
export type ApiKeyRequest = Static<typeof ApiKeyRequest>;

export const ApiKeyRotation = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 720,
        description: 'How long the old key still works; 24 when absent',
      }),
    ),
  },
  { additionalProperties: false },
);

/** The only time the key itself is shown. */
export const ApiKeyCreated = Type.Object({ key: ApiKeyView, secret: Type.String() });
export type ApiKeyCreated = Static<typeof ApiKeyCreated>;

export const Settings = Type.Pick(Tenant, [
  'id',
  'name',
  'currency',
  'timeZone',
  'rates',
  'simulated',
  'limits',
  'plan',
  'profitTargetPerMonth',
]);
export type Settings = Static<typeof Settings>;

export const SettingsRequest = Type.Partial(
  Type.Pick(Tenant, ['name', 'currency', 'timeZone', 'rates', 'plan', 'profitTargetPerMonth']),
  { additionalProperties: false },
);
export type SettingsRequest = Static<typeof SettingsRequest>;

/** An event type as the API shows it: of the catalogue or of the tenant. `schema` is the JSON Schema of `data`. */
export const EventTypeView = Type.Object({
  type: Type.String(),
  version: Type.Integer(),
  group: Type.String(),
  title: Type.String(),
  description: Type.String(),
  schema: Type.Unknown(),
  metrics: Type.Array(Type.String()),
  money: Type.Optional(Type.Union([Type.Literal('revenue'), Type.Literal('cost'), Type.Literal('cash')])),
  stream: Type.Optional(Type.String()),
  origin: Type.Union([Type.Literal('catalogue'), Type.Literal('tenant')]),
});
export type EventTypeView = Static<typeof EventTypeView>;

export const EventTypeList = Type.Object({ types: Type.Array(EventTypeView) });
