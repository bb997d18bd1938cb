import { Type } from '@sinclair/typebox';
import { defineConfig } from '../config/config.ts';

/** WEIR_SECRET_KEY: what secrets of the tenants are sealed with. */
export const secretConfig = defineConfig({
  section: 'secret',
  schema: Type.Object({
    key: Type.String({
      default: '',
      maxLength: 2_000,
      description:
        'Key that seals stored secrets: 32 bytes as base64 or hex; after a comma, older keys that still open. Empty: a file in WEIR_HOME.',
    }),
  }),
  secret: ['key'],
});
