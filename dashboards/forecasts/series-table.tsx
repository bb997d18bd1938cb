import type { ReactNode } from 'react';
import type { ForecastSummary } from '../../platform/contracts/forecast.ts';
import { useLocation } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Link } from '../ui/link.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { growthWords, methodWords } from './forecast-words.ts';
import { seriesAddress } from './series-picker.tsx';
import { stepsWords } from './forecast-spec.ts';

/** Every series with what it comes to, against the same time before, and how accurate such forecasts were on it. */
export function SeriesTable({ forecasts }: { readonly forecasts: readonly ForecastSummary[] }): ReactNode {
  const { format } = useWorkspace();
  const { search } = useLocation();
  const columns: readonly Column<ForecastSummary>[] = [
    {
      id: 'series',
      title: 'Series',
      isName: true,
      cell: (row) => (
        <Link to={seriesAddress(row, search)} className="ellipsis">
          {row.title}
        </Link>
      ),
      value: (row) => row.title,
    },
    {
      id: 'total',
      title: 'Forecast',
      isNumber: true,
      cell: (row) => format.value(row.total, row.unit, 'tile'),
      value: (row) => row.total,
    },
    {
      id: 'over',
      title: 'Over',
      cell: (row) => stepsWords(row.horizonSteps, row.grain),
      value: (row) => row.horizonSteps,
    },
    {
      id: 'growth',
      title: 'Against before',
      cell: (row) => growthWords(row.growth, format),
      value: (row) => row.growth,
    },
    {
      id: 'accuracy',
      title: 'Accuracy by step',
      isNumber: true,
      cell: (row) => (row.accuracy === null ? 'not tried' : format.percent(row.accuracy)),
      value: (row) => row.accuracy,
    },
    { id: 'method', title: 'Method', cell: (row) => methodWords[row.method], value: (row) => row.method },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="all-series-title">
      <h2 id="all-series-title">Every series</h2>
      <Table
        id="forecasts"
        label="Every series"
        columns={columns}
        rows={forecasts}
        rowKey={(row) => row.id}
        maxHeight={420}
      />
    </section>
  );
}
