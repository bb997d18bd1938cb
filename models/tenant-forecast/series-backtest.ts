import type { ForecastBacktest, ForecastMember } from '../../platform/contracts/forecast.ts';
import { naiveScale } from '../forecast/metrics.ts';
import { members, REFERENCE } from './members.ts';
import { bandsOf } from './origins.ts';
import type { Panel } from './panel.ts';
import { sumOver } from './horizon-totals.ts';
import { ratioOrNull } from './ratio.ts';
import type { Outcome } from './series-outcome.ts';
import { triedError, type Origin } from './weigh.ts';
import type { Working } from './working.ts';

/** How what is shown of a series did at past origins over a horizon; empty where nothing could be tried. */
export function backtestOf(mine: Working | undefined, panel: Panel, horizon: number): ForecastBacktest {
  const nothing: ForecastBacktest = {
    origins: 0,
    stepsTested: 0,
    meanAbsoluteError: null,
    wape: null,
    mase: null,
    accuracy: null,
    totalAccuracy: null,
    relativeToSeasonalNaive: null,
    beatsSeasonalNaive: false,
  };
  if (mine === undefined) return nothing;
  const { actual, history, origins, outcome, position } = mine;
  const shown = triedError(outcome.past, actual, 0, horizon);
  if (shown.count === 0) return nothing;
  const reference = triedError(memberPast(origins, REFERENCE, position), actual, 0, horizon);
  const mae = shown.absolute / shown.count;
  const its = reference.count === 0 ? 0 : reference.absolute / reference.count;
  const wape = ratioOrNull(shown.absolute, shown.size);
  return {
    origins: shown.origins,
    stepsTested: shown.steps,
    meanAbsoluteError: mae,
    wape,
    mase: ratioOrNull(mae, naiveScale(history, panel.period)),
    accuracy: wape === null ? null : Math.max(0, 1 - wape),
    totalAccuracy: totalAccuracy(outcome.past, actual, horizon),
    relativeToSeasonalNaive: ratioOrNull(mae, its),
    beatsSeasonalNaive: mae < its,
  };
}

/** 1 less the error of sums over a horizon, over their size; over the known steps of origins with at least half of them. */
function totalAccuracy(past: Outcome['past'], actual: Float64Array, horizon: number): number | null {
  let off = 0;
  let size = 0;
  for (const { cut, point } of past) {
    const tried = sumOver(actual, cut, point, horizon);
    if (tried === undefined) continue;
    off += Math.abs(tried.came - tried.said);
    size += Math.abs(tried.came);
  }
  const share = ratioOrNull(off, size);
  return share === null ? null : Math.max(0, 1 - share);
}

function memberPast(
  origins: readonly Origin[],
  member: number,
  position: number,
): { cut: number; point: Float64Array }[] {
  return origins.slice(1).flatMap(({ cut, forecasts }) => {
    const point = forecasts[member]?.[position];
    return point === undefined ? [] : [{ cut, point }];
  });
}

/** Members with weight or a past, over a horizon. */
export function membersOf(mine: Working | undefined, panel: Panel, horizon: number): ForecastMember[] {
  if (mine === undefined) return [];
  const { actual, origins, outcome, position } = mine;
  const bands = bandsOf(panel.horizons).filter(({ to }) => to <= horizon);
  const its = triedError(memberPast(origins, REFERENCE, position), actual, 0, horizon);
  const yardstick = its.count === 0 ? 0 : its.absolute / its.count;
  return members
    .map(({ name, family }, k) => {
      const weight = bands.reduce(
        (sum, { from, to }, b) => sum + ((to - from) / horizon) * (outcome.now.weights[b]?.[k] ?? 0),
        0,
      );
      const tried = triedError(memberPast(origins, k, position), actual, 0, horizon);
      const mae = tried.count === 0 ? null : tried.absolute / tried.count;
      return {
        name,
        family,
        weight: Math.min(1, weight),
        meanAbsoluteError: mae,
        relativeToSeasonalNaive: mae === null ? null : ratioOrNull(mae, yardstick),
      };
    })
    .filter(({ weight, meanAbsoluteError }) => weight > 0 || meanAbsoluteError !== null);
}
