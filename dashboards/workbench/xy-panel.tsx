import { useEffect, useId, useRef, useState, type PointerEvent, type ReactNode } from 'react';
import { ChartTools } from '../ui/chart-tools.tsx';
import { saveCsv } from '../ui/save-csv.ts';
import { Table } from '../ui/table.tsx';
import { useParam } from '../data/router.ts';
import type { XyPoint } from './between.ts';
import { niceTicks } from './nice-ticks.ts';
import '../ui/chart.css';
import './workbench.css';

export interface XyMark {
  readonly id: string;
  readonly label: string;
  readonly x: number;
  /** On the curve; without it the mark is a line over the whole height. */
  readonly y?: number;
  readonly tone: 'now' | 'proposed' | 'plain';
}

export interface XyPanelProps {
  /** Name of the parameter that holds whether the table is shown, and of the file. */
  readonly id: string;
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xText: (value: number) => string;
  readonly yText: (value: number) => string;
  readonly points: readonly XyPoint[];
  readonly marks: readonly XyMark[];
  /** What the band is: "95% interval". */
  readonly band?: string;
  readonly isOutdated?: boolean;
  /** The amount under the pointer while it is dragged. */
  readonly onDrag?: (x: number) => void;
  readonly children?: ReactNode;
}

const HEIGHT = 266;
const LEFT = 64;
const RIGHT = 16;
const TOP = 20;
const BOTTOM = 40;

/** A curve with its band and the points that matter on it; the same as a table and as CSV. Dragging is a way beside the controls under it, never the only one. */
export function XyPanel(props: XyPanelProps): ReactNode {
  const { id, title, points, xTitle, yTitle, xText, yText, band, isOutdated = false, children } = props;
  const [shown, setShown] = useParam(id);
  const titleId = useId();
  const isTable = shown === 'table';
  const save = (): void =>
    saveCsv(
      id,
      [xTitle, yTitle, 'low', 'high'],
      points.map(({ high, low, x, y }) => [x, y, low, high]),
    );
  return (
    <section className="panel" aria-labelledby={titleId}>
      <header className="chart-head">
        <h2 id={titleId}>{title}</h2>
        <ChartTools
          title={title}
          isTable={isTable}
          onTable={(next) => setShown(next ? 'table' : '')}
          onSave={save}
        />
      </header>
      <div className={isOutdated ? 'stack-tight is-outdated' : 'stack-tight'}>
        {isTable ? (
          <Table
            id={`${id}-points`}
            label={`${title} as a table`}
            isPlain
            maxHeight={HEIGHT}
            rows={points}
            rowKey={({ x }) => String(x)}
            columns={[
              { id: 'x', title: xTitle, isName: true, value: ({ x }) => x, cell: ({ x }) => xText(x) },
              { id: 'y', title: yTitle, isNumber: true, value: ({ y }) => y, cell: ({ y }) => yText(y) },
              {
                id: 'low',
                title: 'From',
                isNumber: true,
                value: ({ low }) => low ?? null,
                cell: ({ low }) => (low === undefined ? '–' : yText(low)),
              },
              {
                id: 'high',
                title: 'To',
                isNumber: true,
                value: ({ high }) => high ?? null,
                cell: ({ high }) => (high === undefined ? '–' : yText(high)),
              },
            ]}
          />
        ) : (
          <Drawing {...props} />
        )}
        <p className="chart-legend">
          {props.marks.map(({ id: mark, label, tone, x, y }) => (
            <span key={mark}>
              <span className={`xy-key xy-key-${tone}`} aria-hidden="true" /> {label}: {xText(x)}
              {y === undefined ? '' : `, ${yText(y)}`}
            </span>
          ))}
          {band === undefined ? null : (
            <span>
              <span className="swatch-band" /> {band}
            </span>
          )}
        </p>
        {children}
      </div>
    </section>
  );
}

function Drawing({ points, marks, title, xTitle, yTitle, xText, yText, onDrag }: XyPanelProps): ReactNode {
  const hostRef = useRef<HTMLDivElement>(null);
  const width = useWidth(hostRef);
  const xs = points.map(({ x }) => x);
  const tops = points.flatMap(({ high, y }) => (high === undefined ? [y] : [y, high]));
  const [fromX, toX] = [smallest(xs), Math.max(largest(xs), smallest(xs) + 1e-9)];
  const bottom = Math.min(0, smallest(points.map(({ low, y }) => low ?? y)));
  // A band that reaches far above the curve is cut: it would flatten what is expected.
  const top = Math.max(Math.min(largest(tops), 2.5 * largest(points.map(({ y }) => y))), bottom + 1e-9);
  const px = (x: number): number => LEFT + ((x - fromX) / (toX - fromX)) * (width - LEFT - RIGHT);
  const py = (y: number): number =>
    HEIGHT - BOTTOM - ((Math.min(y, top) - bottom) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
  const path = (of: (point: XyPoint) => number): string =>
    points.map((point) => `${px(point.x).toFixed(1)},${py(of(point)).toFixed(1)}`).join(' ');
  const hasBand = points.some(({ high }) => high !== undefined);
  const drag = (event: PointerEvent<SVGSVGElement>): void => {
    if (onDrag === undefined || event.buttons !== 1) return;
    const { left } = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - left - LEFT) / (width - LEFT - RIGHT);
    onDrag(fromX + Math.min(1, Math.max(0, share)) * (toX - fromX));
  };
  return (
    <div ref={hostRef} className="xy">
      <svg
        role="img"
        aria-label={`${title}: ${yTitle} by ${xTitle}, from ${xText(fromX)} to ${xText(toX)}`}
        width={width}
        height={HEIGHT}
        className={onDrag === undefined ? 'xy-plot' : 'xy-plot xy-drag'}
        onPointerDown={(event) => {
          if (onDrag === undefined) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag(event);
        }}
        onPointerMove={drag}
      >
        {niceTicks(bottom, top, 4).map((tick) => (
          <g key={tick}>
            <line className="xy-grid" x1={LEFT} x2={width - RIGHT} y1={py(tick)} y2={py(tick)} />
            <text className="xy-text" x={LEFT - 8} y={py(tick) + 4} textAnchor="end">
              {yText(tick)}
            </text>
          </g>
        ))}
        {niceTicks(fromX, toX, width > 600 ? 6 : 3).map((tick) => (
          <text key={tick} className="xy-text" x={px(tick)} y={HEIGHT - 22} textAnchor="middle">
            {xText(tick)}
          </text>
        ))}
        <text className="xy-text" x={width - RIGHT} y={HEIGHT - 4} textAnchor="end">
          {xTitle}
        </text>
        <text className="xy-text" x={0} y={12}>
          {yTitle}
        </text>
        {hasBand ? (
          <polygon
            className="xy-band"
            points={`${path(({ low, y }) => low ?? y)} ${points
              .toReversed()
              .map(({ high, x, y }) => `${px(x).toFixed(1)},${py(high ?? y).toFixed(1)}`)
              .join(' ')}`}
          />
        ) : null}
        <polyline className="xy-line" points={path(({ y }) => y)} />
        {marks.map(({ id, tone, x, y }) => (
          <g key={id} className={`xy-mark xy-mark-${tone}`}>
            <line x1={px(x)} x2={px(x)} y1={y === undefined ? TOP : py(y)} y2={HEIGHT - BOTTOM} />
            {y === undefined ? null : <circle cx={px(x)} cy={py(y)} r={6} />}
          </g>
        ))}
      </svg>
    </div>
  );
}

function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(200, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

function smallest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function largest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
