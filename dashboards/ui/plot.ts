import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { stackValues, type ChartSpec } from './chart-spec.ts';
import { drawBand, drawEvents, drawMarks, hatchRunning } from './plot-paint.ts';
import { plotAxes, plotData, plotSeries, yRange, type PlotLook } from './plot-options.ts';

export interface PlotEvents {
  /** The window the pointer or the keyboard is at, and where it is drawn, in pixels from the left of the plot. */
  readonly onPoint: (index: number | undefined, leftPx: number) => void;
  /** First and last window of a brushed stretch. */
  readonly onBrush: (first: number, last: number) => void;
  readonly onReset: () => void;
  /** Where each series ends, in pixels from the top of the plot, for labels beside it; series without a value have none. */
  readonly onLabels: (tops: readonly (number | undefined)[]) => void;
}

export interface Plot {
  /** New values of the same windows and series. */
  readonly update: (spec: ChartSpec) => void;
  readonly resize: (width: number, height: number) => void;
  readonly zoom: (first: number, last: number) => void;
  readonly point: (index: number | undefined) => void;
  readonly destroy: () => void;
}

/** Draws a chart into an element. Everything that is not a canvas — title, table, labels, keyboard — is the caller's. */
export function createPlot(
  root: HTMLElement,
  first: ChartSpec,
  look: PlotLook,
  size: { readonly width: number; readonly height: number },
  events: PlotEvents,
): Plot {
  let spec = first;
  let shown: readonly [number, number] = [0, Math.max(0, spec.starts.length - 1)];
  let isTold = true;

  const tellLabels = (u: uPlot): void => {
    const topPx = u.bbox.top / devicePixelRatio;
    events.onLabels(
      labelValues(spec, shown).map((value) =>
        value === undefined ? undefined : u.valToPos(value, 'y') + topPx,
      ),
    );
  };

  const plot = new uPlot(
    {
      ...size,
      legend: { show: false },
      padding: [8, 8, 0, 0],
      scales: {
        x: { time: false, range: () => [shown[0] - 0.5, shown[1] + 0.5] },
        y: { range: (u, min, max, key) => yRange(spec)(u, min, max, key) },
      },
      axes: plotAxes(spec, look),
      series: plotSeries(spec, look, size.width / Math.max(1, spec.starts.length)),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { show: spec.kind === 'lines', size: 8 },
        bind: {
          dblclick: () => () => {
            events.onReset();
            return null;
          },
        },
      },
      hooks: {
        drawClear: [
          (u) => {
            if (spec.kind !== 'lines') return;
            hatchRunning(u, spec, look.colours);
            drawBand(u, spec, look.colours);
          },
        ],
        draw: [
          (u) => {
            if (spec.kind === 'stacked') hatchRunning(u, spec, look.colours);
            drawMarks(u, spec, look.colours);
            drawEvents(u, spec, look.colours);
            tellLabels(u);
          },
        ],
        setCursor: [
          (u) => {
            const { idx, left } = u.cursor;
            if (!isTold) return;
            const isInside = idx != null && left !== undefined && left >= 0;
            events.onPoint(isInside ? idx : undefined, (left ?? 0) + u.bbox.left / devicePixelRatio);
          },
        ],
        setSelect: [
          (u) => {
            const { left, width } = u.select;
            if (width < 8) return;
            const from = Math.round(u.posToVal(left, 'x'));
            const to = Math.round(u.posToVal(left + width, 'x'));
            u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            if (to > from) events.onBrush(Math.max(0, from), Math.min(spec.starts.length - 1, to));
          },
        ],
      },
    },
    plotData(spec),
    root,
  );

  return {
    update: (next) => {
      spec = next;
      plot.setData(plotData(spec), true);
    },
    resize: (width, height) => plot.setSize({ width, height }),
    zoom: (from, to) => {
      shown = [from, to];
      plot.setData(plotData(spec), true);
    },
    point: (index) => {
      if (index === undefined) {
        isTold = false;
        plot.setCursor({ left: -10, top: -10 });
        isTold = true;
        return;
      }
      plot.setCursor({ left: plot.valToPos(index, 'x'), top: plot.bbox.height / devicePixelRatio / 2 });
    },
    destroy: () => plot.destroy(),
  };
}

/** The value beside which each series is named: the middle of its part of the newest complete bar, or the end of its line. */
function labelValues(
  spec: ChartSpec,
  [from, to]: readonly [number, number],
): readonly (number | undefined)[] {
  const last = Math.min(to, Math.max(from, spec.completeCount - 1));
  if (spec.kind === 'lines') {
    return spec.series.map(({ values }) => {
      for (let i = Math.min(to, spec.completeCount); i >= from; i -= 1) {
        const value = values[i];
        if (value != null) return value;
      }
      return undefined;
    });
  }
  const tops = stackValues(spec.series.map((series) => series.values));
  return spec.series.map(({ values }, i) => {
    const value = values[last];
    const top = tops[i]?.[last];
    return value == null || top == null ? undefined : top - value / 2;
  });
}
