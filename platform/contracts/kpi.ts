import { Type, type Static } from '@sinclair/typebox';
import { alarmWindows } from './alarm-window.ts';

/** Dimensions a KPI can be cut by. */
export const dimensions = ['channel', 'content', 'country', 'stream'] as const;
export type Dimension = (typeof dimensions)[number];

/**
 * Rollups kept live: the total and each single dimension. Other combinations are answered from the stored events by the same
 * measures (exact, slower).
 */
export const rollups = ['total', 'channel', 'content', 'country', 'stream'] as const;
export type Rollup = (typeof rollups)[number];

/** Event-time windows, tumbling, half-open. Day and month are in the tenant's time zone. */
export const windowSizes = ['10s', '1m', '1h', '1d', '1mo'] as const;
export type WindowSize = (typeof windowSizes)[number];

/** Windows kept live for a rollup: contents are many, so their windows under an hour are answered from stored events. */
export const liveWindows: Readonly<Record<Rollup, readonly WindowSize[]>> = {
  total: windowSizes,
  channel: windowSizes,
  country: windowSizes,
  stream: windowSizes,
  content: ['1h', '1d', '1mo'],
};

export const AlarmWindowSchema = Type.Union(alarmWindows.map((window) => Type.Literal(window)));

const Key = Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' });
const Types = Type.Array(Type.String({ maxLength: 128 }), {
  minItems: 1,
  maxItems: 64,
  description: 'Event types it reads',
});
/** `amount` is money in the tenant's currency (minor units); `m:<field>` a numeric field of `data`. */
const Field = Type.String({ pattern: '^(amount|m:[A-Za-z_][A-Za-z0-9_.]{0,127})$' });
const Where = Type.Optional(
  Type.Object(
    {
      field: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.]{0,127}$' }),
      in: Type.Array(Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        minItems: 1,
        maxItems: 64,
      }),
    },
    { description: 'Only events whose data field has one of these values' },
  ),
);

/**
 * A measure is what one pass over events can accumulate and what merges over partitions and windows. The union makes illegal
 * combinations untypable: a count takes no field, a unique names what it counts.
 */
export const Measure = Type.Union([
  Type.Object(
    { key: Key, agg: Type.Literal('count'), types: Types, where: Where },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      key: Key,
      agg: Type.Literal('sum'),
      types: Types,
      field: Field,
      default: Type.Optional(Type.Number({ description: 'Taken when the field is absent' })),
      where: Where,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      key: Key,
      agg: Type.Union([Type.Literal('min'), Type.Literal('max')]),
      types: Types,
      field: Field,
      where: Where,
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      key: Key,
      agg: Type.Literal('quantile'),
      types: Types,
      field: Field,
      where: Where,
    },
    { additionalProperties: false, description: 'Distribution of a field, relative error 1%' },
  ),
  Type.Object(
    {
      key: Key,
      agg: Type.Literal('unique'),
      types: Types,
      of: Type.Union([Type.Literal('user'), Type.Literal('content'), Type.Literal('channel')]),
      where: Where,
    },
    { additionalProperties: false },
  ),
]);
export type Measure = Static<typeof Measure>;

export const KpiUnit = Type.Union([
  Type.Literal('currency'),
  Type.Literal('count'),
  Type.Literal('ratio'),
  Type.Literal('minutes'),
  Type.Literal('per_day'),
  Type.Literal('hours'),
  Type.Literal('seconds'),
  Type.Literal('months'),
  /** One thing as a multiple of another, such as 3.2 times. */
  Type.Literal('times'),
]);
export type KpiUnit = Static<typeof KpiUnit>;

/**
 * A KPI is a record. `formula` is arithmetic over measure keys: + - * / ( ) numbers, `min(a,b)`, `max(a,b)`, `or(a,b)` (the first that
 * has a value), and the names `window_days`, `window_hours`. `p50(x)`, `p95(x)`, … `p999(x)` read a quantile measure. `prev(x)` is x in the
 * window before, `last_30d(x)` x over the 30 days that end with the window. Division by zero gives no value (null), never Infinity.
 * Money measures enter formulas in MAJOR units of the tenant's currency.
 */
export const KpiDefinition = Type.Object(
  {
    key: Key,
    version: Type.Integer({ minimum: 1 }),
    title: Type.String({ minLength: 1, maxLength: 120 }),
    description: Type.String({ maxLength: 2000 }),
    unit: KpiUnit,
    formula: Type.String({ minLength: 1, maxLength: 500 }),
    measures: Type.Array(Measure, { maxItems: 16, description: 'At least one, unless basis is given' }),
    basis: Type.Optional(
      Type.Literal('recurring', {
        description:
          'The formula may also use the names of recurring revenue (mrr_opening, mrr_new …), which follow the tenant’s mrr_policy',
      }),
    ),
    windows: Type.Optional(
      Type.Array(Type.Union(windowSizes.map((size) => Type.Literal(size))), {
        minItems: 1,
        maxItems: windowSizes.length,
        description: 'Windows in which it has a value; all when absent',
      }),
    ),
    direction: Type.Union([Type.Literal('up'), Type.Literal('down')], { description: 'Which way is good' }),
    target: Type.Optional(Type.Number()),
    alertThreshold: Type.Optional(Type.Number()),
    alertWindows: Type.Optional(
      Type.Array(AlarmWindowSchema, {
        minItems: 1,
        maxItems: alarmWindows.length,
        description:
          'Windows whose values are held against alertThreshold. When absent: minutes and hours; days for a number a day; the shorter of days and months where these are all it has',
      }),
    ),
    /** Dimensions in which it makes sense. */
    dimensions: Type.Array(
      Type.Union([
        Type.Literal('channel'),
        Type.Literal('content'),
        Type.Literal('country'),
        Type.Literal('stream'),
      ]),
    ),
    /** A KPI that is always shown cut by this dimension, such as revenue by stream. */
    cut: Type.Optional(
      Type.Union([
        Type.Literal('channel'),
        Type.Literal('content'),
        Type.Literal('country'),
        Type.Literal('stream'),
      ]),
    ),
    origin: Type.Union([Type.Literal('catalogue'), Type.Literal('tenant')]),
  },
  { additionalProperties: false },
);
export type KpiDefinition = Static<typeof KpiDefinition>;

/** Accumulated measures of one (rollup key, window): merges over partitions; sums in the measure's raw unit (money in minor units). */
export interface MeasureState {
  readonly sums: Readonly<Record<string, number>>;
  readonly mins: Readonly<Record<string, number>>;
  readonly maxs: Readonly<Record<string, number>>;
  /** Base64 of the distinct-count sketch. */
  readonly uniques: Readonly<Record<string, string>>;
  /** Base64 of the quantile sketch. */
  readonly quantiles: Readonly<Record<string, string>>;
}
