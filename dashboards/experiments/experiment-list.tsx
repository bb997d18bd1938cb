import { useState, type ReactNode } from 'react';
import type { ExperimentView } from '../../platform/contracts/experiment.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ExperimentForm } from './experiment-form.tsx';
import { adviceOf, adviceWords, changeWords, stateWords, usersOf } from './words.ts';

/** Every experiment with what is known and what to do. */
export function ExperimentListView(): ReactNode {
  const { can, format, queries } = useWorkspace();
  const to = useViewLink();
  const [isMaking, setMaking] = useState(false);
  const found = useQuery(queries.experiments, 'all');
  const columns: readonly Column<ExperimentView>[] = [
    {
      id: 'title',
      title: 'Experiment',
      isName: true,
      className: 'wide',
      value: (row) => row.experiment.title,
      cell: (row) => (
        <Link to={to(`/experiments/${row.experiment.key}`)} className="strong">
          {row.experiment.title}
        </Link>
      ),
    },
    {
      id: 'state',
      title: 'State',
      value: (row) => row.experiment.state,
      cell: (row) => stateWords[row.experiment.state],
    },
    {
      id: 'advice',
      title: 'What to do',
      value: adviceOf,
      cell: (row) => (
        <span
          className={`badge ${row.reading === null ? '' : adviceWords[row.reading.recommendation.advice].tone}`}
        >
          {adviceOf(row)}
        </span>
      ),
    },
    {
      id: 'lift',
      title: 'Best against control',
      isNumber: true,
      value: (row) => row.reading?.recommendation.expectedLift ?? null,
      cell: (row) => changeWords(row.reading?.recommendation.expectedLift ?? null, format.percent),
    },
    {
      id: 'users',
      title: 'Users',
      isNumber: true,
      value: usersOf,
      cell: (row) => format.count(usersOf(row)),
    },
    {
      id: 'metric',
      title: 'Measured by',
      value: (row) => row.experiment.primary.title,
      cell: (row) => row.experiment.primary.title,
    },
    {
      id: 'since',
      title: 'Since',
      className: 'nowrap',
      value: (row) => row.experiment.startedAtMs ?? null,
      cell: (row) =>
        row.experiment.startedAtMs === undefined ? (
          <span className="quiet">not started</span>
        ) : (
          format.dateTime(row.experiment.startedAtMs)
        ),
    },
  ];
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Experiments</h1>
          <p className="quiet">
            One thing against another, on the users who saw it. Look as often as you like: a false winner
            stays as rare as you set it.
          </p>
        </div>
        {can('kpis:write') ? (
          <button type="button" className="button button-primary" onClick={() => setMaking(true)}>
            <Icon name="plus" /> New experiment
          </button>
        ) : null}
      </div>
      {found.problem === undefined ? null : (
        <ProblemNote problem={found.problem} onRetry={queries.experiments.refresh} />
      )}
      {found.data === undefined ? (
        found.problem === undefined ? (
          <Skeleton height={240} />
        ) : null
      ) : (
        <Table
          id="experiments"
          label="Experiments"
          columns={columns}
          rows={found.data.experiments}
          rowKey={(row) => row.experiment.key}
          empty={
            <Empty title="No experiment yet">
              <p>
                Make one, start it, ask <code>GET /api/v1/experiments/…/assignment?user=…</code> which variant
                a user gets, and send an <code>experiment_exposure</code> event when the user sees it.
              </p>
            </Empty>
          }
        />
      )}
      {isMaking ? <ExperimentForm onClose={() => setMaking(false)} /> : null}
    </>
  );
}
