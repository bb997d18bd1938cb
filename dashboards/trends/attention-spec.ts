import type { TrendPoint } from '../../platform/contracts/trend.ts';
import type { ChartSpec } from '../ui/chart-spec.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Attention at the hours in which the trend was evaluated. Where its sources report once a day, so do the labels. */
export function attentionSpec(points: readonly TrendPoint[]): ChartSpec {
  const starts = points.map(({ atMs }) => Math.floor(atMs / HOUR_MS) * HOUR_MS);
  const spanMs = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const isDaily = points.length > 1 && spanMs / (points.length - 1) >= 0.8 * DAY_MS;
  return {
    kind: 'lines',
    hasArea: true,
    unit: 'ratio',
    grain: isDaily ? '1d' : '1h',
    starts,
    endMs: (starts.at(-1) ?? 0) + (isDaily ? DAY_MS : HOUR_MS),
    completeCount: starts.length,
    series: [
      {
        id: 'attention',
        label: 'Share of a day’s attention',
        slot: 1,
        values: points.map(({ attention }) => attention / 100),
      },
    ],
  };
}
