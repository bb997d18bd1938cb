import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationCandidate,
  AllocationChannel,
  AllocationPlanRecord,
  AllocationResource,
  AllocationRow,
  AllocationWorkbench,
  ChannelResponse,
  PlanList,
  PriceMove,
  RevenueTies,
} from '../../platform/contracts/allocation-plan.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isRecord,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  recordOf,
  type Guard,
} from './guard.ts';

const isKind = oneOf(['content', 'revenue', 'marketing']);
const isPair: Guard<[number, number]> = (value): value is [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every(isNumber);

/** Curves are drawn from their band; the page does not evaluate them. */
const isCurve: Guard<ResponseCurve> = (value): value is ResponseCurve =>
  isRecord(value) && isString(value['type']) && isNumber(value['scale']);

const isResponse = object<ChannelResponse>({
  curve: isCurve,
  origin: oneOf(['history', 'prior']),
  carryOver: isNumber,
  band: arrayOf(
    object<ChannelResponse['band'][number]>({
      amount: isNumber,
      value: isNumber,
      low: isNumber,
      high: isNumber,
    }),
  ),
});

const isChannel = object<AllocationChannel>({
  id: isString,
  revenue: isNumber,
  base: isNumber,
  growth: nullable(isNumber),
  score: object<AllocationChannel['score']>({
    performance: isNumber,
    growth: isNumber,
    market: isNumber,
    position: isNumber,
    risk: isNumber,
    total: isNumber,
  }),
  current: recordOf(isNumber),
  bounds: recordOf(isPair),
  responses: recordOf(isResponse),
  volatility: isNumber,
});

const isMoves = optional(
  arrayOf(
    object<PriceMove>({
      product: isString,
      stream: isString,
      price: isNumber,
      proposed: isNumber,
      multiplier: isNumber,
      range: isPair,
      gain: isNumber,
      setBy: oneOf(['held', 'range', 'margin', 'now']),
    }),
  ),
);

const isTies = object<RevenueTies>({
  streams: arrayOf(isString),
  earned: arrayOf(
    object<RevenueTies['earned'][number]>({ channel: isString, stream: isString, revenue: isNumber }),
  ),
  rest: isNumber,
  products: arrayOf(
    object<RevenueTies['products'][number]>({
      product: isString,
      stream: isString,
      price: isNumber,
      unitCost: nullable(isNumber),
      share: isNumber,
      elasticity: isNumber,
      error: isNumber,
      range: isPair,
    }),
  ),
});

const isBasis = object<AllocationBasis>({
  revenue: optional(isTies),
  tenant: isString,
  kind: isKind,
  computedAtMs: isNumber,
  currency: isString,
  periodDays: isNumber,
  weeks: isNumber,
  reportedWeeks: isNumber,
  resources: arrayOf(
    object<AllocationResource>({
      id: isString,
      title: isString,
      unit: oneOf(['money', 'hours', 'percent']),
      pool: optional(isString),
      total: isNumber,
      currentTotal: isNumber,
    }),
  ),
  channels: arrayOf(isChannel),
  minShare: isNumber,
  maxStreamShare: nullable(isNumber),
  riskTolerance: isNumber,
  growthTarget: nullable(isNumber),
  commonCorrelation: isNumber,
  backtest: nullable(
    object<NonNullable<AllocationBasis['backtest']>>({
      weeks: isNumber,
      wape: isNumber,
      wapeWithout: isNumber,
      betterChannels: isNumber,
      channels: isNumber,
    }),
  ),
  notes: arrayOf(isString),
});

export const isAllocationWorkbench: Guard<AllocationWorkbench> = object<AllocationWorkbench>({
  kind: isKind,
  basis: nullable(isBasis),
});

const isCandidate = object<AllocationCandidate>({
  name: isString,
  isChosen: isBoolean,
  expected: isNumber,
  cost: isNumber,
  roi: nullable(isNumber),
  risk: object<AllocationCandidate['risk']>({
    mean: isNumber,
    volatility: isNumber,
    variation: nullable(isNumber),
    worst5Percent: isNumber,
    valueAtRisk95: isNumber,
    conditionalValueAtRisk95: isNumber,
    sharpe: nullable(isNumber),
  }),
});

const isRow = object<AllocationRow>({
  channel: isString,
  resource: isString,
  current: isNumber,
  proposed: isNumber,
  rule: isNumber,
  min: isNumber,
  max: isNumber,
  currentReturn: isNumber,
  proposedReturn: isNumber,
  marginal: isNumber,
  isFixed: isBoolean,
});

export const isAllocationAnswer: Guard<AllocationAnswer> = object<AllocationAnswer>({
  moves: isMoves,
  kind: isKind,
  computedAtMs: isNumber,
  basisAtMs: isNumber,
  base: isNumber,
  resources: arrayOf(
    object<AllocationAnswer['resources'][number]>({
      id: isString,
      total: isNumber,
      used: isNumber,
      worthOfOneMore: isNumber,
      spread: isNumber,
    }),
  ),
  rows: arrayOf(isRow),
  candidates: arrayOf(isCandidate),
  reason: isString,
  certificate: object<AllocationAnswer['certificate']>({
    objective: isNumber,
    bound: isNumber,
    gap: nullable(isNumber),
    boxes: isNumber,
    method: isString,
  }),
  scenarios: isNumber,
  histogram: object<AllocationAnswer['histogram']>({
    from: isNumber,
    width: isNumber,
    proposed: arrayOf(isNumber),
    current: arrayOf(isNumber),
  }),
  steps: arrayOf(
    object<AllocationAnswer['steps'][number]>({
      channel: isString,
      resource: isString,
      from: isNumber,
      to: isNumber,
      expectedGain: isNumber,
      day: optional(isNumber),
    }),
  ),
  triggers: arrayOf(
    object<AllocationAnswer['triggers'][number]>({ channel: isString, below: isNumber, above: isNumber }),
  ),
  largest: object<AllocationAnswer['largest']>({
    id: isString,
    share: nullable(isNumber),
    currentShare: nullable(isNumber),
  }),
  growth: nullable(isNumber),
  growthTarget: nullable(isNumber),
  growthChance: optional(nullable(isNumber)),
  notes: arrayOf(isString),
});

export const isPlanList: Guard<PlanList> = object<PlanList>({
  plans: arrayOf(
    object<PlanList['plans'][number]>({
      id: isString,
      name: isString,
      kind: isKind,
      createdAtMs: isNumber,
      createdBy: isString,
      expected: isNumber,
      scenarios: isNumber,
    }),
  ),
});

export const isPlanRecord: Guard<AllocationPlanRecord> = object<AllocationPlanRecord>({
  id: isString,
  tenant: isString,
  name: isString,
  createdAtMs: isNumber,
  createdBy: isString,
  question: (value): value is AllocationPlanRecord['question'] => isRecord(value),
  answer: isAllocationAnswer,
});
