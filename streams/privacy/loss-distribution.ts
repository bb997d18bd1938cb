import { transform, type Spectrum } from './fourier.ts';
import type { LossLaw } from './loss-law.ts';

/**
 * A privacy loss distribution: the law of ln(P/Q) under P on a grid. `mass[i]` is the probability of the loss `(first + i) · width`;
 * `infinite` that of what Q never answers.
 */
export interface LossDistribution {
  readonly width: number;
  readonly first: number;
  readonly mass: Float64Array;
  readonly infinite: number;
}

/** Probability that is left out at either end and counted as infinite loss. */
const LEFT_OUT = 1e-15;
/** Points of a grid at most: 2^22 numbers are 32 MiB each. */
const MOST_POINTS = 2 ** 22;

/**
 * Puts a loss on a grid of `width` so that δ is never too small: the probability of each cell goes to its two ends in the shares that keep it
 * under P and under Q. That is the "connect the dots" of Doroshenko, Ghazi, Kamath, Kumar, Manurangsi (2022): δ is exact at the points
 * of the grid and a chord of its curve between, so the error falls with the square of the width. Throws RangeError when the grid is too fine.
 */
export function discretise(law: LossLaw, width: number): LossDistribution {
  const most = firstIndex((i) => law.above(i * width).p <= LEFT_OUT);
  const least = -firstIndex((i) => 1 - law.above(-i * width).p <= LEFT_OUT);
  if (most - least + 1 > MOST_POINTS) throw new RangeError(`a grid of ${width} has too many points`);
  const mass = new Float64Array(most - least + 1);
  // What lies at or below the first point counts there: a loss is never taken for less than it is.
  let before = law.above(least * width);
  mass[0] = 1 - before.p;
  for (let i = 1; i < mass.length; i += 1) {
    const below = (least + i - 1) * width;
    const next = law.above(below + width);
    const p = before.p - next.p;
    const q = before.q - next.q;
    // The last atom of a law lies at the end of its range: all of its cell may belong up.
    const upper = Math.max(0, Math.min(p, (p - q * Math.exp(below)) / -Math.expm1(-width)));
    mass[i - 1] = (mass[i - 1] ?? 0) + p - upper;
    mass[i] = (mass[i] ?? 0) + upper;
    before = next;
  }
  return { width, first: least, mass, infinite: before.p };
}

/** The least index from 0 on, to a doubling and halving, at which a monotone test is true. */
function firstIndex(isTrue: (index: number) => boolean): number {
  let high = 1;
  while (!isTrue(high) && high < MOST_POINTS) high *= 2;
  let low = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** Answers that are composed: each loss so many times. All grids must have the same width. */
export interface Repeated {
  readonly loss: LossDistribution;
  readonly times: number;
}

/**
 * The loss of all answers together: losses add, so their laws are convolved, by Fourier transform on a circle that holds all but 1e-15 of the
 * probability at either end (Chernoff's bound); what it does not hold counts as infinite.
 */
export function composeLosses(answers: readonly Repeated[]): LossDistribution {
  const [{ loss: { width } } = { loss: { width: 1 } }] = answers;
  if (answers.some(({ loss }) => loss.width !== width)) throw new RangeError('grids of different widths');
  const most = Math.ceil(chernoff(answers, 1) / width);
  const least = -Math.ceil(chernoff(answers, -1) / width);
  const size = 2 ** Math.ceil(Math.log2(most - least + 2));
  if (size > MOST_POINTS) throw new RangeError(`a grid of ${width} has too many points`);
  const product: Spectrum = { re: new Float64Array(size).fill(1), im: new Float64Array(size) };
  let finite = 1;
  for (const { loss, times } of answers) {
    const spectrum: Spectrum = { re: new Float64Array(size), im: new Float64Array(size) };
    for (const [i, probability] of loss.mass.entries()) {
      const at = modulo(loss.first + i, size);
      spectrum.re[at] = (spectrum.re[at] ?? 0) + probability;
    }
    transform(spectrum, false);
    multiplyPower(product, spectrum, times);
    finite *= (1 - loss.infinite) ** times;
  }
  transform(product, true);
  const mass = new Float64Array(most - least + 1);
  for (let i = 0; i < mass.length; i += 1) mass[i] = Math.max(0, product.re[modulo(least + i, size)] ?? 0);
  return { width, first: least, mass, infinite: 1 - finite + 2 * LEFT_OUT };
}

/** product · factor^times, point by point. */
function multiplyPower(product: Spectrum, factor: Spectrum, times: number): void {
  for (let i = 0; i < product.re.length; i += 1) {
    const re = factor.re[i] ?? 0;
    const im = factor.im[i] ?? 0;
    const size = Math.hypot(re, im) ** times;
    const angle = Math.atan2(im, re) * times;
    const pRe = size * Math.cos(angle);
    const pIm = size * Math.sin(angle);
    const oldRe = product.re[i] ?? 0;
    const oldIm = product.im[i] ?? 0;
    product.re[i] = oldRe * pRe - oldIm * pIm;
    product.im[i] = oldRe * pIm + oldIm * pRe;
  }
}

/** A bound that the sum of all losses, times `sign`, exceeds with a probability of LEFT_OUT at most. */
function chernoff(answers: readonly Repeated[], sign: 1 | -1): number {
  let best = Number.POSITIVE_INFINITY;
  for (let order = 2 ** -8; order <= 2 ** 10; order *= 2 ** 0.5) {
    let log = -Math.log(LEFT_OUT);
    for (const { loss, times } of answers) log += times * logMoment(loss, sign * order);
    if (Number.isFinite(log)) best = Math.min(best, log / order);
  }
  // No loss is beyond the ends of the grids.
  let end = 0;
  for (const { loss, times } of answers)
    end += times * loss.width * (sign === 1 ? loss.first + loss.mass.length - 1 : -loss.first);
  return Math.max(0, Math.min(best, end));
}

/** ln E[exp(order · loss)] over the finite part, without overflow. */
function logMoment({ width, first, mass }: LossDistribution, order: number): number {
  const top = order * width * (order > 0 ? first + mass.length - 1 : first);
  let sum = 0;
  for (const [i, probability] of mass.entries())
    sum += probability * Math.exp(order * width * (first + i) - top);
  return top + Math.log(sum);
}

/** δ at ε: the hockey stick divergence E[(1 − exp(ε − loss))⁺]. */
export function deltaOf({ width, first, mass, infinite }: LossDistribution, epsilon: number): number {
  let delta = infinite;
  for (let i = mass.length - 1; i >= 0; i -= 1) {
    const loss = (first + i) * width;
    if (loss <= epsilon) break;
    delta += (mass[i] ?? 0) * -Math.expm1(epsilon - loss);
  }
  return Math.min(1, delta);
}

/** The least ε of 0 or more at which δ is kept; undefined when the infinite part alone is greater. */
export function epsilonOf(loss: LossDistribution, delta: number): number | undefined {
  if (loss.infinite > delta) return undefined;
  let low = 0;
  let high = Math.max(0, (loss.first + loss.mass.length - 1) * loss.width);
  if (deltaOf(loss, 0) <= delta) return 0;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (deltaOf(loss, middle) > delta) low = middle;
    else high = middle;
  }
  return high;
}

function modulo(value: number, size: number): number {
  return ((value % size) + size) % size;
}
