import { Type, type Static } from '@sinclair/typebox';
import { AnalyticsFilters, answered, EventField, EventMatch, scoped, spanFields } from './analytics.ts';

export const attributionModels = [
  'first',
  'last',
  'linear',
  'time_decay',
  'position',
  'markov',
  'shapley',
] as const;
export type AttributionModel = (typeof attributionModels)[number];

const DAY_MS = 86_400_000;
/** Touchpoints told apart; the rest are one. */
export const MAX_TOUCHPOINTS = 30;
/** Up to here Shapley's value is computed exactly, beyond from sampled orders. */
export const MAX_EXACT_TOUCHPOINTS = 12;
/** Touches of one path; of a longer one the last count. */
export const MAX_PATH_TOUCHES = 50;

export const AttributionQuestion = Type.Object(
  {
    ...spanFields,
    conversions: Type.Array(EventMatch, { minItems: 1, maxItems: 8 }),
    touches: Type.Array(EventMatch, { minItems: 1, maxItems: 8 }),
    /** What tells touchpoints apart: `type`, a dimension, or a field of data such as `campaign`. */
    key: EventField,
    lookbackMs: Type.Integer({ minimum: 60_000, maximum: 90 * DAY_MS }),
    halfLifeMs: Type.Optional(
      Type.Integer({
        minimum: 60_000,
        maximum: 90 * DAY_MS,
        description: 'Of time decay; 7 days when absent',
      }),
    ),
    filters: Type.Optional(AnalyticsFilters),
  },
  { additionalProperties: false },
);
export type AttributionQuestion = Static<typeof AttributionQuestion>;

const Credit = Type.Object({
  model: Type.Union(attributionModels.map((model) => Type.Literal(model))),
  conversions: Type.Number(),
  valueMinor: Type.Integer(),
  /** Standard error of `conversions`, where they were sampled. */
  conversionsError: Type.Optional(Type.Number()),
});

export const AttributionAnswer = Type.Object({
  currency: Type.String(),
  conversions: Type.Integer(),
  valueMinor: Type.Integer(),
  /** Conversions without a touch within the lookback; their credit is in no row. */
  unattributed: Type.Object({ conversions: Type.Integer(), valueMinor: Type.Integer() }),
  /** Paths that ended without a conversion; the chain needs them. */
  lostPaths: Type.Integer(),
  meanTouches: Type.Union([Type.Number(), Type.Null()]),
  touchpoints: Type.Array(
    Type.Object({
      key: Type.String(),
      isRest: Type.Boolean(),
      touches: Type.Integer(),
      credits: Type.Array(Credit),
    }),
  ),
  shapley: Type.Union([Type.Literal('exact'), Type.Literal('sampled')]),
  /** Most frequent converting paths. */
  paths: Type.Array(
    Type.Object({
      keys: Type.Array(Type.String()),
      conversions: Type.Integer(),
      valueMinor: Type.Integer(),
    }),
  ),
  events: Type.Integer(),
});
export type AttributionAnswer = Static<typeof AttributionAnswer>;

export const AttributionReply = answered(AttributionAnswer);
export const AttributionRequest = scoped(AttributionQuestion);
