/**
 * How rare a reading of one detector is, judged against that detector's own recent readings on the same series: peaks over a threshold
 * with a generalised Pareto tail (Pickands 1975; streaming use as in SPOT, Siffer et al., KDD 2017). Threshold and tail follow the series
 * with the weight of its last `memory` readings, so that a series that has become wilder, or calmer, is judged by what it is now.
 *
 * Readings are magnitudes, 0 or above. The first PRIMING readings only prime: `threshold`, `excess` and `excessSquare` then hold the
 * third, second and first greatest of them.
 */
export interface Tail {
  seen: number;
  threshold: number;
  /** Mean of what exceeds the threshold, and of its square. */
  excess: number;
  excessSquare: number;
}

export const PRIMING = 30;
/** Part of the readings that lies above the threshold. */
const EXCEEDING = 0.03;
/** A reading teaches the tail as at most so many mean excesses: one anomaly must not hide the next. */
const CLIP = 10;
/**
 * So many excesses are worth one: two numbers, mean and shape, are learned from them, and neighbours repeat each other. Fitted on simulated
 * networks and held against others (README.md).
 */
const EXCESSES_FOR_ONE = 2.4;
/**
 * The same for readings that one value alone can raise: one window can be one event, such as a payment of a hundred times the usual, and of
 * those a tail fitted without them knows less. Fitted likewise.
 */
export const EXCESSES_FOR_ONE_SINGLE = 3;
/** Greatest Pareto shape: at 1/2 the variance the shape is estimated from would not exist. */
const MAX_SHAPE = 0.45;

export const createTail = (): Tail => ({ seen: 0, threshold: 0, excess: 0, excessSquare: 0 });

/**
 * −log10 of the probability of a reading this high or higher; 0 for one that is not in the tail. `floor` is the smallest excess that
 * means anything in the unit of the reading: it keeps the noise of floating point on a constant series from looking rare.
 */
export function surpriseOf(tail: Tail, reading: number, floor: number): number {
  const over = reading - tail.threshold;
  if (tail.seen < PRIMING || !(over > 0)) return 0;
  const mean = Math.max(tail.excess, floor);
  const shape = shapeOf(tail, mean);
  const ratio = over / (mean * (1 - shape));
  const decay = shape < 1e-6 ? ratio : Math.log1p(shape * ratio) / shape;
  return (decay - Math.log(EXCEEDING)) / Math.LN10;
}

/**
 * The same below the threshold: the exponential law goes on downwards, so that rarer stays higher. Near the threshold it is a probability,
 * far below only an order, which is all that `alarm-bar.ts` asks for. 0 while priming.
 */
export function depthOf(tail: Tail, reading: number, floor: number): number {
  if (tail.seen < PRIMING) return 0;
  const under = Math.min(0, reading - tail.threshold);
  return (under / Math.max(tail.excess, floor) - Math.log(EXCEEDING)) / Math.LN10;
}

/**
 * The same with what the tail does not know of itself: its mean excess and shape were learned from few readings, so that further out than
 * `base` a reading is less rare than the fitted tail says. There the predictive probability of an exponential excess whose mean is known from
 * n of them, (1 + x/n)^−n, falls in the place of exp(−x); `excessesForOne` says how many are worth one. Alarms are raised by this; scores, which only compare, by the fitted tail.
 */
export function cautious(
  surprise: number,
  tail: Tail,
  memory: number,
  base: number,
  excessesForOne: number = EXCESSES_FOR_ONE,
): number {
  if (surprise <= base) return surprise;
  const known = excessesKnown(tail, memory, excessesForOne);
  const growth = Math.log1p(decayAt(surprise) / known) - Math.log1p(decayAt(base) / known);
  return base + (known * growth) / Math.LN10;
}

/** The other way round: what the fitted tail must say for an alarm. */
export function boldly(surprise: number, tail: Tail, memory: number, base: number): number {
  if (surprise <= base) return surprise;
  const known = excessesKnown(tail, memory, EXCESSES_FOR_ONE);
  const growth = Math.log1p(decayAt(base) / known) + ((surprise - base) * Math.LN10) / known;
  return (known * Math.expm1(growth) - Math.log(EXCEEDING)) / Math.LN10;
}

/** The excess in means that an exponential tail gives this rarity. */
function decayAt(surprise: number): number {
  return Math.max(0, surprise * Math.LN10 + Math.log(EXCEEDING));
}

/** What the readings above the threshold are worth. */
function excessesKnown({ seen }: Tail, memory: number, excessesForOne: number): number {
  return Math.max(1, (EXCEEDING * Math.min(seen, memory)) / excessesForOne);
}

/** The reading whose surprise is `surprise`: the other way round; undefined while priming. */
export function readingAt(tail: Tail, surprise: number, floor: number): number | undefined {
  if (tail.seen < PRIMING) return undefined;
  const mean = Math.max(tail.excess, floor);
  const shape = shapeOf(tail, mean);
  const decay = Math.max(0, surprise * Math.LN10 + Math.log(EXCEEDING));
  const ratio = shape < 1e-6 ? decay : Math.expm1(shape * decay) / shape;
  return Math.max(0, tail.threshold) + ratio * mean * (1 - shape);
}

export function learnTail(tail: Tail, reading: number, floor: number, memory: number): void {
  tail.seen++;
  if (tail.seen <= PRIMING) {
    prime(tail, reading, floor);
    return;
  }
  const mean = Math.max(tail.excess, floor);
  const rate = Math.min(0.2, Math.max(1 / tail.seen, 1 / memory) / EXCEEDING);
  if (reading > tail.threshold) {
    const over = Math.min(reading - tail.threshold, CLIP * mean);
    tail.excess += rate * (over - tail.excess);
    tail.excessSquare += rate * (over * over - tail.excessSquare);
    tail.threshold += mean * (1 - EXCEEDING) * rate;
  } else {
    // At rest both steps balance when exactly EXCEEDING of the readings lie above.
    tail.threshold -= mean * EXCEEDING * rate;
  }
}

function prime(tail: Tail, reading: number, floor: number): void {
  const first = Math.max(tail.excessSquare, reading);
  const rest = Math.min(tail.excessSquare, reading);
  const second = Math.max(tail.excess, rest);
  const third = Math.max(tail.threshold, Math.min(tail.excess, rest));
  tail.excessSquare = first;
  tail.excess = second;
  tail.threshold = third;
  if (tail.seen < PRIMING) return;
  const mean = Math.max((first + second - 2 * third) / 2, 1e-3 * third, floor);
  tail.excess = mean;
  tail.excessSquare = 2 * mean * mean;
}

/** Method of moments; an exponential tail (shape 0) has a variance of its mean squared. */
function shapeOf(tail: Tail, mean: number): number {
  const variance = Math.max(1e-12 * mean * mean, tail.excessSquare - tail.excess * tail.excess);
  return Math.max(0, Math.min(MAX_SHAPE, 0.5 * (1 - (mean * mean) / variance)));
}
