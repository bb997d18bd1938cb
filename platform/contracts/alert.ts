import { Type, type Static } from '@sinclair/typebox';
import { Severity } from './signal.ts';
import { TENANT_PATTERN } from './subjects.ts';

/**
 * JetStream `alerts`, subject `alerts.<tenant>`, message id `<tenant>.<id>`: what subscribers are to be told. `decision` puts it there once in
 * effect; who delivers it reads the stream from a position of its own.
 */
export const AlertRecord = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,120}$' }),
    tenant: Type.String({ pattern: TENANT_PATTERN }),
    severity: Severity,
    title: Type.String({ minLength: 1, maxLength: 300 }),
    body: Type.String({ maxLength: 8_000 }),
    /** Path of the dashboards. */
    link: Type.String({ maxLength: 500 }),
    evidence: Type.Record(
      Type.String({ maxLength: 64 }),
      Type.Union([Type.Number(), Type.String({ maxLength: 500 })]),
    ),
    /** Decision or schedule run that led to it. */
    decisionId: Type.String({ maxLength: 200 }),
    /** Alerts of one key belong together. */
    groupKey: Type.String({ maxLength: 600 }),
    createdAtMs: Type.Number(),
  },
  { additionalProperties: false },
);
export type AlertRecord = Static<typeof AlertRecord>;
