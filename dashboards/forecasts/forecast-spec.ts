import type { ForecastReply, SeriesForecastDetail } from '../../platform/contracts/forecast.ts';
import type { WindowPoint } from '../data/series.ts';
import type { ChartSpec } from '../ui/chart-spec.ts';

/** Steps of the past shown for each step ahead, and at least. */
const PAST_PER_STEP = 2;
const MIN_PAST = { daily: 28, hourly: 72 } as const;

/**
 * The fan: what came as a line, with the running step hatched; the forecast dashed, for past steps as it was said when they were still to come; the
 * .95 and .80 intervals around it. Without a history of its own, as for what is left of a total, the forecast stands alone.
 */
export function forecastSpec(
  { forecast, past }: ForecastReply,
  observed: readonly WindowPoint[] | undefined,
  steps: number,
): ChartSpec {
  const { endMs, grain, originMs, points, stepStarts, title, unit } = forecast;
  const shown = Math.min(steps, points.length);
  const byStart = new Map((observed ?? []).map(({ value, windowStartMs }) => [windowStartMs, value]));
  const said = new Map(past.map((each) => [each.targetMs, each]));
  const pastStarts = [...new Set([...byStart.keys(), ...said.keys()])]
    .filter((start) => start < originMs)
    .sort((a, b) => a - b)
    .slice(-Math.max(MIN_PAST[grain], PAST_PER_STEP * shown));
  const starts = [...pastStarts, ...stepStarts.slice(0, shown)];
  const ahead = (start: number): number => (start < originMs ? -1 : stepStarts.indexOf(start));
  const band = (level: number, side: 'lower' | 'upper') => {
    const held = forecast.bands.find((each) => each.level === level);
    return starts.map((start) => {
      const h = ahead(start);
      if (h >= 0) return held?.[side][h] ?? null;
      return level === 0.95 ? (said.get(start)?.[side === 'lower' ? 'lower95' : 'upper95'] ?? null) : null;
    });
  };
  return {
    kind: 'lines',
    unit,
    grain: grain === 'daily' ? '1d' : '1h',
    starts,
    endMs: stepStarts[shown] ?? endMs,
    completeCount: pastStarts.length,
    series: [
      { id: 'observed', label: title, slot: 1, values: starts.map((start) => byStart.get(start) ?? null) },
    ],
    comparison: {
      label: 'forecast',
      values: starts.map((start) => {
        const h = ahead(start);
        return h >= 0 ? (points[h] ?? null) : (said.get(start)?.point ?? null);
      }),
    },
    band: { label: '95% interval', lower: band(0.95, 'lower'), upper: band(0.95, 'upper') },
    innerBand: { label: '80% interval', lower: band(0.8, 'lower'), upper: band(0.8, 'upper') },
  };
}

/** "30 days", "1 day", "24 hours". */
export function stepsWords(steps: number, grain: SeriesForecastDetail['grain']): string {
  const word = grain === 'daily' ? 'day' : 'hour';
  return `${steps} ${word}${steps === 1 ? '' : 's'}`;
}
