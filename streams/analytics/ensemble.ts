import {
  expectedAt,
  newDecomposition,
  SMOOTHING,
  stepDecomposition,
  type Decomposition,
} from './decomposition.ts';
import type { LocalTime } from './local-time.ts';
import { quantileOf } from './median.ts';

export const ensembleMembers = ['decomposition', 'same_hour_last_week', 'recent_level'] as const;
export type EnsembleMember = (typeof ensembleMembers)[number];
export type Form = 'additive' | 'multiplicative';

/** Share of normal hours inside the interval (SYSTEMS row E4: sensitivity .95). */
export const SENSITIVITY = 0.95;
/** Residuals the interval is taken from: four weeks. */
const KEPT_RESIDUALS = 672;
/** Fewer say nothing of a quantile this far out. */
const FEWEST_RESIDUALS = 48;
const WEEK_HOURS = 168;
/** Values are whole minor units, so less than half of one is no deviation. */
const RESOLUTION = 0.5;
/** Weight of the past in the errors of the members: half after about three days. */
const ERROR_MEMORY = 0.99;

/** Three ways to expect the next hour, weighted by how well each did (inverse squared errors, Bates & Granger 1969). */
export interface Ensemble {
  readonly form: Form;
  readonly decomposition: Decomposition;
  readonly lastWeek: (number | undefined)[];
  level: number | undefined;
  /** Discounted squared errors and their weight, by member; mean absolute errors of the whole. */
  readonly errors: Record<
    EnsembleMember,
    { squares: number; weight: number; absolute: number; count: number }
  >;
  /** Signed residuals of the ensemble, oldest first, and the same in ascending order. */
  readonly residuals: number[];
  readonly ascending: number[];
  hours: number;
}

export interface EnsembleStep {
  readonly trend: number | undefined;
  /** The decomposition's own parts of the hour, known before it came: value − trend, and what is left of that without the seasons. In logarithms when multiplicative. */
  readonly parts: { readonly detrended: number; readonly remainder: number } | undefined;
  readonly expected: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly isAnomaly: boolean;
}

const noErrors = (): Ensemble['errors'][EnsembleMember] => ({ squares: 0, weight: 0, absolute: 0, count: 0 });

export function newEnsemble(form: Form): Ensemble {
  return {
    form,
    decomposition: newDecomposition(),
    lastWeek: [],
    level: undefined,
    errors: { decomposition: noErrors(), same_hour_last_week: noErrors(), recent_level: noErrors() },
    residuals: [],
    ascending: [],
    hours: 0,
  };
}

/** Takes in the next hour and tells what had been expected of it. Multiplicative needs values above zero. */
export function stepEnsemble(state: Ensemble, at: LocalTime, value: number): EnsembleStep {
  const forecasts = forecast(state, at);
  const weights = weightsOf(state, forecasts);
  let expected: number | undefined;
  for (const member of ensembleMembers) {
    const own = forecasts[member];
    if (own !== undefined) expected = (expected ?? 0) + weights[member] * own;
  }
  const low = quantile(state, (1 - SENSITIVITY) / 2);
  const high = quantile(state, (1 + SENSITIVITY) / 2);
  const bounds =
    expected === undefined || low === null || high === null
      ? undefined
      : ([applied(state.form, expected, low), applied(state.form, expected, high)] as const);
  const step: EnsembleStep = {
    trend: state.decomposition.count < 48 ? undefined : back(state.form, state.decomposition.trend),
    parts: partsOf(state, at, value),
    expected,
    low: bounds?.[0],
    high: bounds?.[1],
    isAnomaly: bounds !== undefined && (value < bounds[0] - RESOLUTION || value > bounds[1] + RESOLUTION),
  };
  learn(state, at, value, forecasts, expected);
  return step;
}

function partsOf({ decomposition, form }: Ensemble, at: LocalTime, value: number): EnsembleStep['parts'] {
  const expected = expectedAt(decomposition, at);
  if (expected === undefined) return undefined;
  const own = form === 'multiplicative' ? Math.log(value) : value;
  return { detrended: own - decomposition.trend, remainder: own - expected };
}

/** Weight of each member for the next hour; they add up to 1 over the members that have a forecast. */
export function weightsOf(
  state: Ensemble,
  forecasts: Partial<Record<EnsembleMember, number | undefined>>,
): Record<EnsembleMember, number> {
  const raw = ensembleMembers.map((member) => {
    if (forecasts[member] === undefined) return 0;
    const { squares, weight } = state.errors[member];
    return weight === 0 ? 0 : 1 / Math.max(squares / weight, 1e-12);
  });
  const sum = raw.reduce((total, each) => total + each, 0);
  const known = ensembleMembers.filter((member) => forecasts[member] !== undefined).length;
  const weight = (i: number, member: EnsembleMember): number => {
    if (sum > 0) return (raw[i] ?? 0) / sum;
    return forecasts[member] === undefined ? 0 : 1 / known;
  };
  return {
    decomposition: weight(0, 'decomposition'),
    same_hour_last_week: weight(1, 'same_hour_last_week'),
    recent_level: weight(2, 'recent_level'),
  };
}

/** What each member expects of an hour. */
export function forecast(state: Ensemble, at: LocalTime): Record<EnsembleMember, number | undefined> {
  const decomposed = expectedAt(state.decomposition, at);
  return {
    decomposition: decomposed === undefined ? undefined : back(state.form, decomposed),
    same_hour_last_week: state.lastWeek.length < WEEK_HOURS ? undefined : state.lastWeek[0],
    recent_level: state.decomposition.count < 48 ? undefined : state.level,
  };
}

/** Quantile of the residuals; null while they are few. */
export function quantile(state: Ensemble, share: number): number | null {
  return state.ascending.length < FEWEST_RESIDUALS ? null : quantileOf(state.ascending, share);
}

function learn(
  state: Ensemble,
  at: LocalTime,
  value: number,
  forecasts: Record<EnsembleMember, number | undefined>,
  expected: number | undefined,
): void {
  for (const member of ensembleMembers) {
    const own = forecasts[member];
    if (own === undefined) continue;
    const error = value - own;
    const kept = state.errors[member];
    kept.squares = ERROR_MEMORY * kept.squares + error * error;
    kept.weight = ERROR_MEMORY * kept.weight + 1;
    kept.absolute += Math.abs(error);
    kept.count += 1;
  }
  if (expected !== undefined) keepResidual(state, residualOf(state.form, expected, value));
  stepDecomposition(state.decomposition, at, state.form === 'multiplicative' ? Math.log(value) : value);
  state.level = state.level === undefined ? value : state.level + SMOOTHING * (value - state.level);
  state.lastWeek.push(value);
  if (state.lastWeek.length > WEEK_HOURS) state.lastWeek.shift();
  state.hours += 1;
}

function keepResidual(state: Ensemble, residual: number): void {
  const { ascending, residuals } = state;
  residuals.push(residual);
  ascending.splice(place(ascending, residual), 0, residual);
  if (residuals.length <= KEPT_RESIDUALS) return;
  const oldest = residuals.shift();
  if (oldest !== undefined) ascending.splice(place(ascending, oldest), 1);
}

/** Index of the first value that is not below. */
function place(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function residualOf(form: Form, expected: number, value: number): number {
  return form === 'additive' ? value - expected : value / expected - 1;
}

function applied(form: Form, expected: number, residual: number): number {
  return form === 'additive' ? expected + residual : expected * (1 + residual);
}

function back(form: Form, value: number): number {
  return form === 'additive' ? value : Math.exp(value);
}
