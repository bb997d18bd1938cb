import { sumOf, type Values } from '../../platform/contracts/chart-spec.ts';
import type { KpiUnit } from '../../platform/contracts/kpi.ts';

export { sumOf, type Values } from '../../platform/contracts/chart-spec.ts';

export interface WindowPoint {
  readonly windowStartMs: number;
  readonly value: number | null;
}

/**
 * Values of a range's windows in order. A window without a point had no events: nothing to add for a sum, no value for a rate;
 * windows that are not there yet have none either way.
 */
export function alignPoints(
  points: readonly WindowPoint[],
  starts: readonly number[],
  options: { readonly isAdditive: boolean; readonly begunCount: number },
): Values {
  const byStart = new Map(points.map((point) => [point.windowStartMs, point.value]));
  return starts.map((start, i) => {
    const value = byStart.get(start);
    if (value !== undefined) return value;
    return options.isAdditive && i < options.begunCount ? 0 : null;
  });
}

/**
 * Whether a range can be compared with: at least half of it lies after its first event. Before a tenant's first event there is
 * nothing, which is no zero.
 */
export function isComparable(points: readonly WindowPoint[], starts: readonly number[]): boolean {
  let first = Number.POSITIVE_INFINITY;
  for (const { value, windowStartMs } of points) if (value !== null) first = Math.min(first, windowStartMs);
  return starts.filter((start) => start < first).length <= starts.length / 2;
}

export interface Change {
  readonly current: number;
  readonly previous: number;
  /** Relative for amounts; for ratios the difference itself, in points. */
  readonly amount: number;
  readonly kind: 'relative' | 'points';
}

/** How a value differs from the one before. Undefined when one is missing, or when there is nothing to be relative to. */
export function changeOf(
  current: number | null | undefined,
  previous: number | null | undefined,
  unit: KpiUnit,
): Change | undefined {
  if (current == null || previous == null) return undefined;
  if (unit === 'ratio') return { current, previous, amount: current - previous, kind: 'points' };
  if (previous === 0) return current === 0 ? { current, previous, amount: 0, kind: 'relative' } : undefined;
  return { current, previous, amount: (current - previous) / Math.abs(previous), kind: 'relative' };
}

/** Good, bad or neither, by the direction that is good for the KPI. Differences nobody would see count as none. */
export function verdictOf(change: Change, direction: 'up' | 'down'): 'good' | 'bad' | 'same' {
  if (Math.abs(change.amount) < 0.0005) return 'same';
  return change.amount > 0 === (direction === 'up') ? 'good' : 'bad';
}

export interface TileFigures {
  /** What the tile shows: the whole range, the running window included, or only its newest window. */
  readonly value: number | null;
  readonly valueSpan: 'range' | 'window';
  readonly change: Change | undefined;
  /** What the change spans: the complete part of the range, or only its last complete window. */
  readonly changeSpan: 'range' | 'window' | 'none';
}

export interface FigureInput {
  readonly unit: KpiUnit;
  readonly minorDigits: number;
  readonly isAdditive: boolean;
  readonly current: Values;
  readonly previous: Values | undefined;
  /** Leading windows that are complete; the rest is left out of the change. */
  readonly completeCount: number;
  /** Merged over the range by the server; undefined when it did not say. */
  readonly total?: number | null | undefined;
  readonly completeTotal?: number | null | undefined;
  readonly previousTotal?: number | null | undefined;
}

/** The figures of a tile. What cannot be added up takes the server's totals, or else speaks of its last complete window alone. */
export function figuresOf(input: FigureInput): TileFigures {
  const { unit, minorDigits, current, previous, completeCount } = input;
  const complete = current.slice(0, completeCount);
  const before = previous?.slice(0, completeCount);
  if (input.isAdditive) {
    const previousSum = before === undefined ? null : sumOf(before, unit, minorDigits);
    const change =
      completeCount === 0 ? undefined : changeOf(sumOf(complete, unit, minorDigits), previousSum, unit);
    return {
      value: sumOf(current, unit, minorDigits),
      change,
      valueSpan: 'range',
      changeSpan: change === undefined ? 'none' : 'range',
    };
  }
  const value = input.total === undefined ? lastOf(current) : input.total;
  const valueSpan = input.total === undefined ? 'window' : 'range';
  const overRange = changeOf(input.completeTotal, input.previousTotal, unit);
  if (overRange !== undefined) return { value, valueSpan, change: overRange, changeSpan: 'range' };
  const last = completeCount - 1;
  const overWindow = changeOf(current[last], previous?.[last], unit);
  return { value, valueSpan, change: overWindow, changeSpan: overWindow === undefined ? 'none' : 'window' };
}

function lastOf(values: Values): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
