/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- what scrolls on its own must be reachable by keyboard */
import { useId, type ReactNode } from 'react';
import type { Problem } from '../../platform/contracts/api.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Chart, type ChartProps } from './chart.tsx';
import { capitalize, chartSummary, chartTable, type ChartSpec } from './chart-spec.ts';
import { ChartTools } from './chart-tools.tsx';
import { saveCsv } from './save-csv.ts';
import { ProblemNote, Skeleton } from './states.tsx';
import { valueRange } from './value-range.ts';

export interface ChartPanelProps extends Omit<ChartProps, 'spec'> {
  /** Name of the parameter that holds whether the table is shown, and of the file. */
  readonly id: string;
  readonly spec: ChartSpec | undefined;
  readonly problem?: Problem | undefined;
  readonly isOutdated?: boolean;
  readonly children?: ReactNode;
}

/** A chart with its title, the same as a table, and as CSV. */
export function ChartPanel({
  id,
  spec,
  problem,
  isOutdated = false,
  children,
  ...chart
}: ChartPanelProps): ReactNode {
  const { format } = useWorkspace();
  const [shown, setShown] = useParam(id);
  const titleId = useId();
  const isTable = shown === 'table';
  const save = (): void => {
    if (spec === undefined) return;
    const table = chartTable(spec, format.minorDigits);
    saveCsv(
      id,
      ['window_start', 'window_end', ...table.head],
      table.rows.map((row) => [
        new Date(row.startMs).toISOString(),
        new Date(row.endMs).toISOString(),
        ...row.values,
      ]),
    );
  };
  return (
    <section className="panel" aria-labelledby={titleId}>
      <header className="chart-head">
        <div>
          <h2 id={titleId}>{chart.title}</h2>
          {children}
        </div>
        <ChartTools
          title={chart.title}
          isTable={isTable}
          onTable={(next) => setShown(next ? 'table' : '')}
          onSave={save}
        />
      </header>
      {problem === undefined ? null : <ProblemNote problem={problem} />}
      {spec === undefined ? (
        chart.height > 0 && <Skeleton height={chart.height} />
      ) : (
        <div className={isOutdated ? 'stack-tight is-outdated' : 'stack-tight'}>
          {isTable ? (
            <ChartAsTable spec={spec} title={chart.title} height={chart.height} />
          ) : (
            <Chart spec={spec} {...chart} />
          )}
          <Legend spec={spec} />
        </div>
      )}
    </section>
  );
}

function isBandCut(spec: ChartSpec): boolean {
  const values = [...spec.series, ...(spec.comparison === undefined ? [] : [spec.comparison])]
    .flatMap((series) => series.values)
    .filter((value) => value !== null);
  if (values.length === 0) return false;
  return valueRange(spec, Math.min(...values), Math.max(...values)).isBandCut;
}

function Legend({ spec }: { readonly spec: ChartSpec }): ReactNode {
  const { format } = useWorkspace();
  const isRunning = spec.completeCount < spec.starts.length;
  return (
    <div className="chart-legend">
      {spec.comparison === undefined ? null : (
        <span>
          <span className="swatch-dash" /> {capitalize(spec.comparison.label)}
        </span>
      )}
      {spec.band === undefined ? null : (
        <span>
          <span className="swatch-band" /> {capitalize(spec.band.label)}
          {isBandCut(spec) ? ', wider than shown' : ''}
        </span>
      )}
      {spec.innerBand === undefined ? null : (
        <span>
          <span className="swatch-band swatch-inner" /> {capitalize(spec.innerBand.label)}
        </span>
      )}
      {spec.events === undefined || spec.events.length === 0 ? null : (
        <span>
          <span className="swatch-event" aria-hidden="true">
            ▼
          </span>{' '}
          Unusual
        </span>
      )}
      {isRunning ? (
        <span>
          <span className="hatch" /> Still running, left out of changes
        </span>
      ) : null}
      <span className="unseen">{chartSummary(spec, format)}</span>
    </div>
  );
}

function ChartAsTable({
  spec,
  title,
  height,
}: {
  readonly spec: ChartSpec;
  readonly title: string;
  readonly height: number;
}): ReactNode {
  const { format } = useWorkspace();
  const table = chartTable(spec, format.minorDigits);
  const rows = table.rows.filter((row) => row.values.some((value) => value !== null)).toReversed();
  return (
    <div
      className="table-scroll"
      style={{ maxHeight: height }}
      tabIndex={0}
      role="region"
      aria-label={`${title} as a table`}
    >
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Window</th>
            {table.head.map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.startMs}>
              <th scope="row" className="nowrap">
                {format.windowFull(row.startMs, row.endMs, spec.grain)}
                {row.isRunning ? <span className="quiet"> · running</span> : null}
              </th>
              {row.values.map((value, i) => (
                <td key={table.head[i]} className="number">
                  {format.value(value, spec.unit, 'full')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className="quiet">No values in this range.</p> : null}
    </div>
  );
}
