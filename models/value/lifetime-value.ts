import { WeirError } from '../../platform/errors/weir-error.ts';
import { survivalAt, type SurvivalCurve } from '../churn/survival.ts';

export interface LifetimeValue {
  readonly value: number;
  /** 95%, from the interval of the survival curve. */
  readonly low: number;
  readonly high: number;
  /** Months that the curve has seen; beyond them nothing is added. */
  readonly months: number;
}

/**
 * What a customer under contract is still worth: Σ over coming months of the chance to be there × margin, discounted. Nothing is added beyond
 * the longest duration seen, so the figure is a careful one.
 */
export function contractualValue(
  curve: SurvivalCurve,
  tenureMonths: number,
  marginAMonth: number,
  discountAMonth: number,
): LifetimeValue {
  if (!(tenureMonths >= 0 && Number.isFinite(marginAMonth) && discountAMonth >= 0 && discountAMonth < 1))
    throw new WeirError(
      'CHURN_INPUT_INVALID',
      'lifetime value needs a tenure of 0 or more, a finite margin and a discount below 1',
    );
  const months = Math.max(0, Math.floor((curve.durations.at(-1) ?? 0) - tenureMonths));
  const sum = (share: (duration: number) => number): number => {
    const now = share(tenureMonths);
    let value = 0;
    for (let month = 1; now > 0 && month <= months; month++)
      value += (marginAMonth * share(tenureMonths + month)) / now / (1 + discountAMonth) ** month;
    return value;
  };
  const value = sum((duration) => survivalAt(curve, duration));
  const edges = [curve.low, curve.high].map((survival) =>
    sum((duration) => survivalAt({ ...curve, survival }, duration)),
  );
  return { value, low: Math.min(value, ...edges), high: Math.max(value, ...edges), months };
}
