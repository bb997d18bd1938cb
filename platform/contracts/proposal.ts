import { Type, type Static } from '@sinclair/typebox';
import { AllocationKind, AllocationQuestion } from './allocation-plan.ts';
import { Guardrail } from './policy.ts';
import { PriceQuestion, PricingTier, VideoQuestion } from './pricing.ts';

const strict = { additionalProperties: false };

/** What a proposal by hand is made from: a question that the models answer again, or a record; never figures the caller sends. */
export const ProposalSource = Type.Union([
  Type.Object(
    { type: Type.Literal('allocation'), kind: AllocationKind, question: AllocationQuestion },
    strict,
  ),
  Type.Object({ type: Type.Literal('plan'), id: Type.String({ pattern: '^plan_[A-Za-z0-9]{16}$' }) }, strict),
  Type.Object({ type: Type.Literal('price'), question: PriceQuestion }, strict),
  Type.Object(
    { type: Type.Literal('price-test'), id: Type.String({ pattern: '^test_[A-Za-z0-9]{16}$' }) },
    strict,
  ),
  Type.Object(
    { type: Type.Literal('tiers'), tiers: Type.Array(PricingTier, { minItems: 1, maxItems: 12 }) },
    strict,
  ),
  Type.Object({ type: Type.Literal('video'), question: VideoQuestion }, strict),
  Type.Object(
    { type: Type.Literal('experiment'), key: Type.String({ pattern: '^[a-z][a-z0-9_-]{0,63}$' }) },
    strict,
  ),
]);
export type ProposalSource = Static<typeof ProposalSource>;

/** What an automation routine found by itself. */
export const RoutineSource = Type.Object(
  { type: Type.Literal('routine'), routine: Type.String({ maxLength: 64 }) },
  strict,
);

/** Where a decision without a policy comes from. */
export const ProposalOrigin = Type.Object({
  source: Type.Union([ProposalSource, RoutineSource]),
  /** SHA-256 of the records it was worked out from; once they say something else the proposal ends. */
  restsOn: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type ProposalOrigin = Static<typeof ProposalOrigin>;

export const ProposeRequest = Type.Object(
  {
    source: ProposalSource,
    guardrails: Type.Optional(Type.Array(Guardrail, { maxItems: 8 })),
  },
  { additionalProperties: false, description: 'The server works out what to change; no amounts are sent' },
);
export type ProposeRequest = Static<typeof ProposeRequest>;

/** Policies of people may not begin so: decisions proposed by hand or by a routine carry such an id in place of a policy. */
export const proposalPolicyPrefix = 'proposal-';
