import type { ChannelResponse } from '../../platform/contracts/allocation-plan.ts';
import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import { plainCurveValues } from './curve-values.ts';
import type { ResponseDraw } from './response-fit.ts';
import { shapeOf } from './response-shapes.ts';

/** Amounts of a band, from 0 to the most. */
const POINTS = 25;
/** Of each draw: the band's amounts and the amount that is given now. */
export const DRAW_POINTS = POINTS + 1;

/** Draws of a response as curves over a plan: their returns are a week's, amounts and returns of a plan are those of `periods` weeks. */
export function curvesOfDraws(draws: readonly ResponseDraw[], periods: number): ResponseCurve[] {
  return draws.map(({ exponent, half, scale }) => ({
    type: 'hill',
    scale: periods * scale,
    exponent,
    half: periods * half,
  }));
}

/** The amounts at which each of them is wanted. */
export function amountsOfDraws(count: number, most: number, now: number): Float64Array {
  const own = Float64Array.from({ length: DRAW_POINTS }, (_, k) => (k < POINTS ? amountAt(k, most) : now));
  const amounts = new Float64Array(count * DRAW_POINTS);
  for (let draw = 0; draw < count; draw++) amounts.set(own, draw * DRAW_POINTS);
  return amounts;
}

/** Returns of the draws at the amount given now. */
export function returnsNow(values: Float64Array): Float64Array {
  return values.filter((_, at) => at % DRAW_POINTS === POINTS);
}

/**
 * Draws of a response made into one curve and its band, from their returns (`[draw·DRAW_POINTS + point]`). The curve is the Hill nearest to the mean of the draws (least squares from 0 to `most`), so that
 * the solver sees what is expected, not what is likeliest.
 */
export function responseFrom(values: Float64Array, carryOver: number, most: number): ChannelResponse {
  const draws = values.length / DRAW_POINTS;
  const band = Array.from({ length: POINTS }, (_, k) => {
    const own = Float64Array.from({ length: draws }, (_each, d) => values[d * DRAW_POINTS + k] ?? 0).sort();
    const mean = own.reduce((sum, each) => sum + each, 0) / Math.max(1, draws);
    return { amount: amountAt(k, most), value: mean, low: quantile(own, 0.025), high: quantile(own, 0.975) };
  });
  return { curve: nearestHill(band, most), origin: 'history', carryOver, band };
}

/** The same from the draws, in plain loops. */
export function responseOf(
  draws: readonly ResponseDraw[],
  carryOver: number,
  most: number,
  periods: number,
): ChannelResponse {
  const curves = curvesOfDraws(draws, periods);
  const amounts = amountsOfDraws(draws.length, most, 0);
  return responseFrom(plainCurveValues({ curves, points: DRAW_POINTS, amounts }), carryOver, most);
}

function amountAt(k: number, most: number): number {
  return (most * k) / (POINTS - 1);
}

/** What is assumed where history says nothing: diminishing returns from the first unit on, half of what can be had at the current amount. */
export function priorResponse(current: number, returned: number, most: number): ChannelResponse {
  const half = current > 0 ? current : Math.max(most / 4, 1e-6);
  const curve: ResponseCurve = { type: 'hill', scale: 2 * Math.max(0, returned), exponent: 1, half };
  return {
    curve,
    origin: 'prior',
    carryOver: 0,
    band: Array.from({ length: POINTS }, (_, k) => {
      const amount = (most * k) / (POINTS - 1);
      const value = curve.scale * shapeOf(amount, 1, half);
      // Nobody has measured it: from a quarter of it to twice it.
      return { amount, value, low: value / 4, high: 2 * value };
    }),
  };
}

const FINE_EXPONENTS = Array.from({ length: 26 }, (_, k) => 0.7 + 0.1 * k);
const FINE_HALVES = Array.from({ length: 60 }, (_, k) => 0.02 * 1.1 ** k);

interface HillShape {
  readonly exponent: number;
  readonly part: number;
  readonly shape: Float64Array;
  readonly square: number;
}

/** Shapes at the band's amounts: these and halves are parts of the most, so they are the same for every response. */
const hillShapes: readonly HillShape[] = FINE_EXPONENTS.flatMap((exponent) =>
  FINE_HALVES.map((part) => {
    const shape = Float64Array.from({ length: POINTS }, (_, k) => shapeOf(amountAt(k, 1), exponent, part));
    return { exponent, part, shape, square: shape.reduce((sum, each) => sum + each * each, 0) };
  }),
);

function nearestHill(points: readonly { readonly value: number }[], most: number): ResponseCurve {
  const values = Float64Array.from(points, ({ value }) => value);
  let best = { error: Number.POSITIVE_INFINITY, scale: 0, exponent: 1, half: Math.max(most, 1e-9) };
  for (const { exponent, part, shape, square } of hillShapes) {
    let product = 0;
    for (let k = 0; k < POINTS; k++) product += (shape[k] ?? 0) * (values[k] ?? 0);
    const scale = square > 0 ? Math.max(0, product / square) : 0;
    // What is the same for all shapes, the values' own square, is left out.
    const error = scale * scale * square - 2 * scale * product;
    if (error < best.error) best = { error, scale, exponent, half: Math.max(1e-9, part * most) };
  }
  const { scale, exponent, half } = best;
  return { type: 'hill', scale, exponent, half };
}

function quantile(sorted: Float64Array, q: number): number {
  const at = q * Math.max(0, sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (at - Math.floor(at)) * (above - below);
}
