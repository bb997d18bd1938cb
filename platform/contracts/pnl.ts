import { Type, type Static } from '@sinclair/typebox';
import { scoped, spanFields } from './analytics.ts';

/** Plans of the seeds and what they cost a month, in whole units of the tenant's currency. */
export const planFees = { none: 0, starter: 97, growth: 297, scale: 797 } as const;
export type Plan = keyof typeof planFees;
export const plans = ['none', 'starter', 'growth', 'scale'] as const satisfies readonly Plan[];
/** Profit a month that is aimed at unless said otherwise, in whole units of the currency. */
export const defaultTargetPerMonth = 10_000;

export const PlanName = Type.Union(
  plans.map((plan) => Type.Literal(plan)),
  {
    description: `Subscription whose monthly fee is taken off the profit: ${plans.map((plan) => `${plan} ${planFees[plan]}`).join(', ')}, in the tenant’s currency`,
  },
);
export const TargetPerMonth = Type.Number({
  minimum: 0,
  maximum: 1e12,
  description: `Profit aimed at, a month, in the tenant’s currency; ${defaultTargetPerMonth} when never set`,
});

export const pnlGrains = ['day', 'week', 'month'] as const;
export type PnlGrain = (typeof pnlGrains)[number];

export const PnlQuestion = Type.Object(
  {
    ...spanFields,
    grain: Type.Union(pnlGrains.map((grain) => Type.Literal(grain))),
    plan: PlanName,
    targetPerMonth: TargetPerMonth,
  },
  { additionalProperties: false },
);
export type PnlQuestion = Static<typeof PnlQuestion>;

const Maybe = Type.Union([Type.Number(), Type.Null()]);

/** Revenue − cost − fee = profit, to the minor unit; the kinds of cost add up to the cost. */
export const PnlFigures = Type.Object({
  revenueMinor: Type.Integer(),
  costMinor: Type.Integer(),
  costs: Type.Object({
    productionMinor: Type.Integer(),
    advertisingMinor: Type.Integer(),
    apiMinor: Type.Integer(),
    otherMinor: Type.Integer(),
  }),
  /** Of the plan, spread over the days of each month; belongs to the tenant, so it is 0 for a channel. */
  feeMinor: Type.Integer(),
  profitMinor: Type.Integer(),
  margin: Maybe,
  /** Profit ÷ cost and fee; the KPI `roi` leaves the fee out. */
  roi: Maybe,
  videos: Type.Integer(),
  revenuePerVideoMinor: Maybe,
  costPerVideoMinor: Maybe,
  profitPerVideoMinor: Maybe,
});
export type PnlFigures = Static<typeof PnlFigures>;

export const PnlReply = Type.Object({
  currency: Type.String(),
  grain: Type.Union(pnlGrains.map((grain) => Type.Literal(grain))),
  plan: PlanName,
  targetPerMonth: Type.Number(),
  feePerMonthMinor: Type.Integer(),
  periods: Type.Array(
    Type.Object({
      startMs: Type.Number(),
      endMs: Type.Number(),
      isComplete: Type.Boolean(),
      figures: PnlFigures,
      /** The monthly target for the days of the period that lie in the range, and whether the profit has reached it. */
      targetMinor: Type.Integer(),
      isReached: Type.Boolean(),
    }),
  ),
  total: PnlFigures,
  targetMinor: Type.Integer(),
  /** Before the fee, most profit first; they add up to the total before the fee. '' is what belongs to no channel. */
  channels: Type.Array(Type.Object({ channel: Type.String(), figures: PnlFigures })),
});
export type PnlReply = Static<typeof PnlReply>;
export const PnlRequest = scoped(PnlQuestion);
