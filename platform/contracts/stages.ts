import { Type, type Static } from '@sinclair/typebox';

/** The second stages of the processors, by name; each is asked for its status, so one that is missing here is not shown. */
export const stageNames = ['watch', 'recurring', 'posts', 'trends', 'identities'] as const;

/** Core subject on which the owner of a second stage tells how far it is. */
export const stageStatusSubject = (stage: string): string => `streams.stage.${stage}.status`;

/** Core subject on which the owner of a second stage is asked to drop a tenant. */
export const stageForgetSubject = (stage: string): string => `streams.stage.${stage}.forget`;

/** Where a second stage stands: a fold over stored events, such as trends or the tracking of posts. */
export const StageStatus = Type.Object({
  name: Type.String(),
  position: Type.Integer({ minimum: 0, description: 'Log sequence up to which everything is applied' }),
  pendingMessages: Type.Integer({ minimum: 0, description: 'Stored log messages behind it' }),
  flushedAtMs: Type.Union([Type.Number(), Type.Null()]),
  owesWrites: Type.Boolean({ description: 'Whether something applied is not written yet' }),
  failure: Type.Union([Type.String(), Type.Null()], {
    description: 'What failed last and is being repeated; null when nothing does',
  }),
  repair: Type.Union([Type.String(), Type.Null()], {
    description: 'What is being done because the log lost its end; null when nothing is',
  }),
});
export type StageStatus = Static<typeof StageStatus>;

/** The same as people see it; without an owner nothing is known of it. */
const StageView = Type.Object({
  name: Type.String(),
  isOwned: Type.Boolean({ description: 'Whether a processor works on it and answers' }),
  position: Type.Union([Type.Integer(), Type.Null()]),
  pendingMessages: Type.Union([Type.Integer(), Type.Null()]),
  flushedAtMs: Type.Union([Type.Number(), Type.Null()]),
  owesWrites: Type.Union([Type.Boolean(), Type.Null()]),
  failure: Type.Union([Type.String(), Type.Null()]),
  repair: Type.Union([Type.String(), Type.Null()]),
});
export type StageView = Static<typeof StageView>;

export const StageList = Type.Object({ stages: Type.Array(StageView) });
export type StageList = Static<typeof StageList>;
