import { Type, type Static } from '@sinclair/typebox';
import { Severity } from '../../platform/contracts/signal.ts';
import { Trigger } from '../../platform/contracts/policy.ts';

const EvidenceSchema = Type.Object({
  type: Type.Union(Trigger.anyOf.map((each) => each.properties.type)),
  id: Type.String(),
  title: Type.String(),
  link: Type.String(),
  severity: Type.Optional(Severity),
  kpi: Type.Optional(Type.String()),
  dims: Type.Record(Type.String(), Type.String()),
  numbers: Type.Record(Type.String(), Type.Number()),
  words: Type.Record(Type.String(), Type.String()),
  depth: Type.Integer(),
});

/** Held back until `dueMs`: a `for` that runs, or quiet hours. */
const Waiting = Type.Object({ dueMs: Type.Number(), revision: Type.Integer(), evidence: EvidenceSchema });
export type Waiting = Static<typeof Waiting>;

const PolicyState = Type.Object({
  version: Type.Integer(),
  waiting: Type.Record(Type.String(), Waiting),
  coolUntilMs: Type.Record(Type.String(), Type.Number()),
  /** Signals that fired and their revision, so that a change of one is told from a new one. */
  fired: Type.Record(Type.String(), Type.Object({ atMs: Type.Number(), revision: Type.Integer() })),
  period: Type.Object({ startMs: Type.Number(), count: Type.Integer(), money: Type.Number() }),
  nextRunMs: Type.Union([Type.Number(), Type.Null()]),
});
export type PolicyState = Static<typeof PolicyState>;

export const StepState = Type.Object({
  nowMs: Type.Number(),
  policies: Type.Record(Type.String(), PolicyState),
});
export type StepState = Static<typeof StepState>;

export const emptyStepState: StepState = { nowMs: 0, policies: {} };

export function emptyPolicyState(version: number): PolicyState {
  return {
    version,
    waiting: {},
    coolUntilMs: {},
    fired: {},
    period: { startMs: 0, count: 0, money: 0 },
    nextRunMs: null,
  };
}
