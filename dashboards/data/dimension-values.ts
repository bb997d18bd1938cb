import type { Dimension } from '../../platform/contracts/kpi.ts';
import { dimensionTitle } from './colour-slots.ts';
import { useQuery, type Shown } from './hooks.ts';
import { coarsestWindow, type Scope } from './scope.ts';
import { sumOf } from './series.ts';
import type { RankedValue } from './ranked-value.ts';
import { dimensions, type Filters } from './view-state.ts';
import { useWorkspace } from './workspace.ts';

export interface Ranking extends Pick<Shown<unknown>, 'problem' | 'isLoading' | 'isOutdated'> {
  readonly values: readonly RankedValue[] | undefined;
}

const TITLES = 1_000;

/**
 * Values of a dimension by an additive KPI over the range, largest first. Channels and contents come ranked from the server; with
 * filters, and for the dimensions that have few values, they are added up here.
 */
export function useRanking(dimension: Dimension, kpi: string, scope: Scope, limit: number): Ranking {
  const { queries, zone, format } = useWorkspace();
  const { range, view } = scope;
  const window = coarsestWindow(range, zone);
  const span = { fromMs: range.fromMs, toMs: range.toMs };
  const filters = withoutDimension(view.filters, dimension);
  const isFiltered = dimensions.some((each) => filters[each] !== undefined);
  const isRanked = !isFiltered && (dimension === 'channel' || dimension === 'content');
  const ranked = useQuery(
    queries.top,
    isRanked ? { kpi, by: dimension, window: window === '1m' ? '1h' : window, ...span, limit } : undefined,
  );
  // Sums know contents by their id alone; what they are called is known where they are ranked.
  const named = useQuery(
    queries.top,
    isFiltered && dimension === 'content'
      ? { kpi: 'views', by: dimension, window: window === '1m' ? '1h' : window, ...span, limit: TITLES }
      : undefined,
  );
  // Views belong to no stream: nothing is ranked by them there.
  const isAnswerable = kpi !== 'views' || (dimension !== 'stream' && filters.stream === undefined);
  const summed = useQuery(
    queries.series,
    isRanked || !isAnswerable ? undefined : { key: kpi, window, ...span, by: dimension, filters },
  );
  if (!isAnswerable) return { values: [], problem: undefined, isLoading: false, isOutdated: false };
  const { locale } = format.context;
  if (isRanked) {
    const values = ranked.data?.entries.map(({ id, title, value }) => ({ id, title, value }));
    return { values, problem: ranked.problem, isLoading: ranked.isLoading, isOutdated: ranked.isOutdated };
  }
  const titles = new Map((named.data?.entries ?? []).map((entry) => [entry.id, entry.title]));
  const unit = summed.data?.unit === 'currency' ? 'currency' : 'count';
  const values = summed.data?.series
    .flatMap(({ dims, points }) => {
      const id = dims[dimension] ?? '';
      const value = sumOf(
        points.map((point) => point.value),
        unit,
        format.minorDigits,
      );
      return value === null || (id === '' && value === 0)
        ? []
        : [{ id, title: titles.get(id) ?? dimensionTitle(dimension, id, locale), value }];
    })
    .sort((a, b) => b.value - a.value)
    .slice(0, limit);
  return { values, problem: summed.problem, isLoading: summed.isLoading, isOutdated: summed.isOutdated };
}

/** What a list of channels is narrowed to is everything but the channel, so that the others stay in sight. */
export function withoutDimension(filters: Filters, dimension: Dimension): Filters {
  const rest = { ...filters };
  delete rest[dimension];
  return rest;
}
