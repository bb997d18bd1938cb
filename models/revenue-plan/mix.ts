/** A stream as effort sees it: revenue is `worth·(amount/now)^exponent`, the amount between its limits. */
export interface MixStream {
  /** Revenue at the present amount; 0 or less: nothing is to be had, it gets its least. */
  readonly worth: number;
  readonly now: number;
  readonly exponent: number;
  readonly least: number;
  readonly most: number;
}

export interface Mix {
  readonly amounts: Float64Array;
  readonly revenue: Float64Array;
}

const HALVINGS = 90;

/**
 * Effort over streams with the greatest Σ revenue within a total: each stream's revenue is concave (exponent below 1), so at a price of effort the best
 * amounts are known in closed form and the price is found by halving. Exact to rounding; undefined when the least amounts alone are above the total.
 */
export function bestMix(streams: readonly MixStream[], total: number): Mix | undefined {
  const at = (price: number): Float64Array => Float64Array.from(streams, (each) => amountAt(each, price));
  const least = streams.reduce((sum, each) => sum + each.least, 0);
  if (least > total * (1 + 1e-12)) return undefined;
  let amounts = at(0);
  if (sumOf(amounts) > total) {
    let [low, high] = [0, 1];
    while (sumOf(at(high)) > total && high < 1e300) high *= 8;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (sumOf(at(middle)) > total) low = middle;
      else high = middle;
    }
    amounts = at(high);
  }
  return { amounts, revenue: Float64Array.from(streams, (each, s) => revenueAt(each, amounts[s] ?? 0)) };
}

/**
 * The same with no stream above a share of all revenue, `rest` included. By what is earned in all, Y: streams that bring y_s ≤ share·Y and Σ y = Y − rest with the
 * least effort are a convex problem whose effort grows with Y, so the greatest Y within the total is found by halving. Undefined when no mix keeps the share.
 */
export function bestMixWithShare(
  streams: readonly MixStream[],
  total: number,
  share: number,
  rest: number,
): Mix | undefined {
  const free = bestMix(streams, total);
  if (free === undefined) return undefined;
  const all = sumOf(free.revenue) + rest;
  if (free.revenue.every((each) => each <= share * all * (1 + 1e-12))) return free;
  const lows = streams.map((each) => revenueAt(each, each.least));
  const highs = streams.map((each) => revenueAt(each, each.most));
  const atLeast = Math.max(sumOf(lows) + rest, lows.reduce((a, b) => Math.max(a, b), 0) / share);
  const cheapest = (earned: number): Float64Array | undefined => {
    const caps = highs.map((high, s) => Math.max(lows[s] ?? 0, Math.min(high, share * earned)));
    return leastEffort(streams, lows, caps, earned - rest);
  };
  const fits = (earned: number): boolean => {
    const revenue = cheapest(earned);
    return revenue !== undefined && sumOf(effortOf(streams, revenue)) <= total * (1 + 1e-12);
  };
  if (!fits(atLeast)) return undefined;
  let [low, high] = [atLeast, all];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const revenue = cheapest(low);
  return revenue === undefined ? undefined : { amounts: effortOf(streams, revenue), revenue };
}

/**
 * The price of the limit on shares for each stream of such a mix, by the conditions of Kuhn and Tucker: revenue of a stream counts 1 + share·Σ price − price, which is what its effort costs, price of effort
 * × slope; streams that are free and within their limits tell the price of effort. 0 where the limit does not hold.
 */
export function pricesOfShare(
  streams: readonly MixStream[],
  { amounts, revenue }: Mix,
  share: number,
  rest: number,
): readonly number[] {
  const all = sumOf(revenue) + rest;
  const isHeld = streams.map((_, s) => (revenue[s] ?? 0) >= share * all * (1 - 1e-9));
  // Effort that one more of revenue costs.
  const slopes = streams.map(({ exponent, now, worth }, s) => {
    const earned = revenue[s] ?? 0;
    return worth > 0 && now > 0 && earned > 0
      ? (now / (exponent * worth)) * (earned / worth) ** (1 / exponent - 1)
      : 0;
  });
  const isFree = (s: number): boolean => !isHeld[s] && (slopes[s] ?? 0) > 0;
  const inside = streams.flatMap(({ least, most }, s) => {
    const amount = amounts[s] ?? 0;
    return isFree(s) && amount > least * (1 + 1e-9) && amount < most * (1 - 1e-9) ? [slopes[s] ?? 0] : [];
  });
  // At its most a stream would take more, so effort is at least that dear.
  const free = inside.length > 0 ? inside : slopes.filter((_, s) => isFree(s));
  const level = free.reduce((a, b) => Math.max(a, b), 0);
  if (!(level > 0)) return streams.map(() => 0);
  const parts = slopes.map((slope, s) => (isHeld[s] === true ? Math.max(0, 1 - slope / level) : 0));
  const rise = Math.max(1e-3, 1 - share * parts.reduce((a, b) => a + b, 0));
  return parts.map((each) => each / rise);
}

export function revenueAt({ exponent, now, worth }: MixStream, amount: number): number {
  return now > 0 ? worth * (amount / now) ** exponent : 0;
}

/** The amount at which one more brings `price`. */
function amountAt({ exponent, least, most, now, worth }: MixStream, price: number): number {
  if (!(worth > 0) || !(now > 0)) return least;
  if (price <= 0) return most;
  // worth·exponent/now·(x/now)^(exponent−1) = price
  const x = now * ((price * now) / (worth * exponent)) ** (1 / (exponent - 1));
  return Math.min(most, Math.max(least, x));
}

function effortOf(streams: readonly MixStream[], revenue: Float64Array): Float64Array {
  return Float64Array.from(streams, (each, s) =>
    each.worth > 0 && each.now > 0
      ? Math.min(
          each.most,
          Math.max(each.least, each.now * ((revenue[s] ?? 0) / each.worth) ** (1 / each.exponent)),
        )
      : each.least,
  );
}

/** Revenue by stream that sums to `wanted` with the least effort, within limits; undefined when these do not allow the sum. */
function leastEffort(
  streams: readonly MixStream[],
  lows: readonly number[],
  caps: readonly number[],
  wanted: number,
): Float64Array | undefined {
  if (sumOf(lows) > wanted * (1 + 1e-12) || sumOf(caps) < wanted * (1 - 1e-12)) return undefined;
  // At a worth of revenue, each stream brings what its effort's slope allows: dm/dy = (now/(exponent·worth))·(y/worth)^(1/exponent − 1) = slope.
  const at = (slope: number): Float64Array =>
    Float64Array.from(streams, ({ exponent, now, worth }, s) => {
      const low = lows[s] ?? 0;
      if (!(worth > 0) || !(now > 0)) return low;
      const y = worth * ((slope * exponent * worth) / now) ** (exponent / (1 - exponent));
      return Math.min(caps[s] ?? 0, Math.max(low, y));
    });
  let [low, high] = [0, 1e-9];
  while (sumOf(at(high)) < wanted && high < 1e300) high *= 8;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (sumOf(at(middle)) < wanted) low = middle;
    else high = middle;
  }
  return at(high);
}

function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const each of values) sum += each;
  return sum;
}
