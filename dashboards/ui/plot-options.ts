import uPlot from 'uplot';
import type { Formatter } from '../data/format.ts';
import type { Values } from '../data/series.ts';
import type { Zone } from '../data/zone-time.ts';
import { axisTicks } from './axis-ticks.ts';
import type { ChartColours } from './chart-colours.ts';
import { stackValues, type ChartSpec } from './chart-spec.ts';
import { valueRange } from './value-range.ts';

export interface PlotLook {
  readonly format: Formatter;
  readonly zone: Zone;
  readonly colours: ChartColours;
}

/** Windows are drawn at their place in the range, so days of 23 hours and months of 28 days are as wide as any other. */
export function plotData(spec: ChartSpec): uPlot.AlignedData {
  const { series, completeCount, kind } = spec;
  const x = spec.starts.map((_start, i) => i);
  const values = series.map((each) => each.values);
  const rows: (number | null)[][] = [];
  if (kind === 'stacked') {
    // The outermost layer is drawn first, the ones inside it over it.
    for (const layer of [...stackValues(values)].reverse()) rows.push([...layer]);
  } else {
    for (const line of values) rows.push(line.map((value, i) => (i < completeCount ? value : null)));
    for (const line of values) rows.push(runningPart(line, completeCount));
  }
  if (spec.comparison !== undefined) rows.push([...spec.comparison.values]);
  return [x, ...rows];
}

/** From the last complete window on: what will still change. */
function runningPart(values: Values, completeCount: number): (number | null)[] {
  return values.map((value, i) => (i >= completeCount - 1 ? value : null));
}

/** Series of the plot in the order of `plotData`. */
export function plotSeries(spec: ChartSpec, { colours }: PlotLook, barWidth: number): uPlot.Series[] {
  const series: uPlot.Series[] = [{}];
  if (spec.kind === 'stacked') {
    const bars = uPlot.paths.bars?.({ size: [0.8, 48] });
    for (const { label, slot } of spec.series.toReversed()) {
      series.push({
        label,
        fill: colours.series(slot),
        stroke: colours.panel,
        width: barWidth > 8 ? 1 : 0,
        fillTo: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      });
    }
  } else {
    const hasArea = spec.hasArea === true && spec.series.length === 1;
    const lonely =
      (own: number) =>
      (u: uPlot, index: number): boolean => {
        const values = u.data[index];
        return own > 0 && values !== undefined && isSparse(values);
      };
    for (const { label, slot } of spec.series) {
      const stroke = colours.series(slot);
      series.push({
        label,
        stroke,
        width: 2,
        points: { show: lonely(slot), size: 6, fill: stroke },
        ...(hasArea ? { fill: translucent(stroke), fillTo: 0 } : {}),
      });
    }
    for (const { label, slot } of spec.series) {
      series.push({ label, stroke: colours.series(slot), width: 2, dash: [2, 4], points: { show: false } });
    }
  }
  if (spec.comparison !== undefined) {
    series.push({
      label: spec.comparison.label,
      stroke: colours.quiet,
      width: 1.5,
      dash: [6, 4],
      points: { show: false },
    });
  }
  return series;
}

/** A line through windows that mostly have no value would not be seen at all; its points are. */
function isSparse(values: ArrayLike<number | null | undefined>): boolean {
  let known = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i] != null) known += 1;
  return known > 0 && known < 8;
}

function translucent(hex: string): string {
  return `${hex}1f`;
}

/** The span of the values, as {@link valueRange} has it. */
export function yRange(spec: ChartSpec): uPlot.Range.Function {
  return (_u, dataMin, dataMax) => {
    const { from, to } = valueRange(spec, dataMin, dataMax);
    return [from, to];
  };
}

/** How many names of windows fit side by side; "Nov 2026" is wider than "14:00". */
function xTickRoom(width: number, spec: ChartSpec): number {
  return Math.max(2, Math.floor(width / (spec.grain === '1mo' ? 92 : 62)));
}

export function plotAxes(spec: ChartSpec, look: PlotLook): uPlot.Axis[] {
  const { colours, format, zone } = look;
  const common = {
    stroke: colours.quiet,
    font: colours.font,
    ticks: { show: false },
    border: { show: false },
  };
  return [
    {
      ...common,
      grid: { show: false },
      size: 28,
      gap: 4,
      splits: (u, _axis, min, max) => {
        const room = xTickRoom(u.width, spec);
        const first = Math.max(0, Math.ceil(min));
        const shown = spec.starts.slice(first, Math.floor(max) + 1);
        return axisTicks(shown, spec.grain, zone, room).map((tick) => tick.index + first);
      },
      values: (u, splits) => {
        const shown = axisTicks(spec.starts, spec.grain, zone, xTickRoom(u.width, spec));
        const days = new Set(shown.filter((tick) => tick.isDay).map((tick) => tick.index));
        return splits.map((index) =>
          format.window(spec.starts[index] ?? 0, days.has(index) ? '1d' : spec.grain),
        );
      },
    },
    {
      ...common,
      grid: { stroke: colours.line, width: 1 },
      gap: 6,
      space: 44,
      size: (_u, values) => {
        const longest = Math.max(3, ...(values ?? []).map((text) => (text ?? '').length));
        return longest * 7 + 12;
      },
      values: (_u, splits) => splits.map((value) => format.value(value, spec.unit, 'axis')),
    },
  ];
}
