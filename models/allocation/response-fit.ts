import type { Random } from '../../platform/time/random.ts';
import { controlBasis, residual } from './response-controls.ts';
import { candidates, shapeOf, type Candidate } from './response-shapes.ts';

/** What one resource got, period by period (weeks), in its own unit. */
export interface ResponseInput {
  readonly id: string;
  readonly amounts: Float64Array;
  /** Return expected at the mean amount before any history is read; where the data say little the answer stays near it. */
  readonly priorReturn: number;
}

export interface ResponseHistory {
  /** Start of each period, ms since 1970; equally long, in order. */
  readonly startsMs: readonly number[];
  readonly outcome: Float64Array;
  readonly inputs: readonly ResponseInput[];
}

/** One way the response may be: return of a steady amount x is `scale·x^exponent/(x^exponent + half^exponent)` a period. */
export interface ResponseDraw {
  readonly scale: number;
  readonly exponent: number;
  readonly half: number;
  /** Share of an effect that is left a period later. */
  readonly carryOver: number;
}

export interface FittedInput {
  readonly id: string;
  readonly draws: readonly ResponseDraw[];
  /** Posterior mean of the carry-over. */
  readonly carryOver: number;
}

export interface ResponseFit {
  readonly inputs: readonly FittedInput[];
  /** What is left, period by period. */
  readonly residuals: Float64Array;
  /** Standard deviation of it. */
  readonly noise: number;
}

const SWEEPS = 6;
/** A drawn anew history lies near the first one, so its fit starts there. */
const WARM_SWEEPS = 2;
const DRAWS = 80;
/** Spread of the prior of β against its mean: a resource may well bring several times what is assumed. */
const PRIOR_WIDTH = 2;
/** Residuals of neighbouring weeks go together: the bootstrap moves them in blocks. */
const BLOCK = 8;

/**
 * Marketing-mix regression: outcome = level + trend + season + Σ β·Hill(carry-over of the amounts), β ≥ 0. Shapes on a grid, β normal around the
 * prior, one input after the other given the rest (as Jin et al. 2017 model it, on a grid instead of by sampling). Uncertainty: residual blocks are
 * drawn anew, the whole is fitted again, and one shape is drawn from each fit. Deterministic for a seed.
 */
export function fitResponse(history: ResponseHistory, random: Random, draws = DRAWS): ResponseFit {
  const { outcome, startsMs } = history;
  const basis = controlBasis(startsMs);
  const inputs = history.inputs.map((each) => ({ ...each, shapes: shapesOf(each, basis) }));
  const first = sweep(outcome, basis, inputs);
  const collected: ResponseDraw[][] = inputs.map(() => []);
  const fitted = outcome.map((each, t) => each - (first.residuals[t] ?? 0));
  for (let draw = 0; draw < draws; draw++) {
    const again = Float64Array.from(fitted);
    addBlocks(again, first.residuals, random);
    const found = sweep(again, basis, inputs, first.parts);
    for (const [i, posterior] of found.posteriors.entries()) {
      const shape = drawFrom(posterior, random);
      if (shape !== undefined) collected[i]?.push(shape);
    }
  }
  return {
    inputs: inputs.map(({ id }, i) => {
      const own = collected[i] ?? [];
      return {
        id,
        draws: own,
        carryOver: own.reduce((sum, each) => sum + each.carryOver, 0) / Math.max(1, own.length),
      };
    }),
    residuals: first.residuals,
    noise: deviation(first.residuals),
  };
}

export interface ResponseBacktest {
  readonly periods: number;
  /** Σ|error|/Σ outcome on periods held out at the end, the amounts given; and without any resource in the model. */
  readonly wape: number;
  readonly wapeWithout: number;
}

