import {
  type Evidence,
  type EvidenceName,
  type RevenueRisk,
  type RevenueRiskCode,
  type RiskCheck,
  type RiskMethod,
} from '../../platform/contracts/risks.ts';
import { riskBounds as earlierBounds } from '../analytics/risks.ts';
import { type Since } from './history.ts';

type Unit = Evidence['unit'];

/**
 * Bounds and units. A measure is beyond when it is above; of falls (negative bounds) and the probability of a fall by chance, when it is
 * below. Streams, channels and the index are those of the breakdown; .05 is the usual level of a test; the others are ours (docs/adr/0037).
 */
export const bounds: Readonly<Record<RevenueRiskCode, { readonly bound: number; readonly unit: Unit }>> = {
  stream_concentration: { bound: earlierBounds.stream_concentration, unit: 'ratio' },
  channel_concentration: { bound: earlierBounds.channel_concentration, unit: 'ratio' },
  content_concentration: { bound: 0.25, unit: 'ratio' },
  customer_concentration: { bound: 0.1, unit: 'ratio' },
  platform_dependence: { bound: 0.7, unit: 'ratio' },
  few_streams: { bound: earlierBounds.few_streams, unit: 'index' },
  revenue_trend_falling: { bound: 0.05, unit: 'probability' },
  rpm_falling: { bound: -0.1, unit: 'ratio' },
  churn_rising: { bound: 1.25, unit: 'times' },
  contraction_rising: { bound: 1.25, unit: 'times' },
  payment_failures: { bound: 0.1, unit: 'ratio' },
  refunds: { bound: 0.05, unit: 'ratio' },
  ad_season: { bound: -0.1, unit: 'ratio' },
  source_silent: { bound: 3, unit: 'times' },
};

export function isBeyond(code: RevenueRiskCode, value: number): boolean {
  const { bound, unit } = bounds[code];
  return bound < 0 || unit === 'probability' ? value < bound : value > bound;
}

/** What was found about one risk: the check always, the risk when it is beyond its bound. */
export interface Finding {
  readonly check: RiskCheck;
  readonly risks: readonly RevenueRisk[];
}

export interface Found {
  readonly subject?: string | undefined;
  readonly value: number;
  readonly atRiskMinor: number | null;
  readonly method: RiskMethod;
  readonly since: Since;
  readonly evidence: readonly Evidence[];
}

export const never: Since = { sinceMs: null, isOpen: false };

/** A measure that may be one of several of its kind, each with what it would cost. */
export function finding(code: RevenueRiskCode, revenueMinor: number, all: readonly Found[]): Finding {
  const { bound, unit } = bounds[code];
  const isLow = bound < 0 || unit === 'probability';
  const values = all.map(({ value }) => value);
  const beyond = all.filter(({ value }) => isBeyond(code, value));
  return {
    check: {
      code,
      value: values.length === 0 ? null : isLow ? Math.min(...values) : Math.max(...values),
      bound,
      unit,
      state: values.length === 0 ? 'unknown' : beyond.length === 0 ? 'within' : 'beyond',
    },
    risks: beyond.map(({ subject, value, atRiskMinor, method, since, evidence }) => ({
      code,
      ...(subject === undefined ? {} : { subject }),
      value,
      bound,
      unit,
      severity: severityOf(atRiskMinor, revenueMinor),
      atRiskMinor: atRiskMinor === null ? null : Math.max(0, Math.round(atRiskMinor)),
      method,
      sinceMs: since.sinceMs,
      isSinceOpen: since.isOpen,
      evidence: [...evidence],
    })),
  };
}

const HIGH_SHARE = 0.1;

function severityOf(atRiskMinor: number | null, revenueMinor: number): RevenueRisk['severity'] {
  if (atRiskMinor === null) return 'unknown';
  return atRiskMinor >= HIGH_SHARE * revenueMinor && atRiskMinor > 0 ? 'high' : 'moderate';
}

export function fact(name: EvidenceName, value: number, unit: Unit): Evidence {
  return { name, value, unit };
}
