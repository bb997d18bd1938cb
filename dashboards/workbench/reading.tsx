import type { ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { CodeBlock } from '../ui/copy.tsx';
import { useAction } from '../ui/form.tsx';
import { Icon } from '../ui/icons.tsx';
import { OpenJobs } from '../ui/open-jobs.tsx';
import { Empty, ProblemNote, SimulatedBadge } from '../ui/states.tsx';
import './workbench.css';

/** When the history was read and from what; reading it anew is a job. */
export function Reading({
  atMs,
  children,
}: {
  readonly atMs: number | undefined;
  readonly children?: ReactNode;
}): ReactNode {
  const { api, can, format, queries, session } = useWorkspace();
  const action = useAction();
  return (
    <div className="stack-tight">
      <div className="row-wrap">
        <p className="small quiet reading-words">
          {atMs === undefined ? 'The history has not been read yet.' : `Read ${format.dateTime(atMs)}.`}{' '}
          {children}
        </p>
        {session.tenant.simulated ? <SimulatedBadge /> : null}
        {can('kpis:write') ? (
          <button
            type="button"
            className="button button-small"
            aria-disabled={action.isRunning}
            onClick={() =>
              action.run(async () => {
                await api.readHistory();
                queries.jobs.refresh();
              })
            }
          >
            <Icon name="refresh" /> Read the history anew
          </button>
        ) : null}
      </div>
      {action.problem === undefined ? null : <ProblemNote problem={action.problem} />}
      <OpenJobs kind="models" only={({ params }) => params['task'] === 'workbenches'} />
    </div>
  );
}

/** What fills an empty workbench, with a command that sends it. */
export function FillWith({
  title,
  children,
  example,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly example: object;
}): ReactNode {
  return (
    <Empty title={title}>
      {children}
      <CodeBlock
        label="Command that sends one"
        code={[
          `curl -X POST ${location.origin}/v1/events \\`,
          `  -H 'authorization: Bearer <your key>' \\`,
          `  -H 'content-type: application/json' \\`,
          `  -d '${JSON.stringify(example)}'`,
        ].join('\n')}
      />
    </Empty>
  );
}
