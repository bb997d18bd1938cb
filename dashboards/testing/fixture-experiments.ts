import type {
  Experiment,
  ExperimentMetric,
  ExperimentView,
  VariantMetric,
} from '../../platform/contracts/experiment.ts';

const dayMs = 86_400_000;
const signups: ExperimentMetric = {
  key: 'signups',
  title: 'Sign-ups',
  kind: 'conversion',
  eventTypes: ['signup'],
  higherIsBetter: true,
};
const tickets: ExperimentMetric = {
  key: 'tickets',
  title: 'Support tickets',
  kind: 'conversion',
  eventTypes: ['support_ticket'],
  higherIsBetter: false,
};
const money: ExperimentMetric = {
  key: 'money',
  title: 'Money from product_sale',
  kind: 'revenue',
  eventTypes: ['product_sale'],
  higherIsBetter: true,
};

function experimentOf(change: Partial<Experiment>): Experiment {
  const nowMs = Date.now();
  return {
    key: 'landing-page',
    tenant: 'main',
    title: 'Landing page with the trailer first',
    hypothesis: 'Who sees the trailer before the text signs up more often.',
    variants: [
      { key: 'control', title: 'Text first', share: 0.5 },
      { key: 'variant-1', title: 'Trailer first', share: 0.5 },
    ],
    traffic: 1,
    primary: signups,
    secondary: [money],
    guardrails: [{ metric: tickets, maxHarm: 0.1 }],
    allocation: 'fixed',
    exploration: 0.1,
    alpha: 0.05,
    power: 0.8,
    minimumEffect: 0.1,
    windowHours: 168,
    stopsOnHarm: true,
    maxDays: 60,
    state: 'running',
    salt: 'fixture',
    epochs: [{ fromMs: nowMs - 9 * dayMs, shares: [0.5, 0.5] }],
    createdAtMs: nowMs - 10 * dayMs,
    startedAtMs: nowMs - 9 * dayMs,
    ...change,
  };
}

const variant = (change: Partial<VariantMetric>): VariantMetric => ({
  users: 12_410,
  mean: 0.1004,
  lower: 0.0952,
  upper: 0.1058,
  winProbability: 0.002,
  expectedLoss: 0.0141,
  ...change,
});

function running(): ExperimentView {
  return {
    experiment: experimentOf({}),
    shares: [0.5, 0.5],
    currency: 'USD',
    reading: {
      atMs: Date.now() - 20_000,
      readings: [
        {
          metric: signups,
          role: 'primary',
          variants: [
            variant({}),
            variant({
              users: 12_388,
              mean: 0.1145,
              lower: 0.109,
              upper: 0.1202,
              winProbability: 0.998,
              expectedLoss: 0.000_02,
              lift: { value: 0.1404, lower: 0.018, upper: 0.263 },
              pValue: 0.0131,
            }),
          ],
        },
        {
          metric: money,
          role: 'secondary',
          variants: [
            variant({ mean: 1.92, lower: 1.81, upper: 2.03, winProbability: 0.21, expectedLoss: 0.08 }),
            variant({
              mean: 1.99,
              lower: 1.87,
              upper: 2.11,
              winProbability: 0.79,
              expectedLoss: 0.01,
              lift: { value: 0.036, lower: -0.09, upper: 0.162 },
              pValue: 1,
            }),
          ],
        },
        {
          metric: tickets,
          role: 'guardrail',
          maxHarm: 0.1,
          variants: [
            variant({ mean: 0.021, lower: 0.0186, upper: 0.0236, winProbability: 0.4, expectedLoss: 0.0004 }),
            variant({
              mean: 0.0208,
              lower: 0.0184,
              upper: 0.0234,
              winProbability: 0.6,
              expectedLoss: 0.0003,
              lift: { value: -0.0095, lower: -0.29, upper: 0.27 },
              pValue: 1,
            }),
          ],
        },
      ],
      mixedUsers: 12,
      sampleRatioP: 1,
      plannedUsers: 14_751,
      recommendation: {
        advice: 'choose',
        variant: 'variant-1',
        reasons: [
          'Trailer first is better than the control by at least 1.8% with 95% confidence, however often this was looked at.',
          'It is the best of all with a chance of 99.8%.',
        ],
        expectedLift: 0.1404,
        riskAdjustedLift: 0.1402,
      },
    },
  };
}

/** Two experiments, one of them a draft. */
export function experimentViews(isEmpty: boolean): ExperimentView[] {
  if (isEmpty) return [];
  const draft = experimentOf({
    key: 'thumbnail',
    title: 'Thumbnail with a face',
    state: 'draft',
    epochs: [],
  });
  const { startedAtMs: _none, ...unstarted } = draft;
  return [running(), { experiment: unstarted, reading: null, shares: [0.5, 0.5], currency: 'USD' }];
}
