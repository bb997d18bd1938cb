import type { Curve } from './curve.ts';

/** The least concave function over a curve on [lo, hi]. */
export interface Envelope {
  value(x: number): number;
  /** argmax over [lo, hi] of value(x) − price·x − curvature·(x − at)². */
  respond(price: number, curvature: number, at: number): number;
}

/** Of a curve that is convex, then concave: the chord from `lo` to where it touches the concave part, and the curve after it. */
export function createEnvelope(curve: Curve, lo: number, hi: number): Envelope {
  const touch = touchPoint(curve, lo, hi);
  const base = curve.value(lo);
  const chord = touch > lo ? (curve.value(touch) - base) / (touch - lo) : 0;
  return {
    value: (x) => (x < touch ? base + chord * (x - lo) : curve.value(x)),
    respond: (price, curvature, at) => {
      if (!(hi > lo)) return lo;
      const pull = (x: number, slope: number): number => slope - price - 2 * curvature * (x - at);
      if (touch > lo && pull(touch, chord) <= 0) {
        if (curvature === 0) return chord > price ? touch : lo;
        return Math.min(touch, Math.max(lo, at + (chord - price) / (2 * curvature)));
      }
      const from = Math.max(touch, lo);
      if (from >= hi || pull(hi, curve.slope(hi)) >= 0) return hi;
      if (pull(from, curve.slope(from)) <= 0) return from;
      return newton(
        (x) => pull(x, curve.slope(x)),
        (x) => curve.bend(x) - 2 * curvature,
        from,
        hi,
        at,
      );
    },
  };
}

/** Where a line from (lo, value(lo)) touches the concave part; `hi` when it does so only beyond, `lo` when all is concave. */
function touchPoint(curve: Curve, lo: number, hi: number): number {
  if (curve.inflection <= lo) return lo;
  if (curve.inflection >= hi) return hi;
  const base = curve.value(lo);
  const excess = (x: number): number => curve.slope(x) * (x - lo) - (curve.value(x) - base);
  if (excess(hi) >= 0) return hi;
  return rootOf(excess, curve.inflection, hi);
}

/**
 * Root of a falling function with f(a) > 0 > f(b): false position with halving (Illinois), every third step a bisection. Steps keep a
 * little off both ends: a point just past the root is what closes the bracket.
 */
function rootOf(f: (x: number) => number, from: number, to: number): number {
  let a = from;
  let b = to;
  let fa = f(a);
  let fb = f(b);
  for (let i = 0; i < 200 && b - a > 8e-16 * b; i++) {
    const least = Math.min(2e-16 * b, (b - a) / 4);
    const secant = Number.isFinite(fa) && i % 3 !== 2 ? b - (fb * (b - a)) / (fb - fa) : a + (b - a) / 2;
    const x = Math.min(b - least, Math.max(a + least, secant));
    if (!(x > a && x < b)) break;
    const fx = f(x);
    if (fx === 0) return x;
    if (fx > 0) {
      a = x;
      fa = fx;
      fb /= 2;
    } else {
      b = x;
      fb = fx;
      fa /= 2;
    }
  }
  return a;
}

/** Root of a falling function between `from` and `to`: Newton from `start`, a bisection wherever it would leave the bracket. */
function newton(
  f: (x: number) => number,
  slope: (x: number) => number,
  from: number,
  to: number,
  start: number,
): number {
  let a = from;
  let b = to;
  let x = start > a && start < b ? start : a + (b - a) / 2;
  for (let i = 0; i < 100; i++) {
    const fx = f(x);
    if (fx > 0) a = x;
    else b = x;
    const step = x - fx / slope(x);
    const next = step > a && step < b ? step : a + (b - a) / 2;
    if (Math.abs(next - x) <= 1e-15 * b) return next;
    x = next;
  }
  return x;
}
