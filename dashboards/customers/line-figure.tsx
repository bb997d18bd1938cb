import type { ReactNode } from 'react';

/** A line over its own axis, with the band that belongs to it. */
export interface FigureLine {
  readonly id: string;
  readonly label: string;
  /** Colour of the series, 1 to 8. */
  readonly slot: number;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly low?: number;
    readonly high?: number;
  }[];
  readonly isStep?: boolean;
  readonly isDashed?: boolean;
  /** Points with whiskers instead of a line. */
  readonly isDots?: boolean;
}

export interface LineFigureProps {
  readonly label: string;
  readonly lines: readonly FigureLine[];
  readonly maxX: number;
  readonly maxY: number;
  readonly xWords: (x: number) => string;
  readonly yWords: (y: number) => string;
  readonly xTitle: string;
}

const WIDTH = 520;
const HEIGHT = 268;
const LEFT = 52;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 52;
const TICKS = 4;

/** Lines that are not over calendar time: shares by tenure, what was said against what came. What is drawn stands in a table as well. */
export function LineFigure({ label, lines, maxX, maxY, xTitle, xWords, yWords }: LineFigureProps): ReactNode {
  const x = (value: number): number => LEFT + (value / Math.max(1e-9, maxX)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + (1 - value / Math.max(1e-9, maxY)) * (HEIGHT - TOP - BOTTOM);
  const ticks = Array.from({ length: TICKS + 1 }, (_, k) => k / TICKS);
  return (
    <figure className="line-figure">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        {ticks.map((share) => (
          <g key={share}>
            <line
              className="figure-grid"
              x1={LEFT}
              x2={WIDTH - RIGHT}
              y1={y(share * maxY)}
              y2={y(share * maxY)}
            />
            <text className="figure-axis" x={LEFT - 6} y={y(share * maxY) + 4} textAnchor="end">
              {yWords(share * maxY)}
            </text>
            <text
              className="figure-axis"
              x={x(share * maxX)}
              y={HEIGHT - 32}
              textAnchor={share === 1 ? 'end' : 'middle'}
            >
              {xWords(share * maxX)}
            </text>
          </g>
        ))}
        <text className="figure-axis" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
          {xTitle}
        </text>
        {lines.map((line) => (
          <Line key={line.id} line={line} x={x} y={y} />
        ))}
      </svg>
      <figcaption className="figure-legend small">
        {lines.map(({ id, isDashed, label: name, slot }) => (
          <span key={id}>
            <span
              className={`figure-key figure-slot-${slot}${isDashed === true ? ' is-dashed' : ''}`}
              aria-hidden="true"
            />{' '}
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Line({
  line,
  x,
  y,
}: {
  readonly line: FigureLine;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}): ReactNode {
  const { isDashed, isDots, isStep, points, slot } = line;
  const at = (px: number, py: number): string => `${x(px).toFixed(1)},${y(py).toFixed(1)}`;
  const path = (pick: (point: FigureLine['points'][number]) => number): string[] =>
    points.flatMap((point, i) => {
      const before = points[i - 1];
      return isStep === true && before !== undefined
        ? [at(point.x, pick(before)), at(point.x, pick(point))]
        : [at(point.x, pick(point))];
    });
  const hasBand = points.some(({ low }) => low !== undefined);
  if (isDots === true)
    return (
      <g className={`figure-slot-${slot}`}>
        {points.map((point) => (
          <g key={point.x}>
            <line
              className="figure-whisker"
              x1={x(point.x)}
              x2={x(point.x)}
              y1={y(point.low ?? point.y)}
              y2={y(point.high ?? point.y)}
            />
            <circle className="figure-dot" cx={x(point.x)} cy={y(point.y)} r="4" />
          </g>
        ))}
      </g>
    );
  return (
    <g className={`figure-slot-${slot}`}>
      {hasBand ? (
        <polygon
          className="figure-band"
          points={[
            ...path(({ high, y: middle }) => high ?? middle),
            ...path(({ low, y: middle }) => low ?? middle).toReversed(),
          ].join(' ')}
        />
      ) : null}
      <polyline
        className={isDashed === true ? 'figure-line is-dashed' : 'figure-line'}
        points={path(({ y: middle }) => middle).join(' ')}
      />
    </g>
  );
}
