import { Type } from '@sinclair/typebox';
import { defineConfig } from './config.ts';

const schema = Type.Object({
  home: Type.String({
    default: '.weir',
    minLength: 1,
    description: 'Directory of everything Weir keeps on this machine.',
  }),
  natsUrl: Type.Optional(
    Type.String({
      pattern: '^(nats|tls|wss?)://.+',
      description: 'NATS server with JetStream. Not set: Weir runs its own nats-server.',
    }),
  ),
  redisUrl: Type.Optional(
    Type.String({
      pattern: '^rediss?://.+',
      description: 'Redis server. Not set: Weir runs its own redis-server.',
    }),
  ),
  clickhouseUrl: Type.Optional(
    Type.String({
      pattern: '^https?://.+',
      description: 'ClickHouse over HTTP. Not set: chDB inside the process.',
    }),
  ),
  natsSyncAlways: Type.Boolean({
    default: false,
    description: 'The supervised nats-server (2.10 or newer) syncs to disk before each acknowledgement.',
  }),
  redisMaxMemoryBytes: Type.Integer({
    default: 128 * 1024 * 1024,
    minimum: 16 * 1024 * 1024,
    description: 'Most memory the supervised redis-server takes before it evicts the least recently used.',
  }),
  logLevel: Type.Union(
    [
      Type.Literal('debug'),
      Type.Literal('info'),
      Type.Literal('warn'),
      Type.Literal('error'),
      Type.Literal('silent'),
    ],
    { default: 'info' },
  ),
  logPretty: Type.Boolean({ default: false, description: 'Log lines for people instead of JSON.' }),
  stopDeadlineMs: Type.Integer({
    default: 15_000,
    minimum: 1_000,
    maximum: 600_000,
    description: 'A stop that takes longer ends the process with exit code 1.',
  }),
});

/** The settings of the ground floor. Where a URL is absent, Weir brings the server itself. */
export const platformConfig = defineConfig({
  section: 'platform',
  schema,
  env: {
    home: 'WEIR_HOME',
    natsUrl: 'WEIR_NATS_URL',
    redisUrl: 'WEIR_REDIS_URL',
    clickhouseUrl: 'WEIR_CLICKHOUSE_URL',
    natsSyncAlways: 'WEIR_NATS_SYNC_ALWAYS',
    redisMaxMemoryBytes: 'WEIR_REDIS_MAX_MEMORY_BYTES',
    logLevel: 'WEIR_LOG_LEVEL',
    logPretty: 'WEIR_LOG_PRETTY',
    stopDeadlineMs: 'WEIR_STOP_DEADLINE_MS',
  },
});
