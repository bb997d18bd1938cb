import { BarChart, LineChart, type BarSeriesOption, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, MarkPointComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { LegacyGridContainLabel } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import { capitalize, totalsOf, type ChartSpec, type Values } from '../../platform/contracts/chart-spec.ts';
import { currencyExponent } from '../../platform/contracts/currency.ts';
import type { Words } from '../text/format.ts';
import { createMeasure } from '../text/measure.ts';
import { seriesColour, type ChartTheme } from './theme.ts';

use([
  BarChart,
  LineChart,
  GridComponent,
  LegacyGridContainLabel,
  LegendComponent,
  MarkLineComponent,
  MarkPointComponent,
  SVGRenderer,
]);
const FONT = 'Inter, sans-serif';
let measure: ReturnType<typeof createMeasure> | undefined;
// Without a canvas ECharts guesses widths and lays labels over each other; the font itself knows them.
setPlatformAPI({
  measureText: (text, font) => {
    measure ??= createMeasure();
    const size = Number(/(\d+(?:\.\d+)?)px/.exec(font ?? '')?.[1] ?? 12);
    return { width: measure(text, /\b(bold|[6-9]00)\b/.test(font ?? '') ? 'bold' : 'regular', size) };
  },
});

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Of the labels, px. */
  readonly fontSize: number;
}

type SeriesOption = BarSeriesOption | LineSeriesOption;

/** Draws a chart as SVG text by ECharts, without a browser. The same spec gives the same bytes. */
export function chartSvg(spec: ChartSpec, size: ChartSize, theme: ChartTheme, words: Words): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: size.height });
  try {
    chart.setOption(chartOption(spec, size, theme, words));
    return stableIds(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** ECharts numbers ids by counters of the whole process; numbered by appearance they say only what is in this picture. */
export function stableIds(svg: string): string {
  const seen = new Map<string, string>();
  return svg.replaceAll(/zr\d+-(?:cls-)?[a-z]*\d+/g, (id) => {
    const known = seen.get(id) ?? `w${seen.size}`;
    seen.set(id, known);
    return known;
  });
}

function chartOption(spec: ChartSpec, { fontSize }: ChartSize, theme: ChartTheme, words: Words) {
  const digits = currencyExponent(words.currency) ?? 2;
  const isBars = spec.kind === 'stacked';
  const label = { color: theme.quiet, fontSize, fontFamily: FONT };
  const series: SeriesOption[] = [...bandSeries(spec, theme)];
  for (const each of spec.series) {
    const colour = seriesColour(theme, each.slot);
    const data = [...each.values];
    series.push(
      isBars
        ? { type: 'bar', name: each.label, data, stack: 'all', color: colour, barMaxWidth: 48 }
        : {
            type: 'line',
            name: each.label,
            data,
            color: colour,
            showSymbol: data.length === 1,
            lineStyle: { width: fontSize / 5 },
            ...(spec.hasArea === true && spec.series.length === 1 ? { areaStyle: { opacity: 0.12 } } : {}),
          },
    );
  }
  if (spec.comparison !== undefined)
    series.push({
      type: 'line',
      name: capitalize(spec.comparison.label),
      data: [...spec.comparison.values],
      color: theme.quiet,
      showSymbol: false,
      lineStyle: { type: 'dashed', width: fontSize / 8 },
    });
  const marked =
    series.find((each) => each.type === 'line' && each.name === spec.series[0]?.label) ?? series.at(0);
  const totals = spec.series.length === 1 ? (spec.series[0]?.values ?? []) : totalsOf(spec, digits);
  if (marked !== undefined) addMarks(marked, spec, totals, theme, fontSize);
  const hasLegend = spec.series.length > 1 || spec.comparison !== undefined;
  return {
    animation: false,
    backgroundColor: theme.ground,
    textStyle: { fontFamily: FONT, fontSize },
    grid: {
      left: fontSize,
      right: fontSize * 2,
      top: hasLegend ? fontSize * 3.2 : fontSize * 1.6,
      bottom: fontSize * 0.6,
      containLabel: true,
    },
    legend: hasLegend
      ? {
          left: 0,
          top: 0,
          icon: 'roundRect',
          itemWidth: fontSize,
          itemHeight: fontSize * 0.7,
          textStyle: { color: theme.text, fontSize, fontFamily: FONT },
          data: [
            ...spec.series.map((each) => each.label),
            ...(spec.comparison === undefined ? [] : [capitalize(spec.comparison.label)]),
          ],
        }
      : { show: false },
    xAxis: {
      type: 'category' as const,
      boundaryGap: isBars,
      data: spec.starts.map((start) => words.window(start, spec.grain)),
      axisLabel: { ...label, hideOverlap: true },
      axisLine: { lineStyle: { color: theme.line } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      scale: !isBars && spec.hasArea !== true,
      axisLabel: { ...label, formatter: (value: number) => words.valueShort(value, spec.unit) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    series,
  };
}

/** Two stacked lines: an invisible lower one, and what lies between as area. */
function bandSeries({ band }: ChartSpec, theme: ChartTheme): SeriesOption[] {
  if (band === undefined) return [];
  const between = band.upper.map((upper, i) => {
    const lower = band.lower[i] ?? null;
    return upper === null || lower === null ? null : upper - lower;
  });
  const shared = {
    type: 'line' as const,
    stack: 'band',
    stackStrategy: 'all' as const,
    showSymbol: false,
    silent: true,
    lineStyle: { opacity: 0 },
  };
  return [
    { ...shared, name: 'band-lower', data: [...band.lower] },
    { ...shared, name: 'band', data: between, areaStyle: { color: theme.quiet, opacity: 0.18 } },
  ];
}

function addMarks(
  series: SeriesOption,
  spec: ChartSpec,
  totals: Values,
  theme: ChartTheme,
  fontSize: number,
): void {
  const tone = (of: 'good' | 'bad'): string => (of === 'good' ? theme.good : theme.bad);
  if (spec.marks !== undefined && spec.marks.length > 0)
    Object.assign(series, {
      markLine: {
        symbol: 'none',
        silent: true,
        data: spec.marks.map((mark) => ({
          yAxis: mark.value,
          lineStyle: { color: tone(mark.tone), type: 'dotted', width: fontSize / 8 },
          label: {
            formatter: mark.label,
            color: tone(mark.tone),
            position: 'insideEndTop',
            fontSize,
            fontFamily: FONT,
          },
        })),
      },
    });
  if (spec.events !== undefined && spec.events.length > 0)
    Object.assign(series, {
      markPoint: {
        symbol: 'circle',
        symbolSize: fontSize * 0.8,
        data: spec.events.flatMap((event) => {
          const value = totals[event.index];
          if (value == null) return [];
          return [
            {
              coord: [event.index, value],
              itemStyle: { color: tone(event.tone) },
              label: {
                show: true,
                formatter: event.label,
                position: 'top',
                color: theme.text,
                fontSize: fontSize * 0.9,
              },
            },
          ];
        }),
      },
    });
}
