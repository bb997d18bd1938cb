import type { WatchSettings } from '../../platform/contracts/anomaly.ts';

/** Watched series of one KPI, both grains together. */
export interface SeriesCount {
  readonly kpi: string;
  readonly totals: number;
  readonly parts: number;
}

/** False alarms a week one series may make. */
export interface SeriesBudget {
  readonly total: number;
  readonly part: number;
}

/**
 * Shares what a person set out among the series, so that "about 2 a week" holds for all of them together: half goes to the totals, half
 * to the parts (channels, countries, streams), evenly. A KPI with a number of its own shares that among its own series.
 */
export function shareBudget(
  settings: Pick<WatchSettings, 'falseAlarmsPerWeek' | 'perKpi'>,
  counts: readonly SeriesCount[],
): Map<string, SeriesBudget> {
  const followers = counts.filter(({ kpi }) => settings.perKpi[kpi] === undefined);
  const common = share(
    settings.falseAlarmsPerWeek,
    followers.reduce((sum, { totals }) => sum + totals, 0),
    followers.reduce((sum, { parts }) => sum + parts, 0),
  );
  return new Map(
    counts.map(({ kpi, totals, parts }) => {
      const own = settings.perKpi[kpi];
      return [kpi, own === undefined ? common : share(own, totals, parts)];
    }),
  );
}

function share(falseAlarmsPerWeek: number, totals: number, parts: number): SeriesBudget {
  const forTotals = parts === 0 ? falseAlarmsPerWeek : falseAlarmsPerWeek / 2;
  return {
    total: totals === 0 ? 0 : forTotals / totals,
    part: parts === 0 ? 0 : (falseAlarmsPerWeek - forTotals) / parts,
  };
}
