import type { ReactNode } from 'react';
import { sumOf } from '../data/series.ts';
import { useWorkspace } from '../data/workspace.ts';
import type { ChartSpec } from './chart-spec.ts';
import { spreadLabels } from './label-layout.ts';

/** The colour of a slot as a small square beside words. */
export function Swatch({ slot }: { readonly slot: number }): ReactNode {
  return <span className="swatch" style={{ background: `var(--series-${slot})` }} aria-hidden="true" />;
}

const LABEL_PX = 20;

/** Names the series beside where they end; on narrow screens in a row under the chart. A single series needs no name. */
export function ChartLabels({
  spec,
  tops,
  height,
  onSeries,
}: {
  readonly spec: ChartSpec;
  readonly tops: readonly (number | undefined)[];
  readonly height: number;
  readonly onSeries?: (id: string) => void;
}): ReactNode {
  const { format } = useWorkspace();
  if (spec.series.length < 2) return null;
  const isAmount = spec.kind === 'stacked';
  // Without a value in sight a series is named at the foot.
  const placed = spreadLabels(
    spec.series.map((_series, i) => tops[i] ?? height - 28),
    LABEL_PX,
    height,
  );
  // Read from the top down, as the eye does.
  const order = spec.series.map((_series, i) => i).sort((a, b) => (placed[a] ?? 0) - (placed[b] ?? 0));
  return (
    <ul className="chart-labels" style={{ height }} aria-label="Series">
      {order.map((i) => {
        const series = spec.series[i];
        if (series === undefined) return null;
        const content = (
          <>
            <Swatch slot={series.slot} />
            <span className="ellipsis">{series.label}</span>
            {isAmount ? (
              <span className="quiet chart-label-sum">
                {format.value(sumOf(series.values, spec.unit, format.minorDigits), spec.unit, 'tile')}
              </span>
            ) : null}
          </>
        );
        return (
          <li key={series.id} style={{ transform: `translateY(${(placed[i] ?? 0) - 12}px)` }}>
            {onSeries === undefined ? (
              <span className="chart-label">{content}</span>
            ) : (
              <button
                type="button"
                className="chart-label"
                title={`Look at ${series.label} alone`}
                onClick={() => onSeries(series.id)}
              >
                {content}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const TIP_PX = 240;

/** Values of the window under the pointer. What it says is in the table, too, so it is hidden from screen readers. */
export function ChartTip({
  spec,
  index,
  leftPx,
  widthPx,
}: {
  readonly spec: ChartSpec;
  readonly index: number;
  readonly leftPx: number;
  readonly widthPx: number;
}): ReactNode {
  const { format } = useWorkspace();
  const start = spec.starts[index];
  if (start === undefined) return null;
  const values = spec.series.map((series) => series.values[index] ?? null);
  const shown = spec.series.flatMap((series, i) =>
    values[i] == null ? [] : [{ ...series, value: values[i] }],
  );
  const isRight = leftPx > widthPx / 2;
  const left = isRight
    ? Math.max(0, leftPx - TIP_PX - 12)
    : Math.min(leftPx + 12, Math.max(0, widthPx - TIP_PX));
  const write = (value: number | null | undefined): string => format.value(value, spec.unit, 'full');
  return (
    <div className="chart-tip" style={{ left, width: TIP_PX }} aria-hidden="true">
      <p className="strong small">
        {format.windowFull(start, spec.starts[index + 1] ?? spec.endMs, spec.grain)}
        {index === spec.completeCount ? <span className="quiet"> · running</span> : null}
      </p>
      <dl>
        {shown.toReversed().map((series) => (
          <div key={series.id} className="chart-tip-row">
            <dt className="ellipsis">
              <Swatch slot={series.slot} /> {series.label}
            </dt>
            <dd>{write(series.value)}</dd>
          </div>
        ))}
        {spec.kind === 'stacked' && shown.length > 1 ? (
          <div className="chart-tip-row strong">
            <dt>Total</dt>
            <dd>{write(sumOf(values, spec.unit, format.minorDigits))}</dd>
          </div>
        ) : null}
        {shown.length === 0 ? <div className="quiet">No value</div> : null}
        {spec.comparison === undefined ? null : (
          <div className="chart-tip-row quiet">
            <dt className="ellipsis">
              <span className="swatch-dash" /> {spec.comparison.label}
            </dt>
            <dd>{write(spec.comparison.values[index])}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
