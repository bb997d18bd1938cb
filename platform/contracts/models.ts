import { Type, type Static } from '@sinclair/typebox';

/** Core subject on which the owner of the models service says how it is. */
export const modelsStatusSubject = 'models.status';

/** One way to compute that was tried and not taken. */
const Refused = Type.Object({ name: Type.String(), reason: Type.String() });

export const ModelsBackend = Type.Object({
  name: Type.String({ description: 'node-gpu, webgpu, wasm or cpu' }),
  device: Type.String(),
  selfTestError: Type.Number({ description: 'Largest difference to plain CPU, relative; at most 0.001' }),
  refused: Type.Array(Refused),
});
export type ModelsBackend = Static<typeof ModelsBackend>;

/** A task as it last ended. */
export const ModelsRun = Type.Object({
  task: Type.String(),
  tenant: Type.String(),
  title: Type.String(),
  endedAtMs: Type.Number(),
  tookMs: Type.Number(),
  outcome: Type.Union([Type.Literal('done'), Type.Literal('failed'), Type.Literal('cancelled')]),
  detail: Type.String(),
});
export type ModelsRun = Static<typeof ModelsRun>;

/** What the models service computes on and what it did last. */
export const ModelsStatus = Type.Object({
  /** Null until it is chosen, shortly after the start; its reason where none works. */
  backend: Type.Union([ModelsBackend, Type.Null()]),
  backendFault: Type.Union([Type.String(), Type.Null()]),
  running: Type.Union([
    Type.Object({ task: Type.String(), title: Type.String(), percent: Type.Number(), stage: Type.String() }),
    Type.Null(),
  ]),
  waiting: Type.Integer({ minimum: 0 }),
  /** Resident memory of the whole process. */
  processBytes: Type.Integer({ minimum: 0 }),
  /** Newest first, twenty at most. */
  runs: Type.Array(ModelsRun),
});
export type ModelsStatus = Static<typeof ModelsStatus>;

/** What a tenant sees of it: not the titles of others' work. */
export const ModelsReply = Type.Object({
  isOwned: Type.Boolean(),
  status: Type.Union([ModelsStatus, Type.Null()]),
});
export type ModelsReply = Static<typeof ModelsReply>;
