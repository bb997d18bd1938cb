import { WeirError } from '../../platform/errors/weir-error.ts';

/** What one product sold in one market and week. */
export interface PriceObservation {
  /** Product, plan or type. */
  readonly segment: string;
  readonly market: string;
  /** Start of the week, ms since the Unix epoch. */
  readonly weekMs: number;
  readonly price: number;
  readonly volume: number;
}

export interface UsableObservations {
  readonly kept: readonly PriceObservation[];
  /** Left out: price or volume not above 0 or not finite. */
  readonly dropped: number;
}

/** Those that can be read on a logarithmic scale, in order of time; throws when fewer than `least` are left. */
export function usable(observations: readonly PriceObservation[], least: number): UsableObservations {
  const kept = observations
    .filter((each) => [each.price, each.volume].every((value) => Number.isFinite(value) && value > 0))
    .sort((a, b) => a.weekMs - b.weekMs);
  if (kept.length < least)
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `${least} weeks of prices and volumes above 0 are needed; there are ${kept.length}`,
    );
  return { kept, dropped: observations.length - kept.length };
}

export function yearOf(weekMs: number): number {
  return new Date(weekMs).getUTCFullYear();
}

/** 0 to 11. */
export function monthOf(weekMs: number): number {
  return new Date(weekMs).getUTCMonth();
}

/** 0 to 3. */
export function quarterOf(weekMs: number): number {
  return Math.floor(monthOf(weekMs) / 3);
}
