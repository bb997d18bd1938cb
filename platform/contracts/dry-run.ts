import { Type, type Static } from '@sinclair/typebox';
import { Action } from './decision.ts';
import { PolicyRequest, RecordId } from './policy.ts';

/** What a policy would have done over stored history: the policy as it is written now, saved or not. */
export const DryRunRequest = Type.Object(
  {
    id: RecordId,
    policy: PolicyRequest,
    fromMs: Type.Number({ minimum: 0 }),
    toMs: Type.Number({ minimum: 0 }),
  },
  { additionalProperties: false },
);
export type DryRunRequest = Static<typeof DryRunRequest>;

/** KV `dryruns`, key `<tenant>.<job id>`. */
export const DryRunResult = Type.Object({
  jobId: Type.String(),
  tenant: Type.String(),
  policyId: RecordId,
  fromMs: Type.Number(),
  toMs: Type.Number(),
  /** Signals, events, decisions and runs that were looked at. */
  inputs: Type.Integer({ minimum: 0 }),
  fired: Type.Integer({ minimum: 0 }),
  /** Fired, but a parameter had no value. */
  unusable: Type.Integer({ minimum: 0 }),
  money: Type.Number(),
  skipped: Type.Record(Type.String(), Type.Integer()),
  /** The newest 100. */
  proposals: Type.Array(
    Type.Object({
      atMs: Type.Number(),
      title: Type.String(),
      key: Type.String(),
      money: Type.Union([Type.Number(), Type.Null()]),
      actions: Type.Array(Action),
      /** What had no value; empty where all had. */
      missing: Type.String(),
    }),
    { maxItems: 100 },
  ),
  /** What the history cannot tell. */
  notes: Type.Array(Type.String(), { maxItems: 8 }),
});
export type DryRunResult = Static<typeof DryRunResult>;
