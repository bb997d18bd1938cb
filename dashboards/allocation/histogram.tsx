import type { ReactNode } from 'react';
import type { AllocationAnswer } from '../../platform/contracts/allocation-plan.ts';
import { useParam } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Table } from '../ui/table.tsx';
import '../ui/chart.css';
import '../workbench/workbench.css';

const HEIGHT = 140;
const BAR = 20;

/** How often each return came out in the scenarios: as proposed, and as it is now. */
export function Histogram({ answer }: { readonly answer: AllocationAnswer }): ReactNode {
  const { format } = useWorkspace();
  const [shown, setShown] = useParam('scenarios');
  const { current, from, proposed, width } = answer.histogram;
  const most = Math.max(1, ...proposed, ...current);
  const money = (value: number): string => format.value(value, 'currency', 'tile');
  const isTable = shown === 'table';
  const heightOf = (count: number): number => (HEIGHT * count) / most;
  const rows = proposed.map((count, i) => ({
    from: from + i * width,
    proposed: count,
    current: current[i] ?? 0,
  }));
  return (
    <section className="panel" aria-labelledby="histogram-title">
      <header className="chart-head">
        <h2 id="histogram-title">How it may turn out</h2>
        <div className="segments" role="group" aria-label="How to show the scenarios">
          <button type="button" aria-pressed={!isTable} onClick={() => setShown('')}>
            Chart
          </button>
          <button type="button" aria-pressed={isTable} onClick={() => setShown('table')}>
            Table
          </button>
        </div>
      </header>
      {isTable ? (
        <Table
          id="allocation-scenarios"
          label="Scenarios by return"
          maxHeight={280}
          rows={rows}
          rowKey={(row) => String(row.from)}
          columns={[
            {
              id: 'from',
              title: 'Return from',
              isName: true,
              value: (row) => row.from,
              cell: (row) => `${money(row.from)} to ${money(row.from + width)}`,
            },
            {
              id: 'proposed',
              title: 'Proposed',
              isNumber: true,
              value: (row) => row.proposed,
              cell: (row) => format.count(row.proposed),
            },
            {
              id: 'current',
              title: 'Now',
              isNumber: true,
              value: (row) => row.current,
              cell: (row) => format.count(row.current),
            },
          ]}
        />
      ) : (
        <svg
          className="bars"
          role="img"
          aria-label={`Scenarios by return, from ${money(from)} to ${money(from + width * proposed.length)}`}
          viewBox={`0 0 ${BAR * proposed.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          width="100%"
          height={HEIGHT}
        >
          {rows.map((row, i) => (
            <g key={row.from}>
              <rect
                className="bars-proposed"
                x={i * BAR + 1}
                y={HEIGHT - heightOf(row.proposed)}
                width={BAR - 2}
                height={heightOf(row.proposed)}
              />
              <rect
                className="bars-current"
                vectorEffect="non-scaling-stroke"
                x={i * BAR + 1}
                y={HEIGHT - heightOf(row.current)}
                width={BAR - 2}
                height={heightOf(row.current)}
              />
            </g>
          ))}
        </svg>
      )}
      <p className="chart-legend">
        <span>
          <span className="xy-key xy-key-proposed" aria-hidden="true" /> Proposed
        </span>
        <span>
          <span className="xy-key xy-key-now" aria-hidden="true" /> Now
        </span>
        <span>
          {money(from)} to {money(from + width * proposed.length)}, the outer bars hold what lies beyond
        </span>
      </p>
    </section>
  );
}
