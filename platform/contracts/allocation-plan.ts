import { Type, type Static } from '@sinclair/typebox';
import { ResponseCurve } from './allocation.ts';

/** The workbench of allocation: what is known of a tenant's channels, what may be asked of it, and plans. Money in major units of the tenant's currency. */

/** Core subject on which the models service divides resources at once. */
export const allocateSubject = 'models.allocate';

/** `content`: three resources over channels. `revenue`: resources, the mix of streams and prices together. `marketing`: the advertising budget over channels. */
export const allocationKinds = ['content', 'revenue', 'marketing'] as const;
export const AllocationKind = Type.Union(allocationKinds.map((kind) => Type.Literal(kind)));
export type AllocationKind = Static<typeof AllocationKind>;

const strict = { additionalProperties: false };
const LIMIT = 1e15;
const Amount = Type.Number({ minimum: 0, maximum: LIMIT });
const Maybe = Type.Union([Type.Number(), Type.Null()]);
const Id = Type.String({ minLength: 1, maxLength: 128 });
const Range = Type.Tuple([Amount, Amount]);

export const AllocationResource = Type.Object({
  id: Id,
  title: Type.String(),
  unit: Type.Union([Type.Literal('money'), Type.Literal('hours'), Type.Literal('percent')]),
  /** What is given out unless a question says otherwise, and what was given out lately, a period. */
  total: Amount,
  currentTotal: Amount,
  /** Resources of one pool are one sum: what one of them does not use another may. */
  pool: Type.Optional(Type.String()),
});
export type AllocationResource = Static<typeof AllocationResource>;

/** Whether a response was read from history, or assumed because history says too little. */
const Origin = Type.Union([Type.Literal('history'), Type.Literal('prior')]);

export const ChannelResponse = Type.Object({
  curve: ResponseCurve,
  origin: Origin,
  /** Share of an effect left a week later. */
  carryOver: Type.Number(),
  /** Return a period by amount, with its 95% interval. */
  band: Type.Array(
    Type.Object({ amount: Type.Number(), value: Type.Number(), low: Type.Number(), high: Type.Number() }),
  ),
});
export type ChannelResponse = Static<typeof ChannelResponse>;

export const AllocationChannel = Type.Object({
  id: Id,
  /** Revenue a period as it was lately, and the part of it that no resource moves. */
  revenue: Type.Number(),
  base: Type.Number(),
  /** Change of revenue from one period to the next, share; null where history is too short. */
  growth: Maybe,
  /** Factors of the seeds from 0 to 1 and their weighted sum: the prior of what history does not say. */
  score: Type.Object({
    performance: Type.Number(),
    growth: Type.Number(),
    market: Type.Number(),
    position: Type.Number(),
    risk: Type.Number(),
    total: Type.Number(),
  }),
  current: Type.Record(Id, Amount),
  bounds: Type.Record(Id, Range),
  responses: Type.Record(Id, ChannelResponse),
  /** Standard deviation of the return as a share of it. */
  volatility: Type.Number(),
});
export type AllocationChannel = Static<typeof AllocationChannel>;

/** A product's price as part of a plan: multipliers of the present price, and what the proposed one adds to the revenue of a period at the proposed mix. */
const PriceMove = Type.Object({
  product: Type.String(),
  stream: Type.String(),
  price: Type.Number(),
  proposed: Type.Number(),
  multiplier: Type.Number(),
  /** Multipliers that may be chosen: half to double, prices that were seen, none that lowers the margin. */
  range: Type.Tuple([Type.Number(), Type.Number()]),
  gain: Type.Number(),
  /** What sets the price: `held` by the question, a `range` end, the `margin`, or nothing better than `now`. */
  setBy: Type.Union([
    Type.Literal('held'),
    Type.Literal('range'),
    Type.Literal('margin'),
    Type.Literal('now'),
  ]),
});
export type PriceMove = Static<typeof PriceMove>;

/** What ties channels, streams and prices together in kind `revenue`. */
export const RevenueTies = Type.Object({
  /** Those of `channels` that are streams; they share `mix`, the others the rest. */
  streams: Type.Array(Id, { maxItems: 8 }),
  /** Revenue of a period by channel and stream as it is now; channel '' earns whatever is given. */
  earned: Type.Array(Type.Object({ channel: Type.String(), stream: Id, revenue: Type.Number() })),
  /** Revenue a period of what is too small to be moved. */
  rest: Type.Number(),
  products: Type.Array(
    Type.Object({
      product: Type.String(),
      stream: Id,
      price: Type.Number(),
      unitCost: Maybe,
      /** Share of its stream's revenue. */
      share: Type.Number(),
      elasticity: Type.Number(),
      error: Type.Number(),
      range: Type.Tuple([Type.Number(), Type.Number()]),
    }),
    { maxItems: 200 },
  ),
});
export type RevenueTies = Static<typeof RevenueTies>;

