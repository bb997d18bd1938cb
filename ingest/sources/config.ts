import { Type, type Static } from '@sinclair/typebox';
import { defineConfig } from '../../platform/config/config.ts';

const schema = Type.Object({
  file: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'JSON file of sources to ask (ingest/sources/README.md). Not set: none is asked.',
    }),
  ),
  apiKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Ingest key of the tenant that gets the events. Not set: tenant main.',
    }),
  ),
  tokens: Type.Record(Type.String(), Type.String({ maxLength: 1_000 }), {
    default: {},
    description: 'Keys of the sources by the names the file uses, as JSON.',
  }),
  allowLoopback: Type.Boolean({
    default: false,
    description:
      'This machine itself may be a source, over http too; else only public https addresses are asked.',
  }),
  maxBodyBytes: Type.Integer({
    default: 2 * 1024 * 1024,
    minimum: 1_024,
    description: 'Largest answer of a source.',
  }),
  timeoutMs: Type.Integer({ default: 20_000, minimum: 100, description: 'An answer must be whole by then.' }),
});
export type SourcesConfig = Static<typeof schema>;

/** Settings of what is asked of the outside world. */
export const sourcesConfig = defineConfig({ section: 'sources', schema, secret: ['apiKey', 'tokens'] });
