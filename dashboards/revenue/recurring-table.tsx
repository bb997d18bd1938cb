import type { ReactNode } from 'react';
import type { RecurringMonth } from '../../platform/contracts/recurring.ts';
import { useWorkspace } from '../data/workspace.ts';
import { capitalize } from '../ui/chart-spec.ts';
import { Table, type Column } from '../ui/table.tsx';
import { movements } from './recurring-view.ts';

export interface RecurringRow {
  readonly key: string;
  readonly name: string;
  readonly month: RecurringMonth;
}

/** Opening, every movement and closing, row by row, each adding up; retention and customers beside. */
export function RecurringTable({
  label,
  nameTitle,
  rows,
  total,
  hasTransfer = false,
}: {
  readonly label: string;
  readonly nameTitle: string;
  readonly rows: readonly RecurringRow[];
  /** The rows are parts of it. */
  readonly total?: RecurringMonth;
  readonly hasTransfer?: boolean;
}): ReactNode {
  const { format } = useWorkspace();
  const hasFx = rows.some((row) => row.month.fx !== 0);
  const shown = movements.filter(([id]) => (id === 'transfer' ? hasTransfer : id === 'fx' ? hasFx : true));
  const money = (
    id: 'opening' | 'closing' | (typeof movements)[number][0],
    title: string,
  ): Column<RecurringRow> => ({
    id,
    title,
    isNumber: true,
    value: (row) => row.month[id],
    cell: (row) => format.value(row.month[id], 'currency', 'full'),
  });
  const ratio = (id: 'netRetention' | 'grossRetention', title: string): Column<RecurringRow> => ({
    id,
    title,
    isNumber: true,
    value: (row) => row.month[id],
    cell: (row) => format.value(row.month[id], 'ratio', 'tile'),
  });
  const columns: readonly Column<RecurringRow>[] = [
    {
      id: 'name',
      title: capitalize(nameTitle),
      isName: true,
      value: (row) => row.name,
      cell: (row) => row.name,
    },
    money('opening', 'Opening'),
    ...shown.map(([id, title]) => money(id, title)),
    money('closing', 'Closing'),
    {
      id: 'customers',
      title: 'Customers',
      isNumber: true,
      value: (row) => row.month.customersClosing,
      cell: (row) => format.count(row.month.customersClosing),
    },
    {
      id: 'left',
      title: 'Left',
      isNumber: true,
      value: (row) => row.month.customersChurned,
      cell: (row) => format.count(row.month.customersChurned),
    },
    ratio('netRetention', 'NRR'),
    ratio('grossRetention', 'GRR'),
  ];
  return (
    <Table
      id={hasTransfer ? 'recurring-parts' : 'recurring-months'}
      label={label}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      {...(total === undefined
        ? {}
        : {
            tools: (
              <span className="small quiet">
                Together {format.value(total.closing, 'currency', 'full')}; a customer in two rows counts in
                both
              </span>
            ),
          })}
      empty={<p className="empty">No recurring revenue in this month.</p>}
    />
  );
}
