import { Type, type Static } from '@sinclair/typebox';
import { StepState } from './policy/state.ts';

/** KV `policystate`, key `<tenant>.<policy>`: state and positions that restart together. */
export const PolicyProgress = Type.Object({
  signalsSeq: Type.Integer({ minimum: 0 }),
  decisionsSeq: Type.Integer({ minimum: 0 }),
  /** Log sequence by partition; null until events are followed. */
  eventSeqs: Type.Union([Type.Record(Type.String(), Type.Integer()), Type.Null()]),
  state: StepState,
});
export type PolicyProgress = Static<typeof PolicyProgress>;

/** KV `decisionpositions`, key `all`: where to begin reading; what comes again is known by its effects. */
export const Positions = Type.Object({
  signals: Type.Integer({ minimum: 0 }),
  decisions: Type.Integer({ minimum: 0 }),
  teller: Type.Integer({ minimum: 0 }),
});
export type Positions = Static<typeof Positions>;
export const firstPositions: Positions = { signals: 0, decisions: 0, teller: 0 };

/** KV `schedulestate`, key `<tenant>.<schedule>`. */
export const ScheduleProgress = Type.Object({ handledMs: Type.Number(), skipped: Type.Integer() });
export type ScheduleProgress = Static<typeof ScheduleProgress>;
