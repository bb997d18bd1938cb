import { nelderMead } from './nelder-mead.ts';
import { seasonalIndices } from './seasonality.ts';

export type EtsError = 'A' | 'M';
export type EtsTrend = 'N' | 'A' | 'Ad' | 'M' | 'Md';
export type EtsSeason = 'N' | 'A' | 'M';

/** A form of exponential smoothing: error, trend (d: damped), season. */
export interface EtsForm {
  readonly error: EtsError;
  readonly trend: EtsTrend;
  readonly season: EtsSeason;
}

export interface EtsParameters {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
}

export interface EtsState {
  level: number;
  trend: number;
  /** Seasonal index of the times t with t mod period = i. */
  readonly season: Float64Array;
}

export interface EtsFit {
  readonly form: EtsForm;
  readonly parameters: EtsParameters;
  /** After the last value. */
  readonly state: EtsState;
  readonly period: number;
  readonly length: number;
  readonly aicc: number;
}

const errors: readonly EtsError[] = ['A', 'M'];
const trends: readonly EtsTrend[] = ['N', 'A', 'Ad', 'M', 'Md'];
const seasons: readonly EtsSeason[] = ['N', 'A', 'M'];

/** All thirty forms of Hyndman, Koehler, Ord and Snyder 2008. */
export const etsForms: readonly EtsForm[] = errors.flatMap((error) =>
  trends.flatMap((trend) => seasons.map((season) => ({ error, trend, season }))),
);

/** The forms R's `ets` tries unless told otherwise: no multiplicative trend, none of the numerically unstable pairs. */
export const etsStableForms: readonly EtsForm[] = etsForms.filter(
  ({ error, trend, season }) => !trend.startsWith('M') && !(error === 'A' && season === 'M'),
);

/**
 * Runs the recursions over the history and leaves `state` after its last value. Answers n log(sum e^2) + 2 sum log |scale|, which is minus
 * twice the log likelihood up to a constant (Hyndman et al. 2008, 5.1), or Infinity where a form breaks down.
 */
