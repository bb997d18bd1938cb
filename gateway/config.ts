import { Type, type Static } from '@sinclair/typebox';
import { defineConfig } from '../platform/config/config.ts';
import { Email } from '../platform/contracts/session.ts';

const schema = Type.Object({
  publicUrl: Type.Optional(
    Type.String({
      pattern: '^https?://[^/?#]+/?$',
      description:
        'Address people use when a proxy stands in front, such as https://weir.example.com. Cookies become Secure.',
    }),
  ),
  trustedProxies: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 8,
    description: 'Proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed.',
  }),
  ownerEmail: Type.String({
    ...Email,
    default: 'owner@localhost',
    description: 'Address of the owner made at the first start; it is the name to sign in with.',
  }),
  sessionIdleHours: Type.Number({
    default: 12,
    minimum: 0.1,
    maximum: 720,
    description: 'A session not used this long ends.',
  }),
  sessionDays: Type.Number({
    default: 14,
    minimum: 0.1,
    maximum: 365,
    description: 'A session ends this long after sign-in.',
  }),
  requestsPerSecond: Type.Integer({
    default: 1_000,
    minimum: 1,
    maximum: 100_000,
    description: 'Steady rate of API requests of one user, key or, before sign-in, address.',
  }),
  requestBurst: Type.Integer({
    default: 5_000,
    minimum: 1,
    maximum: 100_000,
    description: 'Requests that may come at once.',
  }),
  queriesAtOnce: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: 64,
    description: 'History queries in ClickHouse at once.',
  }),
  queriesWaiting: Type.Integer({
    default: 2_000,
    minimum: 1,
    maximum: 10_000,
    description: 'History queries that wait; more are refused with 503.',
  }),
  pushIntervalMs: Type.Integer({
    default: 100,
    minimum: 20,
    maximum: 10_000,
    description: 'Shortest time between live updates of a topic; longer by itself when many listen.',
  }),
  socketsPerTenant: Type.Integer({
    default: 5_000,
    minimum: 1,
    maximum: 100_000,
    description: 'Open sockets of a tenant at most.',
  }),
  topicsPerSocket: Type.Integer({
    default: 16,
    minimum: 1,
    maximum: 256,
    description: 'Topics one socket listens to at most.',
  }),
  topicsPerTenant: Type.Integer({
    default: 300,
    minimum: 1,
    maximum: 5_000,
    description: 'Topics of a tenant live at once.',
  }),
});

export const gatewayConfig = defineConfig({
  section: 'gateway',
  schema,
  env: {
    publicUrl: 'WEIR_PUBLIC_URL',
    trustedProxies: 'WEIR_TRUSTED_PROXIES',
    ownerEmail: 'WEIR_OWNER_EMAIL',
  },
});
export type GatewayConfig = Static<typeof schema>;

/** Where browsers reach the gateway, as they write it; undefined when nobody said. */
export function originOf(config: GatewayConfig): string | undefined {
  return config.publicUrl?.replace(/\/$/, '');
}
