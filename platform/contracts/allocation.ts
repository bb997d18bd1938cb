import { Type, type Static } from '@sinclair/typebox';

/** A division of resources (money, hours) over channels: what is asked and what is answered. Amounts are in the resource's own unit. */

const strict = { additionalProperties: false };
const Id = Type.String({ minLength: 1, maxLength: 128 });
/** Beyond this, products of amounts and prices lose the digits the certified gap needs. */
const LIMIT = 1e15;
const Amount = Type.Number({ minimum: 0, maximum: LIMIT });
const Positive = Type.Number({ exclusiveMinimum: 0, maximum: LIMIT });
const Scale = Type.Number({
  minimum: 0,
  maximum: LIMIT,
  description: 'Return per unit of the shape; 0: no return',
});
const Exponent = Type.Number({ exclusiveMinimum: 0, maximum: 64 });

/** Return of an amount x: hill `scale·x^exponent/(x^exponent + half^exponent)`, S-shaped above exponent 1. */
const HillCurve = Type.Object(
  { type: Type.Literal('hill'), scale: Scale, exponent: Exponent, half: Positive },
  strict,
);
/** `scale·ln(1 + x/half)`; does not saturate. */
const LogCurve = Type.Object({ type: Type.Literal('log'), scale: Scale, half: Positive }, strict);
/** `scale·x^exponent`; does not saturate; convex above exponent 1. */
const PowerCurve = Type.Object({ type: Type.Literal('power'), scale: Scale, exponent: Exponent }, strict);
/** `scale·x`. */
const LinearCurve = Type.Object({ type: Type.Literal('linear'), scale: Scale }, strict);
/** `scale·(1 − e^(−x/half))`. */
const ExponentialCurve = Type.Object(
  { type: Type.Literal('exponential'), scale: Scale, half: Positive },
  strict,
);

export const ResponseCurve = Type.Union([HillCurve, LogCurve, PowerCurve, LinearCurve, ExponentialCurve]);
export type ResponseCurve = Static<typeof ResponseCurve>;

const Share = Type.Number({ exclusiveMinimum: 0, maximum: 1 });

export const AllocationProblem = Type.Object(
  {
    resources: Type.Array(
      Type.Object(
        {
          id: Id,
          total: Type.Number({ minimum: 0, maximum: LIMIT, description: 'Upper limit of what is given out' }),
          step: Type.Optional(
            Type.Number({
              exclusiveMinimum: 0,
              maximum: LIMIT,
              description: 'Amounts are whole multiples of it',
            }),
          ),
          minShare: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 1,
              description: 'Each channel gets at least this share of the total',
            }),
          ),
        },
        strict,
      ),
      { minItems: 1, maxItems: 16 },
    ),
    channels: Type.Array(
      Type.Object(
        {
          id: Id,
          curves: Type.Record(Id, ResponseCurve, {
            description: 'By resource; returns of several resources add up',
          }),
          bounds: Type.Optional(
            Type.Record(Id, Type.Tuple([Amount, Amount]), {
              description: 'By resource; left out: 0 to the total',
            }),
          ),
          group: Type.Optional(Id),
          current: Type.Optional(
            Type.Record(Id, Amount, { description: 'What it gets now, to compare and to ramp from' }),
          ),
          ramp: Type.Optional(
            Type.Record(Id, Amount, { description: 'How far the amount may move from current' }),
          ),
        },
        strict,
      ),
      { minItems: 1, maxItems: 5_000 },
    ),
    maxGroupShare: Type.Optional(
      Type.Intersect([Share], {
        description: 'No group gets more than this share of the total of any resource',
      }),
    ),
    risk: Type.Optional(
      Type.Object(
        {
          cov: Type.Array(Type.Array(Type.Number({ minimum: -LIMIT, maximum: LIMIT })), {
            description: 'Covariance of return per unit amount, in the order of channels',
          }),
          aversion: Type.Number({ minimum: 0, maximum: LIMIT }),
        },
        {
          ...strict,
          description: 'Objective is return − aversion·yᵀ·cov·y, y: amount of a channel over all resources',
        },
      ),
    ),
  },
  strict,
);
export type AllocationProblem = Static<typeof AllocationProblem>;

/** Amount by channel and resource. */
export type Allocation = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface AllocationSolution {
  readonly allocation: Allocation;
  /** Return, less the penalty for risk where one is asked for. */
  readonly objective: number;
  /** No allocation within the constraints has a higher objective. */
  readonly bound: number;
  /** (bound − objective)/|objective|; null when the objective is 0 and the bound is not. */
  readonly gap: number | null;
  readonly ms: number;
  /** Return before the penalty, and the variance that was penalised. */
  readonly expected: number;
  readonly variance: number;
  readonly method: 'branch-and-bound' | 'dynamic-programming' | 'highs';
  /** Boxes searched; 1 where the first relaxation was exact. */
  readonly nodes: number;
  /** By resource: worth of one more unit, and by how much marginals inside the bounds differ from it at most (share of it). */
  readonly marginal: Readonly<Record<string, { readonly price: number; readonly spread: number }>>;
  readonly notes: readonly string[];
}
