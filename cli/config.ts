import { Type } from '@sinclair/typebox';
import { defineConfig, loadConfig, type Config, type Environment } from '../platform/config/config.ts';
import { secretConfig } from '../platform/secrets/config.ts';
import { platformConfig } from '../platform/config/platform-config.ts';
import { alertsConfig } from '../decision/alerts/config.ts';
import { ingestConfig } from '../ingest/config.ts';
import { demoConfig } from '../ingest/simulate/config.ts';
import { sourcesConfig } from '../ingest/sources/config.ts';
import { decisionConfig } from '../decision/config.ts';
import { gatewayConfig } from '../gateway/config.ts';
import { modelsConfig } from '../models/config.ts';
import { renderConfig } from '../render/config.ts';
import { streamsConfig } from '../streams/config.ts';

const schema = Type.Object({
  port: Type.Integer({
    default: 8080,
    minimum: 0,
    maximum: 65535,
    description: 'Port of the one HTTP server; 0 takes a free one.',
  }),
  host: Type.String({
    default: '127.0.0.1',
    description: 'Address to listen on; 0.0.0.0 opens it to the network.',
  }),
  demo: Type.Boolean({ default: true, description: 'Feed the simulated creator network into tenant demo.' }),
  adminKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'When set, this string is an admin key of tenant main.',
    }),
  ),
});

/** Settings of the composition root: the door and what is fed into it. */
export const rootConfig = defineConfig({
  section: 'weir',
  schema,
  env: { port: 'WEIR_PORT', host: 'WEIR_HOST', demo: 'WEIR_DEMO', adminKey: 'WEIR_ADMIN_KEY' },
  secret: ['adminKey'],
});

/** Every section there is, parsed together so that all faults are told at once. */
export function loadWeirConfig(env: Environment): Config {
  return loadConfig(
    [
      rootConfig,
      platformConfig,
      ingestConfig,
      streamsConfig,
      modelsConfig,
      gatewayConfig,
      demoConfig,
      sourcesConfig,
      decisionConfig,
      alertsConfig,
      renderConfig,
      secretConfig,
    ],
    env,
  );
}
