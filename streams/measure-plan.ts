import { eventCatalogue } from '../platform/contracts/event-catalogue.ts';
import type { Measure } from '../platform/contracts/kpi.ts';
import type { RecordBatch } from '../platform/record-batch/record-batch.ts';

/** Where an operation takes its number from. */
export type Source =
  | { readonly kind: 'one' }
  | { readonly kind: 'amount' }
  | { readonly kind: 'metric'; readonly column: number; readonly absent: number }
  | { readonly kind: 'data'; readonly path: readonly string[]; readonly absent: number };

/** One accumulation of one event type into one slot of a pane. */
export interface Operation {
  readonly slot: number;
  readonly into: 'sum' | 'min' | 'max' | 'unique' | 'quantile';
  readonly source: Source;
  readonly of: 'user' | 'content' | 'channel' | undefined;
  readonly where:
    | { readonly path: readonly string[]; readonly values: ReadonlySet<string | number | boolean> }
    | undefined;
}

/** Measures of a tenant compiled by event type. `numeric` slots live in one array a pane, `unique` and `quantile` slots hold sketches. */
export interface MeasurePlan {
  readonly measures: readonly Measure[];
  readonly numericKeys: readonly string[];
  readonly numericInto: readonly ('sum' | 'min' | 'max')[];
  readonly uniqueKeys: readonly string[];
  readonly quantileKeys: readonly string[];
  /** Numeric slots before anything was seen: 0 for sums, NaN for extremes. */
  readonly fresh: readonly number[];
  operations(type: string): readonly Operation[];
}

const catalogueMetrics = new Map(eventCatalogue.map((spec) => [spec.type, spec.metrics]));

/** Compiles measures; the order of slots follows the order given, so a plan extended at the end keeps its slots. */
export function createMeasurePlan(
  measures: readonly Measure[],
  metricsOf: (type: string) => readonly string[] | undefined = (type) => catalogueMetrics.get(type),
): MeasurePlan {
  const numericKeys: string[] = [];
  const numericInto: ('sum' | 'min' | 'max')[] = [];
  const uniqueKeys: string[] = [];
  const quantileKeys: string[] = [];
  const byType = new Map<string, Operation[]>();
  for (const measure of measures) {
    const into = measure.agg === 'count' ? 'sum' : measure.agg;
    const keys = into === 'unique' ? uniqueKeys : into === 'quantile' ? quantileKeys : numericKeys;
    const slot = keys.push(measure.key) - 1;
    if (into !== 'unique' && into !== 'quantile') numericInto.push(into);
    for (const type of new Set(measure.types)) {
      const operations = byType.get(type) ?? [];
      operations.push({
        slot,
        into,
        source: sourceOf(measure, metricsOf(type) ?? []),
        of: measure.agg === 'unique' ? measure.of : undefined,
        where:
          measure.where === undefined
            ? undefined
            : { path: measure.where.field.split('.'), values: new Set(measure.where.in) },
      });
      byType.set(type, operations);
    }
  }
  const none: readonly Operation[] = [];
  // Plain doubles: a typed array above 64 bytes is allocated off the heap, 10 times as dear, and panes are made by the thousand. Filled
  // with a fraction first so that the engine stores doubles from the start and copies of it stay so.
  const fresh = numericInto.map(() => 0.5);
  for (const [slot, into] of numericInto.entries()) fresh[slot] = into === 'sum' ? 0 : Number.NaN;
  return {
    fresh,
    measures,
    numericKeys,
    numericInto,
    uniqueKeys,
    quantileKeys,
    operations: (type) => byType.get(type) ?? none,
  };
}

function sourceOf(measure: Measure, metrics: readonly string[]): Source {
  if (measure.agg === 'count' || measure.agg === 'unique') return { kind: 'one' };
  if (measure.field === 'amount') return { kind: 'amount' };
  const name = measure.field.slice(2);
  const absent = measure.agg === 'sum' ? (measure.default ?? 0) : Number.NaN;
  const column = metrics.indexOf(name);
  return column >= 0 ? { kind: 'metric', column, absent } : { kind: 'data', path: name.split('.'), absent };
}

/** Number an operation takes from event `i`; NaN means: nothing to accumulate. `data` is parsed only when asked for. */
export function operationValue(
  operation: Operation,
  batch: RecordBatch,
  i: number,
  data: () => unknown,
): number {
  if (operation.where !== undefined) {
    const found = valueAt(data(), operation.where.path);
    if (
      !(typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean') ||
      !operation.where.values.has(found)
    )
      return Number.NaN;
  }
  const { source } = operation;
  switch (source.kind) {
    case 'one':
      return 1;
    case 'amount':
      return batch.amountBaseMinor[i] ?? Number.NaN;
    case 'metric': {
      const value = batch.metrics[source.column]?.[i] ?? Number.NaN;
      return Number.isNaN(value) ? source.absent : value;
    }
    case 'data': {
      const value = valueAt(data(), source.path);
      return typeof value === 'number' ? value : source.absent;
    }
  }
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  let at: unknown = data;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Object.getOwnPropertyDescriptor(at, part)?.value;
  }
  return at;
}
