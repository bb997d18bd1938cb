import { Type, type Static } from '@sinclair/typebox';
import { TENANT_PATTERN } from './subjects.ts';

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

/**
 * What happened, as its writer tells it. JetStream `auditintake`, subject `auditintake.<tenant>`, message id `<tenant>.<id>`. People are named by
 * their subject key alone (`user:…`), so that forgetting a person changes no entry.
 */
export const AuditFact = Type.Object(
  {
    /** Unique in the tenant: told twice it is one entry. */
    id: Type.String({ minLength: 1, maxLength: 200 }),
    tenant: Type.String({ pattern: TENANT_PATTERN }),
    atMs: Type.Number(),
    actor: Type.String({ minLength: 1, maxLength: 200 }),
    /** `decision.approve`, `policy.change`, `PATCH /api/v1/settings` … */
    action: Type.String({ minLength: 1, maxLength: 120 }),
    /** What it was done to. */
    object: Type.String({ maxLength: 300 }),
    /** `asked` comes before the effect, so that a crash in between still shows; then `done`, `refused` or `failed`. */
    result: Type.Union([
      Type.Literal('asked'),
      Type.Literal('done'),
      Type.Literal('refused'),
      Type.Literal('failed'),
    ]),
    /** Trace id of the request; empty where there was none. */
    requestId: Type.String({ maxLength: 64 }),
    details: Type.Record(Type.String({ maxLength: 64 }), Type.Unknown()),
  },
  { additionalProperties: false },
);
export type AuditFact = Static<typeof AuditFact>;

/** JetStream `audit`, subject `audit.<tenant>`. `hash` = SHA-256(prev ‖ canonical JSON of the entry without `hash`). */
export const AuditEntry = Type.Composite([
  AuditFact,
  Type.Object({
    /** 1, 2, 3 … in the tenant. */
    number: Type.Integer({ minimum: 1 }),
    /** Sequence of the intake message it was made of. */
    intakeSeq: Type.Integer({ minimum: 1 }),
    prev: Hash,
    hash: Hash,
  }),
]);
export type AuditEntry = Static<typeof AuditEntry>;

/** Hash before the first entry. */
export const genesisHash = '0'.repeat(64);

/** JetStream `auditcheckpoints`, subject `auditcheckpoints.<tenant>`: the head of a chain, signed. Keep copies elsewhere. */
export const AuditCheckpoint = Type.Object({
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  number: Type.Integer({ minimum: 1 }),
  hash: Hash,
  atMs: Type.Number(),
  /** First 16 hex digits of SHA-256 over the public key (SPKI, DER). */
  keyId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  /** Ed25519 over the canonical JSON of the rest; base64. */
  signature: Type.String({ maxLength: 120 }),
});
export type AuditCheckpoint = Static<typeof AuditCheckpoint>;

export const AuditFinding = Type.Object({
  code: Type.Union([
    Type.Literal('edited'),
    Type.Literal('missing'),
    Type.Literal('inserted'),
    Type.Literal('cut'),
    Type.Literal('unsigned'),
    Type.Literal('key_missing'),
  ]),
  /** Entry it shows at. */
  number: Type.Integer({ minimum: 0 }),
  message: Type.String(),
});
export type AuditFinding = Static<typeof AuditFinding>;

export const AuditState = Type.Object({
  tenant: Type.String(),
  isIntact: Type.Boolean(),
  entries: Type.Integer({ minimum: 0 }),
  checkpoints: Type.Integer({ minimum: 0 }),
  head: Hash,
  verifiedAtMs: Type.Number(),
  findings: Type.Array(AuditFinding, { maxItems: 50 }),
  /** PEM of the key that signs; copy it together with checkpoints. */
  publicKey: Type.String(),
  checkpoint: Type.Union([AuditCheckpoint, Type.Null()]),
});
export type AuditState = Static<typeof AuditState>;

export const AuditList = Type.Object({ entries: Type.Array(AuditEntry), isCut: Type.Boolean() });
export type AuditList = Static<typeof AuditList>;
