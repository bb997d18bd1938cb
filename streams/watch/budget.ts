import type { WatchedWindow, WatchSettings } from '../../platform/contracts/anomaly.ts';
import type { KpiShape } from './kpi-plan.ts';
import type { WatchedKey } from './watch-state.ts';

/**
 * Whether a series raises alarms. By the minute the ratio of one channel or country is made of a handful of events, and goes out with any of
 * them: it is judged and shown, and the hour raises its alarms.
 */
export function mayAlarm(shape: KpiShape['kind'], { rollup }: WatchedKey, window: WatchedWindow): boolean {
  return window === '1h' || shape !== 'ratio' || rollup === 'total';
}

/** Series of one KPI that raise alarms, both grains together. */
export interface SeriesCount {
  readonly kpi: string;
  readonly shape: KpiShape['kind'];
  readonly totals: number;
  readonly parts: number;
}

/** False alarms a week one series may make. */
export interface SeriesBudget {
  readonly total: number;
  readonly part: number;
}

/**
 * What a series of a kind gets of what is shared. Sums and counts (views, revenue, sales) are what happened; a ratio moves when one of its parts
 * does, mostly tells the same money again, and by the minute is made of few events.
 */
export const budgetWeight: Readonly<Record<KpiShape['kind'], number>> = { sum: 4, none: 2, ratio: 1 };

/**
 * Shares what a person set out among the series, so that "about 2 a week" holds for all of them together: half goes to the totals, half
 * to the parts (channels, countries, streams), by the weight of their KPI. A KPI with a number of its own shares that among its own series.
 */
export function shareBudget(
  settings: Pick<WatchSettings, 'falseAlarmsPerWeek' | 'perKpi'>,
  counts: readonly SeriesCount[],
): Map<string, SeriesBudget> {
  const followers = counts.filter(({ kpi }) => settings.perKpi[kpi] === undefined);
  const common = share(
    settings.falseAlarmsPerWeek,
    followers.reduce((sum, { shape, totals }) => sum + budgetWeight[shape] * totals, 0),
    followers.reduce((sum, { parts, shape }) => sum + budgetWeight[shape] * parts, 0),
  );
  return new Map(
    counts.map(({ kpi, parts, shape, totals }) => {
      const own = settings.perKpi[kpi];
      const weight = budgetWeight[shape];
      return [
        kpi,
        own === undefined
          ? { total: weight * common.total, part: weight * common.part }
          : share(own, totals, parts),
      ];
    }),
  );
}

/** What is due to each of so many series, or to each unit of weight. */
function share(falseAlarmsPerWeek: number, totals: number, parts: number): SeriesBudget {
  const forTotals = parts === 0 ? falseAlarmsPerWeek : falseAlarmsPerWeek / 2;
  return {
    total: totals === 0 ? 0 : forTotals / totals,
    part: parts === 0 ? 0 : (falseAlarmsPerWeek - forTotals) / parts,
  };
}
