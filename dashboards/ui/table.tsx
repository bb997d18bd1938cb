/* oxlint-disable jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions --
   what scrolls on its own must be reachable by keyboard */
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { usePreferences } from '../data/preferences.ts';
import { Icon } from './icons.tsx';
import { saveCsv } from './save-csv.ts';
import './table.css';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it is sorted by and what stands in the file; without it the column is neither. */
  readonly value?: (row: Row) => string | number | null;
  readonly isNumber?: boolean;
  /** Share of the widest, 0 to 1, drawn behind the figure. */
  readonly bar?: (row: Row) => number;
  readonly className?: string;
  /** Never hidden: what names the row. */
  readonly isName?: boolean;
}

export interface TableProps<Row> {
  /** For the file and for remembering hidden columns. */
  readonly id: string;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: { readonly column: string; readonly isDown: boolean };
  readonly foot?: ReactNode;
  readonly tools?: ReactNode;
  /** Without choice of columns and file, for small ones. */
  readonly isPlain?: boolean;
  readonly maxHeight?: number;
  readonly empty?: ReactNode;
}

const ROW_PX = 33;
const VIRTUAL_ROWS = 200;
const SPARE_ROWS = 12;

/** A table to work with: sorted, chosen columns, saved as CSV; long ones draw only the rows in sight. */
export function Table<Row>(props: TableProps<Row>): ReactNode {
  const { id, label, rows, rowKey, foot, tools, isPlain = false, maxHeight, empty } = props;
  const [{ hiddenColumns }, setPreferences] = usePreferences();
  const [sort, setSort] = useState(props.sort);
  const [topPx, setTopPx] = useState(0);
  const scrollRef = useRef<HTMLDivElement>(null);
  const hidden = hiddenColumns[id] ?? [];
  const columns = props.columns.filter((column) => column.isName === true || !hidden.includes(column.id));
  const sorted = sortRows(rows, props.columns, sort);
  const isVirtual = sorted.length > VIRTUAL_ROWS;
  const height = maxHeight ?? (isVirtual ? 560 : undefined);
  const first = isVirtual ? Math.max(0, Math.floor(topPx / ROW_PX) - SPARE_ROWS) : 0;
  const count = isVirtual ? Math.ceil((height ?? 0) / ROW_PX) + 2 * SPARE_ROWS : sorted.length;
  const shown = sorted.slice(first, first + count);
  const below = sorted.length - first - shown.length;

  const toggleSort = (column: Column<Row>): void =>
    setSort((held) => ({
      column: column.id,
      isDown: held?.column === column.id ? !held.isDown : column.isNumber === true,
    }));
  const hide = (column: string, isHidden: boolean): void => {
    const next = isHidden ? [...hidden, column] : hidden.filter((each) => each !== column);
    setPreferences({ hiddenColumns: { ...hiddenColumns, [id]: next } });
  };
  const save = (): void => {
    const kept = props.columns.filter((column) => column.value !== undefined);
    saveCsv(
      id,
      kept.map((column) => column.title),
      sorted.map((row) => kept.map((column) => column.value?.(row))),
    );
  };

  return (
    <div>
      {isPlain && tools === undefined ? null : (
        <div className="table-tools">
          <div className="row-wrap">{tools}</div>
          {isPlain ? null : (
            <div className="row">
              <ColumnChooser columns={props.columns} hidden={hidden} onHide={hide} />
              <button
                type="button"
                className="icon-button"
                aria-label={`Save ${label} as CSV`}
                title="Save as CSV"
                onClick={save}
              >
                <Icon name="download" />
              </button>
            </div>
          )}
        </div>
      )}
      <div
        ref={scrollRef}
        className="table-scroll"
        role="region"
        aria-label={label}
        tabIndex={0}
        style={height === undefined ? {} : { maxHeight: height }}
        onScroll={isVirtual ? (event) => setTopPx(event.currentTarget.scrollTop) : undefined}
        onKeyDown={moveBetweenRows}
      >
        <table className="table" aria-rowcount={isVirtual ? sorted.length + 1 : undefined}>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeadCell key={column.id} column={column} sort={sort} onSort={() => toggleSort(column)} />
              ))}
            </tr>
          </thead>
          <tbody>
            {first > 0 ? <Gap height={first * ROW_PX} span={columns.length} /> : null}
            {shown.map((row, i) => (
              <tr key={rowKey(row)} aria-rowindex={isVirtual ? first + i + 2 : undefined}>
                {columns.map((column) => (
                  <BodyCell key={column.id} column={column} row={row} />
                ))}
              </tr>
            ))}
            {below > 0 ? <Gap height={below * ROW_PX} span={columns.length} /> : null}
          </tbody>
          {foot === undefined ? null : <tfoot>{foot}</tfoot>}
        </table>
        {rows.length === 0 ? empty : null}
      </div>
    </div>
  );
}

