import type {
  AllocationAnswer,
  AllocationBasis,
  AllocationRow,
} from '../../../platform/contracts/allocation-plan.ts';
import type { Experiment, ExperimentResult } from '../../../platform/contracts/experiment.ts';
import type { PriceAnswer, PricingBasis } from '../../../platform/contracts/pricing.ts';

/** Two channels and one budget of 1,000: 400 and 600 now. */
export function basis(change: Partial<AllocationBasis> = {}): AllocationBasis {
  return {
    tenant: 'main',
    kind: 'marketing',
    computedAtMs: 1,
    currency: 'USD',
    periodDays: 30,
    weeks: 26,
    reportedWeeks: 0,
    resources: [{ id: 'promotion', title: 'Promotion', unit: 'money', total: 1_000, currentTotal: 1_000 }],
    channels: [],
    minShare: 0,
    maxStreamShare: null,
    riskTolerance: 0.15,
    growthTarget: null,
    commonCorrelation: 0.3,
    backtest: null,
    notes: [],
    ...change,
  };
}

function row(channel: string, current: number, proposed: number): AllocationRow {
  return {
    channel,
    resource: 'promotion',
    current,
    proposed,
    rule: current,
    min: 0,
    max: 1_000,
    currentReturn: 0,
    proposedReturn: 0,
    marginal: 1,
    isFixed: false,
  };
}

const risk = (mean: number, volatility: number) => ({
  mean,
  volatility,
  variation: volatility / mean,
  worst5Percent: 0,
  valueAtRisk95: 0,
  conditionalValueAtRisk95: 0,
  sharpe: null,
});

/** 250 move from `b` to `a`; 5,000 expected now (sd 300), 5,600 after (sd 400). */
export function allocationAnswer(change: Partial<AllocationAnswer> = {}): AllocationAnswer {
  return {
    kind: 'marketing',
    computedAtMs: 2,
    basisAtMs: 1,
    base: 0,
    resources: [{ id: 'promotion', total: 1_000, used: 1_000, worthOfOneMore: 1, spread: 0 }],
    rows: [row('a', 400, 650), row('b', 600, 350), row('c', 0, 0.0004)],
    candidates: [
      {
        name: 'best expected return',
        isChosen: true,
        expected: 5_600,
        cost: 1_000,
        roi: 4.6,
        risk: risk(5_600, 400),
      },
      { name: 'current', isChosen: false, expected: 5_000, cost: 1_000, roi: 4, risk: risk(5_000, 300) },
    ],
    reason: 'highest mean of those within the tolerance',
    certificate: { objective: 5_600, bound: 5_600, gap: 0, boxes: 1, method: 'branch-and-bound' },
    scenarios: 1_000,
    histogram: { from: 0, width: 1, proposed: [], current: [] },
    steps: [],
    triggers: [],
    largest: { id: 'a', share: null, currentShare: null },
    growth: 0.1,
    growthTarget: null,
    notes: [],
    ...change,
  };
}

/** From 10 to 12: a week earns 1,000 now, 1,100 (1,020 to 1,180) then. */
export function priceAnswer(change: Partial<PriceAnswer> = {}): PriceAnswer {
  const outcome = (price: number, revenue: number, low: number, high: number) => ({
    price,
    volume: { expected: revenue / price, low: low / price, high: high / price },
    revenue: { expected: revenue, low, high },
    margin: { expected: revenue, low, high },
  });
  return {
    product: 'mug',
    objective: 'revenue',
    reading: 'over time',
    elasticity: { value: -0.5, error: 0.1, low: -0.7, high: -0.3 },
    unitCost: 0,
    bounds: [5, 20],
    current: outcome(10, 1_000, 900, 1_100),
    best: outcome(12, 1_100, 1_020, 1_180),
    asked: null,
    atBound: false,
    curve: [],
    rollout: [],
    notes: [],
    ...change,
  };
}

export function pricingBasis(price = 10): PricingBasis {
  return {
    tenant: 'main',
    computedAtMs: 1,
    currency: 'USD',
    timeZone: 'UTC',
    products: [
      {
        product: 'mug',
        state: 'ready',
        why: '',
        price,
        unitCost: null,
        seen: [8, 14],
        weeks: 40,
        markets: 1,
        volume: 100,
        volumeDeviation: 0.1,
        revenue: 1_000,
        readings: [],
        elasticity: null,
        bySegment: [],
        bySeason: [],
        demand: null,
        history: [],
      },
    ],
    reportedRows: 0,
    videos: {
      channels: [],
      rpm: { features: [], mean: [], covariance: [], noise: 0, videos: 0, dropped: 0 },
      perAd: null,
      adsPerView: null,
      activity: [],
      activityDays: 0,
    },
    notes: [],
  };
}

const dayMs = 86_400_000;

/** Two weeks of an experiment on revenue per user; the variant earns 2.20 instead of 2.00. */
export function experiment(change: Partial<Experiment> = {}): Experiment {
  return {
    key: 'checkout',
    tenant: 'main',
    title: 'Checkout',
    hypothesis: '',
    variants: [
      { key: 'control', title: 'As it is', share: 0.5 },
      { key: 'short', title: 'Short form', share: 0.5 },
    ],
    traffic: 0.5,
    primary: {
      key: 'revenue',
      title: 'Revenue per user',
      kind: 'revenue',
      eventTypes: ['product_sale'],
      higherIsBetter: true,
    },
    secondary: [],
    guardrails: [],
    allocation: 'fixed',
    exploration: 0.1,
    alpha: 0.05,
    power: 0.8,
    minimumEffect: 0.05,
    windowHours: 48,
    stopsOnHarm: true,
    maxDays: 30,
    state: 'running',
    salt: 'salt',
    epochs: [{ fromMs: 0, shares: [0.5, 0.5] }],
    createdAtMs: 0,
    startedAtMs: 0,
    ...change,
  };
}

export function experimentResult(
  advice: ExperimentResult['reading']['recommendation']['advice'] = 'choose',
  atMs = 14 * dayMs,
): ExperimentResult {
  const variant = (mean: number) => ({
    users: 7_000,
    mean,
    lower: mean - 0.1,
    upper: mean + 0.1,
    winProbability: 0.5,
    expectedLoss: 0.01,
  });
  return {
    startedAtMs: 0,
    kept: {},
    reading: {
      atMs,
      readings: [
        {
          metric: experiment().primary,
          role: 'primary',
          variants: [
            variant(2),
            { ...variant(2.2), lift: { value: 0.1, lower: 0.02, upper: 0.18 }, pValue: 0.01 },
          ],
        },
      ],
      mixedUsers: 0,
      sampleRatioP: 0.5,
      plannedUsers: 5_000,
      recommendation: {
        advice,
        ...(advice === 'choose' ? { variant: 'short' } : {}),
        reasons: ['it is better'],
        expectedLift: 0.1,
        riskAdjustedLift: 0.09,
      },
    },
  };
}
