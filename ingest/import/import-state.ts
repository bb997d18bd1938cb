import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { Tally } from './batch.ts';
import { hashOf } from './template.ts';

const Count = Type.Integer({ minimum: 0 });

const TallySchema = Type.Object({
  rows: Count,
  rowsStored: Count,
  rowsSkipped: Count,
  rowsRepeated: Count,
  rowsRefused: Count,
  rowsRejected: Count,
  events: Count,
  accepted: Count,
  duplicates: Count,
  rejected: Count,
  deadLetters: Count,
  corrections: Count,
}) satisfies { static: Tally };

/** How far the import of one file into one server got. Everything counted here was acknowledged by the server. */
export const ImportState = Type.Object({
  version: Type.Literal(1),
  file: Type.String(),
  sha256: Type.String(),
  mapping: Type.String(),
  url: Type.String(),
  isFinished: Type.Boolean(),
  updatedAt: Type.String(),
  tally: TallySchema,
  /** The first event that was acknowledged: asked for before the position is trusted. */
  first: Type.Optional(Type.Object({ source: Type.String(), id: Type.String() })),
});
export type ImportState = Static<typeof ImportState>;

const check = TypeCompiler.Compile(ImportState);

/** The state in a text, or undefined when it is none: an import then starts at the beginning, which the ids make harmless. */
export function parseState(text: string): ImportState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return check.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export interface StateKeyParts {
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** Key of the file before it in the same command, for mappings that carry totals from file to file. */
  readonly after: string;
  /** Text of the mapping: another mapping makes other events. */
  readonly mapping: string;
  readonly url: string;
  /** Stands for the tenant. Only a digest of the whole key leaves this function. */
  readonly apiKey: string;
}

/** Name of the state: the file's own digest, and a digest of everything else the position depends on. */
export function stateKey(parts: StateKeyParts): string {
  return `${parts.sha256.slice(0, 32)}-${hashOf([parts.sha256, parts.after, parts.mapping, parts.url, parts.apiKey], 16)}`;
}