function HeadCell<Row>({
  column,
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: TableProps<Row>['sort'] | undefined;
  readonly onSort: () => void;
}): ReactNode {
  const isSorted = sort?.column === column.id;
  const direction = isSorted ? (sort.isDown ? 'descending' : 'ascending') : undefined;
  const className = column.isNumber === true && column.bar === undefined ? 'number' : '';
  if (column.value === undefined)
    return (
      <th scope="col" className={className}>
        {column.title}
      </th>
    );
  return (
    <th scope="col" className={className} {...(direction === undefined ? {} : { 'aria-sort': direction })}>
      <button type="button" className="sort" onClick={onSort}>
        {column.title}
        <span aria-hidden="true">{isSorted ? (sort.isDown ? '↓' : '↑') : ''}</span>
      </button>
    </th>
  );
}

function BodyCell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }): ReactNode {
  const className = [
    column.isNumber === true && column.bar === undefined ? 'number' : '',
    column.className ?? '',
  ]
    .join(' ')
    .trim();
  if (column.isName === true)
    return (
      <th scope="row" className={className}>
        {column.cell(row)}
      </th>
    );
  if (column.bar === undefined) return <td className={className}>{column.cell(row)}</td>;
  const share = Math.max(0, Math.min(1, column.bar(row)));
  return (
    <td className={`bar-cell ${className}`}>
      <span className="bar" style={{ width: `calc(${share} * (100% - 16px))` }} aria-hidden="true" />
      <span className="bar-value">{column.cell(row)}</span>
    </td>
  );
}

/** Stands for the rows that are not drawn. */
function Gap({ height, span }: { readonly height: number; readonly span: number }): ReactNode {
  return (
    <tr aria-hidden="true">
      <td colSpan={span} style={{ height, padding: 0 }}>
        ⋮
      </td>
    </tr>
  );
}

function ColumnChooser<Row>({
  columns,
  hidden,
  onHide,
}: {
  readonly columns: readonly Column<Row>[];
  readonly hidden: readonly string[];
  readonly onHide: (column: string, isHidden: boolean) => void;
}): ReactNode {
  return (
    <details className="columns">
      <summary className="icon-button" aria-label="Columns" title="Columns">
        <Icon name="columns" />
      </summary>
      <div>
        {columns
          .filter((column) => column.isName !== true)
          .map((column) => (
            <label key={column.id}>
              <input
                type="checkbox"
                checked={!hidden.includes(column.id)}
                onChange={(event) => onHide(column.id, !event.target.checked)}
              />
              {column.title}
            </label>
          ))}
      </div>
    </details>
  );
}

/** Arrow keys go from row to row among the first links and buttons of each. */
function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const targets = [...event.currentTarget.querySelectorAll('tbody tr')].flatMap((row) => {
    const target = row.querySelector('a, button');
    return target instanceof HTMLElement ? [target] : [];
  });
  const at = targets.findIndex((target) => target === document.activeElement);
  const next = at < 0 ? undefined : targets[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: TableProps<Row>['sort'] | undefined,
): readonly Row[] {
  const value = columns.find((column) => column.id === sort?.column)?.value;
  if (value === undefined || sort === undefined) return rows;
  const sign = sort.isDown ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    // What has no value stands last, whichever way it is sorted.
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * String(x).localeCompare(String(y));
  });
}
