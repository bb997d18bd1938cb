import { Type, type Static } from '@sinclair/typebox';

/** Recurring revenue: what counts (the policy), the movements of MRR, and what the API answers. KV bucket `mrrpolicies`. */

export const mrrPresets = ['weir', 'stripe', 'chartmogul', 'profitwell', 'baremetrics', 'custom'] as const;
export type MrrPreset = (typeof mrrPresets)[number];

export const segmentFields = ['plan', 'country', 'channel', 'stream'] as const;
/** What months are cut by beside the policy's own segments. */
export const cutFields = [
  'plan',
  'channel',
  'country',
] as const satisfies readonly (typeof segmentFields)[number][];
export type CutField = (typeof cutFields)[number];
export const recurringCuts = ['segment', 'currency', ...cutFields] as const;
export type RecurringCut = (typeof recurringCuts)[number];

/** Rates a policy holds at most. */
export const MAX_RATES = 2_000;

const closed = { additionalProperties: false };
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });

export const DatedRate = Type.Object(
  {
    from: Type.String({
      pattern: '^\\d{4}-\\d{2}-\\d{2}$',
      description: 'In force from 00:00 UTC of this date, until the next of the currency',
    }),
    currency: Currency,
    rate: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e9,
      description: 'Units of the tenant’s currency one unit is worth',
    }),
  },
  closed,
);
export type DatedRate = Static<typeof DatedRate>;

/** What counts as recurring revenue. Nothing is left to a convention: every question on which products differ has its answer here. */
export const MrrPolicyRequest = Type.Object(
  {
    preset: Type.Union(
      mrrPresets.map((preset) => Type.Literal(preset)),
      { description: 'Where the settings come from; custom when one differs' },
    ),
    basis: Type.Union([Type.Literal('subscriptions'), Type.Literal('payments'), Type.Literal('both')], {
      description:
        'subscriptions: from subscription_started, _changed, _cancelled. payments: from subscription_payment by its interval. both: payments where a subscription has no such events',
    }),
    discounts: Type.Union([Type.Literal('all'), Type.Literal('forever'), Type.Literal('none')], {
      description: 'Which discounts reduce MRR while they last',
    }),
    trials: Type.Union([Type.Literal('exclude'), Type.Literal('include')]),
    metered: Type.Union([Type.Literal('exclude'), Type.Literal('include')], {
      description: 'Whether items charged by use count, at their last amount',
    }),
    pastDue: Type.Union([Type.Literal('count'), Type.Literal('churn')], {
      description: 'Whether a subscription past due still counts; unpaid never does',
    }),
    pauses: Type.Union([Type.Literal('count'), Type.Literal('churn')]),
    churnAt: Type.Union([Type.Literal('cancellation'), Type.Literal('period_end')], {
      description: 'When a cancelled subscription stops counting',
    }),
    sameMonth: Type.Union([Type.Literal('net'), Type.Literal('each')], {
      description:
        'net: one movement a customer and window, from its start to its end. each: every change is a movement',
    }),
    groupMinutes: Type.Integer({
      minimum: 0,
      maximum: 10_080,
      description: 'With each: changes of one customer this close together are one',
    }),
    graceDays: Type.Integer({
      minimum: 0,
      maximum: 90,
      description: 'With payments: how long after its period a payment that does not come still counts',
    }),
    reactivationDays: Type.Union([Type.Integer({ minimum: 1, maximum: 3_650 }), Type.Null()], {
      description: 'A customer back after longer than this is new again; null: always a reactivation',
    }),
    fx: Type.Union([Type.Literal('separate'), Type.Literal('at_movement')], {
      description:
        'separate: amounts follow the rates, and what that changes is a term of its own. at_movement: each movement keeps the rate of its day',
    }),
    rates: Type.Array(DatedRate, {
      maxItems: MAX_RATES,
      description:
        'Before the first of a currency that first one counts; without any, the rate of the settings',
    }),
    segmentBy: Type.Union(segmentFields.map((field) => Type.Literal(field))),
    quickRatioReactivation: Type.Boolean(),
    grossMargin: Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 1 }), Type.Null()], {
      description:
        'For LTV and payback; null: measured as revenue less costs without advertising, of revenue',
    }),
  },
  closed,
);
export type MrrPolicyRequest = Static<typeof MrrPolicyRequest>;

/** A version of a tenant's policy; version 0 is what holds before anybody set one. */
export const MrrPolicy = Type.Composite(
  [
    MrrPolicyRequest,
    Type.Object({
      version: Type.Integer({ minimum: 0 }),
      updatedAtMs: Type.Number(),
      updatedBy: Type.String({ maxLength: 256 }),
    }),
  ],
  closed,
);
export type MrrPolicy = Static<typeof MrrPolicy>;

