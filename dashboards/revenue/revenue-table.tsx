import type { ReactNode } from 'react';
import type { Dimension } from '../../platform/contracts/kpi.ts';
import { withoutDimension } from '../data/dimension-values.ts';
import { useQuery } from '../data/hooks.ts';
import { coarsestWindow, type Scope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { capitalize } from '../ui/chart-spec.ts';
import { ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { revenueRows, type RevenueRow } from './revenue-rows.ts';

const MAX_ROWS = 1_000;

/** Every value of a dimension with its share. The rows add up to the total, to the last minor unit. */
export function RevenueTable({
  dimension,
  scope,
  onChoose,
}: {
  readonly dimension: Dimension;
  readonly scope: Scope;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  const { format, queries, zone } = useWorkspace();
  const { range, view } = scope;
  const partition = useQuery(queries.partition, {
    dimension,
    window: coarsestWindow(range, zone),
    fromMs: range.fromMs,
    toMs: range.toMs,
    filters: withoutDimension(view.filters, dimension),
    limit: MAX_ROWS,
  });
  if (partition.data === undefined)
    return partition.problem === undefined ? (
      <Skeleton height={320} />
    ) : (
      <ProblemNote problem={partition.problem} />
    );
  const { total, values } = partition.data;
  const rows = revenueRows(values, total, format.minorDigits);
  const highest = Math.max(0, ...rows.map((row) => row.value));
  const columns: readonly Column<RevenueRow>[] = [
    {
      id: 'name',
      title: capitalize(dimension),
      isName: true,
      value: (row) => row.title,
      cell: (row) =>
        row.canChoose ? (
          <button
            type="button"
            className="row-link ellipsis"
            title={`Look at ${row.title} alone`}
            onClick={() => onChoose(row.id)}
          >
            {row.title}
          </button>
        ) : (
          <span
            className="quiet"
            title={`Without a ${dimension}, beyond the first ${MAX_ROWS}, or just come in`}
          >
            {row.title}
          </span>
        ),
    },
    {
      id: 'revenue',
      title: 'Revenue',
      isNumber: true,
      value: (row) => row.value,
      bar: (row) => (highest > 0 ? row.value / highest : 0),
      cell: (row) => format.value(row.value, 'currency', 'full'),
    },
    {
      id: 'share',
      title: 'Share',
      isNumber: true,
      value: (row) => row.share ?? null,
      cell: (row) => (row.share === undefined ? '–' : format.percent(row.share)),
    },
  ];
  return (
    <Table
      key={dimension}
      id={`revenue-${dimension}`}
      label={`Revenue by ${dimension}`}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      sort={{ column: 'revenue', isDown: true }}
      tools={
        partition.loadedAtMs === undefined ? null : (
          <span className="small quiet">As of {format.time(partition.loadedAtMs)}</span>
        )
      }
      foot={
        <tr>
          <th scope="row">Total</th>
          <td className="bar-cell">{format.value(total, 'currency', 'full')}</td>
          <td className="number">{total === null || total === 0 ? '–' : format.percent(1)}</td>
        </tr>
      }
      empty={<p className="empty">No {dimension} has revenue in this range.</p>}
    />
  );
}