/** What a kind of allocation is computed from; KV bucket `allocationbases`, key `<tenant>.<kind>`. */
export const AllocationBasis = Type.Object({
  tenant: Type.String(),
  kind: AllocationKind,
  computedAtMs: Type.Number(),
  currency: Type.String(),
  /** Days a plan is for. */
  periodDays: Type.Integer(),
  /** Whole weeks of history it rests on; of them told by `channel_report`. */
  weeks: Type.Integer(),
  reportedWeeks: Type.Integer(),
  resources: Type.Array(AllocationResource, { maxItems: 16 }),
  channels: Type.Array(AllocationChannel, { maxItems: 500 }),
  /** What else earns and is not moved here. */
  minShare: Type.Number(),
  maxStreamShare: Maybe,
  riskTolerance: Type.Number(),
  growthTarget: Maybe,
  commonCorrelation: Type.Number(),
  /** The responses forecast the last weeks from those before; median over channels. */
  backtest: Type.Union([
    Type.Object({
      weeks: Type.Integer(),
      wape: Type.Number(),
      wapeWithout: Type.Number(),
      betterChannels: Type.Integer(),
      channels: Type.Integer(),
    }),
    Type.Null(),
  ]),
  /** Of kind `revenue`. */
  revenue: Type.Optional(RevenueTies),
  notes: Type.Array(Type.String()),
});
export type AllocationBasis = Static<typeof AllocationBasis>;

/** What a person changes; what is left out stays as the basis has it. */
export const AllocationQuestion = Type.Object(
  {
    totals: Type.Optional(Type.Record(Id, Amount, { description: 'By resource: what may be given out' })),
    fixed: Type.Optional(
      Type.Record(Id, Type.Record(Id, Amount), {
        description: 'By channel and resource: exactly this amount',
      }),
    ),
    bounds: Type.Optional(
      Type.Record(Id, Type.Record(Id, Range), { description: 'By channel and resource: least and most' }),
    ),
    prices: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 256 }), Type.Number({ minimum: 0.5, maximum: 2 }), {
        description: 'By product, in a revenue plan: exactly this multiplier of its price',
      }),
    ),
    minShare: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Each channel gets this share of a total at least',
      }),
    ),
    maxStreamShare: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'No channel or stream brings more than this share of the revenue',
      }),
    ),
    riskTolerance: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 10,
        description: 'Standard deviation of the return as a share of it',
      }),
    ),
    maxChange: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 100,
        description: 'No amount moves by more than this share of what it is now; not in a revenue plan',
      }),
    ),
    steps: Type.Optional(
      Type.Record(Id, Type.Number({ exclusiveMinimum: 0, maximum: LIMIT }), {
        description: 'By resource: amounts are whole multiples of it; not in a revenue plan',
      }),
    ),
    groups: Type.Optional(
      Type.Record(Id, Id, {
        description: 'By channel: the group that maxGroupShare limits; not in a revenue plan',
      }),
    ),
    maxGroupShare: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: 'No group gets more than this share of the total of any resource',
      }),
    ),
  },
  strict,
);
export type AllocationQuestion = Static<typeof AllocationQuestion>;

export const AllocateRequest = Type.Object({
  tenant: Type.String(),
  kind: AllocationKind,
  question: AllocationQuestion,
});

const Risk = Type.Object({
  mean: Type.Number(),
  volatility: Type.Number(),
  variation: Maybe,
  worst5Percent: Type.Number(),
  valueAtRisk95: Type.Number(),
  conditionalValueAtRisk95: Type.Number(),
  sharpe: Maybe,
});

export const AllocationCandidate = Type.Object({
  name: Type.String(),
  isChosen: Type.Boolean(),
  /** Return a period of what is given out; without the base. */
  expected: Type.Number(),
  cost: Type.Number(),
  roi: Maybe,
  risk: Risk,
});
export type AllocationCandidate = Static<typeof AllocationCandidate>;

