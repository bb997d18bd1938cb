import type { TrendPoint } from '../../platform/contracts/trend.ts';
import type { ChartSpec } from '../ui/chart-spec.ts';

const HOUR_MS = 3_600_000;

/** Attention by the hour, in the hours in which the trend was evaluated; hours between them are left open. */
export function attentionSpec(points: readonly TrendPoint[]): ChartSpec {
  const starts = points.map(({ atMs }) => Math.floor(atMs / HOUR_MS) * HOUR_MS);
  return {
    kind: 'lines',
    hasArea: true,
    unit: 'ratio',
    grain: '1h',
    starts,
    endMs: (starts.at(-1) ?? 0) + HOUR_MS,
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
