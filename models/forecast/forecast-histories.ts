import { runMembers, type PoolOptions } from './member-pool.ts';
import { membersFor } from './members.ts';
import { naive2 } from './naive.ts';
import { forecastPanel, planFor, type SeriesForecast } from './panel-forecast.ts';
import { boundedHistory, inUnits } from './sound-histories.ts';

export interface PanelRequest {
  /** In time order, without gaps, each of at least one value. */
  readonly histories: readonly Float64Array[];
  readonly horizon: number;
  /** Steps of the season; 1 where none is known. */
  readonly period: number;
  /** Of the intervals, each above 0 and below 1. */
  readonly levels: readonly number[];
}

/** Names of the members whose weights a forecast of this period carries, in their order. */
export function memberNames(period: number): string[] {
  return membersFor(period).map(({ name }) => name);
}

/**
 * Forecasts a panel of series that belong together: every member on worker threads, now and at past origins, then weights, points and intervals.
 * The same request has the same answer whatever the number of threads, and every number of it is finite: a member that breaks down on a series is Naive2
 * there.
 */
export async function forecastHistories(request: PanelRequest, pool: PoolOptions): Promise<SeriesForecast[]> {
  const { horizon, period, levels } = request;
  const bounded = request.histories.map(boundedHistory);
  const histories = bounded.map(({ values }) => values);
  const plan = planFor(horizon, period);
  const count = membersFor(period).length;
  const tasks = plan.cuts.flatMap((cut) => {
    const cutHistories = histories.map((history) => history.slice(0, Math.max(1, history.length - cut)));
    return Array.from({ length: count }, (_, member) => ({
      member,
      histories: cutHistories,
      horizon,
      period,
    }));
  });
  const answers = await runMembers(tasks, pool);
  const sound = answers.map((forecasts, k) =>
    forecasts.map((made, i) =>
      made.every(Number.isFinite)
        ? made
        : naive2(tasks[k]?.histories[i] ?? new Float64Array(1), horizon, period),
    ),
  );
  const byCut = plan.cuts.map((_, k) => sound.slice(k * count, (k + 1) * count));
  return forecastPanel(histories, byCut, plan, horizon, period, levels).map((made, i) =>
    restored(made, bounded[i]?.unit ?? 1),
  );
}

/** In the units of the request. */
function restored(made: SeriesForecast, unit: number): SeriesForecast {
  if (unit === 1) return made;
  return {
    ...made,
    point: inUnits(made.point, unit),
    backtestError:
      made.backtestError === undefined ? undefined : Math.min(Number.MAX_VALUE, made.backtestError * unit),
    intervals: new Map(
      [...made.intervals].map(([level, { lower, upper }]) => [
        level,
        { lower: inUnits(lower, unit), upper: inUnits(upper, unit) },
      ]),
    ),
  };
}
