import {
  dimensions,
  liveWindows,
  type Dimension,
  type KpiDefinition,
  type Rollup,
  type WindowSize,
} from '../../platform/contracts/kpi.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { TimeRange } from './range.ts';

/** Values events are narrowed to. */
export type Filters = Readonly<Partial<Record<Dimension, string>>>;

export interface SeriesQuestion {
  readonly tenant: string;
  readonly definition: KpiDefinition;
  readonly window: WindowSize;
  /** Windows each point is over: 1 for its own alone. */
  readonly trailing: number;
  readonly range: TimeRange;
  readonly by: readonly Dimension[];
  readonly filters: Filters;
}

/** Where the answer lies: rows of one live rollup, or the stored events themselves. */
export type Source =
  | { readonly kind: 'rollup'; readonly rollup: Rollup; readonly dim: string | undefined }
  | { readonly kind: 'events' };

/** Dimensions of a comma-separated list; `tenant` and `total` mean no cut, since a series never spans tenants. */
export function readCuts(text: string | undefined, definition: KpiDefinition): readonly Dimension[] {
  const cuts = new Set<Dimension>(definition.cut === undefined ? [] : [definition.cut]);
  for (const part of (text ?? '').split(',')) {
    const name = part.trim();
    if (name === '' || name === 'tenant' || name === 'total') continue;
    const dimension = dimensions.find((known) => known === name);
    if (dimension === undefined) {
      throw new WeirError(
        'GATEWAY_REQUEST_INVALID',
        `Query parameter "by" must list dimensions out of ${dimensions.join(', ')}.`,
        { details: { in: 'query', field: 'by' } },
      );
    }
    cuts.add(dimension);
  }
  return dimensions.filter((dimension) => cuts.has(dimension));
}

/** Window asked for, or the usual one of the KPI. Throws GATEWAY_REQUEST_INVALID where it has no values in it. */
export function readWindow(asked: WindowSize | undefined, { key, windows }: KpiDefinition): WindowSize {
  const usual = windows === undefined || windows.includes('1h') ? '1h' : windows.at(0);
  const window = asked ?? usual ?? '1h';
  if (windows === undefined || windows.includes(window)) return window;
  throw new WeirError(
    'GATEWAY_REQUEST_INVALID',
    `${key} has no values in windows of ${window}; "window" must be ${windows.join(' or ')}.`,
    { details: { in: 'query', field: 'window' } },
  );
}

/** Throws GATEWAY_REQUEST_INVALID where a KPI is to be cut or narrowed by what it makes no sense by: the answer would be zeros or nothing. */
export function refuseUnknownCuts({
  by,
  definition,
  filters,
}: Pick<SeriesQuestion, 'by' | 'definition' | 'filters'>): void {
  const known = definition.dimensions;
  const other = dimensions.find(
    (dimension) =>
      (by.includes(dimension) || filters[dimension] !== undefined) &&
      dimension !== definition.cut &&
      !known.includes(dimension),
  );
  if (other === undefined) return;
  throw new WeirError(
    'GATEWAY_REQUEST_INVALID',
    `${definition.key} cannot be cut by ${other}, nor narrowed to one; ${known.length === 0 ? 'it is of the whole tenant' : `it can by ${known.join(', ')}`}.`,
    { details: { in: 'query', field: by.includes(other) ? 'by' : other } },
  );
}

/** Dimensions a question cuts by or narrows to. */
export function usedDimensions({
  by,
  filters,
}: Pick<SeriesQuestion, 'by' | 'filters'>): readonly Dimension[] {
  return dimensions.filter((each) => by.includes(each) || filters[each] !== undefined);
}

/** One dimension or none is kept as a rollup, unless its windows are too many to keep; the rest is counted from events. */
export function sourceOf(question: Pick<SeriesQuestion, 'by' | 'filters' | 'window'>): Source {
  const used = usedDimensions(question);
  const [only] = used;
  const rollup: Rollup = only ?? 'total';
  if (used.length > 1 || !liveWindows[rollup].includes(question.window)) return { kind: 'events' };
  return { kind: 'rollup', rollup, dim: only === undefined ? '' : question.filters[only] };
}

/** Dims of one series: what it was narrowed to and what it was cut by. */
export function dimsOf(filters: Filters, cut: Readonly<Record<string, string>>): Record<string, string> {
  const dims: Record<string, string> = {};
  for (const dimension of dimensions) {
    const value = cut[dimension] ?? filters[dimension];
    if (value !== undefined) dims[dimension] = value;
  }
  return dims;
}
