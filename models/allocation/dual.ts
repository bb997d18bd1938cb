import { bestResponse } from './response.ts';
import type { Box, Part } from './part.ts';

/** Prices near which to look first: those of a similar problem. */
export interface Prices {
  readonly total: number;
  readonly groups: Float64Array;
}

export interface DualSolution {
  readonly prices: Prices;
  /** No division within the box returns more. */
  readonly bound: number;
  /** What each channel takes at prices a hair above: within every limit. */
  readonly within: Float64Array;
  /** What each takes at prices a hair below: over some limit unless all prices are 0. */
  readonly over: Float64Array;
}

type Respond = (channel: number, price: number) => number;

/**
 * Lagrangian dual of one resource: finds the prices (of the resource, and of each group's cap) at which what channels would take fits.
 * With everyone's response a global optimum at a price, the dual value bounds every division from above, concave or not; for
 * concave curves it is attained (Everett 1963, "Generalized Lagrange multiplier method"; the bound equals that of concave envelopes).
 *
 * A group over its cap faces the price at which it just fits whatever the resource costs, so one search a group and one for the
 * resource are enough.
 */
export function solveDual(part: Part, box: Box, hint?: Prices): DualSolution {
  const { curves, shift, step } = part;
  const { lo, hi } = box;
  const respond: Respond = (i, price) =>
    bestResponse(
      curves[i] ?? noCurve(),
      lo[i] ?? 0,
      hi[i] ?? 0,
      shift === undefined ? price : price + (shift[i] ?? 0),
      step,
    );
  const searched = searchPrices(part, respond, hint);
  const { low, high, groupLow, groupHigh } = searched;

  const n = curves.length;
  const within = new Float64Array(n);
  const over = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const g = part.groupOf[i] ?? -1;
    within[i] = respond(i, g < 0 ? high : Math.max(high, groupHigh[g] ?? 0));
    // A price inside the group's bracket is already past the jump its members make there.
    over[i] = respond(i, g < 0 || low >= (groupHigh[g] ?? 0) ? low : (groupLow[g] ?? 0));
  }
  const bound = dualValue(part, high, groupHigh, within);
  return { prices: { total: high, groups: groupHigh }, bound, within, over };
}

interface Searched {
  readonly low: number;
  readonly high: number;
  readonly groupLow: Float64Array;
  readonly groupHigh: Float64Array;
}

/**
 * The prices of the groups and of the resource, each as a bracket of two neighbouring numbers. A group whose own price is above the
 * resource's counts as taking its cap whole: that is what it takes in the relaxation, though its responses may jump across the cap.
 */
export function searchPrices(part: Part, respond: Respond, hint: Prices | undefined): Searched {
  const groupLow = new Float64Array(part.caps.length);
  const groupHigh = new Float64Array(part.caps.length);
  for (const [g, members] of part.members.entries()) {
    const take = (price: number): number => {
      let sum = 0;
      for (const i of members) sum += respond(i, price);
      return sum;
    };
    const [low, high] = priceThatFits(take, part.caps[g] ?? 0, hint?.groups[g] ?? 0);
    groupLow[g] = low;
    groupHigh[g] = high;
  }
  const n = part.curves.length;
  const takeAll = (price: number): number => {
    let sum = 0;
    for (const [g, cap] of part.caps.entries()) if ((groupHigh[g] ?? 0) > price) sum += cap;
    for (let i = 0; i < n; i++) {
      const g = part.groupOf[i] ?? -1;
      if (g < 0 || (groupHigh[g] ?? 0) <= price) sum += respond(i, price);
    }
    return sum;
  };
  const [low, high] = priceThatFits(takeAll, part.total, hint?.total ?? 0);
  return { low, high, groupLow, groupHigh };
}

/** The best value of the Lagrangian at these prices, given each channel's best response to them. */
function dualValue(part: Part, price: number, groupPrice: Float64Array, taken: Float64Array): number {
  let value = price * part.total;
  for (const [g, cap] of part.caps.entries()) value += Math.max(0, (groupPrice[g] ?? 0) - price) * cap;
  for (let i = 0; i < taken.length; i++) {
    const g = part.groupOf[i] ?? -1;
    const x = taken[i] ?? 0;
    const cost = (g < 0 ? price : Math.max(price, groupPrice[g] ?? 0)) + (part.shift?.[i] ?? 0);
    value += (part.curves[i] ?? noCurve()).value(x) - cost * x;
  }
  return value;
}

const ULP = 4 * Number.EPSILON;
/** Rounding of sums must not make a limit that is met exactly look exceeded. */
const SUM_TOLERANCE = 1e-13;

/**
 * [low, high]: what is taken fits `limit` at `high` and not at `low`, a few units in the last place apart. [0, 0] when it fits
 * for free. `take` falls with the price, with jumps: false position where it is smooth, every third step a bisection.
 */
function priceThatFits(take: (price: number) => number, limit: number, hint: number): [number, number] {
  const room = limit * SUM_TOLERANCE;
  const excessAt = (price: number): number => take(price) - limit - room;
  if (excessAt(0) <= 0) return [0, 0];
  let { low, high, lowExcess, highExcess } = bracket(excessAt, hint);
  for (let i = 0; i < 300 && high - low > ULP * high; i++) {
    let middle = high > 4 * low ? Math.sqrt(low) * Math.sqrt(high) : low + (high - low) / 2;
    if (i % 3 !== 2 && high <= 4 * low) {
      // A little off both ends: a point just past the root is what closes the bracket.
      const least = Math.min(Number.EPSILON * high, (high - low) / 4);
      const secant = low + ((high - low) * lowExcess) / (lowExcess - highExcess);
      middle = Math.min(high - least, Math.max(low + least, secant));
    }
    if (!(middle > low && middle < high)) break;
    const excess = excessAt(middle);
    if (excess <= 0) {
      high = middle;
      highExcess = excess;
      lowExcess /= 2;
    } else {
      low = middle;
      lowExcess = excess;
      highExcess /= 2;
    }
  }
  return [low, high];
}

interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly lowExcess: number;
  readonly highExcess: number;
}

function bracket(excessAt: (price: number) => number, hint: number): Bracket {
  let low = hint > 0 ? hint : 1;
  let high = low;
  let lowExcess = excessAt(low);
  let highExcess = lowExcess;
  let reach = hint > 0 ? 1e-7 : 15;
  if (lowExcess <= 0) {
    while (lowExcess <= 0 && low > 1e-300) {
      high = low;
      highExcess = lowExcess;
      low /= 1 + reach;
      reach *= hint > 0 ? 64 : 1;
      lowExcess = excessAt(low);
    }
  } else {
    while (highExcess > 0 && high < 1e300) {
      low = high;
      lowExcess = highExcess;
      high *= 1 + reach;
      reach *= hint > 0 ? 64 : 1;
      highExcess = excessAt(high);
    }
  }
  return { low, high, lowExcess, highExcess };
}

function noCurve(): never {
  throw new RangeError('a channel without a curve');
}
