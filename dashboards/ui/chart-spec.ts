import type { KpiUnit, WindowSize } from '../../platform/contracts/kpi.ts';
import type { Formatter } from '../data/format.ts';
import { sumOf, type Values } from '../data/series.ts';

export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  /** Colour slot, 1 to 9. */
  readonly slot: number;
  readonly values: Values;
}

/** A chart, said once: it is drawn by uPlot and written as a table and as CSV. */
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

/** One sentence that says what the chart shows, for those who cannot see it and as its caption. */
export function chartSummary(spec: ChartSpec, format: Formatter): string {
  const totals =
    spec.series.length === 1 ? (spec.series[0]?.values ?? []) : totalsOf(spec, format.minorDigits);
  const known = totals.flatMap((value, i) =>
    value === null || i > spec.completeCount ? [] : [{ value, i }],
  );
  if (known.length === 0) return 'No values in this range.';
  const complete = known.filter(({ i }) => i < spec.completeCount);
  const ranked = (complete.length === 0 ? known : complete).toSorted((a, b) => b.value - a.value);
  const name = (i: number): string => {
    const start = spec.starts[i] ?? 0;
    return format.windowFull(start, spec.starts[i + 1] ?? spec.endMs, spec.grain);
  };
  const said = (value: number): string => format.value(value, spec.unit, 'tile');
  const parts: string[] = [];
  const highest = ranked[0];
  const lowest = ranked.at(-1);
  if (highest !== undefined) parts.push(`highest ${said(highest.value)} on ${name(highest.i)}`);
  if (lowest !== undefined && lowest.i !== highest?.i)
    parts.push(`lowest ${said(lowest.value)} on ${name(lowest.i)}`);
  if (spec.kind === 'stacked' && spec.series.length > 1) {
    const largest = largestPart(spec, format.minorDigits);
    if (largest !== undefined) parts.push(`${format.percent(largest.share)} of it ${largest.label}`);
  }
  const [from, to] = [format.date(spec.starts[0] ?? 0), format.date(spec.endMs - 1)];
  return `${capitalize(parts.join(', '))}; ${from === to ? from : `${from} to ${to}`}, ${known.length} values.`;
}

function largestPart(
  spec: ChartSpec,
  minorDigits: number,
): { readonly label: string; readonly share: number } | undefined {
  const sums = spec.series.map((series) => ({
    label: series.label,
    sum: sumOf(series.values, spec.unit, minorDigits) ?? 0,
  }));
  const total = sums.reduce((sum, each) => sum + each.sum, 0);
  const [largest] = sums.toSorted((a, b) => b.sum - a.sum);
  if (largest === undefined || total <= 0) return undefined;
  return { label: largest.label, share: largest.sum / total };
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
