import { nelderMead } from './nelder-mead.ts';

/**
 * Exponential smoothing with two seasons, one inside the other, and first-order autocorrelated errors (Taylor 2003, additive form; give it
 * logarithms for a multiplicative one). Needs two of the longer period; the parameters have the least squared one-step error.
 */
export function doubleSeasonal(
  history: Float64Array,
  horizon: number,
  periods: readonly [number, number],
): Float64Array {
  const [short, long] = periods;
  const n = history.length;
  const first = new Float64Array(short);
  const second = new Float64Array(long);
  const start = firstSeasons(history, short, long);
  const out = new Float64Array(horizon);
  const run = (x: Float64Array, writes: boolean): number => {
    const alpha = logistic(x[0] ?? 0);
    const delta = 0.7 * logistic(x[1] ?? 0);
    const omega = 0.9 * logistic(x[2] ?? 0);
    const phi = 0.995 * logistic(x[3] ?? 0);
    first.set(start.first);
    second.set(start.second);
    let { level } = start;
    let before = 0;
    let squares = 0;
    let i = 0;
    let j = 0;
    for (let t = 0; t < n; t += 1) {
      const a = first[i] ?? 0;
      const b = second[j] ?? 0;
      const base = level + a + b;
      const gap = (history[t] ?? 0) - base;
      const error = gap - phi * before;
      if (t >= long) squares += error * error;
      before = gap;
      level += alpha * error;
      first[i] = a + delta * error;
      second[j] = b + omega * error;
      i = i + 1 === short ? 0 : i + 1;
      j = j + 1 === long ? 0 : j + 1;
    }
    if (writes) {
      let rest = before;
      for (let h = 0; h < horizon; h += 1) {
        rest *= phi;
        out[h] = level + (first[(n + h) % short] ?? 0) + (second[(n + h) % long] ?? 0) + rest;
      }
    }
    return squares;
  };
  // Two valleys are usual: errors carried by autocorrelation over a slow level, or by a fast level.
  const found = [Float64Array.of(-4, -2, -1.5, 1.5), Float64Array.of(-1, -3, -1, 0)].map((from) =>
    nelderMead((x) => run(x, false), from, {
      steps: new Float64Array(4).fill(1),
      maxEvaluations: 160,
      tolerance: 1e-5,
    }),
  );
  found.sort((a, b) => a.value - b.value);
  if (found[0] !== undefined) run(found[0].x, true);
  return out;
}

function firstSeasons(
  history: Float64Array,
  short: number,
  long: number,
): { level: number; first: Float64Array; second: Float64Array } {
  const count = Math.min(2, Math.floor(history.length / long)) * long;
  const first = new Float64Array(short);
  const second = new Float64Array(long);
  let level = 0;
  for (let t = 0; t < count; t += 1) level += (history[t] ?? 0) / count;
  for (let t = 0; t < count; t += 1)
    first[t % short] = (first[t % short] ?? 0) + ((history[t] ?? 0) - level) / (count / short);
  for (let t = 0; t < count; t += 1)
    second[t % long] =
      (second[t % long] ?? 0) + ((history[t] ?? 0) - level - (first[t % short] ?? 0)) / (count / long);
  return { level, first, second };
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