/** Forecasts the last fifth from what was before it, amounts given; undefined with fewer than `LEAST` periods. */
export function backtestResponse(history: ResponseHistory): ResponseBacktest | undefined {
  const n = history.outcome.length;
  const held = Math.floor(n / 5);
  if (n - held < LEAST_PERIODS) return undefined;
  const until = n - held;
  // Levels of later seasons are known by the calendar alone, so the basis of the whole may be used; its coefficients come from before.
  const basis = controlBasis(history.startsMs.slice(0, until), history.startsMs);
  const past = history.outcome.slice(0, until);
  const inputs = history.inputs.map((each) => ({ ...each, shapes: shapesOf(each, basis, until) }));
  const found = sweep(past, basis, inputs);
  const predicted = new Float64Array(n);
  for (const posterior of found.posteriors)
    for (const { weight, beta, candidate } of posterior)
      for (let t = 0; t < n; t++)
        predicted[t] = (predicted[t] ?? 0) + weight * beta * (candidate.column[t] ?? 0);
  const rest = past.map((each, t) => each - (predicted[t] ?? 0));
  const levels = basis.extend(rest);
  const without = basis.extend(past);
  let [error, errorWithout, total] = [0, 0, 0];
  for (let t = until; t < n; t++) {
    const actual = history.outcome[t] ?? 0;
    error += Math.abs(actual - (levels[t] ?? 0) - (predicted[t] ?? 0));
    errorWithout += Math.abs(actual - (without[t] ?? 0));
    total += Math.abs(actual);
  }
  return total > 0 ? { periods: held, wape: error / total, wapeWithout: errorWithout / total } : undefined;
}

/** Fewer periods than this say nothing of a response. */
export const LEAST_PERIODS = 26;

/** Whether an amount moved enough for its effect to be seen: a standard deviation of a twentieth of its mean. */
export function hasMoved(amounts: Float64Array): boolean {
  const mean = amounts.reduce((sum, each) => sum + each, 0) / Math.max(1, amounts.length);
  return mean > 0 && deviation(amounts) > 0.05 * mean;
}

/** Return of a steady amount a period. */
export function valueOf({ scale, exponent, half }: Omit<ResponseDraw, 'carryOver'>, x: number): number {
  return x <= 0 ? 0 : scale * shapeOf(x, exponent, half);
}

interface PreparedInput extends ResponseInput {
  readonly shapes: readonly PreparedShape[];
}

interface PreparedShape {
  readonly candidate: Candidate;
  /** The column with level, trend and season taken out, and its square sum. */
  readonly clean: Float64Array;
  readonly size: number;
}

interface Weighted {
  readonly candidate: Candidate;
  readonly weight: number;
  /** Posterior mean of β, held at 0 or more, and its standard deviation. */
  readonly beta: number;
  readonly error: number;
}

type Basis = ReturnType<typeof controlBasis>;

function shapesOf(input: ResponseInput, basis: Basis, until = input.amounts.length): PreparedShape[] {
  return candidates(input.amounts).map((candidate) => {
    const clean = residual(basis, candidate.column.slice(0, until));
    return { candidate, clean, size: dot(clean, clean) };
  });
}

interface Swept {
  readonly posteriors: (readonly Weighted[])[];
  /** What each input explains, level, trend and season taken out. */
  readonly parts: readonly Float64Array[];
  readonly residuals: Float64Array;
}

