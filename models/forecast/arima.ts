import { nelderMead } from './nelder-mead.ts';

/** Orders of a seasonal ARIMA (p, d, q)(P, D, Q) with its period. */
export interface ArimaOrder {
  readonly p: number;
  readonly d: number;
  readonly q: number;
  readonly P: number;
  readonly D: number;
  readonly Q: number;
  readonly period: number;
}

export interface ArimaFit {
  readonly order: ArimaOrder;
  /** Coefficients of the product polynomials by lag, lag 1 first: w_t = c + sum ar w_{t-i} + e_t + sum ma e_{t-j}. */
  readonly ar: Float64Array;
  readonly ma: Float64Array;
  /** Mean of the differenced series; 0 where none is fitted. */
  readonly mean: number;
  readonly variance: number;
  readonly aicc: number;
}

/**
 * Fits by conditional sum of squares (Box and Jenkins 1970): residuals before the start are zero. Stationary and invertible by
 * construction, through partial autocorrelations (Monahan 1984). Undefined for too short a history.
 */
export function fitArima(history: Float64Array, order: ArimaOrder): ArimaFit | undefined {
  const { p, q, P, Q, d, D, period } = order;
  const w = difference(history, d, D, period);
  const hasMean = d + D < 2;
  const count = p + q + P + Q;
  const skip = p + P * period;
  const n = w.length - skip;
  const k = count + Number(hasMean) + 1;
  if (n < k + 8) return undefined;
  let average = 0;
  for (const x of w) average += x / w.length;
  let spread = 0;
  for (const x of w) spread += (x - average) ** 2 / w.length;
  spread = Math.sqrt(spread);
  if (!(spread > 1e-12 * Math.max(1, Math.abs(average)))) {
    return {
      order,
      ar: new Float64Array(0),
      ma: new Float64Array(0),
      mean: hasMean ? average : 0,
      variance: 0,
      aicc: Number.NEGATIVE_INFINITY,
    };
  }

  const residuals = new Float64Array(w.length);
  const read = (x: Float64Array): { ar: Float64Array; ma: Float64Array; mean: number } => ({
    ar: product(toCoefficients(x, 0, p), toCoefficients(x, p, P), period, -1),
    ma: product(
      toCoefficients(x, p + P, q).map(negate),
      toCoefficients(x, p + P + q, Q).map(negate),
      period,
      1,
    ),
    mean: hasMean ? average + (x[count] ?? 0) * spread : 0,
  });
  const squares = (x: Float64Array): number => {
    const { ar, ma, mean } = read(x);
    return sumOfSquares(w, ar, ma, mean, skip, residuals);
  };
  const start = new Float64Array(count + Number(hasMean));
  start.fill(0.1, 0, count);
  const steps = new Float64Array(start.length).fill(0.4);
  if (hasMean) steps[count] = 0.2;
  const found = nelderMead(squares, start, {
    steps,
    maxEvaluations: 80 * start.length + 40,
    tolerance: 1e-7,
  });
  const variance = found.value / n;
  const { ar, ma, mean } = read(found.x);
  const deviance = n * (Math.log(Math.max(variance, 1e-300)) + 1 + Math.log(2 * Math.PI));
  // Compared at the same number of values whatever the orders leave out at the start.
  const aicc = (deviance * w.length) / n + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
  return { order, ar, ma, mean, variance, aicc };
}

/** Point forecasts 1 to `horizon` of a fitted model on the history it was fitted to. */
export function forecastArima(fit: ArimaFit, history: Float64Array, horizon: number): Float64Array {
  const { d, D, period } = fit.order;
  const w = difference(history, d, D, period);
  const residuals = new Float64Array(w.length);
  sumOfSquares(w, fit.ar, fit.ma, fit.mean, fit.ar.length, residuals);
  const n = w.length;
  const extended = new Float64Array(n + horizon);
  extended.set(w);
  for (let h = 0; h < horizon; h += 1) {
    let value = fit.mean;
    for (let i = 0; i < fit.ar.length; i += 1)
      value += (fit.ar[i] ?? 0) * ((extended[n + h - 1 - i] ?? fit.mean) - fit.mean);
    for (let j = h; j < fit.ma.length; j += 1) value += (fit.ma[j] ?? 0) * (residuals[n + h - 1 - j] ?? 0);
    extended[n + h] = value;
  }
  return integrate(history, extended.subarray(n), d, D, period);
}

