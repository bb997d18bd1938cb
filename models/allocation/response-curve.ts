import type { ChannelResponse } from '../../platform/contracts/allocation-plan.ts';
import type { ResponseCurve } from '../../platform/contracts/allocation.ts';
import { valueOf, type ResponseDraw } from './response-fit.ts';
import { shapeOf } from './response-shapes.ts';

const POINTS = 25;

/**
 * Draws of a response made into one curve and its band. The curve is the Hill nearest to the mean of the draws (least squares from 0 to `most`), so that the
 * solver sees what is expected, not what is likeliest. Returns are a week's; `periods` weeks make up a plan, amounts are a plan's.
 */
export function responseOf(
  draws: readonly ResponseDraw[],
  carryOver: number,
  most: number,
  periods: number,
): ChannelResponse {
  const at = (k: number): number => (most * k) / (POINTS - 1);
  const band = Array.from({ length: POINTS }, (_, k) => {
    const amount = at(k);
    const values = draws.map((draw) => periods * valueOf(draw, amount / periods)).sort((a, b) => a - b);
    const mean = values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);
    return { amount, value: mean, low: quantile(values, 0.025), high: quantile(values, 0.975) };
  });
  const curve = nearestHill(
    band.map(({ amount, value }) => ({ amount, value })),
    most,
  );
  return { curve, origin: 'history', carryOver, band };
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

function nearestHill(points: readonly { amount: number; value: number }[], most: number): ResponseCurve {
  let best = { error: Number.POSITIVE_INFINITY, scale: 0, exponent: 1, half: Math.max(most, 1e-9) };
  for (const exponent of FINE_EXPONENTS) {
    for (const part of FINE_HALVES) {
      const half = Math.max(1e-9, part * most);
      let [product, square, target] = [0, 0, 0];
      for (const { amount, value } of points) {
        const shape = shapeOf(amount, exponent, half);
        product += shape * value;
        square += shape * shape;
        target += value * value;
      }
      const scale = square > 0 ? Math.max(0, product / square) : 0;
      const error = target - 2 * scale * product + scale * scale * square;
      if (error < best.error) best = { error, scale, exponent, half };
    }
  }
  const { scale, exponent, half } = best;
  return { type: 'hill', scale, exponent, half };
}

function quantile(sorted: readonly number[], q: number): number {
  const at = q * Math.max(0, sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (at - Math.floor(at)) * (above - below);
}
