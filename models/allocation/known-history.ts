import { createRandom } from '../../platform/time/random.ts';
import type { ResponseHistory } from './response-fit.ts';
import { carry, shapeOf } from './response-shapes.ts';

/** A response that is known, to see how much of it is found. */
export interface KnownResponse {
  readonly scale: number;
  readonly exponent: number;
  readonly half: number;
  readonly carryOver: number;
}

const WEEK_MS = 604_800_000;
const START_MS = Date.UTC(2023, 0, 2);

/** Weeks of one outcome with known responses to amounts around 100, a season and a trend. For tests and measurements. */
export function knownHistory(
  truths: readonly KnownResponse[],
  weeks: number,
  noise: number,
  seed: string,
): ResponseHistory {
  const random = createRandom(seed);
  const amounts = truths.map(() =>
    Float64Array.from({ length: weeks }, () => 100 * Math.exp(0.6 * random.normal())),
  );
  const outcome = Float64Array.from({ length: weeks }, (_, t) => {
    const season = 60 * Math.sin((2 * Math.PI * t) / 52.18);
    const returns = truths.reduce((sum, { carryOver, exponent, half, scale }, i) => {
      const carried = carry(amounts[i] ?? new Float64Array(0), carryOver);
      return sum + scale * shapeOf(carried[t] ?? 0, exponent, half);
    }, 0);
    return 500 + 0.5 * t + season + returns + noise * random.normal();
  });
  return {
    startsMs: Array.from({ length: weeks }, (_, t) => START_MS + t * WEEK_MS),
    outcome,
    inputs: amounts.map((own, i) => ({ id: `r${i}`, amounts: own, priorReturn: 50 })),
  };
}
