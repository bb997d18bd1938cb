import type { PnlFigures, PnlReply } from '../../platform/contracts/pnl.ts';
import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { CashFacts, CashFlow, RecurringMonthFact, ReportFacts } from '../report/facts.ts';

/** Facts of a month of a made-up network whose figures add up, for tests of everything that shows them. */

export const OCTOBER = Date.UTC(2026, 9, 1);
const NOVEMBER = Date.UTC(2026, 10, 1);
const SEPTEMBER = Date.UTC(2026, 8, 1);
const DAY_MS = 86_400_000;

export function figures(revenueMinor: number, costs: PnlFigures['costs'], feeMinor = 0): PnlFigures {
  const costMinor = costs.productionMinor + costs.advertisingMinor + costs.apiMinor + costs.otherMinor;
  const profitMinor = revenueMinor - costMinor - feeMinor;
  return {
    revenueMinor,
    costMinor,
    costs,
    feeMinor,
    profitMinor,
    margin: revenueMinor <= 0 ? null : profitMinor / revenueMinor,
    roi: null,
    videos: 31,
    revenuePerVideoMinor: null,
    costPerVideoMinor: null,
    profitPerVideoMinor: null,
  };
}

export function pnl(total: PnlFigures, periods: PnlReply['periods'] = []): PnlReply {
  return {
    currency: 'USD',
    grain: 'day',
    plan: 'growth',
    targetPerMonth: 10_000,
    feePerMonthMinor: 29_700,
    periods,
    total,
    targetMinor: 1_000_000,
    channels: [],
  };
}

export function breakdown(
  by: 'stream' | 'channel',
  parts: readonly (readonly [string, number, number])[],
): BreakdownReply {
  const totalMinor = parts.reduce((sum, [, now]) => sum + now, 0);
  return {
    currency: 'USD',
    by,
    rows: parts.map(([title, now, before]) => ({
      id: title,
      title,
      revenueMinor: now,
      previousMinor: before,
      share: totalMinor === 0 ? null : now / totalMinor,
      views: 1_000,
      rpmMinor: null,
    })),
    totalMinor,
    previousTotalMinor: parts.reduce((sum, [, , before]) => sum + before, 0),
    pace: { days: 28, perDayMinor: null, beforePerDayMinor: null, growth: null, perDayPerDayMinor: null },
    concentration: {
      stream: { largest: null, largestShare: null, hhi: null },
      channel: { largest: null, largestShare: null, hhi: null },
    },
    risks: [{ code: 'channel_concentration', value: 0.61, bound: 0.5, subject: 'Night Train' }],
    rpm: [],
  };
}

const months: readonly RecurringMonthFact[] = [
  {
    startMs: SEPTEMBER,
    opening: 410_000,
    new: 52_000,
    reactivation: 4_000,
    expansion: 9_900,
    contraction: -3_000,
    churn: -31_000,
    transfer: 0,
    fx: -400,
    closing: 441_500,
    customers: 88,
  },
  {
    startMs: OCTOBER,
    opening: 441_500,
    new: 61_000,
    reactivation: 2_900,
    expansion: 11_900,
    contraction: -5_900,
    churn: -24_700,
    transfer: 0,
    fx: 300,
    closing: 487_000,
    customers: 97,
  },
];

/** Ads are paid out a month later; tax, equipment, capital and a loan moved; the account says 56.27 less than the events. */
export function octoberCash(profitMinor: number, priorProfitMinor: number): CashFacts {
  const now: CashFlow = {
    profitMinor,
    accruedMinor: 1_204_300,
    payoutsMinor: 1_100_250,
    kinds: { tax: -120_000, equipment: -250_000, loan: -50_000 },
  };
  const before: CashFlow = {
    profitMinor: priorProfitMinor,
    accruedMinor: 1_100_250,
    payoutsMinor: 1_050_000,
    kinds: { tax: -100_000, capital: 500_000, loan: -50_000 },
  };
  const opening = 2_000_000;
  const middle = opening + priorProfitMinor - 1_100_250 + 1_050_000 - 100_000 + 450_000;
  const closing = middle + profitMinor - 1_204_300 + 1_100_250 - 120_000 - 250_000 - 50_000 - 5_627;
  return {
    now: {
      flow: now,
      basis: 'balances',
      openingMinor: middle,
      closingMinor: closing,
      asOfMs: NOVEMBER,
    },
    prior: {
      flow: before,
      basis: 'balances',
      openingMinor: opening,
      closingMinor: middle,
      asOfMs: OCTOBER,
    },
    accruedStreams: ['ads'],
    directStreams: ['subscriptions', 'affiliate', 'tips'],
    recordedKinds: ['capital', 'equipment', 'loan', 'payout', 'tax'],
    strayPayouts: 0,
  };
}

