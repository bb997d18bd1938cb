import {
  actualAt,
  combine,
  usable,
  type Combined,
  type MemberForecasts,
  type PastOrigin,
} from './combination.ts';
import { calibrate, type Interval, type Judged } from './conformal.ts';
import { meanAbsoluteError } from './metrics.ts';
import { seasonalNaive } from './naive.ts';

export interface PanelPlan {
  /** Values cut off the end of each history, by origin; 0 is now. */
  readonly cuts: readonly number[];
  /** Past origins the weights are learned from, counted from the one forecast. */
  readonly learn: number;
  /** Past origins the intervals are calibrated on. */
  readonly judge: number;
}

/** Rolling origins one horizon apart: a season makes members slow, so intervals are calibrated on one of them. */
export function planFor(horizon: number, period: number): PanelPlan {
  const learn = 3;
  const judge = period > 1 ? 1 : 2;
  return { cuts: Array.from({ length: learn + judge + 1 }, (_, k) => k * horizon), learn, judge };
}

export interface SeriesForecast {
  readonly point: Float64Array;
  readonly intervals: ReadonlyMap<number, Interval>;
  readonly weights: Float64Array;
  readonly backtestError: number | undefined;
  /** Backtest error as a multiple of that of seasonal-naive at the same origins. */
  readonly relativeToSeasonalNaive: number | undefined;
}

/**
 * Weights, points and intervals of a panel from what its members forecast now and at past origins (`byCut`, one for each cut of the
 * plan). The intervals are calibrated on combinations made just as the one now is: weights from the origins before.
 */
export function forecastPanel(
  histories: readonly Float64Array[],
  byCut: readonly MemberForecasts[],
  plan: PanelPlan,
  horizon: number,
  period: number,
  levels: readonly number[],
): SeriesForecast[] {
  const origins: PastOrigin[] = plan.cuts.map((cut, k) => ({ cut, forecasts: byCut[k] ?? [] }));
  const judged: Judged[] = [];
  for (let k = 1; k <= plan.judge; k += 1) {
    const cut = plan.cuts[k] ?? 0;
    const before = histories.map((history) => history.subarray(0, Math.max(1, history.length - cut)));
    const past = origins
      .slice(k + 1, k + 1 + plan.learn)
      .map((origin) => ({ ...origin, cut: origin.cut - cut }));
    const combined = combine(byCut[k] ?? [], past, before, horizon);
    histories.forEach((history, i) => {
      const mine = combined[i];
      const known = before[i];
      if (mine === undefined || known === undefined || history.length - cut < 2 * horizon) return;
      judged.push({ history: known, combined: mine, actual: actualAt(history, cut, horizon) });
    });
  }
  const calibration = calibrate(judged, period);
  const past = origins.slice(1, 1 + plan.learn);
  return combine(byCut[0] ?? [], past, histories, horizon).map((combined, i) => {
    const history = histories[i] ?? new Float64Array(1);
    return {
      point: combined.point,
      intervals: new Map(levels.map((level) => [level, calibration.interval(history, combined, level)])),
      weights: combined.weights,
      backtestError: combined.backtestError,
      relativeToSeasonalNaive: relative(history, combined, past, horizon, period),
    };
  });
}

function relative(
  history: Float64Array,
  combined: Combined,
  past: readonly PastOrigin[],
  horizon: number,
  period: number,
): number | undefined {
  const errors = usable(history, past, horizon).map(({ cut }) =>
    meanAbsoluteError(
      actualAt(history, cut, horizon),
      seasonalNaive(history.subarray(0, history.length - cut), horizon, period),
    ),
  );
  if (errors.length === 0 || combined.backtestError === undefined) return undefined;
  const reference = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  return reference > 0 ? combined.backtestError / reference : undefined;
}
