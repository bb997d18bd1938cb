import type { ReactNode } from 'react';
import type { ExpectedBand } from '../data/expected-band.ts';
import type { Values } from '../data/series.ts';
import { HEIGHT, sparkShape, WIDTH } from './spark-shape.ts';
import './tile.css';

export interface SparklineProps {
  readonly values: Values;
  /** Leading windows that are complete; the step to the running one is dotted. */
  readonly completeCount: number;
  readonly target?: number | undefined;
  /** Amounts stand on zero. */
  readonly fromZero: boolean;
  /** What was expected, as an area behind the course. */
  readonly band?: ExpectedBand | undefined;
}

/** The course of a tile. It only accompanies the figures, so it is hidden from screen readers. */
export function Sparkline({ values, completeCount, target, fromZero, band }: SparklineProps): ReactNode {
  const shape = sparkShape(values, completeCount, fromZero, target, band);
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {shape.band === '' ? null : <path className="spark-band" d={shape.band} />}
      <path className="spark-area" d={shape.area} />
      {shape.targetY === undefined ? null : (
        <line className="spark-target" x1="0" x2={WIDTH} y1={shape.targetY} y2={shape.targetY} />
      )}
      <path className="spark-line" d={shape.line} />
      <path className="spark-running" d={shape.running} />
    </svg>
  );
}