export function octoberFacts(change: Partial<ReportFacts> = {}): ReportFacts {
  const costs = { productionMinor: 512_300, advertisingMinor: 204_050, apiMinor: 41_237, otherMinor: 13_000 };
  const before = { productionMinor: 498_000, advertisingMinor: 260_000, apiMinor: 39_998, otherMinor: 0 };
  const octoberPnl = (): PnlReply => pnl(figures(2_134_512, costs, 29_700));
  const days = Array.from({ length: 31 }, (_, i) => OCTOBER + i * DAY_MS);
  const periods = days.map((startMs, i) => ({
    startMs,
    endMs: startMs + DAY_MS,
    isComplete: true,
    figures: figures(
      62_000 + 9_000 * Math.round(3 * Math.sin(i / 2.2)) + i * 700,
      { productionMinor: 16_500, advertisingMinor: 6_500, apiMinor: 1_300, otherMinor: 400 },
      958,
    ),
    targetMinor: 32_258,
    isReached: true,
  }));
  return {
    tenant: { name: 'Night Train Media', currency: 'USD', timeZone: 'UTC', simulated: true },
    audience: 'management',
    period: {
      kind: 'month',
      fromMs: OCTOBER,
      toMs: NOVEMBER,
      priorFromMs: SEPTEMBER,
      priorToMs: OCTOBER,
      chartFromMs: OCTOBER,
      chartGrain: 'day',
    },
    madeAtMs: NOVEMBER + 8 * 3_600_000,
    askedBy: { type: 'person', id: 'u1', name: 'Lin Okafor' },
    pnl: octoberPnl(),
    priorPnl: pnl(figures(1_903_400, before, 29_700)),
    trend: pnl(figures(2_134_512, costs, 29_700), periods),
    streams: breakdown('stream', [
      ['ads', 1_204_300, 1_100_250],
      ['subscriptions', 610_212, 520_150],
      ['affiliate', 220_000, 183_000],
      ['tips', 100_000, 100_000],
    ]),
    channels: breakdown('channel', [
      ['Night Train', 1_302_000, 1_120_000],
      ['Late Harbour', 540_512, 583_400],
      ['Solar Sail', 292_000, 200_000],
    ]),
    recurring: { asOfMs: NOVEMBER - 1_000, policyVersion: 2, months },
    kpis: kpiCatalogue
      .filter((each) => each.cut === undefined && each.basis === undefined)
      .map((definition, i) => ({
        definition,
        value: definition.unit === 'ratio' ? 0.0431 + i / 100 : 1_204_511 + i,
        prior: definition.unit === 'ratio' ? 0.0388 : 1_104_000,
      })),
    signals: [
      {
        title: 'Revenue of stream ads far below what was expected',
        kind: 'anomaly',
        severity: 'critical',
        isFiring: true,
        isGood: false,
        startedAtMs: NOVEMBER - 7_200_000,
        endedAtMs: null,
      },
    ],
    cash: octoberCash(
      (change.pnl ?? octoberPnl()).total.profitMinor,
      (change.priorPnl ?? pnl(figures(1_903_400, before, 29_700))).total.profitMinor,
    ),
    forecast: undefined,
    forecastBefore: { madeAtMs: OCTOBER - 3_600_000, revenueMinor: 2_050_000 },
    freshness: {
      newestEventMs: NOVEMBER + 7 * 3_600_000,
      newestReceivedMs: NOVEMBER + 7 * 3_600_000 + 900,
      events: 1_204_511,
    },
    ...change,
  };
}