/**
 * Orders by AICc in steps, after Hyndman and Khandakar 2008: differences by the KPSS test and by seasonal strength, then four
 * starting models and their neighbours.
 */
export function autoArima(history: Float64Array, period: number): ArimaFit | undefined {
  const seasonal = period > 1 && history.length >= 3 * period;
  const D = seasonal && seasonalStrength(history, period) > 0.64 ? 1 : 0;
  const adjusted = difference(history, 0, D, period);
  let d = 0;
  while (d < 2 - D && kpss(difference(adjusted, d, 0, 1)) > 0.463) d += 1;
  const tried = new Map<string, ArimaFit | undefined>();
  const attempt = (p: number, q: number, P: number, Q: number): ArimaFit | undefined => {
    if (p < 0 || q < 0 || P < 0 || Q < 0 || p > 4 || q > 4 || P > 1 || Q > 1 || (!seasonal && P + Q > 0))
      return undefined;
    const key = `${p},${q},${P},${Q}`;
    if (!tried.has(key))
      tried.set(key, fitArima(history, { p, d, q, P, D, Q, period: seasonal ? period : 1 }));
    return tried.get(key);
  };
  const s = Number(seasonal);
  let best: ArimaFit | undefined;
  const keep = (fit: ArimaFit | undefined): boolean => {
    if (fit === undefined || (best !== undefined && fit.aicc >= best.aicc - 1e-6)) return false;
    best = fit;
    return true;
  };
  for (const [p, q] of [
    [2, 2],
    [0, 0],
    [1, 0],
    [0, 1],
  ] as const)
    keep(attempt(p, q, p > 0 ? s : 0, q > 0 ? s : 0));
  for (let improved = true; improved && tried.size < 20;) {
    improved = false;
    if (best === undefined) break;
    const { p, q, P, Q } = best.order;
    const neighbours = [
      [p + 1, q, P, Q],
      [p - 1, q, P, Q],
      [p, q + 1, P, Q],
      [p, q - 1, P, Q],
      [p + 1, q + 1, P, Q],
      [p - 1, q - 1, P, Q],
      [p, q, 1 - P, Q],
      [p, q, P, 1 - Q],
    ] as const;
    for (const [np, nq, nP, nQ] of neighbours) {
      if (keep(attempt(np, nq, nP, nQ))) {
        improved = true;
        break;
      }
    }
  }
  return best;
}

/** Statistic of the KPSS test for a level (Kwiatkowski et al. 1992); above 0.463 the level is not constant at 5 %. */
export function kpss(x: Float64Array): number {
  const n = x.length;
  if (n < 4) return 0;
  let mean = 0;
  for (const v of x) mean += v / n;
  const lags = Math.trunc(4 * (n / 100) ** 0.25);
  let variance = 0;
  let partial = 0;
  let sum = 0;
  for (const v of x) {
    variance += (v - mean) ** 2 / n;
    partial += v - mean;
    sum += partial * partial;
  }
  for (let k = 1; k <= lags; k += 1) {
    let product = 0;
    for (let t = k; t < n; t += 1) product += ((x[t] ?? 0) - mean) * ((x[t - k] ?? 0) - mean);
    variance += (2 * (1 - k / (lags + 1)) * product) / n;
  }
  return variance > 0 ? sum / (n * n * variance) : 0;
}

/** Differences `d` times at lag 1 and `D` times at the period. */
export function difference(history: Float64Array, d: number, D: number, period: number): Float64Array {
  let w = history;
  for (let k = 0; k < D; k += 1) w = lagDifference(w, period);
  for (let k = 0; k < d; k += 1) w = lagDifference(w, 1);
  return w;
}

function lagDifference(x: Float64Array, lag: number): Float64Array {
  return x.subarray(lag).map((v, i) => v - (x[i] ?? 0));
}

