import type { Problem, SeriesReply } from '../../platform/contracts/api.ts';
import type { Dimension, KpiDefinition } from '../../platform/contracts/kpi.ts';
import { isAdditive } from '../../platform/contracts/additive.ts';
import { colourSlots, dimensionTitle, REST_SLOT } from './colour-slots.ts';
import { useRanking, withoutDimension } from './dimension-values.ts';
import { withLive } from './figures.ts';
import { useLivePoints, useQueries, useQuery } from './hooks.ts';
import { grainsOf } from './kpi-grain.ts';
import type { Scope } from './scope.ts';
import { alignPoints, sumOf, type Values, type WindowPoint } from './series.ts';
import { dimensions } from './view-state.ts';
import { useWorkspace } from './workspace.ts';

export interface SplitPart {
  readonly id: string;
  readonly label: string;
  readonly slot: number;
  readonly values: Values;
}

export interface Split {
  /** Undefined until there is something to show. */
  readonly parts: readonly SplitPart[] | undefined;
  readonly problem: Problem | undefined;
  readonly isOutdated: boolean;
}

/** Colours end at eight; the ninth part is the rest. */
export const MAX_PARTS = 8;

/**
 * A KPI window by window, cut by a dimension: the largest parts, and for sums the rest, so that the parts always add up to the
 * whole. Streams are followed live.
 */
export function useSplit(kpi: KpiDefinition | undefined, dimension: Dimension, scope: Scope): Split {
  const { queries, format } = useWorkspace();
  const { range, view } = scope;
  const additive = kpi !== undefined && isAdditive(kpi);
  // In windows it does not have there is nothing to cut.
  const hasWindow = kpi === undefined || grainsOf(kpi).includes(range.grain);
  const isFew = dimension === 'stream' || dimension === 'country';
  const filters = withoutDimension(view.filters, dimension);
  const span = { window: range.grain, fromMs: range.fromMs, toMs: range.toMs };
  const key = kpi?.key === 'total_revenue' && dimension === 'stream' ? 'revenue_by_stream' : kpi?.key;
  const few = useQuery(
    queries.series,
    isFew && hasWindow && key !== undefined ? { key, ...span, by: dimension, filters } : undefined,
  );
  const ranking = useRanking(dimension, additive ? kpi.key : 'views', scope, MAX_PARTS);
  const chosen =
    isFew || !hasWindow || kpi === undefined ? [] : (ranking.values ?? []).filter((value) => value.id !== '');
  const each = useQueries(
    queries.series,
    chosen.map(({ id }) => ({ key: kpi?.key ?? '', ...span, filters: { ...filters, [dimension]: id } })),
  );
  const whole = useQuery(
    queries.series,
    additive && hasWindow ? { key: kpi.key, ...span, filters } : undefined,
  );
  const isUnfiltered = dimensions.every((name) => filters[name] === undefined);
  const isLive = isUnfiltered && dimension === 'stream' && key === 'revenue_by_stream';
  const live = useLivePoints(isLive ? 'kpis' : undefined, key ?? '', range.grain, 1_000);
  const liveWhole = useLivePoints(
    isUnfiltered && additive ? 'kpis' : undefined,
    kpi?.key ?? '',
    range.grain,
    1_000,
  );

  const problem = few.problem ?? ranking.problem ?? each.find((one) => one.problem !== undefined)?.problem;
  const isOutdated = few.isOutdated || ranking.isOutdated || whole.isOutdated;
  if (kpi === undefined) return { parts: undefined, problem, isOutdated };
  if (!hasWindow) return { parts: [], problem, isOutdated };

  const align = (points: readonly WindowPoint[]): Values =>
    alignPoints(points, range.starts, { isAdditive: additive, begunCount: scope.begunCount });
  const found: { readonly id: string; readonly label: string; readonly values: Values }[] = [];
  if (isFew) {
    if (few.data === undefined) return { parts: undefined, problem, isOutdated };
    const ids = new Set(few.data.series.map((series) => series.dims[dimension] ?? ''));
    for (const point of live) ids.add(point.dims[dimension] ?? '');
    for (const id of ids) {
      const stored = few.data.series.find((series) => (series.dims[dimension] ?? '') === id);
      const newest = live.filter((point) => point.dims[dimension] === id);
      const label = dimensionTitle(dimension, id, format.context.locale);
      found.push({ id, label, values: align(withLive(stored?.points ?? [], newest)) });
    }
  } else {
    if (ranking.values === undefined || each.some((one) => one.data === undefined))
      return { parts: undefined, problem, isOutdated };
    for (const [i, { id, title }] of chosen.entries())
      found.push({ id, label: title, values: align(firstPoints(each[i]?.data)) });
  }
  const total = (values: Values): number => sumOf(values, kpi.unit, format.minorDigits) ?? 0;
  const order = additive ? found.toSorted((a, b) => total(b.values) - total(a.values)) : found;
  const limit = dimension === 'stream' ? MAX_PARTS + 1 : MAX_PARTS;
  const shown = order.slice(0, limit);
  const slots = colourSlots(
    dimension,
    shown.map((part) => part.id),
  );
  const parts: SplitPart[] = shown.map((part) => ({ ...part, slot: slots.get(part.id) ?? REST_SLOT }));
  // A stack that is redrawn in another order is read anew each time, so colours give the order.
  if (dimension === 'stream') parts.sort((a, b) => a.slot - b.slot);
  if (additive && whole.data !== undefined) {
    const rest = restOf(
      align(withLive(firstPoints(whole.data), liveWhole)),
      parts.map((part) => part.values),
      10 ** (kpi.unit === 'currency' ? format.minorDigits : 3),
    );
    if (rest.some((value) => value !== null && value !== 0) && !isFewAndWhole(isFew, order.length, limit))
      parts.push({ id: '…', label: `All others`, slot: REST_SLOT, values: rest });
  }
  return { parts, problem, isOutdated };
}

/** Where every value of a dimension is shown there is no rest; what seems one comes from answers of different moments. */
function isFewAndWhole(isFew: boolean, found: number, limit: number): boolean {
  return isFew && found <= limit;
}

function firstPoints(reply: SeriesReply | undefined): readonly WindowPoint[] {
  return reply?.series[0]?.points ?? [];
}

/** What the parts leave of the whole, rounded to what can be meant. */
export function restOf(whole: Values, parts: readonly Values[], scale: number): Values {
  return whole.map((value, i) => {
    if (value === null) return null;
    let rest = Math.round(value * scale);
    for (const part of parts) rest -= Math.round((part[i] ?? 0) * scale);
    return rest / scale;
  });
}
