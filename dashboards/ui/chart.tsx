/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions --
   the arrow keys belong to the chart, which is what role application says, so it takes the focus */
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { ChartLabels, ChartTip } from './chart-labels.tsx';
import { chartSummary, type ChartSpec } from './chart-spec.ts';
import { useThemeKey } from './theme-key.ts';
import { usePlot } from './use-plot.ts';
import './chart.css';

export interface ChartProps {
  readonly title: string;
  readonly spec: ChartSpec;
  readonly height: number;
  /** First and last window shown enlarged. */
  readonly zoom?: readonly [number, number] | undefined;
  readonly onZoom?: (zoom: readonly [number, number] | undefined) => void;
  /** What a click on the name of a series does. */
  readonly onSeries?: (id: string) => void;
}

/**
 * A live chart. The canvas is fed at most once a frame and only while it is in sight; names, tip and keyboard are ordinary
 * elements around it.
 */
export function Chart(props: ChartProps): ReactNode {
  const theme = useThemeKey();
  const { spec, height } = props;
  // What makes another chart of it, as against new values in the same one.
  const shape = JSON.stringify([
    theme,
    height,
    spec.kind,
    spec.unit,
    spec.grain,
    spec.starts[0],
    spec.starts.length,
    spec.series.map((series) => [series.id, series.label, series.slot]),
    spec.comparison?.label,
    spec.marks,
    spec.events,
    spec.band === undefined,
  ]);
  return <Drawn key={shape} {...props} />;
}

type Point = { readonly index: number; readonly leftPx: number } | undefined;

function Drawn({ title, spec, height, zoom, onZoom, onSeries }: ChartProps): ReactNode {
  const { format } = useWorkspace();
  const [tops, setTops] = useState<readonly (number | undefined)[]>([]);
  const [point, setPoint] = useState<Point>();
  const [said, setSaid] = useState('');
  const hintId = useId();
  const last = spec.starts.length - 1;
  const [from, to] = zoom ?? [0, last];
  const { hostRef, plotRef, width } = usePlot(spec, height, from, to, {
    onPoint: (index, leftPx) => setPoint(index === undefined ? undefined : { index, leftPx }),
    onBrush: (first, end) => onZoom?.([first, end]),
    onReset: () => onZoom?.(undefined),
    onLabels: (next) => setTops((held) => (isClose(held, next) ? held : next)),
  });

  const leave = (): void => {
    plotRef.current?.point(undefined);
    setPoint(undefined);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = point?.index;
    const page = Math.max(1, Math.round((to - from) / 10));
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: (at ?? to + 1) - 1,
      ArrowRight: (at ?? from - 1) + 1,
      PageUp: (at ?? to) - page,
      PageDown: (at ?? from) + page,
      Home: from,
      End: Math.min(to, spec.completeCount),
    };
    const target = moves[event.key];
    if (target !== undefined) {
      const next = Math.min(to, Math.max(from, target));
      plotRef.current?.point(next);
      setSaid(sayPoint(spec, next, format));
    } else if (event.key === '+' && onZoom !== undefined) onZoom(zoomIn(at ?? to, from, to, last));
    else if (event.key === '-' && onZoom !== undefined) onZoom(undefined);
    else if (event.key === 'Escape' && at !== undefined) leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="chart">
      <div
        className="chart-host"
        role="application"
        aria-roledescription="chart"
        aria-label={`${title}. ${chartSummary(spec, format)}`}
        aria-describedby={hintId}
        tabIndex={0}
        style={{ height }}
        onKeyDown={onKeyDown}
        onBlur={leave}
      >
        <div ref={hostRef} className="chart-canvas" />
        {point === undefined || width === 0 ? null : (
          <ChartTip spec={spec} index={point.index} leftPx={point.leftPx} widthPx={width} />
        )}
      </div>
      <ChartLabels
        spec={spec}
        tops={tops}
        height={height}
        {...(onSeries === undefined ? {} : { onSeries })}
      />
      <span id={hintId} className="unseen">
        Arrow keys move from window to window
        {onZoom === undefined ? '' : ', plus enlarges, minus shows all again'}.
      </span>
      <span className="unseen" aria-live="polite">
        {said}
      </span>
    </div>
  );
}

function zoomIn(at: number, from: number, to: number, last: number): readonly [number, number] {
  const half = Math.max(2, Math.round((to - from) / 4));
  const first = Math.max(0, Math.min(at - half, last - 2 * half));
  return [first, Math.min(last, first + 2 * half)];
}

function sayPoint(spec: ChartSpec, index: number, format: ReturnType<typeof useWorkspace>['format']): string {
  const start = spec.starts[index] ?? 0;
  const name = format.windowFull(start, spec.starts[index + 1] ?? spec.endMs, spec.grain);
  const values = spec.series.map(
    ({ label, values: own }) => `${label} ${format.value(own[index], spec.unit, 'full')}`,
  );
  const compared =
    spec.comparison === undefined
      ? ''
      : `, ${spec.comparison.label} ${format.value(spec.comparison.values[index], spec.unit, 'full')}`;
  const band =
    spec.band?.lower[index] == null
      ? ''
      : `, ${spec.band.label} ${format.value(spec.band.lower[index], spec.unit, 'full')} to ${format.value(spec.band.upper[index], spec.unit, 'full')}`;
  const events = (spec.events ?? []).filter((event) => event.index === index).map((event) => event.label);
  const happened = events.length === 0 ? '' : `. ${events.join(', ')}`;
  return `${name}${index >= spec.completeCount ? ', still running' : ''}: ${values.join(', ')}${compared}${band}${happened}`;
}

function isClose(a: readonly (number | undefined)[], b: readonly (number | undefined)[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      (value, i) =>
        (value === undefined) === (b[i] === undefined) && Math.abs((value ?? 0) - (b[i] ?? 0)) < 1,
    )
  );
}