const weir: MrrPolicyRequest = {
  preset: 'weir',
  basis: 'both',
  discounts: 'all',
  trials: 'exclude',
  metered: 'exclude',
  pastDue: 'count',
  pauses: 'churn',
  churnAt: 'period_end',
  sameMonth: 'net',
  groupMinutes: 60,
  graceDays: 7,
  reactivationDays: null,
  fx: 'separate',
  rates: [],
  segmentBy: 'plan',
  quickRatioReactivation: true,
  grossMargin: null,
};

/**
 * Presets after the definitions these products publish (anchors, §2.2). Where a product leaves a choice to its user, its usual setting;
 * where it says nothing, ours.
 */
export const mrrPresetPolicies: Readonly<Record<Exclude<MrrPreset, 'custom'>, MrrPolicyRequest>> = {
  weir,
  stripe: {
    ...weir,
    preset: 'stripe',
    basis: 'subscriptions',
    discounts: 'forever',
    churnAt: 'cancellation',
    sameMonth: 'each',
    groupMinutes: 0,
  },
  chartmogul: {
    ...weir,
    preset: 'chartmogul',
    churnAt: 'cancellation',
    sameMonth: 'each',
    fx: 'at_movement',
  },
  profitwell: { ...weir, preset: 'profitwell', metered: 'include' },
  baremetrics: {
    ...weir,
    preset: 'baremetrics',
    basis: 'subscriptions',
    churnAt: 'cancellation',
    sameMonth: 'each',
    groupMinutes: 0,
    quickRatioReactivation: false,
  },
};

export const defaultMrrPolicy: MrrPolicy = { ...weir, version: 0, updatedAtMs: 0, updatedBy: '' };

export const MrrPolicyReply = Type.Object({
  policy: MrrPolicy,
  /** What can be started from. */
  presets: Type.Array(MrrPolicyRequest),
  /** Every earlier version that was set, newest first. */
  versions: Type.Array(
    Type.Object({ version: Type.Integer(), updatedAtMs: Type.Number(), updatedBy: Type.String() }),
  ),
});
export type MrrPolicyReply = Static<typeof MrrPolicyReply>;

/** MRR of one month of one cut, in major units of `currency`; losses negative, so that opening and all movements add up to closing. */
export const RecurringMonth = Type.Object({
  windowStartMs: Type.Number(),
  opening: Type.Number(),
  new: Type.Number(),
  reactivation: Type.Number(),
  expansion: Type.Number(),
  contraction: Type.Number(),
  churn: Type.Number(),
  /** Between segments or currencies of customers who stayed; nets out over all. */
  transfer: Type.Number(),
  /** By exchange rates alone. */
  fx: Type.Number(),
  closing: Type.Number(),
  customersOpening: Type.Integer(),
  customersNew: Type.Integer(),
  customersReactivated: Type.Integer(),
  customersChurned: Type.Integer(),
  customersClosing: Type.Integer(),
  netRetention: Type.Union([Type.Number(), Type.Null()]),
  grossRetention: Type.Union([Type.Number(), Type.Null()]),
  /** LTV rests on the cap of 60 months: nobody left, or fewer than 30 customers. */
  isLifetimeCapped: Type.Boolean(),
});
export type RecurringMonth = Static<typeof RecurringMonth>;

export const RecurringReply = Type.Object({
  currency: Type.String(),
  by: Type.Union([...recurringCuts.map((cut) => Type.Literal(cut)), Type.Null()]),
  segmentBy: Type.Union(segmentFields.map((field) => Type.Literal(field))),
  /** Version of the policy the figures follow; older than the current one while they are being worked out anew. */
  policyVersion: Type.Integer(),
  currentPolicyVersion: Type.Integer(),
  /** Event time up to which subscriptions are known; null before the first. */
  asOfMs: Type.Union([Type.Number(), Type.Null()]),
  customers: Type.Integer(),
  /** Events of subscriptions that name no customer. */
  unattributedEvents: Type.Integer(),
  /** Events left out because a customer has too many, or a tenant too many customers. */
  refusedEvents: Type.Integer(),
  /** Currencies without a rate: their MRR is in no figure of the tenant's currency; their customers are counted, and not divided by. */
  unratedCurrencies: Type.Array(Type.String()),
  series: Type.Array(Type.Object({ cut: Type.String(), months: Type.Array(RecurringMonth) })),
});
export type RecurringReply = Static<typeof RecurringReply>;
