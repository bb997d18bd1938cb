import { flatCurve, type Curve } from '../allocation/curve.ts';
import { searchPrices } from '../allocation/dual.ts';
import { bestResponse } from '../allocation/response.ts';
import type { Pot, RevenueModel } from './model.ts';

/** How far the price is moved to see who answers it. */
const NUDGE = 0.02;

/**
 * A linear function of the weights v of the streams that the value of the channels is nowhere above while every weight lies between `low` and `high`; close to it around
 * `at`.
 *
 * At any price λ ≥ 0 of a pot the channels bring at most λ·total + Σ max_x (w·f(x) − λ·x), w = Σ_s v_s·earned being what a unit of the channel is worth (Everett 1963).
 * The price may be another one for each v; here it is an index of the channels' worth, λ(v) = λ·Σ k·w(v)/w(at) ÷ Σ k, k being how strongly an entry answers the price: what the best price
 * is to first order. A term is then λ(v)·g(w/λ) with g(ρ) = max_x (ρ·f(x) − x) convex, so for ratios w/λ in [a, b] the chord of g bounds it, and the bound is linear in
 * w and λ, so in v. Ratios differ little where weights do, whatever their level, and the error falls with the square of that.
 */
export function chordsOver(
  model: RevenueModel,
  at: Float64Array,
  low: Float64Array,
  high: Float64Array,
): Float64Array {
  const { channels, streams } = model;
  // By channel: what one unit of each stream's weight makes it worth.
  const earned = channels.map((_, c) => Float64Array.from(streams, (each) => each.earned[c] ?? 0));
  const line = Float64Array.from(streams, ({ apart, earned: own }) =>
    own.reduce((sum, each, c) => sum + each * (channels[c]?.base ?? 0), apart),
  );
  for (const pot of model.pots) {
    const worth = pot.entries.map(({ channel }) => dot(earned[channel] ?? at, at));
    const price = priceAt(pot, worth);
    const index = price > 0 ? indexOf(pot, worth, price, earned, at) : undefined;
    if (index !== undefined) addTo(line, pot.prepared.part.total, index);
    for (const [i, { channel }] of pot.entries.entries()) {
      const own = earned[channel];
      if (own === undefined) continue;
      if (index === undefined) {
        // Enough for everybody: each gets all it may.
        const { curve, hi } = entryOf(pot, i);
        addTo(line, curve.value(hi), own);
        continue;
      }
      const [level, slope] = chordOf(
        entryOf(pot, i),
        leastRatio(own, index, low, high),
        mostRatio(own, index, low, high),
      );
      addTo(line, level, index);
      addTo(line, slope, own);
    }
  }
  return line;
}

/** Level and slope of a line that g(ρ) = max_x (ρ·f(x) − x) is nowhere above for ratios in [a, b]. */
function chordOf({ curve, hi, lo }: PotEntry, a: number, b: number): readonly [number, number] {
  // Whatever the ratio: no more than the most return at the least cost.
  if (b === Infinity) return [-lo, curve.value(hi)];
  const best = (ratio: number): readonly [number, number] => {
    const x = ratio > 0 ? bestResponse(curve, lo, hi, 1 / ratio, 0) : lo;
    const value = curve.value(x);
    return [ratio * value - x, value];
  };
  const [atA] = best(a);
  const [atB, tangent] = best(b);
  // Ends that differ by rounding alone make no chord.
  const slope = b - a > 1e-12 * b ? (atB - atA) / (b - a) : tangent;
  return [Math.max(atA - slope * a, atB - slope * b), slope];
}

interface PotEntry {
  readonly curve: Curve;
  readonly lo: number;
  readonly hi: number;
}

function entryOf({ prepared: { box, part } }: Pot, i: number): PotEntry {
  return { curve: part.curves[i] ?? flatCurve, lo: box.lo[i] ?? 0, hi: box.hi[i] ?? 0 };
}

