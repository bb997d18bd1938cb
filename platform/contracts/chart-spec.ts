import type { KpiUnit, WindowSize } from './kpi.ts';

/** Values of windows in order; null where there is none. */
export type Values = readonly (number | null)[];

/** Sum of what there is; null when there is nothing. Money is added in minor units, so that parts and totals agree to the last one. */
export function sumOf(values: Values, unit: KpiUnit, minorDigits: number): number | null {
  const scale = unit === 'currency' ? 10 ** minorDigits : 1;
  let total = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    total += unit === 'currency' ? Math.round(value * scale) : value;
    count += 1;
  }
  return count === 0 ? null : total / scale;
}

export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  /** Colour slot, 1 to 9. */
  readonly slot: number;
  readonly values: Values;
}

/** A chart, said once: drawn by uPlot in the browser and by ECharts on the server, written as a table and as CSV. */
export interface ChartSpec {
  readonly kind: 'lines' | 'stacked';
  /** Whether a single line stands on zero, as amounts do. */
  readonly hasArea?: boolean;
  readonly unit: KpiUnit;
  readonly grain: WindowSize;
  /** Starts of the windows, and the end of the last one. */
  readonly starts: readonly number[];
  readonly endMs: number;
  /** Leading windows that are complete; the next one is running. */
  readonly completeCount: number;
  /** Bottom of the stack first. */
  readonly series: readonly ChartSeries[];
  /** Window by window what the (one) series or the whole stack is compared with. */
  readonly comparison?: { readonly label: string; readonly values: Values };
  /** What was expected, window by window: drawn behind the (one) line. */
  readonly band?: { readonly label: string; readonly lower: Values; readonly upper: Values };
  /** A narrower one inside the band, drawn over it. */
  readonly innerBand?: { readonly label: string; readonly lower: Values; readonly upper: Values };
  /** Windows something happened in, by index. */
  readonly events?: readonly {
    readonly index: number;
    readonly label: string;
    readonly tone: 'good' | 'bad';
  }[];
  /** Horizontal lines. */
  readonly marks?: readonly {
    readonly label: string;
    readonly value: number;
    readonly tone: 'good' | 'bad';
  }[];
}

/** Values on top of each other: what is positive upwards, what is negative downwards, each from zero. */
export function stackValues(series: readonly Values[]): readonly Values[] {
  const up: number[] = [];
  const down: number[] = [];
  return series.map((values) =>
    values.map((value, i) => {
      if (value === null) return null;
      const stack = value >= 0 ? up : down;
      const top = (stack[i] ?? 0) + value;
      stack[i] = top;
      return top;
    }),
  );
}

/** Sum over the series of every window; null where none has a value. */
export function totalsOf(spec: ChartSpec, minorDigits: number): Values {
  return spec.starts.map((_start, i) =>
    sumOf(
      spec.series.map((series) => series.values[i] ?? null),
      spec.unit,
      minorDigits,
    ),
  );
}

export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly {
    readonly startMs: number;
    readonly endMs: number;
    readonly isRunning: boolean;
    readonly values: Values;
  }[];
}

/** The same as a table: a column a series, their sum where they are stacked, and the comparison. */
export function chartTable(spec: ChartSpec, minorDigits: number): ChartTable {
  const isStacked = spec.kind === 'stacked' && spec.series.length > 1;
  const columns: Values[] = spec.series.map((series) => series.values);
  const head = spec.series.map((series) => series.label);
  if (isStacked) {
    columns.push(totalsOf(spec, minorDigits));
    head.push('Total');
  }
  if (spec.comparison !== undefined) {
    columns.push(spec.comparison.values);
    head.push(capitalize(spec.comparison.label));
  }
  if (spec.band !== undefined) {
    columns.push(spec.band.lower, spec.band.upper);
    head.push(...bandHeads(spec.band.label, spec.innerBand !== undefined));
  }
  if (spec.innerBand !== undefined) {
    columns.push(spec.innerBand.lower, spec.innerBand.upper);
    head.push(...bandHeads(spec.innerBand.label, true));
  }
  return {
    head,
    rows: spec.starts.map((startMs, i) => ({
      startMs,
      endMs: spec.starts[i + 1] ?? spec.endMs,
      isRunning: i >= spec.completeCount,
      values: columns.map((values) => values[i] ?? null),
    })),
  };
}

/** With two bands each says which it is. */
function bandHeads(label: string, isNamed: boolean): readonly string[] {
  return isNamed
    ? [`${capitalize(label)} from`, `${capitalize(label)} to`]
    : ['Expected from', 'Expected to'];
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
