import { Type, type Static } from '@sinclair/typebox';
import { AnalyticsFilters, answered, EventMatch, namesSegment, scoped, spanFields } from './analytics.ts';

const cohortGrains = ['day', 'week', 'month'] as const;
export const MAX_COHORTS = 60;
/** Periods after the first that are followed. */
export const MAX_COHORT_PERIODS = 24;

export const CohortQuestion = Type.Object(
  {
    ...spanFields,
    entry: EventMatch,
    /** What counts as coming back; any of these. */
    returns: Type.Array(EventMatch, { minItems: 1, maxItems: 10 }),
    grain: Type.Union(cohortGrains.map((grain) => Type.Literal(grain))),
    periods: Type.Integer({ minimum: 1, maximum: MAX_COHORT_PERIODS }),
    filters: Type.Optional(AnalyticsFilters),
  },
  { additionalProperties: false },
);
export type CohortQuestion = Static<typeof CohortQuestion>;

const Few = 'null: a part of the users was asked about, and this is one to nine people';
const count = Type.Union([Type.Integer(), Type.Null()], { description: `People; ${Few}` });
const Cell = Type.Object({
  /** Members who came back in this period; all of them in the first. Null also where one to nine did not. */
  returned: count,
  /** Null where the cohort is one to nine people. */
  revenueMinor: Type.Union([Type.Integer(), Type.Null()]),
  /** Revenue of this and all earlier periods for each member, minor units. */
  ltvMinor: Type.Union([Type.Number(), Type.Null()]),
  /** Whether the period has ended; one that runs still grows. */
  isComplete: Type.Boolean(),
});

export const CohortAnswer = Type.Object({
  currency: Type.String(),
  /** A part of the users was asked about, so groups of one to nine people are not told. */
  isGuarded: Type.Boolean(),
  cohorts: Type.Array(
    Type.Object({
      startMs: Type.Number(),
      endMs: Type.Number(),
      size: count,
      /** By period after the one of the entry; shorter for young cohorts. */
      cells: Type.Array(Cell),
    }),
  ),
  /** Over all cohorts that have the period complete, weighted by their size; of those that are told. */
  mean: Type.Array(
    Type.Object({
      members: Type.Integer(),
      retention: Type.Union([Type.Number(), Type.Null()]),
      ltvMinor: Type.Union([Type.Number(), Type.Null()]),
    }),
  ),
  events: Type.Integer(),
});
export type CohortAnswer = Static<typeof CohortAnswer>;

/** Whether a question about cohorts looks at a part of the users. */
export function isCohortSegment({ entry, filters, returns }: CohortQuestion): boolean {
  return namesSegment({ filters, matches: [entry, ...returns] });
}

export const CohortReply = answered(CohortAnswer);
export const CohortRequest = scoped(CohortQuestion);
