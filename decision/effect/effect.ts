import type { Outcome } from '../../platform/contracts/decision.ts';
import { studentT } from './student.ts';

/** One judged window of the KPI: what came less what the watch expected. */
export type Residual = number;

const method =
  'Observed less expected by the watch, hour by hour, after less before; 95% Welch t interval with the sample sizes reduced for first-order autocorrelation';
const level = 0.05;
export const minWindows = 4;
const maxCorrelation = 0.95;

/**
 * The effect over the horizon, summed over its windows: (mean residual after − mean residual before) × windows after. The
 * expectation is the counterfactual; the residuals before take out what it is off by. Hours hang together, so each sample counts as
 * n(1−r)/(1+r) of its size (Bayley and Hammersley 1946, Zwiers and von Storch 1995), r the lag-1 correlation where it is above 0. Null
 * with fewer than four windows on a side. The expectation adapts within days: what lasts longer than the horizon is told too small.
 */
export function realisedEffect(
  before: readonly Residual[],
  after: readonly Residual[],
  measuredAtMs: number,
): Outcome {
  const none = { method, windows: after.length, realised: null, low: null, high: null, measuredAtMs };
  if (before.length < minWindows || after.length < minWindows) return none;
  const a = describeSample(before, 1);
  const b = describeSample(after, 1);
  return { ...none, ...measured(b, a, 1, after.length) };
}

/** Mean after less mean before over the windows after, with its interval; `stretch` multiplies the variance of the mean before. */
export function measured(
  after: Sample,
  before: Sample,
  stretch: number,
  windows: number,
): Pick<Outcome, 'windows' | 'realised' | 'low' | 'high'> {
  const u = (stretch * before.variance) / before.size;
  const v = after.variance / after.size;
  const realised = (after.mean - before.mean) * windows;
  if (!Number.isFinite(realised)) return { windows, realised: null, low: null, high: null };
  if (u + v === 0) return { windows, realised, low: realised, high: realised };
  // Welch 1947; at least one degree of freedom is left.
  const df = Math.max(
    1,
    (u + v) ** 2 / (u ** 2 / Math.max(1, before.size - 1) + v ** 2 / Math.max(1, after.size - 1)),
  );
  const half = studentT(level, df) * Math.sqrt(u + v) * windows;
  return { windows, realised, low: realised - half, high: realised + half };
}

/** Values as an interval needs them. */
export interface Sample {
  readonly mean: number;
  readonly variance: number;
  /** Windows it is worth. */
  readonly size: number;
}

/**
 * `fitted`: means that were estimated from the same values and taken off. `correlation`: of neighbours, where something longer than the values
 * tells it better.
 */
export function describeSample(
  values: readonly number[],
  fitted: number,
  correlation = correlationOf(values),
): Sample {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const size = Math.max(2, (n * (1 - correlation)) / (1 + correlation));
  return { mean, variance: squares / Math.max(1, n - fitted), size };
}

/** Lag-1 correlation where it is above 0; what is estimated from n values is biased low by about (1 + 3r)/n (Kendall 1954). */
export function correlationOf(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centred = values.map((value) => value - mean);
  const squares = centred.reduce((sum, value) => sum + value * value, 0);
  const products = centred.slice(1).reduce((sum, value, index) => sum + value * (centred[index] ?? 0), 0);
  const raw = squares === 0 ? 0 : products / squares;
  return Math.min(maxCorrelation, Math.max(0, raw + (1 + 3 * Math.max(0, raw)) / n));
}
