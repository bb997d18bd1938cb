import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Elasticity } from './elasticity.ts';

export interface PriceQuestion {
  readonly currentPrice: number;
  /** Volume expected at the current price, and the standard deviation of its logarithm. */
  readonly volume: number;
  readonly volumeDeviation: number;
  readonly elasticity: Pick<Elasticity, 'value' | 'error'>;
  /** Cost of one more unit. */
  readonly unitCost: number;
  /** Lowest and highest price allowed; the seeds' multipliers are .5 and 2. */
  readonly bounds: readonly [number, number];
  /** Lowest and highest price ever seen: outside of them the elasticity is a guess, so the optimum stays within. */
  readonly seen: readonly [number, number];
  readonly objective: 'revenue' | 'margin';
}

export interface Interval {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

export interface PriceOutcome {
  readonly price: number;
  readonly volume: Interval;
  readonly revenue: Interval;
  readonly margin: Interval;
}

export interface PriceAnswer {
  readonly current: PriceOutcome;
  readonly best: PriceOutcome;
  /** True when a limit, not the demand, sets the price. */
  readonly atBound: boolean;
  readonly rollout: readonly RolloutStage[];
  readonly notes: readonly string[];
}

export interface RolloutStage {
  readonly price: number;
  /** Share of customers who see it. */
  readonly share: number;
  /** Go back when the volume of those who see it falls below this share of what it was. */
  readonly stopBelow: number;
}

const Z = 1.959963984540054;
const MAX_CHANGE_A_STAGE = 0.1;

/**
 * The price with the greatest expected revenue or margin. Volume at a price p is log-normal: ln v + e·ln(p/p₀) with variance s² +
 * σ²·ln²(p/p₀), so a price far from the known one is uncertain and its expectation accounts for that.
 */
export function bestPrice(question: PriceQuestion): PriceAnswer {
  check(question);
  const { bounds, seen, currentPrice, objective } = question;
  const low = Math.max(bounds[0], Math.min(seen[0], currentPrice));
  const high = Math.min(bounds[1], Math.max(seen[1], currentPrice));
  const notes: string[] = [];
  if (low > bounds[0] || high < bounds[1])
    notes.push(`kept to prices that were seen, ${low} to ${high}: demand outside of them is unknown`);
  if (!(low <= high))
    throw new WeirError(
      'PRICING_INPUT_INVALID',
      `no price is both allowed (${bounds.join(' to ')}) and near one that was seen (${seen.join(' to ')})`,
    );
  if (question.elasticity.value + Z * question.elasticity.error >= 0)
    notes.push(
      'the interval of the elasticity reaches 0: this history does not show that price moves volume',
    );
  const worth = (price: number): number => outcomeAt(question, price)[objective].expected;
  let price = low;
  // The expectation has at most one hill between its ends but may rise again at them: a grid, then thirds around its best point.
  const GRID = 200;
  for (let i = 0; i <= GRID; i++) {
    const at = low + ((high - low) * i) / GRID;
    if (worth(at) > worth(price)) price = at;
  }
  let [a, b] = [Math.max(low, price - (high - low) / GRID), Math.min(high, price + (high - low) / GRID)];
  for (let i = 0; i < 80; i++) {
    const third = (b - a) / 3;
    if (worth(a + third) < worth(b - third)) a += third;
    else b -= third;
  }
  const middle = (a + b) / 2;
  if (worth(middle) > worth(price)) price = middle;
  const atBound = price <= low * (1 + 1e-9) || price >= high * (1 - 1e-9);
  if (atBound)
    notes.push(
      'a limit sets this price, not the demand: within what is known a step further would still pay',
    );
  return {
    current: outcomeAt(question, currentPrice),
    best: outcomeAt(question, price),
    atBound,
    rollout: rollout(question, price),
    notes,
  };
}

/** What a price is expected to bring, with 95% intervals. */
export function outcomeAt(
  { currentPrice, volume, volumeDeviation, elasticity, unitCost }: PriceQuestion,
  price: number,
): PriceOutcome {
  const change = Math.log(price / currentPrice);
  const middle = Math.log(volume) + elasticity.value * change;
  const deviation = Math.sqrt(volumeDeviation ** 2 + (elasticity.error * change) ** 2);
  // The known volume is an expectation already: only what the elasticity adds lifts the mean of the logarithm's exponential.
  const expected = Math.exp(middle + (elasticity.error * change) ** 2 / 2);
  const [low, high] = [Math.exp(middle - Z * deviation), Math.exp(middle + Z * deviation)];
  const times = (factor: number): Interval => {
    const [x, y] = [low * factor, high * factor];
    return { expected: expected * factor, low: Math.min(x, y), high: Math.max(x, y) };
  };
  return { price, volume: times(1), revenue: times(price), margin: times(price - unitCost) };
}

/** Steps of at most a tenth of the price; each first for a tenth, then half, then all of the customers. */
function rollout(question: PriceQuestion, target: number): RolloutStage[] {
  const { currentPrice } = question;
  const steps = Math.ceil(
    Math.abs(Math.log(target / currentPrice)) / Math.log(1 + MAX_CHANGE_A_STAGE) - 1e-9,
  );
  return Array.from({ length: steps }, (_, i) => {
    const price = currentPrice * (target / currentPrice) ** ((i + 1) / steps);
    const { volume } = outcomeAt(question, price);
    const stopBelow = Math.min(1, volume.low / question.volume);
    return [0.1, 0.5, 1].map((share) => ({ price, share, stopBelow }));
  }).flat();
}

function check(question: PriceQuestion): void {
  const { currentPrice, volume, volumeDeviation, elasticity, unitCost, bounds, seen } = question;
  const faults: string[] = [];
  const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
  if (!isPositive(currentPrice)) faults.push(`the current price ${currentPrice} is not above 0`);
  if (!isPositive(volume)) faults.push(`the volume ${volume} is not above 0`);
  if (![...bounds, ...seen].every(isPositive)) faults.push('bounds and seen prices must be above 0');
  if (!(bounds[0] <= bounds[1]))
    faults.push(`the lowest price allowed, ${bounds[0]}, is above the highest, ${bounds[1]}`);
  if (!(unitCost >= 0 && Number.isFinite(unitCost)))
    faults.push(`the unit cost ${unitCost} is not 0 or more`);
  if (![elasticity.value, elasticity.error, volumeDeviation].every(Number.isFinite))
    faults.push('elasticity and deviation must be finite');
  if (faults.length > 0) throw new WeirError('PRICING_INPUT_INVALID', faults.join('; '));
}
