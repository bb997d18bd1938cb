import { Type, type Static } from '@sinclair/typebox';
import { defineConfig } from '../platform/config/config.ts';

const schema = Type.Object({
  atOnce: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 32,
    description: 'Renders that run at once, each in a process of its own.',
  }),
  timeoutSeconds: Type.Integer({
    default: 900,
    minimum: 10,
    maximum: 86_400,
    description: 'A render that takes longer is ended and counts as failed.',
  }),
  maxAttempts: Type.Integer({
    default: 3,
    minimum: 1,
    maximum: 20,
    description: 'Tries of one render, those cut short by a crash included.',
  }),
  retentionDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3_650,
    description: 'Artefacts are deleted after so many days; the record of the render stays 90 days more.',
  }),
  maxBytes: Type.Integer({
    default: 1024 * 1024 * 1024,
    minimum: 16 * 1024 * 1024,
    description: 'Bytes of all artefacts; a render that would go beyond fails and says so.',
  }),
  waitingBytes: Type.Integer({
    default: 64 * 1024 * 1024,
    minimum: 1024 * 1024,
    description: 'Bytes of all renders that wait; a full queue refuses.',
  }),
  ackWaitMs: Type.Integer({
    default: 30_000,
    minimum: 300,
    description: 'A render whose worker is silent this long is given to another.',
  }),
  speechUrl: Type.Optional(
    Type.String({
      pattern: '^https?://.+',
      description: 'Base URL of a service that speaks the OpenAI wire format; the one of OpenAI when absent.',
    }),
  ),
  speechKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'Key of the speech service; without it narration is espeak-ng.',
    }),
  ),
  speechModel: Type.String({ default: 'gpt-4o-mini-tts', minLength: 1, maxLength: 80 }),
  speechUsdPerMillionCharacters: Type.Number({
    default: 15,
    minimum: 0,
    description:
      'What the speech service charges; the cost of a video is worked out from it before anything is sent.',
  }),
  videoCostLimitUsd: Type.Number({ default: 3, minimum: 0, maximum: 1_000 }),
});

/** Settings of the renders. */
export const renderConfig = defineConfig({
  section: 'render',
  schema,
  env: {
    atOnce: 'WEIR_RENDERS_AT_ONCE',
    timeoutSeconds: 'WEIR_RENDER_TIMEOUT_SECONDS',
    retentionDays: 'WEIR_RENDER_RETENTION_DAYS',
    maxBytes: 'WEIR_RENDER_MAX_BYTES',
    speechUrl: 'WEIR_SPEECH_URL',
    speechKey: 'WEIR_SPEECH_KEY',
    speechModel: 'WEIR_SPEECH_MODEL',
  },
  secret: ['speechKey'],
});
export type RenderConfig = Static<typeof schema>;
