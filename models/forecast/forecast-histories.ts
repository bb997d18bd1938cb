import { runMembers, type PoolOptions } from './member-pool.ts';
import { membersFor } from './members.ts';
import { forecastPanel, planFor, type SeriesForecast } from './panel-forecast.ts';

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
 * The same request has the same answer whatever the number of threads.
 */
export async function forecastHistories(request: PanelRequest, pool: PoolOptions): Promise<SeriesForecast[]> {
  const { histories, horizon, period, levels } = request;
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
  const byCut = plan.cuts.map((_, k) => answers.slice(k * count, (k + 1) * count));
  return forecastPanel(histories, byCut, plan, horizon, period, levels);
}
