import type { ReactNode } from 'react';
import type { Policy } from '../../platform/contracts/policy.ts';
import { useQuery } from '../data/hooks.ts';
import { useViewLink } from '../data/router.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { Link } from '../ui/link.tsx';
import { Empty, ProblemNote, Skeleton } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { kindWords, modeWords, triggerWords } from './decision-words.ts';
import { useActors } from './use-actors.ts';

/** The rules: when, what then, and how far each may go by itself. */
export function Policies(): ReactNode {
  const { api, can, format, queries } = useWorkspace();
  const to = useViewLink();
  const nameOf = useActors();
  const policies = useQuery(queries.policies, 'all');
  const action = useAction();
  const columns: readonly Column<Policy>[] = [
    {
      id: 'title',
      title: 'Policy',
      isName: true,
      className: 'wide',
      value: (row) => row.title,
      cell: (row) => (
        <>
          <Link to={to(`/decisions/policies/${row.id}`)} className="strong">
            {row.title}
          </Link>
          <span className="small quiet below">{triggerWords(row.when)}</span>
        </>
      ),
    },
    {
      id: 'then',
      title: 'Then',
      value: (row) => row.actions.map(({ kind }) => kindWords[kind]).join(', '),
      cell: (row) => row.actions.map(({ kind }) => kindWords[kind]).join(', '),
    },
    { id: 'mode', title: 'How', value: (row) => row.mode, cell: (row) => modeWords[row.mode] },
    {
      id: 'changed',
      title: 'Changed',
      value: (row) => row.changedAtMs,
      cell: (row) => (
        <>
          <span className="nowrap">{format.dateTime(row.changedAtMs)}</span>
          <span className="small quiet below">
            version {row.version}, {nameOf(row.changedBy)}
          </span>
        </>
      ),
    },
    {
      id: 'on',
      title: 'On',
      value: (row) => (row.enabled ? 1 : 0),
      cell: (row) => (
        <button
          type="button"
          className={`button button-small ${row.enabled ? '' : 'button-primary'}`}
          disabled={!can('admin')}
          aria-disabled={action.isRunning}
          onClick={() =>
            action.run(async () => {
              await api.decisions.enablePolicy(row.id, !row.enabled, row.version);
              queries.policies.refresh();
            })
          }
        >
          {row.enabled ? 'Switch off' : 'Switch on'}
          <span className="unseen"> {row.title}</span>
        </button>
      ),
    },
  ];
  return (
    <section className="panel stack-tight" aria-labelledby="policies-title">
      <h2 id="policies-title">Policies</h2>
      {policies.problem === undefined ? null : (
        <ProblemNote problem={policies.problem} onRetry={queries.policies.refresh} />
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {policies.data === undefined && policies.problem === undefined ? <Skeleton height={200} /> : null}
      {policies.data === undefined ? null : (
        <Table
          id="policies"
          label="Policies"
          columns={columns}
          rows={policies.data.policies}
          rowKey={(row) => row.id}
          tools={
            can('admin') ? (
              <Link to={to('/decisions/policies/new')} className="button button-primary">
                <Icon name="plus" /> New policy
              </Link>
            ) : undefined
          }
          empty={
            <Empty title="There is no policy yet.">
              <p>
                A policy says when something is proposed, what is then done, and who must agree. “New policy”
                offers examples to begin with.
              </p>
            </Empty>
          }
        />
      )}
    </section>
  );
}
