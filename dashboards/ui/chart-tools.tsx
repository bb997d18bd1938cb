import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';
import './chart.css';

/** What a chart can be turned into: the same as a table, and as CSV. */
export function ChartTools({
  title,
  isTable,
  onTable,
  onSave,
}: {
  readonly title: string;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
  readonly onSave: () => void;
}): ReactNode {
  return (
    <div className="chart-tools">
      <div className="segments" role="group" aria-label={`How to show ${title}`}>
        <button type="button" aria-pressed={!isTable} onClick={() => onTable(false)}>
          Chart
        </button>
        <button type="button" aria-pressed={isTable} onClick={() => onTable(true)}>
          Table
        </button>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={`Save ${title} as CSV`}
        title="Save as CSV"
        onClick={onSave}
      >
        <Icon name="download" />
      </button>
    </div>
  );
}
