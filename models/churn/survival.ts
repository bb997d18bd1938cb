import { WeirError } from '../../platform/errors/weir-error.ts';

/** Kaplan-Meier estimate of staying: share of customers still there after each duration at which someone left. */
export interface SurvivalCurve {
  readonly durations: Float64Array;
  readonly survival: Float64Array;
  /** 95% interval by Greenwood's variance of ln(−ln S), so it stays between 0 and 1. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Customers still observed at each duration. */
  readonly atRisk: Float64Array;
  /** First duration at which half have left; null when more than half stayed through all that was seen. */
  readonly median: number | null;
}

const Z = 1.959963984540054;

/** `duration` in any unit of time; `left` false: still a customer when last seen (censored). */
export function survivalCurve(duration: readonly number[], left: readonly boolean[]): SurvivalCurve {
  if (
    duration.length === 0 ||
    duration.length !== left.length ||
    duration.some((each) => !(each >= 0 && Number.isFinite(each)))
  )
    throw new WeirError('CHURN_INPUT_INVALID', 'survival needs a duration of 0 or more for each customer');
  const order = [...duration.keys()].sort((a, b) => (duration[a] ?? 0) - (duration[b] ?? 0));
  const rows: { t: number; s: number; low: number; high: number; atRisk: number }[] = [];
  let survival = 1;
  let greenwood = 0;
  for (let i = 0; i < order.length;) {
    const t = duration[order[i] ?? 0] ?? 0;
    const atRisk = order.length - i;
    let gone = 0;
    while (i < order.length && duration[order[i] ?? 0] === t) gone += left[order[i++] ?? 0] === true ? 1 : 0;
    if (gone === 0) continue;
    survival *= 1 - gone / atRisk;
    greenwood += atRisk > gone ? gone / (atRisk * (atRisk - gone)) : 0;
    const spread =
      survival > 0 && survival < 1 ? (Z * Math.sqrt(greenwood)) / Math.abs(Math.log(survival)) : 0;
    const [low, high] = [survival ** Math.exp(spread), survival ** Math.exp(-spread)];
    rows.push({ t, s: survival, low, high, atRisk });
  }
  return {
    durations: Float64Array.from(rows, (each) => each.t),
    survival: Float64Array.from(rows, (each) => each.s),
    low: Float64Array.from(rows, (each) => each.low),
    high: Float64Array.from(rows, (each) => each.high),
    atRisk: Float64Array.from(rows, (each) => each.atRisk),
    median: rows.find((each) => each.s <= 0.5)?.t ?? null,
  };
}

/** Share still there after `duration`. Beyond what was seen the last value stands: a curve says nothing about what nobody lived. */
export function survivalAt({ durations, survival }: SurvivalCurve, duration: number): number {
  let at = 1;
  for (const [i, each] of durations.entries()) {
    if (each > duration) break;
    at = survival[i] ?? at;
  }
  return at;
}

/** Probability of staying `ahead` longer for one who has already stayed `duration`. */
export function stayingOn(curve: SurvivalCurve, duration: number, ahead: number): number {
  const now = survivalAt(curve, duration);
  return now > 0 ? survivalAt(curve, duration + ahead) / now : 0;
}
