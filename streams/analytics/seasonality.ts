import type { DecompositionReply } from '../../platform/contracts/revenue.ts';
import {
  ensembleMembers,
  forecast,
  newEnsemble,
  quantile,
  SENSITIVITY,
  stepEnsemble,
  weightsOf,
  type Ensemble,
  type EnsembleStep,
  type Form,
} from './ensemble.ts';
import type { LocalTime } from './local-time.ts';

export interface Hour {
  readonly startMs: number;
  readonly value: number;
}

const SHOWN_POINTS = 336;
/** Hours at the beginning whose errors do not choose the form: the seasons are still being learnt. */
const UNJUDGED_HOURS = 72;
/** Hours after these before the seasons' share is told. */
const FEWEST_JUDGED_HOURS = 336;

/**
 * Seasons, trend, interval and anomalies of a series of complete hours without gaps. Both forms are run side by side; the one
 * whose expectation of the next hour had the smaller mean absolute error is told. Multiplicative takes part only when every hour
 * is above zero.
 */
export function decompose(
  hours: readonly Hour[],
  localTime: (timeMs: number) => LocalTime,
): Omit<DecompositionReply, 'currency'> {
  const forms: readonly Form[] = hours.every(({ value }) => value > 0)
    ? ['additive', 'multiplicative']
    : ['additive'];
  const runs = forms.map((form) => ({
    state: newEnsemble(form),
    steps: new Array<EnsembleStep>(),
    error: 0,
  }));
  for (const [i, { startMs, value }] of hours.entries()) {
    const at = localTime(startMs);
    for (const run of runs) {
      const step = stepEnsemble(run.state, at, value);
      run.steps.push(step);
      if (i >= UNJUDGED_HOURS) run.error += Math.abs(value - (step.expected ?? value));
    }
  }
  const [best] = runs.toSorted((a, b) => a.error - b.error);
  return best === undefined
    ? told(newEnsemble('additive'), [], [], localTime)
    : told(best.state, hours, best.steps, localTime);
}

function told(
  state: Ensemble,
  hours: readonly Hour[],
  steps: readonly EnsembleStep[],
  localTime: (timeMs: number) => LocalTime,
): Omit<DecompositionReply, 'currency'> {
  const { decomposition, form } = state;
  const isKnown = decomposition.count >= 48;
  const effect = (value: number): number => (form === 'multiplicative' ? Math.exp(value) : value);
  const next = hours.at(-1);
  const forecasts = next === undefined ? {} : forecast(state, localTime(next.startMs + 3_600_000));
  const weights = weightsOf(state, forecasts);
  const first = Math.max(0, hours.length - SHOWN_POINTS);
  return {
    form,
    hours: hours.length,
    weeks: hours.length / 168,
    hourEffects: isKnown ? [...decomposition.hours].map(effect) : [],
    weekdayEffects: isKnown
      ? [...decomposition.weekdays].map((value, weekday) =>
          (decomposition.weekdayCounts[weekday] ?? 0) === 0 ? null : effect(value),
        )
      : [],
    seasonalStrength: strength(steps),
    ensemble: ensembleMembers.map((member) => {
      const { absolute, count } = state.errors[member];
      return { member, weight: weights[member], errorMinor: count === 0 ? null : absolute / count };
    }),
    residuals: {
      low: quantile(state, (1 - SENSITIVITY) / 2),
      median: quantile(state, 0.5),
      high: quantile(state, (1 + SENSITIVITY) / 2),
      sensitivity: SENSITIVITY,
    },
    points: hours.slice(first).map(({ startMs, value }, i) => {
      const step = steps[first + i];
      return {
        startMs,
        valueMinor: Math.round(value),
        trendMinor: step?.trend ?? null,
        expectedMinor: step?.expected ?? null,
        lowMinor: step?.low ?? null,
        highMinor: step?.high ?? null,
        isAnomaly: step?.isAnomaly ?? false,
      };
    }),
    anomalies: steps.filter(({ isAnomaly }) => isAnomaly).length,
  };
}

/**
 * 1 − Var(R) ÷ Var(S + R), at least 0: how much of what the trend leaves is the seasons' (Hyndman & Athanasopoulos, section 4.3), R and S being the
 * decomposition's own as known before each hour. The ensemble's expectation would not do: what the recent level explains is no season. Null before
 * two weeks are judged, in which every weekday came twice.
 */
function strength(steps: readonly EnsembleStep[]): number | null {
  const parts = steps.slice(UNJUDGED_HOURS).flatMap(({ parts: each }) => each ?? []);
  const whole = variance(parts.map(({ detrended }) => detrended));
  if (parts.length < FEWEST_JUDGED_HOURS || whole === 0) return null;
  return Math.max(0, 1 - variance(parts.map(({ remainder }) => remainder)) / whole);
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);
  return values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, values.length);
}
