import { ChurnBands, defaultChurnBands } from '../../platform/contracts/churn-bands.ts';
import type { TSchema } from '@sinclair/typebox';
import type { Router } from 'express';
import { Job } from '../../platform/contracts/api.ts';
import {
  CustomerBoard,
  CustomerDetail as CustomerDetailSchema,
  CustomerScoreList,
  CustomerValueList,
} from '../../platform/contracts/customers.ts';
import type {
  CustomerDetail,
  CustomerRun,
  CustomerScore,
  CustomerSegment,
  CustomerValue,
} from '../../platform/contracts/customers.ts';

const dayMs = 86_400_000;

const segments: CustomerSegment[] = [
  segment('s1', 'very active, high-paying, loyal', 214, 3_120_00, { members: 209, joined: 7, left: 2 }),
  segment('s2', 'rarely active, low-paying', 480, 310_00, { members: 490, joined: 4, left: 14 }),
  segment('s3', 'new', 120, 640_00, null),
];

function segment(
  id: string,
  name: string,
  members: number,
  valueMinor: number,
  before: CustomerSegment['before'],
): CustomerSegment {
  return {
    id,
    name,
    members,
    engagement: members / 9,
    monetization: valueMinor / 6,
    loyaltyDays: valueMinor / 300,
    valueMinor,
    rank: 0.3 + valueMinor / 600_000,
    ranks: { engagement: 0.6, monetization: 0.7, loyalty: 0.5 },
    before,
  };
}

/** A run of 814 customers, scored by a model. */
function customerRun(scoredBy: CustomerRun['scoredBy'] = 'model'): CustomerRun {
  const asOfMs = Date.now() - 3 * 3_600_000;
  return {
    asOfMs,
    madeAtMs: asOfMs + 60_000,
    horizonDays: 28,
    currency: 'USD',
    scoredBy,
    ruleReason:
      scoredBy === 'rule'
        ? 'Too little history to learn from: a model needs 300 customers at past dates with at least 40 who left and 40 who stayed; there are 180, of whom 9 left.'
        : null,
    modelVersion: scoredBy === 'rule' ? 0 : 4,
    backtest:
      scoredBy === 'rule'
        ? null
        : {
            metrics: {
              auc: 0.812,
              averagePrecision: 0.31,
              logLoss: 0.1204,
              brier: 0.031,
              calibrationError: 0.008,
            },
            baseLogLoss: 0.1441,
            baseRate: 0.034,
            rows: 2_310,
            left: 78,
            method: 'time',
            origins: [1, 2, 3].map((k) => asOfMs - k * 28 * dayMs),
            calibration: Array.from({ length: 10 }, (_, k) => {
              const predicted = 0.006 + 0.0022 * (k + 1) ** 1.9;
              return {
                predicted,
                observed: predicted * (k % 2 === 0 ? 0.9 : 1.12),
                low: predicted * 0.4,
                high: predicted * 1.9,
                customers: 231,
              };
            }),
          },
    customers: 700,
    leaving: 12,
    leftOut: 0,
    bands: [
      band('low', 640, 96_000_00, []),
      band('medium', 34, 6_100_00, ['gentle reminder', 'feature highlights']),
      band('high', 17, 3_900_00, ['email', 'in-app message'], 0.2),
      band('critical', 9, 2_800_00, ['email', 'SMS', 'personal outreach'], 0.3),
    ],
    reasons: [
      { factor: 'failedPayments', words: 'Failed payments', customers: 212 },
      { factor: 'daysSinceLogin', words: 'Last seen', customers: 178 },
    ],
    survival: ['', 'starter', 'growth'].map((plan, k) => ({
      plan,
      customers: 900 - 300 * k,
      left: 300 - 90 * k,
      medianMonths: k === 1 ? 23.4 : null,
      points: Array.from({ length: 37 }, (_, months) => ({
        months,
        share: Math.exp(-months * (0.022 + 0.008 * (k === 1 ? 1 : 0) - 0.006 * (k === 2 ? 1 : 0))),
        low: Math.exp(-months * 0.034),
        high: Math.exp(-months * 0.013),
        atRisk: 900 - 24 * months,
      })),
    })),
    hazard: Array.from({ length: 36 }, (_, m) => ({
      month: m + 1,
      share: 0.05 / (1 + m / 4),
      atRisk: 800 - 20 * m,
    })),
    segments,
    segmentation: { silhouette: 0.47, stability: 0.93, moved: 0.021 },
    values: {
      customers: 814,
      totalMinor: 902_000_00,
      marginShare: 0.81,
      bins: Array.from({ length: 12 }, (_, k) => ({
        fromMinor: k === 0 ? 0 : 500_000 / 2 ** (12 - k),
        toMinor: 500_000 / 2 ** (11 - k),
        contract: 4 + 18 * k,
        purchases: 40 - 3 * k,
      })),
      purchases: {
        buyers: 114,
        repeatBuyers: 61,
        r: 0.24,
        alpha: 4.4,
        a: 0.8,
        b: 2.4,
        p: 6.2,
        q: 3.7,
        gamma: 15.4,
      },
      note: null,
    },
  };
}

function band(
  name: CustomerRun['bands'][number]['band'],
  customers: number,
  mrrMinor: number,
  campaign: string[],
  discount = 0,
): CustomerRun['bands'][number] {
  return { band: name, customers, mrrMinor, atRiskMinor: mrrMinor * 5, campaign, discount };
}

