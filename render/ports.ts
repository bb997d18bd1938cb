import type { RenderRequest } from '../platform/contracts/render.ts';

/** A finished file of a render. */
export interface MadeFile {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface Produced {
  readonly files: readonly MadeFile[];
  readonly notes: readonly string[];
  /** What a report says first. */
  readonly summary?: readonly string[];
  readonly costUsd: number;
}

/** Makes what a request asks for. Throws WeirError; aborting the signal ends everything it started. */
export type Produce = (
  request: RenderRequest,
  options: {
    readonly signal: AbortSignal;
    readonly progress: (stage: string, percent: number) => void;
  },
) => Promise<Produced>;

/** Where ended renders are kept for longer than their record. */
export interface RenderHistory {
  note(line: HistoryLine): Promise<void>;
}

export interface HistoryLine {
  readonly tenant: string;
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly askedByType: string;
  readonly askedById: string;
  readonly state: string;
  readonly errorCode: string;
  readonly createdAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attempts: number;
  readonly costUsd: number;
  /** JSON: name, SHA-256 and bytes of each artefact. */
  readonly artefacts: string;
}