function sweep(
  outcome: Float64Array,
  basis: Basis,
  inputs: readonly PreparedInput[],
  start?: readonly Float64Array[],
): Swept {
  const target = residual(basis, outcome);
  const n = target.length;
  const posteriors: (readonly Weighted[])[] = inputs.map(() => []);
  const parts = inputs.map((_, i) => Float64Array.from(start?.[i] ?? new Float64Array(n)));
  const rest = Float64Array.from(target);
  for (const part of parts) for (let t = 0; t < n; t++) rest[t] = (rest[t] ?? 0) - (part[t] ?? 0);
  for (let round = 0; round < (start === undefined ? SWEEPS : WARM_SWEEPS); round++) {
    for (const [i, input] of inputs.entries()) {
      const own = parts[i] ?? new Float64Array(n);
      const noise = deviation(rest) ** 2 || 1e-12;
      for (let t = 0; t < n; t++) rest[t] = (rest[t] ?? 0) + (own[t] ?? 0);
      const posterior = weigh(rest, input, noise);
      posteriors[i] = posterior;
      own.fill(0);
      for (const [k, { weight, beta }] of posterior.entries()) {
        const clean = input.shapes[k]?.clean;
        if (clean === undefined || weight < 1e-6) continue;
        for (let t = 0; t < n; t++) own[t] = (own[t] ?? 0) + weight * beta * (clean[t] ?? 0);
      }
      for (let t = 0; t < n; t++) rest[t] = (rest[t] ?? 0) - (own[t] ?? 0);
    }
    if (inputs.length === 0) break;
  }
  return { posteriors, parts, residuals: rest };
}

/** Shapes with their posterior weights: β ~ N(prior, (2·prior)²) as the scale at the mean amount, noise as it is estimated now. */
function weigh(target: Float64Array, input: PreparedInput, noise: number): readonly Weighted[] {
  const found = input.shapes.map(({ candidate, clean, size }) => {
    const prior = candidate.atMean > 1e-12 ? input.priorReturn / candidate.atMean : 0;
    const spread = Math.max(1e-12, (PRIOR_WIDTH * prior) ** 2);
    const precision = size / noise + 1 / spread;
    const pull = dot(clean, target) / noise + prior / spread;
    const beta = pull / precision;
    // Marginal likelihood up to what all shapes share; a negative effect is no candidate beyond its chance of being positive.
    const log =
      (0.5 * (pull * pull)) / precision - 0.5 * Math.log(precision * spread) - (0.5 * prior * prior) / spread;
    const error = Math.sqrt(1 / precision);
    return {
      candidate,
      log: log + Math.log(Math.max(1e-9, share(beta / error))),
      beta: positive(beta, error),
      error,
    };
  });
  const most = found.reduce((a, { log }) => Math.max(a, log), Number.NEGATIVE_INFINITY);
  const weights = found.map(({ log }) => Math.exp(log - most));
  const total = weights.reduce((a, b) => a + b, 0);
  return found.map(({ beta, candidate, error }, i) => ({
    candidate,
    beta,
    error,
    weight: total > 0 ? (weights[i] ?? 0) / total : 0,
  }));
}

function drawFrom(posterior: readonly Weighted[], random: Random): ResponseDraw | undefined {
  let left = random.next();
  const chosen = posterior.find(({ weight }) => (left -= weight) < 0) ?? posterior.at(-1);
  if (chosen === undefined) return undefined;
  const { candidate, beta, error } = chosen;
  let scale = -1;
  for (let tries = 0; tries < 20 && scale < 0; tries++) scale = beta + error * random.normal();
  const { exponent, half, carryOver } = candidate;
  return { scale: Math.max(0, scale), exponent, half, carryOver };
}

/** Mean of a normal held at 0 or more. */
function positive(mean: number, error: number): number {
  const z = mean / error;
  if (z > 6) return mean;
  if (z < -6) return error / -z;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return Math.max(0, mean + (error * density) / Math.max(1e-12, share(z)));
}

/** Standard normal distribution function (Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8). */
function share(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

function addBlocks(values: Float64Array, residuals: Float64Array, random: Random): void {
  const n = values.length;
  for (let at = 0; at < n; at += BLOCK) {
    const from = random.int(Math.max(1, n - BLOCK + 1));
    for (let k = 0; k < BLOCK && at + k < n; k++)
      values[at + k] = (values[at + k] ?? 0) + (residuals[from + k] ?? 0);
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function deviation(values: Float64Array): number {
  const n = Math.max(1, values.length);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  return Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / n);
}
