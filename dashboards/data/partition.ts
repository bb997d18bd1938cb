import type { Dimension, WindowSize } from '../../platform/contracts/kpi.ts';
import type { Api } from './api.ts';
import { dimensionTitle } from './colour-slots.ts';
import type { RankedValue } from './ranked-value.ts';
import { sumOf } from './series.ts';
import { dimensions, type Filters } from './view-state.ts';

export interface PartitionArgs {
  readonly dimension: Dimension;
  readonly window: WindowSize;
  readonly fromMs: number;
  readonly toMs: number;
  /** Without the dimension itself. */
  readonly filters: Filters;
  readonly limit: number;
}

/** Revenue by the values of a dimension and as a whole, asked for at one moment, so that the two can be set against each other. */
export interface Partition {
  readonly values: readonly RankedValue[];
  readonly total: number | null;
}

export async function loadPartition(
  api: Pick<Api, 'series' | 'top'>,
  args: PartitionArgs,
  minorDigits: number,
  locale: string,
): Promise<Partition> {
  const { dimension, window, filters, limit } = args;
  const span = { fromMs: args.fromMs, toMs: args.toMs };
  const isFiltered = dimensions.some((each) => filters[each] !== undefined);
  const sum = (points: readonly { readonly value: number | null }[]): number | null =>
    sumOf(
      points.map((point) => point.value),
      'currency',
      minorDigits,
    );
  const whole = api.series({ key: 'total_revenue', window, ...span, filters });
  const isRanked = !isFiltered && (dimension === 'channel' || dimension === 'content');
  if (isRanked) {
    const asked = api.top({
      kpi: 'total_revenue',
      by: dimension,
      window: window === '1m' ? '1h' : window,
      ...span,
      limit,
    });
    const [top, total] = await Promise.all([asked, whole]);
    return { values: top.entries, total: sum(total.series[0]?.points ?? []) };
  }
  const cut = api.series({ key: 'total_revenue', window, ...span, by: dimension, filters });
  // Sums know contents by their id alone; what they are called is known where they are ranked.
  const named =
    dimension === 'content'
      ? api.top({
          kpi: 'views',
          by: dimension,
          window: window === '1m' ? '1h' : window,
          ...span,
          limit: 1_000,
        })
      : undefined;
  const [parts, total, top] = await Promise.all([cut, whole, named]);
  const titles = new Map((top?.entries ?? []).map((entry) => [entry.id, entry.title]));
  const values = parts.series
    .map(({ dims, points }) => {
      const id = dims[dimension] ?? '';
      return { id, title: titles.get(id) ?? dimensionTitle(dimension, id, locale), value: sum(points) ?? 0 };
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, limit);
  return { values, total: sum(total.series[0]?.points ?? []) };
}

export function partitionKey(args: PartitionArgs): string {
  const { filters } = args;
  return JSON.stringify([
    args.dimension,
    args.window,
    args.fromMs,
    args.toMs,
    args.limit,
    dimensions.map((each) => filters[each] ?? null),
  ]);
}