export const AllocationRow = Type.Object({
  channel: Id,
  resource: Id,
  current: Type.Number(),
  proposed: Type.Number(),
  /** What the seeds' proportional rule gives. */
  rule: Type.Number(),
  min: Type.Number(),
  max: Type.Number(),
  currentReturn: Type.Number(),
  proposedReturn: Type.Number(),
  /** Return of one more unit at the proposed amount. */
  marginal: Type.Number(),
  isFixed: Type.Boolean(),
});
export type AllocationRow = Static<typeof AllocationRow>;

export const AllocationAnswer = Type.Object({
  kind: AllocationKind,
  computedAtMs: Type.Number(),
  basisAtMs: Type.Number(),
  /** Revenue a period that no resource moves. */
  base: Type.Number(),
  resources: Type.Array(
    Type.Object({
      id: Id,
      total: Type.Number(),
      used: Type.Number(),
      /** Return of one more unit of the total; 0 when it is not used up. */
      worthOfOneMore: Type.Number(),
      /** By how much marginals that must be equal differ, share. */
      spread: Type.Number(),
    }),
  ),
  rows: Type.Array(AllocationRow),
  candidates: Type.Array(AllocationCandidate),
  reason: Type.String(),
  /** Of the best expected return: nothing within the limits returns more than `bound`. */
  certificate: Type.Object({
    objective: Type.Number(),
    bound: Type.Number(),
    gap: Maybe,
    boxes: Type.Integer(),
    method: Type.String(),
  }),
  scenarios: Type.Integer(),
  /** How often each return came out: counts of equal widths from `from` on. */
  histogram: Type.Object({
    from: Type.Number(),
    width: Type.Number(),
    proposed: Type.Array(Type.Integer()),
    current: Type.Array(Type.Integer()),
  }),
  steps: Type.Array(
    Type.Object({
      channel: Id,
      resource: Id,
      from: Type.Number(),
      to: Type.Number(),
      expectedGain: Type.Number(),
      /** Day of the plan on which it is taken; absent: at once. */
      day: Type.Optional(Type.Integer()),
    }),
  ),
  triggers: Type.Array(Type.Object({ channel: Id, below: Type.Number(), above: Type.Number() })),
  /** Share of revenue of the largest channel or stream, base included, now and as proposed. */
  largest: Type.Object({ id: Type.String(), share: Maybe, currentShare: Maybe }),
  /** Revenue a period as proposed against now. */
  growth: Maybe,
  growthTarget: Maybe,
  /** Share of scenarios in which the revenue reaches the growth aimed at. */
  growthChance: Type.Optional(Maybe),
  moves: Type.Optional(Type.Array(PriceMove)),
  notes: Type.Array(Type.String()),
});
export type AllocationAnswer = Static<typeof AllocationAnswer>;

/** A plan somebody kept; KV bucket `plans`, key `<tenant>.<id>`. */
export const AllocationPlanRecord = Type.Object({
  id: Type.String({ pattern: '^plan_[A-Za-z0-9]{16}$' }),
  tenant: Type.String(),
  name: Type.String({ minLength: 1, maxLength: 120 }),
  createdAtMs: Type.Number(),
  createdBy: Type.String(),
  question: AllocationQuestion,
  answer: AllocationAnswer,
});
export type AllocationPlanRecord = Static<typeof AllocationPlanRecord>;

export const AllocationWorkbench = Type.Object({
  kind: AllocationKind,
  /** Null until the models have read the tenant's history once. */
  basis: Type.Union([AllocationBasis, Type.Null()]),
});
export type AllocationWorkbench = Static<typeof AllocationWorkbench>;

/** Scenarios a plan may be put through. */
export const scenarioCounts = [1_000, 100_000] as const;

export const PlanRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    kind: AllocationKind,
    question: AllocationQuestion,
    scenarios: Type.Optional(
      Type.Union(
        scenarioCounts.map((count) => Type.Literal(count)),
        { description: '1,000 when absent' },
      ),
    ),
  },
  strict,
);
export type PlanRequest = Static<typeof PlanRequest>;

export const PlanSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  kind: AllocationKind,
  createdAtMs: Type.Number(),
  createdBy: Type.String(),
  expected: Type.Number(),
  scenarios: Type.Integer(),
});
export const PlanList = Type.Object({ plans: Type.Array(PlanSummary) });
export type PlanList = Static<typeof PlanList>;