function customerScores(scoredBy: CustomerRun['scoredBy'] = 'model'): CustomerScore[] {
  return Array.from({ length: 40 }, (_, i): CustomerScore => {
    const probability = Math.max(0.004, 0.86 - 0.09 * i ** 0.75);
    const name =
      probability >= 0.7 ? 'critical' : probability >= 0.5 ? 'high' : probability >= 0.3 ? 'medium' : 'low';
    const plan = customerRun().bands.find((each) => each.band === name);
    return {
      customer: `studio-20${i}-${i % 7}`,
      probability,
      scoredBy,
      band: name,
      campaign: plan?.campaign ?? [],
      discount: plan?.discount ?? 0,
      reasons: [
        { factor: 'failedPayments', words: '2 failed payments in twelve weeks', contribution: 1.4 },
        { factor: 'daysSinceLogin', words: 'last seen 34 days ago', contribution: 0.8 },
        { factor: 'tenureMonths', words: 'a customer for 26.4 months', contribution: -0.6 },
      ],
      plan: i % 3 === 0 ? 'scale' : 'starter',
      country: 'DE',
      tenureDays: 400 + i,
      mrrMinor: i % 3 === 0 ? 79_700 : 9_700,
      atRiskMinor: probability * 12 * (i % 3 === 0 ? 79_700 : 9_700),
      outlook: {
        expectedMonths: 14.2,
        medianMonths: i < 30 ? 7 : null,
        staying: Array.from({ length: 36 }, (_each, m) => Math.exp(-(m + 1) / 11)),
      },
    };
  });
}

function customerValues(): CustomerValue[] {
  return Array.from({ length: 60 }, (_, i): CustomerValue => ({
    customer: i % 4 === 3 ? `member-20${i}-1` : `studio-20${i}-${i % 7}`,
    kind: i % 4 === 3 ? 'purchases' : 'contract',
    value: 1_400_000 / (i + 1),
    low: 90_000 / (i + 1),
    high: 2_400_000 / (i + 1),
    isAlive: i % 4 === 3 ? 0.62 : 1,
    segment: ['s1', 's2', 's3'][i % 3] ?? '',
    rank: 1 - i / 60,
    engagement: 90 - i,
    monetization: 29_100,
    loyaltyDays: 700 - i,
    influence: i % 5,
  }));
}

function customerDetail(customer: string): CustomerDetail | undefined {
  const score = customerScores().find((each) => each.customer === customer);
  const value = customerValues().find((each) => each.customer === customer);
  if (score === undefined && value === undefined) return undefined;
  const run = customerRun();
  return {
    asOfMs: run.asOfMs,
    currency: 'USD',
    horizonDays: 28,
    score: score ?? null,
    value: value ?? null,
    segment: segments.find(({ id }) => id === value?.segment) ?? null,
    past: Array.from({ length: 9 }, (_, k) => ({
      asOfMs: run.asOfMs - (8 - k) * dayMs,
      probability: 0.3 + 0.05 * k,
      scoredBy: 'model' as const,
    })),
  };
}

export const customerContract: readonly (readonly [string, RegExp, TSchema])[] = [
  ['GET', /^\/customers$/, CustomerBoard],
  ['GET', /^\/customers\/churn$/, CustomerScoreList],
  ['GET', /^\/customers\/values$/, CustomerValueList],
  ['GET', /^\/customers\/bands$/, ChurnBands],
  ['PUT', /^\/customers\/bands$/, ChurnBands],
  ['POST', /^\/customer-runs$/, Job],
  ['GET', /^\/customers\/details\/[^/]+$/, CustomerDetailSchema],
];

export interface CustomerState {
  isEmpty: boolean;
  /** By what customers are scored. */
  scoredBy: CustomerRun['scoredBy'];
  jobs: Job[];
}

export function addCustomerRoutes(api: Router, state: CustomerState): void {
  let bands: unknown = defaultChurnBands;
  api.get('/customers/bands', (_req, res) => void res.json(bands));
  api.put('/customers/bands', (req, res) => {
    bands = req.body;
    res.json(bands);
  });
  api.get(
    '/customers',
    (_req, res) => void res.json({ run: state.isEmpty ? null : customerRun(state.scoredBy) }),
  );
  api.get('/customers/churn', (req, res) => {
    const all = customerScores(state.scoredBy);
    const { band } = req.query;
    const shown = typeof band === 'string' ? all.filter((each) => each.band === band) : all;
    res.json({ asOfMs: customerRun().asOfMs, total: shown.length, customers: shown });
  });
  api.get('/customers/values', (req, res) => {
    const { segment: id } = req.query;
    const all = customerValues();
    const shown = typeof id === 'string' ? all.filter((each) => each.segment === id) : all;
    res.json({ asOfMs: customerRun().asOfMs, total: shown.length, customers: shown });
  });
  api.post('/customer-runs', (_req, res) => {
    const nowMs = Date.now();
    const job: Job = {
      id: 'job_customers',
      tenant: 'main',
      kind: 'models',
      title: 'Learning which customers leave',
      stage: 'learning who leaves',
      percent: 42,
      state: 'running',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      params: { task: 'customers' },
    };
    state.jobs.unshift(job);
    res.status(202).json(job);
  });
  api.get('/customers/details/:customer', (req, res) => {
    const found = customerDetail(req.params.customer);
    if (found !== undefined) {
      res.json(found);
      return;
    }
    res.status(404).json({
      type: 'urn:weir:error:CHURN_CUSTOMER_NOT_FOUND',
      title: 'churn customer not found',
      status: 404,
      code: 'CHURN_CUSTOMER_NOT_FOUND',
      detail: 'The newest run knows no customer of this name.',
      retry: 'never',
      mend: 'Take the name from the list.',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });
}