export function etsLikelihood(
  history: Float64Array,
  form: EtsForm,
  parameters: EtsParameters,
  state: EtsState,
): number {
  const { alpha, beta, gamma, phi } = parameters;
  const { season } = state;
  const period = season.length;
  const relative = form.error === 'M';
  const trendKind = form.trend === 'N' ? 0 : form.trend.startsWith('A') ? 1 : 2;
  const seasonKind = form.season === 'N' ? 0 : form.season === 'A' ? 1 : 2;
  const ratio = alpha > 0 ? beta / alpha : 0;
  let { level, trend } = state;
  let squares = 0;
  let logs = 0;
  let i = 0;
  const n = history.length;
  for (let t = 0; t < n; t += 1) {
    const y = history[t] ?? 0;
    const s = season[i] ?? 0;
    const damped = trendKind === 0 ? 0 : trendKind === 1 ? phi * trend : phi === 1 ? trend : trend ** phi;
    const base = trendKind === 0 ? level : trendKind === 1 ? level + damped : level * damped;
    const predicted = seasonKind === 0 ? base : seasonKind === 1 ? base + s : base * s;
    if (relative) {
      if (!(Math.abs(predicted) > 1e-10)) return Number.POSITIVE_INFINITY;
      const error = (y - predicted) / predicted;
      squares += error * error;
      logs += Math.log(Math.abs(predicted));
    } else squares += (y - predicted) * (y - predicted);
    const adjusted = seasonKind === 0 ? y : seasonKind === 1 ? y - s : Math.abs(s) < 1e-10 ? 1e10 : y / s;
    const next = base + alpha * (adjusted - base);
    if (trendKind === 1) trend = damped + ratio * (next - level - damped);
    else if (trendKind === 2) {
      trend = damped + ratio * ((Math.abs(level) < 1e-10 ? 1e10 : next / level) - damped);
      if (!(trend > 0)) return Number.POSITIVE_INFINITY;
    }
    if (seasonKind !== 0) {
      const seen = seasonKind === 1 ? y - base : Math.abs(base) < 1e-10 ? 1e10 : y / base;
      season[i] = s + gamma * (seen - s);
    }
    level = next;
    i = i + 1 === period ? 0 : i + 1;
  }
  state.level = level;
  state.trend = trend;
  const value = n * Math.log(Math.max(squares, 1e-300)) + 2 * logs;
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

/** Point forecasts 1 to `horizon` of a fitted form. */
export function etsForecast(fit: EtsFit, horizon: number): Float64Array {
  const { form, state, period, length } = fit;
  const { phi } = fit.parameters;
  let weight = 0;
  let power = phi;
  return new Float64Array(horizon).map((_, h) => {
    weight += power;
    power *= phi;
    const base =
      form.trend === 'N'
        ? state.level
        : form.trend.startsWith('A')
          ? state.level + weight * state.trend
          : state.level * state.trend ** weight;
    const s = state.season[(length + h) % period] ?? 0;
    return form.season === 'N' ? base : form.season === 'A' ? base + s : base * s;
  });
}

/** One form with its parameters and first level and trend by maximum likelihood; undefined where it does not apply. */
export function fitEts(history: Float64Array, period: number, form: EtsForm): EtsFit | undefined {
  const n = history.length;
  const positive = history.every((x) => x > 0);
  const seasonal = form.season !== 'N';
  if (!positive && (form.error === 'M' || form.trend.startsWith('M') || form.season === 'M'))
    return undefined;
  if (n < 4 || (seasonal && (period < 2 || n < 2 * period + 1))) return undefined;

  const start = firstState(history, seasonal ? period : 1, form);
  const state: EtsState = { level: 0, trend: 0, season: new Float64Array(start.season.length) };
  const size = Math.max(1e-12, start.spread);
  const hasTrend = form.trend !== 'N';
  const isDamped = form.trend.endsWith('d');
  const read = (x: Float64Array): EtsParameters => {
    let i = 1;
    const alpha = logistic(x[0] ?? 0, 1e-4, 0.9999);
    const beta = hasTrend ? alpha * logistic(x[i++] ?? 0, 1e-4, 0.9999) : 0;
    const gamma = seasonal ? (1 - alpha) * logistic(x[i++] ?? 0, 1e-4, 0.9999) : 0;
    const phi = isDamped ? logistic(x[i] ?? 0, 0.8, 0.98) : 1;
    return { alpha, beta, gamma, phi };
  };
  const count = 1 + Number(hasTrend) + Number(seasonal) + Number(isDamped);
  const run = (x: Float64Array): number => {
    state.level = start.level + (x[count] ?? 0) * size;
    state.trend = hasTrend
      ? start.trend + (x[count + 1] ?? 0) * (form.trend.startsWith('A') ? size : size / start.level)
      : 0;
    state.season.set(start.season);
    return etsLikelihood(history, form, read(x), state);
  };
  const x0 = new Float64Array(count + 1 + Number(hasTrend));
  // From R: alpha .5 or so, beta a tenth of it, gamma small, phi near its upper end.
  x0[0] = 0;
  if (hasTrend) x0[1] = -2;
  if (seasonal) x0[1 + Number(hasTrend)] = -2;
  if (isDamped) x0[count - 1] = 1.5;
  const steps = new Float64Array(x0.length).fill(1);
  steps[count] = 0.5;
  if (hasTrend) steps[count + 1] = 0.1;
  const found = nelderMead(run, x0, { steps, maxEvaluations: 60 * x0.length, tolerance: 1e-7 });
  const value = run(found.x);
  if (!Number.isFinite(value)) return undefined;
  // Smoothing parameters, first states (a seasonal set has one degree less) and the variance.
  const k = x0.length + (seasonal ? period - 1 : 0) + 1;
  if (n - k - 1 <= 0) return undefined;
  const aicc = value + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
  return { form, parameters: read(found.x), state, period: state.season.length, length: n, aicc };
}

/** The form with the least AICc among `forms`. Undefined only for fewer than six values. */
export function ets(
  history: Float64Array,
  period: number,
  forms: readonly EtsForm[] = etsForms,
): EtsFit | undefined {
  let best: EtsFit | undefined;
  for (const form of forms) {
    const fit = fitEts(history, period, form);
    if (fit !== undefined && (best === undefined || fit.aicc < best.aicc)) best = fit;
  }
  return best;
}

/** First states by a short decomposition and a line through the first ten adjusted values, as R's `initstate`. */
function firstState(
  history: Float64Array,
  period: number,
  form: EtsForm,
): { level: number; trend: number; season: Float64Array; spread: number } {
  const isProduct = form.season === 'M';
  const head = history.subarray(0, Math.min(history.length, Math.max(4 * period, 10)));
  const season =
    form.season === 'N'
      ? new Float64Array(1)
      : seasonalIndices(head, period, isProduct ? 'multiplicative' : 'additive');
  const count = Math.min(head.length, Math.max(10, period));
  const adjusted = head.subarray(0, count).map((y, t) => {
    const s = season[t % period] ?? 0;
    return form.season === 'N' ? y : isProduct ? y / Math.max(s, 1e-2) : y - s;
  });
  if (isProduct) season.forEach((s, i) => (season[i] = Math.max(s, 1e-2)));
  let mean = 0;
  for (const y of adjusted) mean += y / count;
  let products = 0;
  let squares = 0;
  let spread = 0;
  adjusted.forEach((y, t) => {
    const dt = t - (count - 1) / 2;
    products += dt * (y - mean);
    squares += dt * dt;
    spread += Math.abs(y - mean) / count;
  });
  const perStep = squares > 0 ? products / squares : 0;
  if (form.trend === 'N') return { level: mean, trend: 0, season, spread: spread + Math.abs(mean) * 1e-3 };
  const level = mean - (perStep * (count + 1)) / 2;
  if (form.trend.startsWith('A'))
    return { level, trend: perStep, season, spread: spread + Math.abs(mean) * 1e-3 };
  const positiveLevel = level > 0 ? level : Math.max(mean, 1e-6);
  const growth = Math.min(2, Math.max(0.5, 1 + perStep / positiveLevel));
  return { level: positiveLevel, trend: growth, season, spread: spread + Math.abs(mean) * 1e-3 };
}

function logistic(x: number, low: number, high: number): number {
  return low + (high - low) / (1 + Math.exp(-x));
}