function integrate(
  history: Float64Array,
  steps: Float64Array,
  d: number,
  D: number,
  period: number,
): Float64Array {
  let out = steps.slice();
  for (let k = d - 1; k >= 0; k -= 1) {
    const base = difference(history, k, D, period);
    let last = base[base.length - 1] ?? 0;
    out = out.map((v) => (last += v));
  }
  for (let k = D - 1; k >= 0; k -= 1) {
    const base = difference(history, 0, k, period);
    const made = new Float64Array(out.length);
    for (let h = 0; h < out.length; h += 1)
      made[h] =
        (out[h] ?? 0) + (h < period ? (base[base.length - period + h] ?? 0) : (made[h - period] ?? 0));
    out = made;
  }
  return out;
}

function sumOfSquares(
  w: Float64Array,
  ar: Float64Array,
  ma: Float64Array,
  mean: number,
  skip: number,
  residuals: Float64Array,
): number {
  // Most coefficients of a seasonal product are zero: only the others are visited.
  const arLags = nonZero(ar);
  const maLags = nonZero(ma);
  let sum = 0;
  residuals.fill(0, 0, Math.min(skip, residuals.length));
  for (let t = skip; t < w.length; t += 1) {
    let e = (w[t] ?? 0) - mean;
    for (let i = 0; i < arLags.length; i += 1) {
      const lag = arLags[i] ?? 0;
      e -= (ar[lag] ?? 0) * ((w[t - 1 - lag] ?? mean) - mean);
    }
    for (let j = 0; j < maLags.length; j += 1) {
      const lag = maLags[j] ?? 0;
      if (lag < t) e -= (ma[lag] ?? 0) * (residuals[t - 1 - lag] ?? 0);
    }
    residuals[t] = e;
    sum += e * e;
  }
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
}

function nonZero(x: Float64Array): Int32Array {
  const lags: number[] = [];
  x.forEach((v, i) => {
    if (v !== 0) lags.push(i);
  });
  return Int32Array.from(lags);
}

/** Partial autocorrelations tanh(x) to coefficients by the Durbin-Levinson recursion. */
function toCoefficients(x: Float64Array, from: number, count: number): Float64Array {
  const phi = new Float64Array(count);
  const before = new Float64Array(count);
  for (let k = 0; k < count; k += 1) {
    const r = 0.999 * Math.tanh(x[from + k] ?? 0);
    before.set(phi);
    for (let i = 0; i < k; i += 1) phi[i] = (before[i] ?? 0) - r * (before[k - 1 - i] ?? 0);
    phi[k] = r;
  }
  return phi;
}

/** (1 + sign a(B)) (1 + sign b(B^period)) = 1 + sign c(B): answers c. */
function product(a: Float64Array, b: Float64Array, period: number, sign: 1 | -1): Float64Array {
  const c = new Float64Array(a.length + b.length * period);
  c.set(a);
  b.forEach((v, j) => {
    const at = (j + 1) * period;
    c[at - 1] = (c[at - 1] ?? 0) + v;
    a.forEach((u, i) => (c[at + i] = (c[at + i] ?? 0) + sign * u * v));
  });
  return c;
}

function negate(x: number): number {
  return -x;
}

/** 1 - var(remainder) / var(detrended), at least 0 (Wang, Smith and Hyndman 2006), around a centred moving average. */
export function seasonalStrength(history: Float64Array, period: number): number {
  const n = history.length;
  const half = period >> 1;
  const detrended = new Float64Array(Math.max(0, n - 2 * half));
  for (let t = half; t < n - half; t += 1) {
    let trend = 0;
    for (let j = t - half; j <= t + half; j += 1) trend += history[j] ?? 0;
    if (period % 2 === 0) trend -= ((history[t - half] ?? 0) + (history[t + half] ?? 0)) / 2;
    detrended[t - half] = (history[t] ?? 0) - trend / period;
  }
  const sums = new Float64Array(period);
  const counts = new Float64Array(period);
  detrended.forEach((v, t) => {
    sums[t % period] = (sums[t % period] ?? 0) + v;
    counts[t % period] = (counts[t % period] ?? 0) + 1;
  });
  let total = 0;
  let rest = 0;
  detrended.forEach((v, t) => {
    total += v * v;
    rest += (v - (sums[t % period] ?? 0) / Math.max(1, counts[t % period] ?? 1)) ** 2;
  });
  return total > 0 ? Math.max(0, 1 - rest / total) : 0;
}
