import { Type, type Static } from '@sinclair/typebox';

/**
 * Differential privacy as it is passed around: what an answer cost, what a tenant has left in a period. Method and rules:
 * docs/adr/0015-differential-privacy.md.
 */

/** People of a group below which nothing is told of it alone: who knows the others of a small group learns about the last one. */
export const FEWEST_PEOPLE = 10;

/** Whether a count is of a group too small to be told of. Nobody is no group. */
export function isFew(people: number): boolean {
  return people > 0 && people < FEWEST_PEOPLE;
}

export const Mechanism = Type.Union([Type.Literal('gaussian'), Type.Literal('laplace')]);
export type Mechanism = Static<typeof Mechanism>;

export const privacyPeriods = ['day', 'week', 'month'] as const;
export const PrivacyPeriod = Type.Union(privacyPeriods.map((period) => Type.Literal(period)));
export type PrivacyPeriod = Static<typeof PrivacyPeriod>;

/** One answer that was paid for. The charge is stored before the answer exists. */
export const PrivacyCharge = Type.Object({
  /** Of this charge; the stored answer has the same. */
  id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  /** Hash of the question: the same question in the same period is answered from the store. */
  question: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  atMs: Type.Number(),
  /** What was asked, in words for people. */
  what: Type.String({ maxLength: 64 }),
  about: Type.String({ maxLength: 1_200 }),
  /** Who asked: id of a user or of an API key. */
  by: Type.String({ maxLength: 256 }),
  mechanism: Mechanism,
  epsilon: Type.Number({ exclusiveMinimum: 0 }),
  /** 0 for Laplace. */
  delta: Type.Number({ minimum: 0 }),
  /** Cost in zCDP, which adds up. */
  rho: Type.Number({ exclusiveMinimum: 0 }),
  /** Whether the answer was stored; a charge without is answered without another one. */
  isAnswered: Type.Boolean(),
});
export type PrivacyCharge = Static<typeof PrivacyCharge>;

/** KV bucket `privacyledger`, key `<tenant>.<period>`: everything a tenant spent in a period. */
export const PrivacyLedger = Type.Object({
  tenant: Type.String(),
  period: Type.String(),
  charges: Type.Array(PrivacyCharge),
});
export type PrivacyLedger = Static<typeof PrivacyLedger>;

export const PrivacyRequest = Type.Object({
  tenant: Type.String(),
  /** A moment of the period asked about; now when absent. */
  atMs: Type.Optional(Type.Number({ minimum: 0, maximum: 8.64e15 })),
});

const Guarantee = Type.Object({ epsilon: Type.Number(), delta: Type.Number() });

/** The budget of a period and what was spent of it. */
export const PrivacyState = Type.Object({
  period: Type.String({ description: 'Such as 2026-11, 2026-W48 or 2026-11-25, in UTC' }),
  periodStartMs: Type.Number(),
  /** When the budget is whole again. */
  periodEndMs: Type.Number(),
  budget: Guarantee,
  perAnswer: Type.Object({ epsilon: Type.Number(), delta: Type.Number() }),
  /** ε of everything answered in the period together, at the δ of the budget. */
  spentEpsilon: Type.Number(),
  /** Part of the budget that is used up, 0 to 1. */
  spentShare: Type.Number({ minimum: 0, maximum: 1 }),
  /** How many more answers of the default cost fit. */
  answersLeft: Type.Integer({ minimum: 0 }),
  /** The same answers by other accountings, to compare: none of them says less than what holds. */
  compared: Type.Object({
    basic: Guarantee,
    renyi: Type.Union([Type.Number(), Type.Null()]),
    /** Only when all answers cost the same. */
    advanced: Type.Union([Guarantee, Type.Null()]),
  }),
  charges: Type.Array(PrivacyCharge),
});
export type PrivacyState = Static<typeof PrivacyState>;

export const privacySubject = 'streams.analytics.privacy';