/** What `entry` takes when its channel is worth `worth` and a unit costs `price`. */
function taken({ curve, hi, lo }: PotEntry, worth: number, price: number): number {
  return worth > 0 ? bestResponse(curve, lo, hi, price / worth, 0) : lo;
}

/** The price at which what is taken just fits; 0 where there is enough for everybody. */
function priceAt(pot: Pot, worth: readonly number[]): number {
  const { part } = pot.prepared;
  const entries = pot.entries.map((_, i) => entryOf(pot, i));
  const open = { ...part, caps: new Float64Array(0), members: [], groupOf: part.groupOf.map(() => -1) };
  return searchPrices(
    open,
    (i, price) => {
      const entry = entries[i];
      return entry === undefined ? 0 : taken(entry, worth[i] ?? 0, price);
    },
    undefined,
  ).high;
}

/** The price as a linear function of v, none of its parts below 0: `price` at `at`, to first order the best one around it. */
function indexOf(
  pot: Pot,
  worth: readonly number[],
  price: number,
  earned: readonly Float64Array[],
  at: Float64Array,
): Float64Array {
  const index = new Float64Array(at.length);
  const answers = pot.entries.map((_, i) => {
    const own = worth[i] ?? 0;
    if (!(own > 0)) return 0;
    const entry = entryOf(pot, i);
    return taken(entry, own, price * (1 - NUDGE)) - taken(entry, own, price * (1 + NUDGE));
  });
  const isStill = !answers.some((each) => each > 0);
  let sum = 0;
  for (const [i, { channel }] of pot.entries.entries()) {
    const own = worth[i] ?? 0;
    const weight = own > 0 ? (isStill ? 1 : (answers[i] ?? 0)) : 0;
    const by = earned[channel];
    if (!(weight > 0) || by === undefined) continue;
    sum += weight;
    addTo(index, weight / own, by);
  }
  return index.map((each) => (sum > 0 ? (each * price) / sum : 0));
}

/** Dinkelbach's iteration ends after a few rounds; should it not, the ends that hold for certain are taken. */
const ROUNDS = 50;

/**
 * The largest ratio (Σ own·v)/(Σ index·v) with every v between its limits: each v goes to the end that raises own − ratio·index at the ratio reached so far, until it
 * does not grow (Dinkelbach 1967). Infinity where the index may be 0.
 */
function mostRatio(own: Float64Array, index: Float64Array, low: Float64Array, high: Float64Array): number {
  let ratio = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [above, below] = sums(own, index, (s) => (own[s] ?? 0) > ratio * (index[s] ?? 0), low, high);
    if (!(above > 0)) return ratio;
    if (!(below > 0)) return Infinity;
    if (above / below <= ratio * (1 + 1e-15)) return ratio;
    ratio = above / below;
  }
  return Infinity;
}

/** The smallest one. */
function leastRatio(own: Float64Array, index: Float64Array, low: Float64Array, high: Float64Array): number {
  let ratio = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const isUp = (s: number): boolean =>
      ratio === Infinity ? (index[s] ?? 0) > 0 : (own[s] ?? 0) < ratio * (index[s] ?? 0);
    const [above, below] = sums(own, index, isUp, low, high);
    if (!(below > 0)) return 0;
    if (above / below >= ratio * (1 - 1e-15)) return ratio;
    ratio = above / below;
  }
  return 0;
}

function sums(
  own: Float64Array,
  index: Float64Array,
  isUp: (stream: number) => boolean,
  low: Float64Array,
  high: Float64Array,
): readonly [number, number] {
  let [above, below] = [0, 0];
  for (let s = 0; s < own.length; s++) {
    const v = (isUp(s) ? high[s] : low[s]) ?? 0;
    above += (own[s] ?? 0) * v;
    below += (index[s] ?? 0) * v;
  }
  return [above, below];
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, each, s) => sum + each * (b[s] ?? 0), 0);
}

function addTo(line: Float64Array, times: number, by: Float64Array): void {
  for (const [s, each] of by.entries()) line[s] = (line[s] ?? 0) + times * each;
}
