import { useState, type ReactNode } from 'react';
import type { DryRunResult } from '../../platform/contracts/dry-run.ts';
import type { PolicyRequest } from '../../platform/contracts/policy.ts';
import { useQuery } from '../data/hooks.ts';
import { useParam } from '../data/router.ts';
import { useScope } from '../data/scope.ts';
import { useWorkspace } from '../data/workspace.ts';
import { useAction } from '../ui/form.tsx';
import { JobCard } from '../ui/job.tsx';
import { Empty, Notice, ProblemNote } from '../ui/states.tsx';
import { Table, type Column } from '../ui/table.tsx';
import { ViewControls } from '../ui/view-controls.tsx';
import { actionWords } from './decision-words.ts';

const skipWords: Readonly<Record<string, string>> = {
  cool_down: 'held back by the cool-down',
  budget_count: 'over the number of decisions',
  budget_money: 'over the money of the budget',
  quiet: 'in quiet hours',
  no_money_value: 'without a value for the money',
  too_many: 'beyond what can wait at once',
  chain: 'at the end of a chain of decisions',
};

/** What the policy as it is written now would have done over what is stored. Nothing is executed. */
export function DryRunPanel({
  id,
  request,
}: {
  readonly id: string;
  readonly request: () => PolicyRequest;
}): ReactNode {
  const { api, format, queries } = useWorkspace();
  const scope = useScope();
  const { range } = scope;
  const action = useAction();
  const [jobId, setJobId] = useParam('dry');
  const [fault, setFault] = useState('');
  const jobs = useQuery(queries.jobs, jobId === '' ? undefined : 'all');
  const job = jobs.data?.jobs.find((each) => each.id === jobId);
  const result = useQuery(queries.dryRun, job?.state === 'done' ? jobId : undefined);
  const start = (): void => {
    let policy: PolicyRequest;
    try {
      policy = request();
      setFault('');
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      return;
    }
    action.run(async () => {
      const begun = await api.decisions.dryRun({ id, policy, fromMs: range.fromMs, toMs: range.toMs });
      setJobId(begun.id);
      queries.jobs.refresh();
    });
  };
  return (
    <section className="panel stack-tight" aria-labelledby="dry-title">
      <div className="row-wrap spread">
        <h2 id="dry-title">What it would have done</h2>
        <ViewControls scope={scope} />
      </div>
      <p className="quiet">
        From {format.dateTime(range.fromMs)} to {format.dateTime(range.toMs)}, the range above; by the same
        rules as live. Nothing is executed.
      </p>
      <div>
        <button type="button" className="button" aria-disabled={action.isRunning} onClick={start}>
          Test run
        </button>
      </div>
      {fault === '' ? null : (
        <p className="bad" role="alert">
          {fault}
        </p>
      )}
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      {job === undefined || job.state === 'done' ? null : <JobCard job={job} />}
      {result.problem === undefined ? null : <ProblemNote problem={result.problem} />}
      {result.data === undefined ? null : <Result result={result.data} />}
    </section>
  );
}

function Result({ result }: { readonly result: DryRunResult }): ReactNode {
  const { format } = useWorkspace();
  type Row = DryRunResult['proposals'][number];
  const columns: readonly Column<Row>[] = [
    {
      id: 'at',
      title: 'When',
      isName: true,
      className: 'nowrap',
      value: (row) => row.atMs,
      cell: (row) => format.dateTime(row.atMs),
    },
    {
      id: 'why',
      title: 'Because of',
      className: 'wide',
      value: (row) => row.title,
      cell: (row) => row.title,
    },
    {
      id: 'does',
      title: 'Would do',
      className: 'wide',
      value: (row) => row.actions.map(actionWords).join('; '),
      cell: (row) =>
        row.missing === '' ? (
          row.actions.map(actionWords).join('; ')
        ) : (
          <span className="bad">no value for {row.missing}</span>
        ),
    },
    {
      id: 'money',
      title: 'Money at stake',
      isNumber: true,
      value: (row) => row.money,
      cell: (row) => format.value(row.money, 'currency', 'tile'),
    },
  ];
  return (
    <>
      <Notice tone={result.unusable > 0 ? 'warn' : 'good'}>
        <span>
          Of {format.count(result.inputs)} {result.inputs === 1 ? 'input' : 'inputs'} it would have proposed{' '}
          <span className="strong">{format.count(result.fired)}</span>{' '}
          {result.fired === 1 ? 'decision' : 'decisions'}
          {result.money > 0 ? `, ${format.value(result.money, 'currency', 'tile')} at stake in all` : ''}.
        </span>
      </Notice>
      {Object.entries(result.skipped).map(([reason, count]) => (
        <p key={reason} className="small quiet">
          {format.count(count)} {skipWords[reason] ?? reason}
        </p>
      ))}
      <Table
        id="dry-run"
        label="What it would have done"
        columns={columns}
        rows={result.proposals}
        rowKey={(row) => `${row.atMs} ${row.key}`}
        sort={{ column: 'at', isDown: true }}
        isPlain
        maxHeight={420}
        empty={<Empty title="It would have done nothing." />}
      />
      {result.notes.map((note) => (
        <p key={note} className="small quiet">
          {note}
        </p>
      ))}
    </>
  );
}
