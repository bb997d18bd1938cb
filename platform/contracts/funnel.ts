import { Type, type Static } from '@sinclair/typebox';
import { AnalyticsFilters, answered, EventMatch, namesSegment, scoped, spanFields } from './analytics.ts';
import { dimensions } from './kpi.ts';

/**
 * `ordered`: each step after the one before, anything may lie between. `strict`: no other step's event between. `any`: all steps
 * within the window, in whatever order; step k then is "k of the steps".
 */
export const funnelOrders = ['ordered', 'strict', 'any'] as const;
export type FunnelOrder = (typeof funnelOrders)[number];

export const MAX_FUNNEL_STEPS = 10;
const DAY_MS = 86_400_000;

export const FunnelQuestion = Type.Object(
  {
    ...spanFields,
    steps: Type.Array(EventMatch, { minItems: 2, maxItems: MAX_FUNNEL_STEPS }),
    order: Type.Union(funnelOrders.map((order) => Type.Literal(order))),
    windowMs: Type.Integer({
      minimum: 1_000,
      maximum: 90 * DAY_MS,
      description: 'Time from the first step in which the others must follow',
    }),
    by: Type.Optional(Type.Union(dimensions.map((dimension) => Type.Literal(dimension)))),
    filters: Type.Optional(AnalyticsFilters),
  },
  { additionalProperties: false },
);
export type FunnelQuestion = Static<typeof FunnelQuestion>;

/** People; null: a part of the users was asked about, and one to nine are here, or were lost since the step told before. */
const Count = Type.Union([Type.Integer(), Type.Null()]);

const FunnelStep = Type.Object({
  users: Count,
  /** Shares of the users of the first step and of the step before; null where there were none. */
  ofFirst: Type.Union([Type.Number(), Type.Null()]),
  ofPrevious: Type.Union([Type.Number(), Type.Null()]),
  /** Medians over the users of this step; null for the first step and without users. */
  medianMsFromPrevious: Type.Union([Type.Number(), Type.Null()]),
  medianMsFromFirst: Type.Union([Type.Number(), Type.Null()]),
});

export const FunnelAnswer = Type.Object({
  /** A part of the users was asked about, so groups of one to nine people are not told. */
  isGuarded: Type.Boolean(),
  steps: Type.Array(FunnelStep),
  /** Users by step for each value of `by` (of the first event of a user's chain), most first; the rest as one, small groups among it. */
  parts: Type.Array(Type.Object({ value: Type.String(), isRest: Type.Boolean(), users: Type.Array(Count) })),
  /** Events read. */
  events: Type.Integer(),
});
export type FunnelAnswer = Static<typeof FunnelAnswer>;

/** Whether a question about a funnel looks at a part of the users, or at one beside the other. */
export function isFunnelSegment({ by, filters, steps }: FunnelQuestion): boolean {
  return namesSegment({ by, filters, matches: steps });
}

export const FunnelReply = answered(FunnelAnswer);
export const FunnelRequest = scoped(FunnelQuestion);
