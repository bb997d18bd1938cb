import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { EVENT_TYPE_PATTERN } from './event-catalogue.ts';
import { TENANT_PATTERN } from './subjects.ts';

/** Questions over stored events and windows; the gateway asks them over core NATS and the processors answer. */
export const analyticsKinds = [
  'funnel',
  'cohorts',
  'attribution',
  'breakdown',
  'decomposition',
  'pnl',
  'risks',
  'trend-lifecycle',
] as const;
export type AnalyticsKind = (typeof analyticsKinds)[number];
export const analyticsSubject = (kind: AnalyticsKind): string => `streams.analytics.${kind}`;

/** What the gateway adds from the credential; a question itself never names its tenant. */
export const AnalyticsScope = Type.Object({
  tenant: Type.String({ pattern: TENANT_PATTERN }),
  timeZone: Type.String(),
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
});
export type AnalyticsScope = Static<typeof AnalyticsScope>;

/** A question as it goes over the bus. */
export function scoped<T extends TSchema>(question: T) {
  return Type.Object({ scope: AnalyticsScope, question });
}

/** Event time, half-open, ms since 1970. ClickHouse's DateTime64 ends in 2299. */
export const spanFields = {
  fromMs: Type.Integer({ minimum: 0, maximum: 10_413_792_000_000, description: 'Start, ms since 1970' }),
  toMs: Type.Integer({ minimum: 0, maximum: 10_413_792_000_000, description: 'End, exclusive' }),
};

/** ClickHouse ends a text parameter at a NUL. */
const noNul = '^[^\\u0000]*$';
const Value = Type.Optional(
  Type.String({ maxLength: 256, pattern: noNul, description: 'Only events with this value' }),
);
export const AnalyticsFilters = Type.Object(
  { channel: Value, content: Value, country: Value, stream: Value },
  { additionalProperties: false },
);
export type AnalyticsFilters = Static<typeof AnalyticsFilters>;

/** A dimension, or a field of `data` by its path. */
export const EventField = Type.String({
  pattern: '^[A-Za-z_][A-Za-z0-9_]{0,63}(\\.[A-Za-z_][A-Za-z0-9_]{0,63}){0,3}$',
  description: 'channel, content, country, stream, or a field of data by its path',
});

/** Which events are meant. Values are compared as text, numbers and booleans as JSON writes them. */
export const EventMatch = Type.Object(
  {
    type: Type.String({ pattern: EVENT_TYPE_PATTERN }),
    where: Type.Optional(
      Type.Object(
        {
          field: EventField,
          in: Type.Array(Type.String({ maxLength: 256, pattern: noNul }), { minItems: 1, maxItems: 32 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type EventMatch = Static<typeof EventMatch>;

/**
 * Whether a question about users looks at a part of them: by a filter, a cut, or a field an event must have. Its small groups are not told, and it needs the
 * right that private answers need (docs/adr/0015-differential-privacy.md).
 */
export function namesSegment(question: {
  readonly filters?: AnalyticsFilters | undefined;
  readonly by?: string | undefined;
  readonly matches: readonly EventMatch[];
}): boolean {
  return (
    question.by !== undefined ||
    Object.values(question.filters ?? {}).some((value) => value !== undefined) ||
    question.matches.some(({ where }) => where !== undefined)
  );
}

/** The answer, or how far it has come; whoever asks the same again gets the one or the other. */
export function answered<T extends TSchema>(answer: T) {
  return Type.Union([
    Type.Object({
      state: Type.Literal('done'),
      /** When it was computed; an equal question within half a minute gets the same answer. */
      computedAtMs: Type.Number(),
      tookMs: Type.Number(),
      answer,
    }),
    Type.Object({
      state: Type.Literal('running'),
      stage: Type.String(),
      percent: Type.Number({ minimum: 0, maximum: 100 }),
      startedAtMs: Type.Number(),
    }),
  ]);
}
export type Answered<T> =
  | { readonly state: 'done'; readonly computedAtMs: number; readonly tookMs: number; readonly answer: T }
  | {
      readonly state: 'running';
      readonly stage: string;
      readonly percent: number;
      readonly startedAtMs: number;
    };

/** Users followed at once; beyond, the answer would not fit in memory and is refused with ANALYTICS_TOO_LARGE. */
export const MAX_FOLLOWED_USERS = 300_000;
